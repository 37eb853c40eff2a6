"""Who decides has the case on one page and in a room of its own; who may sit is checked first."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

from django.test import Client
from django.utils import timezone

from concord.cases.doorway import find, viewer
from concord.cases.models import Case
from concord.demo.stories import Story, Telling
from concord.directory.models import Membership, Partnership, Post, User
from concord.policies.library import load
from concord.web.independence import candidates

SignIn = Callable[[str, str], Client]
Person = Callable[[str, str], User]


def text(answer: object) -> str:
    return unescape(answer.content.decode())  # type: ignore[attr-defined]


def at_the_last_stage(cast: dict[str, Partnership], slug: str) -> Case:
    """A case of a school against social care that has come to the policy's last stage."""
    loaded = load(cast[slug].policy_id)
    story = Story(len(loaded.policy.stages) - 1, days_ago=10)
    telling = Telling(cast[slug], loaded, story, timezone.now(), 13)
    telling.tell()
    return Case.objects.get(reference=telling.reference)


def offered(page: str) -> dict[str, str]:
    """The people whom a page offers to appoint: value by label."""
    return {
        label: value
        for value, label in re.findall(r'<option value="(\d+@[^"]+)"[^>]*>([^<]+)</option>', page)
    }


def fields(page: str) -> dict[str, str]:
    """What a page's form carries hidden."""
    return dict(re.findall(r'<input type="hidden" name="(seen|key)" value="([^"]*)"', page))


def test_the_brief_says_it_all_on_one_page(cast: dict[str, Partnership], as_person: SignIn) -> None:
    case = at_the_last_stage(cast, "bromley")
    school = case.parties.get(side="raising").agency.slug
    page = text(as_person("executive", school).get(f"/case/{case.reference}/brief"))
    for question in ("Is the child safe now?", "What is disagreed?", "Who must do what?",
                     "By when, and why then?", "What happens if they don't?"):  # fmt: skip
        assert question in page
    assert "who raised it" in page
    assert ", challenged" in page
    for stage in load("bromley").policy.stages:
        assert stage.title in page, "each stage that it went through is told"
    assert "Each side explained how it sees the risk." in page
    title = re.search(r"<title>([^<]*)", page)
    assert title is not None
    assert title[1].strip().startswith(f"Brief of case {case.reference}"), "no name in a title"


def test_the_room_is_for_who_decides_alone(cast: dict[str, Partnership], as_person: SignIn) -> None:
    case = at_the_last_stage(cast, "bromley")
    school = case.parties.get(side="raising").agency.slug
    assert as_person("practitioner", school).get(f"/case/{case.reference}/room").status_code == 404
    practitioners = text(as_person("practitioner", school).get(f"/case/{case.reference}"))
    assert f"/case/{case.reference}/room" not in practitioners
    chair = as_person("chair", "bromley")
    assert f"/case/{case.reference}/room" in text(chair.get(f"/case/{case.reference}"))
    page = text(chair.get(f"/case/{case.reference}/room"))
    assert "It cannot hear or decide yet:" in page
    assert "A member from" in page


def test_a_declaration_is_kept_and_seen_by_both_sides(
    cast: dict[str, Partnership], as_person: SignIn
) -> None:
    case = at_the_last_stage(cast, "bromley")
    chair = as_person("chair", "bromley")
    address = f"/case/{case.reference}/room"
    before = case.entries.count()
    refused = chair.post(address, {"key": "k", "note": "My note stays."})
    assert refused.status_code == 422
    assert "My note stays." in text(refused)
    sent = {"declares": "yes", "note": "I taught the head once.", "key": "once"}
    assert chair.post(address, sent).status_code == 302
    assert chair.post(address, sent).status_code == 302, "a double click is one declaration"
    assert "You declared:" in text(chair.get(address))
    assert case.entries.count() == before + 1
    for side in ("raising", "responding"):
        party = case.parties.filter(side=side).first()
        assert party is not None
        seen = text(
            as_person("executive", party.agency.slug).get(f"/case/{case.reference}/timeline")
        )
        assert "Independence declared" in seen
        assert "I taught the head once." in seen


def test_an_appointment_is_checked_first_and_nothing_is_recorded(
    cast: dict[str, Partnership], as_person: SignIn
) -> None:
    case = at_the_last_stage(cast, "bromley")
    chair = as_person("chair", "bromley")
    address = f"/case/{case.reference}/appoint"
    parties = {each.agency.name for each in case.parties.all()}
    third = next(
        each.agency.name
        for each in Membership.objects.filter(partnership=case.partnership)
        if each.agency.name not in parties and each.agency.kind == "police"
    )
    page = text(chair.get(address))
    before = case.entries.count()
    for number, agency in enumerate((*sorted(parties), third)):
        value = next(v for label, v in offered(page).items() if label.endswith(agency))
        sent = {
            **fields(page),
            "office": "panel_member",
            "person": value,
            "executive_member": "yes",
        }
        checked = text(chair.post(address, {**sent, "action": "check"}))
        assert "Checked, and not recorded yet" in checked
        complete = "The panel is then complete" in checked
        assert complete is (number == 2), "complete with the third agency, not before"
        assert case.entries.count() == before + number
        answer = chair.post(address, {**sent, "action": "send"})
        assert answer.status_code == 302, text(answer)
        page = text(chair.get(address))
    assert "It is made up as the policy asks." in page


def test_nobody_who_took_part_is_offered_twice_in_the_same_words(
    cast: dict[str, Partnership], as_person: SignIn
) -> None:
    # given a school that calls its head of safeguarding as the policy calls an office
    case = at_the_last_stage(cast, "bromley")
    page = text(as_person("chair", "bromley").get(f"/case/{case.reference}/hear"))
    people = re.findall(r'name="present" type="checkbox" value="([^"]+)"', page) or re.findall(
        r'value="([a-z_]+@[^"]+)"', page
    )
    labels = re.findall(r'<label class="govuk-label govuk-checkboxes__label"[^>]*>([^<]+)', page)
    said = [each.strip() for each in labels]
    assert any("Designated safeguarding lead" in each for each in said), people
    assert len(set(said)) == len(said)


def seated(client: Client, case: Case, label: str, **more: str) -> Any:
    """Appoint whom a page offers by these words, as a member of the panel."""
    page = text(client.get(f"/case/{case.reference}/appoint"))
    value = next(v for offer, v in offered(page).items() if offer.endswith(label))
    sent = {**fields(page), "office": "panel_member", "person": value, "executive_member": "yes"}
    return client.post(f"/case/{case.reference}/appoint", {**sent, "action": "send", **more})


def test_a_member_who_should_not_sit_is_replaced(
    cast: dict[str, Partnership], as_person: SignIn, person: Person
) -> None:
    # given a panel with a member of an agency in dispute
    case = at_the_last_stage(cast, "bromley")
    chair = as_person("chair", "bromley")
    agency = case.parties.get(side="raising").agency
    label = f"{person('executive', agency.slug).name}, {agency.name}"

    def sitting() -> list[int]:
        look = find(viewer(person("chair", "bromley"), timezone.now()), case.reference)
        return [each.n for each in look.state.appointments]

    assert seated(chair, case, label).status_code == 302
    (first,) = sitting()
    member = as_person("executive", agency.slug)
    room = f"/case/{case.reference}/room"
    # they are not offered what the directory knows to be wrong
    assert "I am independent" not in text(member.get(room))
    assert "I belong to an agency in dispute" in text(member.get(room))
    assert "I belong to an agency in dispute" not in text(chair.get(room))
    # when they declare what the directory knows to be wrong, it is not recorded
    answer = member.post(room, {"declares": "yes", "key": "first"})
    assert answer.status_code == 422
    assert "Your agency is one of those in dispute." in text(answer)
    # and when they declare that somebody else should sit, the panel is not complete with them
    assert member.post(room, {"declares": "no", "key": "second"}).status_code == 302
    assert "declared that somebody else should sit" in text(chair.get(room))
    # then another takes their place, and they are of the panel no more
    assert seated(chair, case, agency.name, instead_of="999").status_code == 422
    assert sitting() == [first]
    assert seated(chair, case, agency.name, instead_of=str(first)).status_code == 302
    assert len(sitting()) == 1
    assert sitting() != [first]


def test_whoever_is_not_of_the_executive_is_not_appointed_to_its_panel(
    cast: dict[str, Partnership], as_person: SignIn
) -> None:
    case = at_the_last_stage(cast, "bromley")
    agency = case.parties.get(side="raising").agency
    before = case.entries.count()
    answer = seated(as_person("chair", "bromley"), case, agency.name, executive_member="no")
    assert answer.status_code == 422
    assert "every member be of the partnership's Executive" in text(answer)
    assert case.entries.count() == before


def test_an_agency_outside_the_executive_is_not_offered_for_its_panel(
    cast: dict[str, Partnership], as_person: SignIn
) -> None:
    case = at_the_last_stage(cast, "bromley")
    every = Membership.objects.filter(partnership=case.partnership)
    outside = {each.agency.slug for each in every if not each.executive_member}
    assert outside
    chair, address = as_person("chair", "bromley"), f"/case/{case.reference}/appoint"
    slugs = {value.partition("@")[2] for value in offered(text(chair.get(address))).values()}
    assert slugs
    assert not slugs & outside
    # and where one in dispute is outside, the page says that there is no panel
    raising = case.parties.get(side="raising").agency
    every.filter(agency=raising).update(executive_member=False)
    page = text(chair.get(address))
    assert f"{raising.name} is in dispute, and the directory does not have it as of" in page
    assert "the Chair resolves it directly, without a panel" in page


def test_who_may_not_appoint_is_told_who_does_and_is_shown_no_empty_list(
    cast: dict[str, Partnership], as_person: SignIn
) -> None:
    # given a policy by which the Chair appoints, and nobody else
    case = at_the_last_stage(cast, "cumbria")
    # when the business manager opens the page
    answer = as_person("business_manager", "cumbria").get(f"/case/{case.reference}/appoint")
    # then it says so, and what to do
    assert answer.status_code == 409
    assert "does not let the business manager appoint the reviewer" in text(answer)
    assert "Ask the chair." in text(answer)
    assert "Whom?" not in text(answer)


def test_where_a_policy_has_nobody_appointed_the_page_says_so(
    opened: Case, as_person: SignIn
) -> None:
    answer = as_person("business_manager", "sandwell").get(f"/case/{opened.reference}/appoint")
    assert answer.status_code == 409
    assert "This policy has nobody appointed to a case." in text(answer)


def test_where_nobody_can_be_appointed_the_page_says_what_to_do(
    cast: dict[str, Partnership], as_person: SignIn
) -> None:
    # given a directory in which only the agencies in dispute have senior people
    case = at_the_last_stage(cast, "cumbria")
    chair, parties = as_person("chair", "cumbria"), case.parties.values_list("agency", flat=True)
    assert "Whom?" in text(chair.get(f"/case/{case.reference}/appoint"))
    others = Post.objects.filter(partnership=case.partnership, agency__isnull=False)
    others.exclude(agency__in=parties).update(user=None)
    # when the Chair would appoint
    page = text(chair.get(f"/case/{case.reference}/appoint"))
    # then there is no empty list, but what is missing and who can mend it
    assert "Whom?" not in page
    assert "The directory has nobody who may be appointed." in page
    assert "The business manager can name somebody else in the directory." in page


def test_nobody_of_a_party_or_who_took_part_may_be_the_independent_one(
    cast: dict[str, Partnership], person: Person, as_person: SignIn
) -> None:
    case = at_the_last_stage(cast, "cumbria")
    chair = person("chair", "cumbria")
    look = find(viewer(chair, timezone.now()), case.reference)
    known = candidates(look, look.seats[0], viewer(chair, timezone.now()))
    parties = set(case.parties.values_list("agency__slug", flat=True))
    refused = {each.value.partition("@")[2] for each in known if each.why_not}
    assert refused == parties
    page = text(as_person("chair", "cumbria").get(f"/case/{case.reference}/appoint"))
    assert f"Who may not be appointed, and why ({len([e for e in known if e.why_not])})" in page
    assert not {value.partition("@")[2] for value in offered(page).values()} & parties
    # somebody who spoke for a party, and has moved to an agency that is no party since
    spoke = person("executive", case.parties.get(side="raising").agency.slug)
    elsewhere = next(each for each in known if not each.why_not)
    moved = Post.objects.get(user_id=int(elsewhere.value.partition("@")[0]), role="executive")
    moved.user = spoke
    moved.save()
    again = candidates(look, look.seats[0], viewer(chair, timezone.now()))
    assert moved.agency is not None
    judged = next(e for e in again if e.value == f"{spoke.pk}@{moved.agency.slug}")
    assert judged.why_not.startswith("Took part in this case")

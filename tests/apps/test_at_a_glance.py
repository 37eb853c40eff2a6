"""What a page shows at a glance: the guide, the log's duties to the Chair, silence, the timeline."""

from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client

from concord.cases.ledger import Done, act, state_of
from concord.cases.models import Case
from concord.directory.models import Adoption, Agency, Partnership, User
from concord.policies.guide import steps
from concord.policies.library import load, policy_ids
from concord.reports.standing import lines, silence
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Form, Side
from tests.apps.conftest import AT

SignIn = Callable[[str, str], Client]
SCHOOL, TRUST = "sandwell-school", "sandwell-childrens-trust"


def written(case: Case, name: Act, by: Who, **particulars: object) -> None:
    n = len(state_of(case).records) + 1
    record = Record(n=n, at=AT, written=AT, by=by, act=name, key=f"k{n}", **particulars)  # type: ignore[arg-type]
    assert isinstance(act(case.reference, record, None), Done)


@pytest.mark.parametrize("policy", policy_ids())
def test_a_guide_names_every_stage_who_acts_there_and_each_time(policy: str) -> None:
    file = load(policy).file
    found = steps(file)
    assert [step.title for step in found] == [stage.title for stage in file.stages]
    assert all(step.acts for step in found)
    for step, stage in zip(found, file.stages, strict=True):
        wanted = {duty.within for duty in stage.duties if duty.within}
        assert wanted <= {within for _, within, _ in step.times}


def test_anybody_reads_the_guide_and_start_leads_to_it_and_to_the_dates(
    cast: dict[str, Partnership],
) -> None:
    start = Client().get("/").content.decode()
    for slug in cast:
        assert f'href="/area/{slug}/guide"' in start
        assert f'href="/area/{slug}#dates"' in start
        shown = Client().get(f"/area/{slug}/guide").content.decode()
        assert cast[slug].mash_telephone in shown
        assert cast[slug].business_unit_telephone in shown
    assert Client().get("/area/nowhere/guide").status_code == 404


def test_silence_says_who_since_when_and_in_which_cases(opened: Case, as_person: SignIn) -> None:
    raiser = Who("practitioner", Side.RAISING, SCHOOL)
    written(opened, Act.ESCALATE, raiser)
    (row, *_) = silence(lines(Case.objects.all(), AT + timedelta(days=30)))
    assert row.references == (opened.reference,)
    assert AT.date() <= row.since < AT.date() + timedelta(days=30)
    assert row.late >= row.cases == 1


def test_what_waits_for_the_chair_or_the_unit_is_one_press_away(
    opened: Case, as_person: SignIn
) -> None:
    unit = as_person("business_manager", "sandwell")
    assert opened.reference not in unit.get("/partnerships/sandwell?show=chair").content.decode()
    raiser = Who("practitioner", Side.RAISING, SCHOOL)
    written(opened, Act.ESCALATE, raiser, stage="stage-4", reason="The child cannot wait.")
    head = Who("executive", Side.RAISING, SCHOOL)
    written(opened, Act.SUBMIT, head, form=Form.ESCALATION_TEMPLATE, to=(Who("business_manager"),))
    shown = unit.get("/partnerships/sandwell?show=chair").content.decode()
    assert opened.reference in shown


def test_the_log_says_when_the_policy_is_to_be_reviewed_and_whose_review_is_overdue(
    cast: dict[str, Partnership], as_person: SignIn
) -> None:
    unit = as_person("business_manager", "sandwell")
    shown = unit.get("/partnerships/sandwell").content.decode()
    assert "The policy:" in shown
    assert "adopted it itself" not in shown
    Adoption.objects.create(
        agency=Agency.objects.get(slug=SCHOOL), partnership=cast["sandwell"], policy_id="sandwell",
        policy_version="1", approved=date(2024, 1, 1), review_due=date(2025, 1, 1),
    )  # fmt: skip
    assert "adopted it itself" in unit.get("/partnerships/sandwell").content.decode()


def test_the_timeline_is_narrowed_by_kind_and_by_whose_records(
    opened: Case, as_person: SignIn
) -> None:
    manager = Who("manager", Side.RESPONDING, TRUST)
    written(opened, Act.ANSWER, manager, text={"position": "We disagree.", "reply": "Theirs."})
    written(
        opened, Act.NOTIFY, Who("business_manager"), to=(manager,), text={"note": "The unit's."}
    )
    client = as_person("practitioner", SCHOOL)

    def shown(asked: str) -> str:
        return client.get(f"/case/{opened.reference}/timeline{asked}").content.decode()

    assert all(words in shown("") for words in ("Theirs.", "The unit", "The referral was closed."))
    assert "Theirs." in shown(f"?of={TRUST}")
    assert "The referral was closed." not in shown(f"?of={TRUST}")
    assert "The unit" in shown("?of=partnership")
    assert "1 of 3 records are shown" in shown("?act=answer")
    assert "No record of this kind." in shown(f"?act=answer&of={SCHOOL}")


def test_the_brief_leads_to_its_own_documents_and_to_the_bundle_once_there_is_one(
    opened: Case, as_person: SignIn
) -> None:
    client = as_person("executive", SCHOOL)
    address = f"/case/{opened.reference}"
    shown = client.get(f"{address}/brief").content.decode()
    assert f"{address}/forms/executive_brief/open" in shown
    assert f"{address}/bundle" not in shown
    client.post(f"{address}/submit", {"form": "escalation_template", "to": "business_manager",
                                      "key": "a", "seen": "1"})  # fmt: skip
    assert f"{address}/bundle" in client.get(f"{address}/brief").content.decode()


def test_who_has_not_answered_is_named_though_the_policy_gives_them_no_date(
    opened: Case, as_person: SignIn, person: Callable[[str, str], User]
) -> None:
    # given a concern in Sandwell's initial discussion, where only its raiser owes something
    manager = person("manager", TRUST)
    waits = (
        f"Sandwell Children's Trust (demonstration): {manager.name} (Team manager): to answer the "
        "concern, or pass it to the right person."
    )
    by_when = "Sandwell Children's Trust (demonstration): as soon as possible."

    def five(part: str = "") -> str:
        shown = as_person("practitioner", SCHOOL).get(f"/case/{opened.reference}{part}")
        whole = " ".join(unescape(shown.content.decode()).split())
        return whole.partition("Who must do what?")[2].partition("What happens if")[0]

    # then the case and its brief name who is to answer, by which clause, and by when
    for part in ("", "/brief"):
        assert waits in five(part)
        assert "SA-09" in five(part).partition(waits)[2].partition("By when")[0]
        assert by_when in five(part)
    # when they have answered, then not any more
    answered = {"position": "We disagree.", "reply": "Theirs."}
    written(opened, Act.ANSWER, Who("manager", Side.RESPONDING, TRUST), text=answered)
    assert "to answer the concern" not in five()
    assert by_when not in five()

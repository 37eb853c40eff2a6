"""One act of the ledger: what it writes, whom it tells, and that it is whole or not at all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection

from concord.access.table import CaseFacts
from concord.cases import kept, ledger, register
from concord.cases.enclosing import enclose
from concord.cases.ledger import Done, Overtaken, open_case, opened_as, records_of, state_of
from concord.cases.models import Case, Enclosure, Entry, Outbox, Registered, Summary
from concord.cases.summaries import differs
from concord.cases.verifying import verify
from concord.directory.models import Agency, Newcomer, Partnership, Post, User
from concord.rules.decide import Accepted, Refused
from concord.rules.record import Enclosed, Facts, Record
from concord.rules.who import Parties, Who
from concord.rules.words import Act, House, Side
from tests.apps.conftest import AT

Person = Callable[[str, str], User]
SCHOOL, TRUST, POLICE = "sandwell-school", "sandwell-childrens-trust", "west-midlands-police"
RAISER = Who("practitioner", Side.RAISING, SCHOOL)
HEAD = Who("manager", Side.RAISING, SCHOOL)
MANAGER = Who("manager", Side.RESPONDING, TRUST)
LATER = AT + timedelta(hours=1)
WRITTEN = AT + timedelta(hours=2)


def record(act: Act = Act.FILE, by: Who = RAISER, key: str = "", **more: Any) -> Record:
    return Record(
        **{"n": 0, "at": LATER, "written": WRITTEN, "by": by, "act": act, "key": key, **more}
    )


def agency(slug: str) -> Agency:
    return Agency.objects.get(slug=slug)


def opening(raiser: User | None, key: str = "form-1", **more: Any) -> Any:
    """A case of Sandwell's school with its Children's Trust and the police, raised just now."""
    raised = record(Act.RAISE, key=key, **more)
    facts: Facts = {"raised_in_conference": True, "needs": ("speech", "hearing")}
    sandwell = Partnership.objects.get(slug="sandwell")
    responding = [agency(TRUST), agency(POLICE)]
    return open_case(sandwell, agency(SCHOOL), responding, facts, raised, raiser)


def told(case: Case, n: int) -> list[str]:
    """Whom a record concerns, in the order in which they are told."""
    rows = Outbox.objects.filter(case=case, entry__case=case, entry__sequence=n, told=False)
    return list(rows.order_by("id").values_list("to", flat=True))


def does(case: Case, act: Act, by: Who = RAISER, **more: Any) -> list[str]:
    """Perform one act. Returns whom it concerns."""
    answer = ledger.act(case.reference, record(act, by, **more), None)
    assert isinstance(answer, Done), answer
    return told(case, answer.answer.record.n)


# --- a case is opened -------------------------------------------------------------------------


def test_a_case_is_opened_with_all_that_it_begins_with(
    cast: dict[str, Partnership], person: Person
) -> None:
    # given whoever raises a concern with two agencies; when the case is opened
    raiser = person("practitioner", SCHOOL)
    text = {"child.1.name": "Plum Invented", "user": str(raiser.pk)}
    answer = opening(raiser, text=text)
    # then all of it is there: the case, its parties, its record, its summary and its seal
    assert isinstance(answer, Done)
    case = Case.objects.get()
    assert answer.case == case
    assert not answer.repeated
    state = state_of(case)
    assert (case.partnership, case.policy_id, case.opened) == (
        cast["sandwell"], cast["sandwell"].policy_id, LATER,
    )  # fmt: skip
    assert (case.policy_version, case.calendar_version) == (
        state.policy.version, state.calendar.version,
    )  # fmt: skip
    assert case.facts == {"raised_in_conference": True, "needs": ["speech", "hearing"]}
    parties = case.parties.order_by("place").values_list("side", "agency__slug", "place")
    assert list(parties) == [
        ("raising", SCHOOL, 0), ("responding", TRUST, 1), ("responding", POLICE, 2),
    ]  # fmt: skip
    entry = Entry.objects.get()
    assert (entry.case, entry.sequence, entry.at, entry.written) == (case, 1, LATER, WRITTEN)
    assert (entry.act, entry.key, entry.written_by) == ("raise", "form-1", raiser)
    assert records_of(case) == (replace(record(Act.RAISE, key="form-1", text=text), n=1),)
    assert (answer.state, answer.answer.record) == (state, records_of(case)[0])
    assert state.parties == Parties(SCHOOL, (TRUST, POLICE))
    assert state.facts["needs"] == ("speech", "hearing")
    assert differs(case, state, WRITTEN) == []
    assert told(case, 1) == [f"practitioner@{TRUST}", f"practitioner@{POLICE}"]
    assert len(bytes.fromhex(case.salt)) == 16
    done = verify({})
    assert (done.findings, done.histories, done.records) == ([], 1, 1)


def test_the_same_form_sent_twice_is_one_case(cast: object, person: Person) -> None:
    raiser = person("practitioner", SCHOOL)
    first, again = opening(raiser), opening(raiser)
    assert Case.objects.get() == again.case
    assert again == Done(first.case, first.state, Accepted(first.state.records[0], repeats=1), True)


def test_a_form_without_a_key_is_a_case_each_time(cast: object) -> None:
    one, other = opening(None, key=""), opening(None, key="")
    assert one.case != other.case
    assert [each.key for each in Entry.objects.all()] == ["n1", "n1"]
    assert [each.written_by for each in Entry.objects.all()] == [None, None]


def test_a_key_is_the_same_form_only_as_the_first_record_and_of_the_same_act(
    cast: object, person: Person
) -> None:
    case = opening(None, key="one").case
    does(case, Act.FILE, key="two")
    assert opening(None, key="two").case != case


def test_a_refused_opening_leaves_nothing(cast: object) -> None:
    answer = opening(None, by=MANAGER)
    assert isinstance(answer, Refused)
    assert answer.reasons
    assert not Case.objects.exists()


def test_who_opened_a_case_with_a_form_finds_it_by_its_key(cast: object, person: Person) -> None:
    raiser, other = person("practitioner", SCHOOL), person("manager", SCHOOL)
    case = opening(raiser, key="mine").case
    does(case, Act.FILE, key="filed")
    assert opened_as("mine", raiser.pk) == case
    assert opened_as("mine", other.pk) is None
    assert opened_as("filed", raiser.pk) is None
    assert opened_as("another", raiser.pk) is None


# --- an act is written ------------------------------------------------------------------------


def test_an_act_is_written_after_the_last_with_who_wrote_it(opened: Case, person: Person) -> None:
    # given a case of one record; when its raiser's manager takes it up
    writer = person("manager", SCHOOL)
    before = Summary.objects.get(case=opened).sequence
    answer = ledger.act(opened.reference, record(Act.ESCALATE, HEAD), writer, seen=1)
    # then the record stands after the first, and the case, its summary and its seal say so
    assert isinstance(answer, Done)
    entry = Entry.objects.get(sequence=2)
    assert (entry.case, entry.at, entry.written) == (opened, LATER, WRITTEN)
    assert (entry.act, entry.key, entry.written_by) == ("escalate", "n2", writer)
    assert answer == Done(answer.case, state_of(opened), Accepted(records_of(opened)[1]))
    assert records_of(opened)[1] == replace(record(Act.ESCALATE, HEAD), n=2, key="n2")
    assert answer.case == opened
    assert (answer.case.last_sequence, answer.case.head) == (2, entry.link)
    opened.refresh_from_db()
    assert (opened.last_sequence, opened.head) == (2, entry.link)
    assert (before, Summary.objects.get(case=opened).sequence) == (1, 2)
    assert differs(opened, answer.state, WRITTEN) == []
    assert verify({}).findings == []


def test_a_repeated_act_is_answered_as_the_one_that_it_is(opened: Case) -> None:
    first = ledger.act(opened.reference, record(key="same"), None)
    ledger.act(opened.reference, record(key="another"), None)
    again = ledger.act(opened.reference, record(key="same"), None, seen=1)
    assert isinstance(first, Done)
    assert isinstance(again, Done)
    assert (again.case, again.state, again.repeated) == (opened, state_of(opened), True)
    assert again.answer.repeats == 2
    assert not first.repeated


def test_who_has_seen_less_than_there_is_is_told_what_came_since(opened: Case) -> None:
    for key in "ab":
        ledger.act(opened.reference, record(key=key), None)
    answer = ledger.act(opened.reference, record(Act.ESCALATE), None, seen=1)
    state = state_of(opened)
    assert answer == Overtaken(opened, state, state.records[1:])
    assert isinstance(ledger.act(opened.reference, record(), None, seen=3), Done)
    assert isinstance(ledger.act(opened.reference, record(), None), Done)


def test_a_refusal_says_why_and_writes_nothing(opened: Case) -> None:
    answer = ledger.act(opened.reference, record(Act.DECIDE), None)
    assert isinstance(answer, Refused)
    assert answer.first.why
    assert Entry.objects.count() == 1


def test_no_such_case_is_said_loudly(opened: Case) -> None:
    with pytest.raises(Case.DoesNotExist):
        ledger.act("AAAA-AAAA", record(), None)


def test_what_comes_of_an_act_is_written_with_it(opened: Case, person: Person) -> None:
    writer = person("manager", SCHOOL)
    also = (record(key="second"), record(key="third"))
    answer = ledger.act(opened.reference, record(key="first"), writer, seen=1, also=also)
    assert isinstance(answer, Done)
    assert answer.answer.record.key == "third"
    rows = list(Entry.objects.order_by("sequence").values_list("key", "written_by"))
    assert rows[1:] == [("first", writer.pk), ("second", writer.pk), ("third", writer.pk)]


@pytest.mark.parametrize("refused", [0, 1, 2])
def test_an_act_and_what_comes_of_it_are_written_all_or_not_at_all(
    opened: Case, refused: int
) -> None:
    acts = [record(key=key) for key in "abc"]
    acts[refused] = record(Act.DECIDE)
    answer = ledger.act(opened.reference, acts[0], None, also=acts[1:])
    assert isinstance(answer, Refused)
    assert Entry.objects.count() == 1
    opened.refresh_from_db()
    assert opened.last_sequence == 1


def test_who_was_overtaken_writes_nothing_of_what_was_to_come_either(opened: Case) -> None:
    ledger.act(opened.reference, record(), None)
    answer = ledger.act(opened.reference, record(), None, seen=1, also=[record(key="also")])
    assert isinstance(answer, Overtaken)
    assert Entry.objects.count() == 2


def test_whoever_got_past_the_lock_is_turned_away_at_the_end(
    opened: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last line: the case is taken on only from where this act found it."""

    def moved(case: int, entry: int, written: Record) -> None:
        enclose(case, entry, written)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE cases_case SET head = 'another' WHERE id = %s", [case])

    monkeypatch.setattr(ledger, "enclose", moved)
    with pytest.raises(IntegrityError, match=r"^the case has moved on while this act was being"):
        ledger.act(opened.reference, record(Act.ESCALATE), None)
    assert Entry.objects.count() == 1


def test_another_case_is_never_taken_on(opened: Case, cast: object) -> None:
    other = opening(None, key="other").case
    does(opened, Act.ESCALATE)
    assert Case.objects.get(pk=other.pk).head == other.head


def test_documents_go_with_the_record_that_names_them(opened: Case, person: Person) -> None:
    # given a document that waits; when an act names it
    waiting = Enclosure.objects.create(
        case=opened, user=person("practitioner", SCHOOL), act="file", name="Plan.pdf", kind="pdf",
        size=9, sha256="ab" * 32, kept="cd" * 16, scanned="clean", added=AT,
    )  # fmt: skip
    enclosed = Enclosed("Plan.pdf", "pdf", 9, "ab" * 32, "cd" * 16, "clean")
    answer = ledger.act(opened.reference, record(enclosed=(enclosed,)), None)
    # then it belongs to that record
    assert isinstance(answer, Done)
    waiting.refresh_from_db()
    assert waiting.entry == Entry.objects.get(sequence=2)


def test_a_state_is_kept_as_it_is_once_it_is_committed(
    opened: Case, django_capture_on_commit_callbacks: Any
) -> None:
    kept.forget()
    with django_capture_on_commit_callbacks(execute=True):
        answer = ledger.act(opened.reference, record(Act.ESCALATE), None)
    assert isinstance(answer, Done)
    assert state_of(opened) is answer.state
    kept.forget()


def test_an_act_leaves_what_finds_a_case_as_it_is_where_it_changes_nothing_of_it(
    opened: Case,
) -> None:
    """Those aids are many rows, and most acts change none of them."""

    def aids() -> list[list[int]]:
        return [
            list(each.values_list("pk", flat=True)) for each in (opened.children, opened.brought)
        ]

    before = aids()
    assert all(before)
    does(opened, Act.FILE)
    assert aids() == before
    does(opened, Act.NOTIFY, to=(Who("iro"),))
    assert aids()[0] == before[0]
    assert len(aids()[1]) == len(before[1]) + 1


# --- whoever is new -----------------------------------------------------------------------------


@pytest.fixture
def newcomer(opened: Case) -> User:
    """Somebody of the school whom it has not confirmed yet."""
    user = User.objects.create_user("robin.new@example.org", "Robin Newcomer")
    sandwell = Partnership.objects.get(slug="sandwell")
    post = Post.objects.create(
        role="practitioner", agency=agency(SCHOOL), user=user, partnership=sandwell,
        since=AT.date(),
    )  # fmt: skip
    Newcomer.objects.create(post=post, came=AT)
    return user


def test_who_is_not_confirmed_yet_takes_nothing_up(opened: Case, newcomer: User) -> None:
    answer = ledger.act(opened.reference, record(Act.ESCALATE), newcomer)
    assert isinstance(answer, Refused)
    assert [each.clause for each in answer.reasons] == [House.KNOWN_BEFORE_GOING_UP]
    assert Entry.objects.count() == 1
    # but records at once, and is held back by their own agency alone
    assert isinstance(ledger.act(opened.reference, record(), newcomer), Done)
    answer = ledger.act(opened.reference, record(Act.ESCALATE, MANAGER), newcomer)
    assert not isinstance(answer, Refused) or House.KNOWN_BEFORE_GOING_UP not in [
        each.clause for each in answer.reasons
    ]


def test_who_has_been_confirmed_takes_it_up(opened: Case, newcomer: User) -> None:
    Newcomer.objects.update(known=True)
    assert isinstance(ledger.act(opened.reference, record(Act.ESCALATE), newcomer), Done)


def test_who_comes_after_the_act_was_written_is_not_held_to_it(
    opened: Case, newcomer: User
) -> None:
    """Whether somebody is known is asked as at the moment when the act was written."""
    Post.objects.filter(user=newcomer).update(since=AT.date() + timedelta(days=1))
    assert isinstance(ledger.act(opened.reference, record(Act.ESCALATE), newcomer), Done)


def test_who_is_new_in_another_partnership_is_held_back_there_alone(
    opened: Case, newcomer: User
) -> None:
    Post.objects.filter(user=newcomer).update(partnership=Partnership.objects.get(slug="bromley"))
    assert isinstance(ledger.act(opened.reference, record(Act.ESCALATE), newcomer), Done)


# --- what access asks -------------------------------------------------------------------------


def test_access_is_told_who_stands_where_in_a_case(opened: Case, person: Person) -> None:
    # given a case with an office that was told, and somebody from whom it was called back
    raiser, unit = person("practitioner", SCHOOL), person("business_manager", "sandwell")
    does(opened, Act.NOTIFY, to=(Who("iro"),))
    register.write(
        Registered.Kind.CALLED_BACK, opened, unit, AT, {"why": "sent wrongly"}, label="iro"
    )
    # when the table of access asks; then each of these is there
    assert ledger.facts_for_access(opened, state_of(opened)) == CaseFacts(
        partnership="sandwell",
        parties=Parties(SCHOOL, (TRUST,)),
        brought_in=frozenset({"iro"}),
        attached=frozenset({raiser.pk}),
        appointed=frozenset(),
        raiser=raiser.pk,
        called_back=frozenset({"iro"}),
    )

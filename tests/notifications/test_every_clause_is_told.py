"""Each notice that the policies ask for reaches somebody; so does each duty, and each limit."""

from collections.abc import Iterator

import pytest

from concord.cases import ledger
from concord.cases.models import Case
from concord.directory.models import Agency, Partnership
from concord.notifications.loop import go_round
from concord.notifications.models import Notice
from concord.notifications.recipients import OUTSIDE, Directory, is_partys, people
from concord.policies.library import load, policy_ids
from concord.policies.reminders import reminders_for
from concord.rules.clock import due
from concord.rules.duties import owners
from concord.rules.policy import Doing, DutyRule
from concord.rules.record import Record
from concord.rules.rungs import rungs
from concord.rules.state import CaseState
from concord.rules.who import Who, expand
from concord.rules.words import Act, Side
from tests.notifications.conftest import AT

TELLING = frozenset({Act.NOTIFY, Act.SHARE, Act.SUBMIT, Act.FEED_BACK, Act.DISSEMINATE})
POOLS = ("panel", "reviewer", "independent_chair", "mediator")


def begun(cast: dict[str, Partnership], policy: str) -> tuple[Case, CaseState]:
    partnership = cast[policy.replace("_", "-")]
    named = [each.id for each in load(policy).file.agencies]
    raising = Agency.objects.get(slug=f"{partnership.slug}-school")
    responding = Agency.objects.filter(partnerships=partnership).exclude(pk=raising.pk)
    responding = responding.filter(slug__in=named) or responding
    record = Record(1, AT, AT, Who("practitioner", Side.RAISING, raising.slug), Act.RAISE, key="r")
    done = ledger.open_case(partnership, raising, list(responding[:1]), {}, record, None)
    assert isinstance(done, ledger.Done)
    case = Case.objects.select_related("partnership", "summary").get(pk=done.case.pk)
    return case, done.state


def seats(state: CaseState, rule: DutyRule) -> Iterator[Who]:
    """Everybody whom a duty concerns: who owes it, and who must be told or there."""
    sides = {agency: side for side, agency in reversed(state.parties.sides)}
    for owner in owners(state, rule.by):
        if owner is not None:
            yield owner
        own = owner.agency if owner else state.parties.raising
        for doing in rule.done:
            for wanted in (*doing.to, *doing.present):
                for seat, agency in expand(wanted, state.parties, own):
                    role = seat.roles[0]
                    if agency is None and is_partys(state.policy, role):
                        agency = own  # an office of a party, named by that party, is its own
                    yield Who(role, sides.get(agency or ""), agency)


@pytest.mark.parametrize("policy", policy_ids())
def test_every_duty_of_every_clause_reaches_a_person(
    cast: dict[str, Partnership], policy: str
) -> None:
    case, state = begun(cast, policy)
    directory = Directory(AT)
    checked = 0
    for rule in state.policy.duties:
        for seat in seats(state, rule):
            if seat.role in OUTSIDE or seat.role == "anyone":
                continue
            told = people(directory, case, state.policy, seat, ())
            assert told, (rule.id, seat)
            assert all(each.user is not None for each in told), (rule.id, seat)
            if seat.role not in (*POOLS, "practitioner", "safeguarding_lead"):
                # the post is filled, so it comes to its holder
                assert all(each.instead == "" for each in told), (rule.id, seat, told)
            checked += 1
    assert checked >= len(state.policy.duties)


def notices_asked_for(state: CaseState) -> Iterator[tuple[DutyRule, Doing, Who]]:
    for rule in state.policy.duties:
        for doing in rule.done:
            if doing.acts & TELLING and doing.to:
                for seat in seats(state, rule):
                    if seat.role not in OUTSIDE and seat not in owners(state, rule.by):
                        yield rule, doing, seat


@pytest.mark.parametrize("policy", policy_ids())
def test_every_notice_that_a_clause_asks_for_arrives_when_it_is_given(
    cast: dict[str, Partnership], policy: str
) -> None:
    case, state = begun(cast, policy)
    by = state.records[0].by
    asked = list(notices_asked_for(state))
    assert len(asked) > 3
    for n, (rule, _, seat) in enumerate(asked):
        record = Record(0, AT, AT, by, Act.NOTIFY, key=f"tell-{n}", to=(seat,))
        done = ledger.act(case.reference, record, None)
        assert isinstance(done, ledger.Done), (rule.id, seat)
        go_round(AT, mails=True)
        wanted = {
            each.user
            for each in people(Directory(AT), Case.objects.get(pk=case.pk), state.policy, seat, ())
        }
        told = Notice.objects.filter(entry__sequence=done.answer.record.n, case=case)
        assert wanted <= {notice.recipient for notice in told}, (rule.id, seat)


@pytest.mark.parametrize("policy", policy_ids())
def test_every_limit_is_told_before_it_ends_and_when_it_has(
    cast: dict[str, Partnership], policy: str
) -> None:
    _, state = begun(cast, policy)
    limits = [rule.within for rule in state.policy.limits]
    limits += [rule.within for rule in state.policy.duties if rule.within is not None]
    assert limits
    for limit in limits:
        ends = due(limit, AT, state.calendar)
        found = [each.id for each in rungs(reminders_for(policy), AT, ends, state.calendar)]
        assert found[0] == "begun"
        assert found[-1] == "late"

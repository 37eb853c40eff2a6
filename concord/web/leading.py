"""From a duty to the act that meets it: its form, filled in with whom and which. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from concord.notifications.recipients import is_partys
from concord.rules.clock import LONDON, latest_instant
from concord.rules.duties import Owed, asked_for
from concord.rules.endings import waits_for
from concord.rules.meetings import HELD, meetings
from concord.rules.policy import Doing
from concord.rules.state import CaseState
from concord.rules.who import ANYONE, Seat, Who, expand
from concord.rules.words import TIER_RANK, Act, Status
from concord.web.presenting import ACTS, key_of

FIRST = (
    Act.ACKNOWLEDGE, Act.ANSWER, Act.DISCUSS, Act.SHORTEN, Act.NOTIFY, Act.SUBMIT, Act.AGREE,
    Act.RESOLVE, Act.CONVENE, Act.MEET, Act.HEAR, Act.FEED_BACK,
)  # fmt: skip
"""Of several acts that meet a duty, the one to offer first; the others follow in their order."""

TELLING = frozenset({Act.NOTIFY, Act.SUBMIT, Act.SHARE, Act.FEED_BACK})


OF_A_MEETING = {Act.CONVENE: "Arrange", Act.MEET: "Record", Act.HEAR: "Record"}
"""What is done to a meeting that the policy gives a name."""


@dataclass(frozen=True, slots=True)
class Lead:
    """The act that meets a duty, and what its form says already."""

    key: str
    """The duty that it meets, as `key_of` names it."""
    act: Act
    filled: dict[str, Any] = field(default_factory=dict)
    seat: Who | None = None
    meeting: int | None = None
    """The meeting to come that is to be held, on a page of its own."""
    called: str = ""
    """What the policy calls the meeting that it asks for."""

    @property
    def words(self) -> str:
        """What the button says, and the page that it leads to."""
        if self.meeting is not None and self.act is Act.CONVENE:
            return f"Choose a time for {self.called or 'the meeting'}"
        about = OF_A_MEETING.get(self.act) if self.called else None
        return f"{about} {self.called}" if about else ACTS[self.act][0]


def lead(
    state: CaseState, entry: Owed, seat: Who, may: Collection[Act], at: datetime
) -> Lead | None:
    """What somebody in this seat would do about a duty; None where they can do nothing.

    `may` are the acts open to the seat now. Of the policy's ways to meet the duty the first that
    is open is taken.
    """
    if entry.checks:
        return None  # it has a page of its own, from the agreed actions
    if entry.action is not None:
        filled = {"which": str(entry.action), "done": "yes"}
        if Act.COMPLETE in may:
            return Lead(key_of(entry), Act.COMPLETE, filled)
        return None
    rule = next((each for each in state.policy.duties if each.id == entry.rule), None)
    if rule is None:
        return _of_a_limit(state, entry, seat, may)
    for doing in rule.done:
        if doing.by and not any(_may_sit(seat, wanted) for wanted in doing.by):
            continue
        acts = sorted(doing.acts & set(may), key=lambda act: _order(doing, act))
        if acts and doing.acts <= HELD and Act.CONVENE in may:
            return replace(_to_hold(state, entry, doing, seat, at), called=rule.meeting)
        if acts:
            filled = _filled(state, doing, acts[0], seat, at)
            return Lead(key_of(entry), acts[0], filled, called=rule.meeting)
    return None


def _to_hold(state: CaseState, entry: Owed, doing: Doing, seat: Who, at: datetime) -> Lead:
    """A meeting is arranged first; then it is recorded, with who came."""
    to_come = [each for each in meetings(state) if each.is_to_come]
    filled = _filled(state, doing, Act.MEET, seat, at)
    if not to_come:
        return Lead(key_of(entry), Act.CONVENE, filled)
    meeting = to_come[-1]
    act = Act.CONVENE if meeting.at is None else Act.MEET
    return Lead(key_of(entry), act, filled, meeting=meeting.number)


def _order(doing: Doing, act: Act) -> tuple[bool, int, int]:
    """Where somebody is to be told, telling comes before speaking."""
    place = FIRST.index(act) if act in FIRST else len(FIRST)
    return bool(doing.to) and act not in TELLING, place, list(Act).index(act)


def _may_sit(seat: Who, wanted: Seat) -> bool:
    """Whether the seat is one of those wanted, or of a party where anyone of it will do."""
    if ANYONE in wanted.roles:
        return wanted.place is None or seat.side is not None
    rank = TIER_RANK.get(seat.role, -1)
    return any(
        role == seat.role or rank >= TIER_RANK.get(role, len(TIER_RANK)) for role in wanted.roles
    )


def _of_a_limit(state: CaseState, entry: Owed, seat: Who, may: Collection[Act]) -> Lead | None:
    """A limit on a stage is met by settling it, or else by going up."""
    if state.status is not Status.OPEN:
        return None
    for act in (Act.CONFIRM, Act.DECIDE, Act.DISCUSS, Act.ESCALATE):
        if act in may and (act is not Act.CONFIRM or waits_for(state, seat)):
            return Lead(key_of(entry), act)
    return None


def _filled(
    state: CaseState, doing: Doing, act: Act, seat: Who, at: datetime
) -> dict[str, Any]:  # fmt: skip
    """What the act's form can be given from the policy's words."""
    found: dict[str, Any] = {}
    if doing.to:
        found["to"] = [label for each in doing.to for label in _labels(state, each, seat)]
    if doing.present:
        mine = f"{seat.role}@{seat.agency}" if seat.agency else seat.role
        present = [label for each in doing.present for label in _labels(state, each, seat)]
        found["present"] = [label for label in present if label != mine]
    if doing.form is not None:
        found["form"] = str(doing.form)
    if act is Act.APPOINT and len(state.policy.appointments) == 1:
        found["office"] = state.policy.appointments[0].office
    if act is Act.SHORTEN:
        found |= until_nearest_limit(state, at)
    return found


def _labels(state: CaseState, wanted: Seat, seat: Who) -> Iterator[str]:
    """The seats of the case that a policy's seat means, as the forms name them."""
    own = seat.agency if seat.side is not None else None
    role = wanted.roles[0]
    for each, agency in expand(wanted, state.parties, own):
        if role == ANYONE:
            continue
        if agency is None and each.place is None and is_partys(state.policy, role):
            whose = (own,) if own and role not in TIER_RANK else state.parties.agencies
            yield from (f"{role}@{slug}" for slug in whose)
        else:
            yield f"{role}@{agency}" if agency else role


def nearest_limit(state: CaseState, at: datetime) -> Owed | None:
    """The limit on the present stage that ends first, as it stands at `at` (aware)."""
    running = (
        entry
        for entry in asked_for(state, at)
        if entry.limit and entry.is_open and entry.due is not None
    )
    return min(running, key=lambda entry: latest_instant(entry.due or at), default=None)


def meeting_limit(state: CaseState, at: datetime) -> Owed | None:
    """By when a meeting has to be held, at `at` (aware): the limit on the stage, or that of the
    stage's duty to meet (SA-31), whichever ends first.
    """
    to_meet = {
        rule.id
        for rule in state.policy.duties
        if rule.stage == state.stage and any(each.acts <= HELD for each in rule.done)
    }
    running = (
        entry
        for entry in asked_for(state, at)
        if entry.is_open and entry.due is not None and (entry.limit or entry.rule in to_meet)
    )
    return min(running, key=lambda entry: latest_instant(entry.due or at), default=None)


def until_nearest_limit(state: CaseState, at: datetime) -> dict[str, Any]:
    """The nearest limit as the first values of the form that makes it shorter."""
    limit = nearest_limit(state, at)
    if limit is None or limit.due is None:
        return {}
    if isinstance(limit.due, datetime):
        local = limit.due.astimezone(LONDON)
        return {"by": local.date(), "time": f"{local:%H:%M}"}
    return {"by": limit.due}


def leads(
    state: CaseState, entries: Sequence[Owed], seats: Sequence[tuple[Who, Collection[Act]]],
    at: datetime, left: Collection[Who] = (),
) -> dict[str, Lead]:  # fmt: skip
    """For each open duty that somebody in these seats owes, by `key_of`: what they would do.

    `left`: the seats whose duties have come to them, which they do in a seat of the same agency.
    """
    found: dict[str, Lead] = {}
    for entry in entries:
        if not entry.is_open:
            continue
        for seat, may in seats:
            owns = entry.owner in (seat, None) or (
                entry.owner in left and entry.owner is not None and _same(seat, entry.owner)
            )
            if not owns or (entry.owner is None and seat.side is None):
                continue
            way = lead(state, entry, seat, may, at)
            if way is not None:
                found.setdefault(way.key, replace(way, seat=seat))
    return found


def _same(seat: Who, left: Who) -> bool:
    return seat.agency == left.agency and seat.side is left.side

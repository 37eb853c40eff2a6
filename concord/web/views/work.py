"""My work: what needs me, what waits for others, for information, drafts, what closed lately."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concord.access.standing import raises
from concord.access.table import LINE, answers_subjects, reviews_looks
from concord.cases import drafts
from concord.cases.doorway import Look, Viewer, cases_for, find
from concord.cases.models import Case
from concord.cases.still_owed import asked_of, by_press, lateness, outlasting, policy_of, urgent_of
from concord.directory.arrivals import to_confirm
from concord.notifications.mine import Mine, is_mine, listed_for
from concord.notifications.questions import trouble
from concord.policies.calendars import calendar_for
from concord.rules.clock import LONDON, latest_instant
from concord.rules.dates import day, due_words, left_words, read_due
from concord.rules.words import Side
from concord.subject_access.reminding import pressing_in
from concord.vault.closed import Closed
from concord.web.actions import ActionRow
from concord.web.asked import Asked, asked
from concord.web.asking import page, signed_in
from concord.web.paging import BESIDE, TALL, Part, part_of
from concord.web.presenting import standing_words
from concord.web.raiser import agencies_served
from concord.web.views.actions import rows_of
from concord.web.views.calling_back import waiting as undecided
from concord.web.views.emergencies import waiting

LATELY = timedelta(days=60)
SHOWN = 50
FEW = 3
"""So many cases of a list that asks nothing are shown; more are folded, with how many they are."""
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Item:
    """One case in a list."""

    reference: str
    children: str
    between: str
    stage: str
    what: str
    due: str
    left: str
    """How long is left, or how late it is, in words; empty where no limit runs."""
    late: bool
    urgent: bool
    clause: str
    more: int
    """How many more things the case's owner owes in it."""
    order: tuple[bool, bool, bool, datetime]
    """What keeps a child safe before all, then a child at risk, then by the limit."""
    case: int
    """The number of its row."""


@signed_in
@require_safe
def work(request: HttpRequest, who: Viewer) -> HttpResponse:
    """Everything that concerns the viewer, soonest first and late on top."""
    live = (
        listed_for(who)
        .filter(summary__status="open")
        .order_by("summary__next_due", "summary__case_id")  # both from one index: nothing is sorted
    )
    mine: list[Item] = []
    others: list[Item] = []
    told: list[Item] = []
    owing = Mine(who)
    for case in live[:500]:
        there = asked_of(case)
        due = owing.of(case, there)
        item = _item(case, due or there, who)
        ask = _asked_in(who, case, due, owing.serving)
        if ask:
            mine.append(_as_asked(item, ask, who.at))
        else:
            (mine if due else others if _takes_part(who, case) else told).append(item)
    unsafe = _unsafe_though_ended(who)
    for case, due in unsafe:
        theirs = owing.of(case, due)
        (mine if theirs else others).append(_item(case, theirs or due, who))
    mine += _owed_though_ended(who, owing)
    for each in (mine, others, told):
        each.sort(key=lambda item: item.order)
    ended = (
        cases_for(who)
        .exclude(summary__status="open")
        .exclude(pk__in=[case.pk for case, _ in unsafe])
        .filter(summary__ended__gte=who.at - LATELY)
        .order_by("-summary__ended", "id")
    )
    parts: dict[str, Any] = {
        "mine": part_of(mine, request.GET, "needs", TALL),
        "others": part_of(others, request.GET, "others", BESIDE),
        "told": part_of(told, request.GET, "told", BESIDE),
        "ended": _items(part_of(ended, request.GET, "ended", BESIDE), who),
    }
    who.looks.list(item.case for part in parts.values() for item in part.rows)
    return page(
        request, "work", "My work", **parts, few=FEW,
        actions=part_of(_actions(who), request.GET, "actions", BESIDE),
        reviews_looks=bool(reviews_looks(who.held)), emergencies=waiting(who)[: BESIDE + 1],
        raises=raises(who.held), serves=bool(agencies_served(who)),
        subject_access=sorted(answers_subjects(who.held)),
        requests=pressing_in(answers_subjects(who.held), who.at),
        breaches=undecided(who)[: BESIDE + 1], beside=BESIDE,
        newcomers=part_of(
            to_confirm(who.user, who.at) if _manages(who) else [], request.GET, "newcomers", BESIDE
        ),
        trouble=trouble(who.at) if _manages(who) else "",
        drafts=part_of(drafts.mine(who.user, who.at), request.GET, "drafts", BESIDE),
    )  # fmt: skip


def _takes_part(who: Viewer, case: Any) -> bool:
    """Whether a listed case is the viewer's to follow, and not only told to an office of theirs."""
    agencies = {row.agency.slug for row in case.parties.all()}
    return case.names_viewer or any(
        post.agency in agencies or (post.role == "business_manager" and not post.agency)
        for post in who.held
        if post.partnership == case.partnership.slug
    )


def _asked_in(
    who: Viewer, case: Any, due: list[dict[str, Any]], serving: dict[str, frozenset[str]]
) -> Asked | None:
    """What a listed case asks of the viewer besides its duties; an urgent duty comes before it.

    The case itself is read only where there may be something: an outcome is proposed, nobody
    answered yet, or a meeting is called.
    """
    if urgent_of(case, due):
        return None
    held = {post.agency for post in who.held} | serving.get(case.partnership.slug, frozenset())
    answering = [row for row in case.parties.all() if row.side == Side.RESPONDING]
    concerned = any(row.agency.slug in held for row in case.parties.all())
    may_be_new = (
        not due
        and (len(answering) > 1 or not case.answered)
        and any(row.agency.slug in held for row in answering)
    )
    if case.meets or (case.summary.proposed and concerned) or may_be_new:
        look = _readable(who, case)
        return asked(look, who, owes=bool(due)) if look else None
    return None


def _readable(who: Viewer, case: Case) -> Look | None:
    """A listed case; None where it cannot be read, which its own page says and no list."""
    try:
        return find(who, case.reference)
    except Closed:
        return None


def _items(part: Part, who: Viewer) -> Part:
    """A part of a list of cases that have ended, as the page shows each: with the day it ended."""
    return replace(part, rows=[
        replace(_item(case, [], who), due=day(case.summary.ended.astimezone(LONDON).date()))
        for case in part.rows
    ])  # fmt: skip


def _as_asked(item: Item, ask: Asked, at: datetime) -> Item:
    """A case in the list by what it asks: without a date, as soon as possible.

    It stands after what is late, and before what has time.
    """
    return replace(item, what=ask.what, due="as soon as possible", left="", late=False, clause="",
                   more=0, order=(True, not item.urgent, False, at))  # fmt: skip


def _unsafe_though_ended(who: Viewer) -> list[tuple[Case, list[dict[str, Any]]]]:
    """The cases that ended before a child at risk was kept safe, with what is still owed for it.

    However long ago: it is asked for until it is recorded as done. What presses most comes first
    in a summary, so the first duty tells.
    """
    ended = listed_for(who).exclude(summary__status="open").filter(summary__duties__0__first=True)
    found = []
    for case in ended.order_by("-summary__ended", "id"):
        due = urgent_of(case, case.summary.duties)
        if due:
            found.append((case, due))
    return found


def _owed_though_ended(who: Viewer, owing: Mine) -> list[Item]:
    """The cases that have ended in which the viewer still owes something, with its date: to put on
    record, to tell, to learn from, to see to an action that is late.

    What keeps a child safe stands first, in a list of its own. A decision for which nobody has
    agreed who does what is asked about as long as it stands among what has lately ended.
    """
    lately = Q(summary__status="decided", summary__ended__gte=who.at - LATELY, planned=False)
    ended = listed_for(who).exclude(summary__status="open").filter(~Q(summary__duties=[]) | lately)
    found = []
    for case in ended.order_by("-summary__ended", "id")[:500]:
        if urgent_of(case, case.summary.duties):
            continue
        due = owing.of(case, outlasting(case, who.at))
        item = _item(case, due, who)
        ask = _to_carry_out(who, case)
        if ask and not item.late:
            found.append(_as_asked(item, ask, who.at))
        elif due:
            found.append(item)
    return found


def _to_carry_out(who: Viewer, case: Any) -> Asked | None:
    """What a decision that is not carried out yet asks of the viewer."""
    if case.planned or case.summary.status != "decided" or not _takes_part(who, case):
        return None
    look = _readable(who, case)
    return asked(look, who, owes=True) if look else None


@dataclass(frozen=True, slots=True)
class Followed:
    """An agreed action that the viewer is to do, or to check."""

    reference: str
    standing: str
    row: ActionRow
    checks: bool


def _actions(who: Viewer) -> list[Followed]:
    """The viewer's own agreed actions, in cases that have ended too; late ones first."""
    wanted = Q(summary__open_actions__gt=0) | Q(summary__open_checks__gt=0)
    found: list[tuple[str, Followed]] = []
    for case in cases_for(who).filter(wanted).order_by("summary__next_due", "id")[:500]:
        due = [
            each
            for each in case.summary.duties
            if ("action" in each or "check" in each) and is_mine(who, case, each)
        ]
        if not due or len(found) >= SHOWN:
            continue
        look = _readable(who, case)
        if look is None:
            continue
        rows = {row.number: row for row in rows_of(look, who)}
        words = standing_words(look.state.status, len(look.state.open_actions))
        for each in due:
            number = each.get("action") or each["check"]
            if number in rows:
                one = Followed(case.reference, words, rows[number], "check" in each)
                found.append((each["due"] or "9", one))
    return [each for _, each in sorted(found, key=lambda pair: pair[0])]


def _manages(who: Viewer) -> bool:
    """Whether the viewer answers for more than their own cases."""
    return any(post.role in LINE or not post.agency for post in who.held)


def _between(case: Case, who: Viewer) -> str:
    """Who disagrees: to whoever works for one of them, with whom."""
    held = {post.agency for post in who.held}
    rows = sorted(case.parties.all(), key=lambda row: row.side != Side.RAISING)
    names = [row.agency.name for row in rows if row.agency.slug not in held]
    if len(names) < len(rows) and names:
        return f"with {' and '.join(names)}"
    raising, *responding = (row.agency.name for row in rows)
    return f"{raising} and {', '.join(responding)}"


def _item(case: Case, duties: list[dict[str, Any]], who: Viewer) -> Item:
    ordered = by_press(case, duties, who.at)
    top = ordered[0] if ordered else None
    due = read_due(top["due"]) if top else None
    policy = policy_of(case)
    stage = policy.stage(case.summary.stage)
    unsafe = bool(urgent_of(case, ordered))
    at_risk = unsafe or (case.summary.urgent and case.summary.status == "open")
    return Item(
        reference=case.reference,
        children=", ".join(child.name for child in case.children.all()) or "Child",
        between=_between(case, who),
        stage=stage.title,
        what=top["what"] if top else _standing(case),
        due=due_words(due) if top else "",
        left=left_words(due, who.at, calendar_for(policy.calendar)),
        late=top is not None and lateness(top, who.at),
        urgent=at_risk,
        clause=top["clause"] if top else "",
        more=max(0, len(ordered) - 1),
        order=(
            not unsafe,
            not at_risk,
            due is None,
            latest_instant(due) if due is not None else NEVER,
        ),
        case=case.pk,
    )


def _standing(case: Case) -> str:
    if case.summary.proposed:
        return "An outcome is proposed: it waits to be confirmed"
    unchecked = {each["check"] for each in case.summary.duties if "check" in each}
    return standing_words(case.summary.status, case.summary.open_actions, len(unchecked))

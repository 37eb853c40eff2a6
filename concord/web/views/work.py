"""My work: what needs me, what waits for others, for information, drafts, what closed lately."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concord.access.table import LINE, reviews_looks
from concord.cases import drafts
from concord.cases.doorway import Viewer, cases_for, find
from concord.cases.models import Brought, Case, Entry
from concord.directory.arrivals import to_confirm
from concord.directory.models import Partnership
from concord.directory.questions import served
from concord.notifications.questions import trouble
from concord.policies.library import load_version
from concord.rules.clock import is_late
from concord.rules.dates import due_words, read_due
from concord.rules.words import Act, Side, Tier
from concord.web.actions import ActionRow
from concord.web.asked import Asked, asked
from concord.web.asking import page, signed_in
from concord.web.presenting import standing_words
from concord.web.views.actions import rows_of

LATELY = timedelta(days=60)
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Item:
    """One case in a list."""

    reference: str
    children: str
    between: str
    stage: str
    what: str
    due: str
    late: bool
    urgent: bool
    clause: str
    order: tuple[bool, bool, str]
    case: int
    """The number of its row."""


@signed_in
@require_safe
def work(request: HttpRequest, who: Viewer) -> HttpResponse:
    """Everything that concerns the viewer, soonest first and late on top."""
    live = (
        _listed(who)
        .filter(summary__status="open")
        .order_by("summary__next_due", "summary__case_id")  # both from one index: nothing is sorted
    )
    mine: list[Item] = []
    others: list[Item] = []
    told: list[Item] = []
    serving = _serving(who)
    for case in live[:500]:
        due = _owed_by(who, case, case.summary.duties, serving)
        item = _item(case, due or case.summary.duties, who.at)
        ask = _asked_in(who, case, due, serving)
        if ask:
            mine.append(_as_asked(item, ask))
        else:
            (mine if due else others if _takes_part(who, case) else told).append(item)
    unsafe = _unsafe_though_ended(who)
    for case, due in unsafe:
        theirs = _owed_by(who, case, due, serving)
        (mine if theirs else others).append(_item(case, theirs or due, who.at))
    mine.sort(key=lambda item: item.order)
    ended = (
        cases_for(who)
        .exclude(summary__status="open")
        .exclude(pk__in=[case.pk for case, _ in unsafe])
        .filter(summary__ended__gte=who.at - LATELY)
        .order_by("-summary__ended", "id")
    )
    lately = [_item(case, [], who.at) for case in ended[:SHOWN]]
    rows = (*mine[:SHOWN], *others[:SHOWN], *told[:SHOWN], *lately)
    who.looks.list(item.case for item in rows)
    return page(
        request, "work", "My work", mine=mine[:SHOWN], others=others[:SHOWN], told=told[:SHOWN],
        ended=lately, actions=_actions(who),
        reviews_looks=bool(reviews_looks(who.held)),
        newcomers=to_confirm(who.user, who.at) if _manages(who) else [],
        trouble=trouble(who.at) if _manages(who) else "",
        drafts=drafts.mine(who.user, who.at)[:SHOWN],
    )  # fmt: skip


def _listed(who: Viewer) -> QuerySet[Case]:
    """The viewer's cases, with whether the viewer raised each, and whether it was answered."""
    entries = Entry.objects.filter(case=OuterRef("pk"))
    return cases_for(who).annotate(
        raised_by_viewer=Exists(entries.filter(sequence=1, written_by=who.user)),
        answered=Exists(entries.filter(act__in=(Act.ACKNOWLEDGE, Act.ANSWER))),
        meets=Exists(entries.filter(act=Act.CONVENE)),
        names_viewer=Exists(Brought.objects.filter(case=OuterRef("pk"), user=who.user)),
    )


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
    if _urgent(case, due):
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
        return asked(find(who, case.reference), who, owes=bool(due))
    return None


def _as_asked(item: Item, ask: Asked) -> Item:
    """A case in the list by what it asks: without a date, as soon as possible."""
    return replace(item, what=ask.what, due="as soon as possible", late=False, clause="",
                   order=(True, False, ""))  # fmt: skip


def _owed_by(
    who: Viewer, case: Any, duties: list[dict[str, Any]], serving: dict[str, frozenset[str]]
) -> list[dict[str, Any]]:
    """Of a listed case's duties those that fall to the viewer, for an agency not on Concord too."""
    absent = serving.get(case.partnership.slug, frozenset())
    return [
        each
        for each in duties
        if each["agency"] in absent
        or _is_mine(who, case, each)
        or (case.raised_by_viewer and _is_raisers(case, each))
    ]


def _unsafe_though_ended(who: Viewer) -> list[tuple[Case, list[dict[str, Any]]]]:
    """The cases that ended before a child at risk was kept safe, with what is still owed for it.

    However long ago: it is asked for until it is recorded as done. What presses most comes first
    in a summary, so the first duty tells.
    """
    ended = _listed(who).exclude(summary__status="open").filter(summary__duties__0__first=True)
    found = []
    for case in ended.order_by("-summary__ended", "id"):
        due = _urgent(case, case.summary.duties)
        if due:
            found.append((case, due))
    return found


def _urgent(case: Case, duties: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of these duties those that keep a child at risk safe."""
    policy = load_version(case.policy_id, case.policy_version).policy
    rules = {(str(rule.clause), rule.what) for rule in policy.duties if rule.is_urgent}
    return [each for each in duties if (each["clause"], each["what"]) in rules]


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
            if ("action" in each or "check" in each) and _is_mine(who, case, each)
        ]
        if not due or len(found) >= SHOWN:
            continue
        look = find(who, case.reference)
        rows = {row.number: row for row in rows_of(look, who)}
        words = standing_words(look.state.status, len(look.state.open_actions))
        for each in due:
            number = each.get("action") or each["check"]
            if number in rows:
                one = Followed(case.reference, words, rows[number], "check" in each)
                found.append((each["due"] or "9", one))
    return [each for _, each in sorted(found, key=lambda pair: pair[0])]


def _serving(who: Viewer) -> dict[str, frozenset[str]]:
    """The agencies (slugs) that are not on Concord, by the partnership whose unit the viewer is."""
    run = [post.partnership for post in who.held if post.role == "business_manager"]
    found = Partnership.objects.filter(slug__in=run) if run else ()
    return {each.slug: served(each) for each in found}


def _manages(who: Viewer) -> bool:
    """Whether the viewer answers for more than their own cases."""
    return any(post.role in LINE or not post.agency for post in who.held)


def _is_mine(who: Viewer, case: Case, duty: dict[str, Any]) -> bool:
    held = [post for post in who.held if post.partnership == case.partnership.slug]
    agencies = {row.agency.slug for row in case.parties.all()}
    if not duty["role"]:
        return any(post.agency in agencies and post.role == "manager" for post in held)
    if any(post.role == duty["role"] and post.agency == duty["agency"] for post in held):
        return True
    return [duty["role"], who.person] in case.summary.appointed or (
        duty["role"] == "panel" and ["panel_member", who.person] in case.summary.appointed
    )


def _is_raisers(case: Case, duty: dict[str, Any]) -> bool:
    """Whether a duty is the raising professional's, whatever their post."""
    raising = next(row.agency.slug for row in case.parties.all() if row.side == Side.RAISING)
    return bool(duty["role"] == Tier.PRACTITIONER and duty["agency"] == raising)


def _item(case: Case, duties: list[dict[str, Any]], at: datetime) -> Item:
    ordered = sorted(duties, key=lambda d: (not d["first"], d["due"] is None, d["due"] or ""))
    top = ordered[0] if ordered else None
    due = read_due(top["due"]) if top else None
    late = due is not None and is_late(due, at)
    stage = load_version(case.policy_id, case.policy_version).policy.stage(case.summary.stage)
    rows = list(case.parties.all())
    raising = next(row.agency.name for row in rows if row.side == "raising")
    responding = ", ".join(row.agency.name for row in rows if row.side == "responding")
    return Item(
        reference=case.reference,
        children=", ".join(child.name for child in case.children.all()) or "Child",
        between=f"{raising} and {responding}",
        stage=stage.title,
        what=top["what"] if top else standing_words(case.summary.status, case.summary.open_actions),
        due=due_words(due) if top else "",
        late=late,
        urgent=case.summary.urgent,
        clause=top["clause"] if top else "",
        order=(not (top and top["first"]), due is None, top["due"] or "" if top else ""),
        case=case.pk,
    )

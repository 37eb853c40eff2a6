"""The rules' answers in plain English: dates, seats, acts, duties. Pure; no query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from concord.policies.library import Loaded
from concord.rules.clock import LONDON, is_late
from concord.rules.dates import due_words, moment, plain_date
from concord.rules.duties import Owed
from concord.rules.policy import Policy
from concord.rules.record import Enclosed, Record
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.rules.words import TIER_RANK, Act, DutyState, Form, Outcome, Side, Status, Tier


def sentence(text: str) -> str:
    """Words as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


ROLES = {
    Tier.PRACTITIONER: "practitioner",
    Tier.MANAGER: "manager",
    Tier.SERVICE_LEAD: "service lead",
    Tier.EXECUTIVE: "executive",
    "slo": "Senior Liaison Officer",
    "board_rep": "board representative",
    "iro": "Independent Reviewing Officer",
    "cp_chair": "Child Protection Chair",
    "mash": "MASH (Multi-Agency Safeguarding Hub)",
    "chair": "Chair",
    "business_manager": "business manager",
    "panel": "Resolution Panel",
    "reviewer": "member named by the Chair",
}

ACTS = {
    Act.RAISE: ("Raise the concern", "raised the concern"),
    Act.ACKNOWLEDGE: ("Acknowledge", "acknowledged the concern"),
    Act.STATE: ("State your side's position", "stated a position"),
    Act.ANSWER: ("Answer", "answered"),
    Act.PASS_ON: ("Pass it to the right person", "passed it on"),
    Act.DISCUSS: ("Record a discussion", "discussed it"),
    Act.ADVISE: ("Record advice", "gave advice"),
    Act.CONVENE: ("Arrange a meeting", "arranged a meeting"),
    Act.MEET: ("Record a meeting", "met"),
    Act.HEAR: ("Record a hearing", "heard those involved"),
    Act.AGREE: ("Agree actions", "agreed actions"),
    Act.CONFIRM: ("Confirm the outcome", "confirmed the outcome"),
    Act.FILE: ("Record it on the child's file", "recorded it on the child's file"),
    Act.SHARE: ("Share the record", "shared the record"),
    Act.SUBMIT: ("Send a form", "sent a form"),
    Act.NOTIFY: ("Tell somebody", "told"),
    Act.REVIEW: ("Record your review", "reviewed it"),
    Act.REFER: ("Record a referral", "referred it"),
    Act.SHORTEN: ("Set a shorter time", "set a shorter time"),
    Act.APPOINT: ("Appoint somebody", "appointed"),
    Act.DECIDE: ("Record the decision", "decided"),
    Act.ESCALATE: ("Take it to the next stage", "took it to the next stage"),
    Act.REFER_UP: ("Refer it to your own manager", "referred it up the line"),
    Act.RESOLVE: ("Propose that it is resolved", "proposed that it is resolved"),
    Act.COMPLETE: ("Report on an action", "reported on an action"),
    Act.EXPLAIN: ("Explain a delay", "explained a delay"),
    Act.FEED_BACK: ("Feed back", "fed back"),
    Act.LEARN: ("Record learning", "recorded learning"),
    Act.DISSEMINATE: ("Send out outcome and learning", "sent out outcome and learning"),
    Act.DEBRIEF: ("Offer a debrief", "offered a debrief"),
    Act.WITHDRAW: ("Withdraw the concern", "withdrew the concern"),
    Act.REOPEN: ("Reopen", "reopened the case"),
    Act.MOVE: ("Move to another ladder", "moved the case"),
    Act.CORRECT: ("Correct a record", "corrected a record"),
}

OUTCOMES = {
    Outcome.RESOLVED: "resolved",
    Outcome.UNRESOLVED: "not resolved",
    Outcome.PARTLY: "partly resolved",
    Outcome.JUSTIFIED: "found justified",
    Outcome.NOT_JUSTIFIED: "found not justified",
}

STATUSES = {
    Status.OPEN: "Open",
    Status.RESOLVED: "Resolved",
    Status.DECIDED: "Decided",
    Status.WITHDRAWN: "Withdrawn",
    Status.CLOSED: "Closed",
}


def standing_words(status: str, open_actions: int) -> str:
    """How a case stands: no case looks finished while an agreed action is open."""
    words = STATUSES[Status(status)]
    if not open_actions or status == Status.OPEN:
        return words
    return f"{words}, {open_actions} action{'' if open_actions == 1 else 's'} open"


FORMS = {form: form.replace("_", " ") for form in Form}

TEXTS = {
    "problem": "What the problem is",
    "decision_challenged": "The decision challenged",
    "challenge": "What is challenged",
    "why": "Why it seems unsafe",
    "basis": "What this rests on",
    "aim": "The outcome wanted",
    "said": "What was said",
    "note": "Note",
    "text": "Note",
    "reply": "Reply",
    "position": "Position",
    "proposes": "What is proposed",
    "outcome": "The outcome",
    "evidence": "What shows it",
    "outstanding": "How outstanding issues will be pursued",
    "writes_up": "Who writes it up and shares it",
    "when": "When",
    "where": "Where",
    "away": "Asked, and did not come",
    "level_now": "Level of need now",
    "level_seen": "Level of need as seen by who raised it",
    "family": "The family",
    "lesson": "Lesson",
    "theme": "Theme",
    "advice": "Advice",
    "independence": "Independence declared",
    "minutes": "What was said and agreed",
    "correction": "Correction",
    "reference": "Reference",
    "written_down_by": "Written down by",
    "on_behalf": "On behalf of",
}
HIDDEN_TEXTS = ("user", "counterpart", "passed_to", "appointee", "by_name")


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a case's seats go by: of its agencies, tiers and offices."""

    policy: Policy
    agencies: Mapping[str, str]
    titles: Mapping[str, Mapping[str, str]]
    raiser: str = ""
    """Who raised it, by name: the professional of the raising side, whatever their post."""

    def owner(self, who: Who | None) -> str:
        """Whoever owes something: by name where it is the person who raised the concern."""
        if self.raiser and who and who.role == Tier.PRACTITIONER and who.side is Side.RAISING:
            agency = self.agencies.get(who.agency or "", who.agency or "")
            return f"{self.raiser}, who raised it, {agency}"
        return self.seat(who)

    def role(self, who: Who) -> str:
        """The title of a seat."""
        own = self.titles.get(who.agency or "", {}).get(who.role)
        if own:
            return own
        if who.role in TIER_RANK:
            return ROLES[Tier(who.role)]
        for office in self.policy.offices:
            if office.id == who.role:
                return office.title
        return str(ROLES.get(who.role, who.role.replace("_", " ")))

    def seat(self, who: Who | None) -> str:
        """A seat with its agency: "manager, Northbridge School"."""
        if who is None:
            return "either side"
        agency = self.agencies.get(who.agency or "", who.agency or "")
        return f"{self.role(who)}, {agency}" if agency else self.role(who)

    def side(self, side: Side) -> str:
        """What a side is called."""
        return "the agency that raised it" if side is Side.RAISING else "the agency challenged"


def role_words(role: str) -> str:
    """A tier or office in words."""
    return str(ROLES.get(role, role.replace("_", " "))) if role else "either side"


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A duty as a page shows it."""

    what: str
    by: str
    due: str
    state: str
    tag: str
    clause: str
    late: bool
    mine: bool
    first: bool
    shortened: bool
    dated: bool
    stages: tuple[str, ...] = ()
    """The ids of the stages that ask for it: the same duty of two stages is one row."""
    key: str = ""
    """Its name within its case, by which a page leads to the act that meets it."""
    leads: str = ""
    """The case's own page on which it is done: its meetings, its actions."""


TAGS = {
    DutyState.DUE: ("Due", "govuk-tag--yellow"),
    DutyState.LATE: ("Late", "govuk-tag--red"),
    DutyState.MET: ("Done", "govuk-tag--green"),
    DutyState.MET_LATE: ("Done late", "govuk-tag--grey"),
}


def duty_rows(
    entries: tuple[Owed, ...], names: Names, seats: tuple[Who, ...], at: datetime
) -> list[DutyRow]:
    """The duties of a case, for a viewer who sits in these seats; each once, in their order."""
    rows: dict[tuple[str, str, str, str, str], DutyRow] = {}
    for entry in entries:
        row = _duty_row(entry, names, seats, at)
        when = row.due if row.dated or entry.met else ""
        key = (row.what, row.by, when, row.state, row.clause)
        earlier = rows.get(key)
        rows[key] = replace(earlier, stages=(*earlier.stages, *row.stages)) if earlier else row
    return list(rows.values())


def _duty_row(entry: Owed, names: Names, seats: tuple[Who, ...], at: datetime) -> DutyRow:
    state, tag = TAGS[entry.state]
    return DutyRow(
        what=entry.what,
        by=names.owner(entry.owner),
        due=_when(entry),
        state=state,
        tag=tag,
        clause=str(entry.clause),
        late=entry.is_open and entry.due is not None and is_late(entry.due, at),
        mine=is_mine(entry.owner, seats),
        first=entry.first,
        shortened=entry.shortened,
        dated=entry.due is not None,
        stages=(entry.stage,) if entry.stage else (),
        key=key_of(entry),
        leads="actions" if entry.is_open and entry.action is not None else "",
    )


def key_of(entry: Owed) -> str:
    """A duty's name within its case: its rule, and of an agreed action its number."""
    return entry.rule if entry.action is None else f"{entry.rule}:{entry.action}"


def _when(entry: Owed) -> str:
    if entry.met:
        return f"done {moment(entry.met)}"
    if entry.due is None:
        return f"{due_words(None)}, owed since {plain_date(entry.since.astimezone(LONDON))}"
    return due_words(entry.due)


def most_pressing(rows: Sequence[DutyRow], stage: str) -> DutyRow | None:
    """What the page names first: immediate risk, then what the present stage waits for."""
    here = [row for row in rows if row.dated and stage in row.stages]
    urgent = [row for row in rows if row.first]
    return next(iter([*urgent, *here, *rows]), None)


def is_mine(owner: Who | None, seats: tuple[Who, ...]) -> bool:
    """Whether a duty falls to somebody who sits in these seats."""
    if owner is None:
        return any(seat.side is not None for seat in seats)
    return owner in seats


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record as the timeline shows it."""

    n: int
    headline: str
    by: str
    at: str
    written: str
    details: tuple[tuple[str, str], ...]
    clauses: tuple[str, ...]
    act: str
    documents: tuple[tuple[int, Enclosed], ...] = ()
    """The supporting documents that came with it, each with its number in the case."""


def record_row(record: Record, names: Names, state: CaseState) -> RecordRow:
    """One record in words."""
    done = ACTS[record.act][1]
    if _is_check(record):
        done = "checked an action"
    elif record.only_proposes:
        done = "proposed times for a meeting"
    details: list[tuple[str, str]] = []
    if record.people:
        details.append(("With", "; ".join(names.seat(who) for who in record.people)))
    if record.to:
        details.append(("To", "; ".join(names.seat(who) for who in record.to)))
    if record.means:
        details.append(("How", record.means.replace("_", " ")))
    if record.outcome:
        details.append(("Outcome", OUTCOMES[record.outcome]))
    if record.form:
        details.append(("Form", FORMS[record.form]))
    if record.stage:
        details.append(("Stage", _stage_title(state.policy, record.stage)))
    if record.office:
        details.append(("Office", names.role(Who(record.office))))
    if record.who:
        details.append(("Person", f"{record.who} {f'({record.agency})' if record.agency else ''}"))
    for plan in record.actions:
        owner = f", {names.seat(plan.owner)}" if plan.owner else ""
        by = f", {due_words(plan.due)}" if plan.due else ""
        details.append(("Action", f"{plan.what}{owner}{by}"))
    if record.action is not None:
        words = ("carried out", "not carried out") if _is_check(record) else ("done", "not done")
        done_words = words[record.done is False]
        details.append((f"Action {record.action}", done_words))
    if record.replaced_by:
        details.append(("In its place", record.replaced_by.what))
    if record.due is not None:
        details.append(("By when", due_words(record.due)))
    if record.of is not None:
        about = "Corrects" if record.act is Act.CORRECT else "Of the meeting called in"
        details.append((about, f"record {record.of}"))
    for label, value in (
        ("Reason", record.reason),
        ("Why", record.why),
        ("Decision", record.decision),
        ("Reasons", record.reasons),
        ("Went on without what a clause asks, because", record.override),
    ):
        if value:
            details.append((label, value))
    details += [
        (label, record.text[name]) for name, label in TEXTS.items() if record.text.get(name)
    ]
    late = record.written - record.at
    written = moment(record.written) if late.total_seconds() > 300 else ""
    name = record.text.get("by_name", "")
    by = names.seat(record.by)
    return RecordRow(
        n=record.n,
        headline=done[:1].upper() + done[1:],
        by=f"{name}, {by}" if name else by,
        at=moment(record.at),
        written=written,
        details=tuple(details),
        clauses=record.passed,
        act=str(record.act),
        documents=_documents(record, state),
    )


def _is_check(record: Record) -> bool:
    return record.act is Act.CONFIRM and record.action is not None


def _documents(record: Record, state: CaseState) -> tuple[tuple[int, Enclosed], ...]:
    before = sum(len(each.enclosed) for each in state.records if each.n < record.n)
    return tuple(enumerate(record.enclosed, start=before + 1))


def _stage_title(policy: Policy, stage: str) -> str:
    return policy.stage(stage).title if stage in policy.positions else stage


def titles_of(loaded: Loaded, tier: str) -> str:
    """The policy's own titles of a tier."""
    names = loaded.file.tiers.model_dump().get(tier, []) if loaded.file.tiers else []
    return ", ".join(names)

"""Records in plain words, the same on pages and in documents. Pure; no query."""

from dataclasses import dataclass

from concord.rules.agreement import agreement_of, corrections_of, said_of
from concord.rules.dates import due_words, moment
from concord.rules.naming import Names
from concord.rules.policy import Policy
from concord.rules.record import Enclosed, Record
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.rules.words import Act, Form, Outcome, Status

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


def standing_words(status: str, open_actions: int, unchecked: int = 0) -> str:
    """How a case stands: no case looks finished while an agreed action is open, or not checked."""
    words = STATUSES[Status(status)]
    if status == Status.OPEN:
        return words
    if open_actions:
        return f"{words}, {open_actions} action{'' if open_actions == 1 else 's'} open"
    if unchecked:
        return f"{words}, {unchecked} action{'' if unchecked == 1 else 's'} to be checked"
    return words


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
    "group": "For which group",
    "advice": "Advice",
    "independence": "Independence declared",
    "minutes": "What was said and agreed",
    "reference": "Reference",
    "risk": "Is the child at immediate risk of harm now?",
    "correction": "Correction",
    "disputed": "What is wrong with it",
    "invitation": "Who is asked",
    "asked": "What is asked",
    "shown": "What they are shown",
    "until": "Until",
    "version": "Version",
}
HIDDEN_TEXTS = ("user", "counterpart", "passed_to", "appointee", "by_name")


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
    said: tuple["SaidRow", ...] = ()
    """What the others who took part in a talk say of its record."""
    corrected: tuple["CorrectedRow", ...] = ()
    """What those who made it put right in it since."""
    unsettled: str = ""
    """Of what one side wrote down as agreed: whose word is awaited, or who disputes it."""


@dataclass(frozen=True, slots=True)
class SaidRow:
    """What one who took part says of a record: that it is right, or what is wrong with it."""

    n: int
    agrees: bool
    by: str
    at: str
    words: str


@dataclass(frozen=True, slots=True)
class CorrectedRow:
    """A later record that puts an earlier one right."""

    n: int
    by: str
    at: str
    words: str


def marks(row: RecordRow) -> tuple[str, ...]:
    """What later records say against a record, in a line each, as documents print it."""
    return (
        *(f"Corrected by record {each.n}{_said(each.words)}" for each in row.corrected),
        *(
            f"Disputed by {each.by}, record {each.n}{_said(each.words)}"
            for each in row.said
            if not each.agrees
        ),
    )


def _said(words: str) -> str:
    return f": {words}" if words else ""


def record_row(record: Record, names: Names, state: CaseState) -> RecordRow:
    """One record in words."""
    done = ACTS[record.act][1]
    if _is_check(record):
        done = "checked an action"
    elif record.act is Act.CONVENE:
        done = _about_a_meeting(record) or done
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
        details.append(("Person", _person(record, names)))
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
        about = _about(record)
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
        (label, _sentence(record.text[name]) if name == "basis" else record.text[name])
        for name, label in TEXTS.items()
        if record.text.get(name)
    ]
    late = record.written - record.at
    written = moment(record.written) if late.total_seconds() > 300 else ""
    return RecordRow(
        n=record.n,
        headline=_sentence(_headline(record, done)),
        by=writer(record, names),
        at=moment(record.at),
        written=written,
        details=tuple(details),
        clauses=record.passed,
        act=str(record.act),
        documents=_documents(record, state),
        said=tuple(
            SaidRow(each.record.n, each.agrees, writer(each.record, names), moment(each.record.at),
                    each.record.text.get("disputed", ""))
            for each in said_of(state, record)
        ),
        corrected=tuple(
            CorrectedRow(each.n, writer(each, names), moment(each.at),
                         each.text.get("correction", "") or each.reason)
            for each in corrections_of(state, record)
        ),
        unsettled=unsettled(record, names, state),
    )  # fmt: skip


def unsettled(record: Record, names: Names, state: CaseState) -> str:
    """Whose word is awaited on what one side wrote down as agreed, or who disputes it.

    Empty where every other side has agreed it, and of every other kind of record.
    """
    agreement = agreement_of(state, record)
    if agreement is None or agreement.stands:
        return ""
    parts = []
    if agreement.waiting:
        parts.append(f"Not agreed yet, waiting for {_agencies(agreement.waiting, names)}")
    if agreement.disputed:
        parts.append(f"Disputed by {_agencies(agreement.disputed, names)}")
    return ". ".join(parts)


def _agencies(slugs: tuple[str, ...], names: Names) -> str:
    return " and ".join(names.agencies.get(slug, slug) for slug in slugs)


def done_as(record: Record) -> str:
    """What somebody has just recorded, in the words of the page that it was asked on."""
    if _is_check(record):
        return "Check an action"
    if record.act is Act.CONFIRM and record.of is not None:
        return "Agree a record"
    if record.act is Act.CORRECT and record.text.get("disputed"):
        return "Say what is wrong with a record"
    return ACTS[record.act][0]


def seat_of(record: Record, names: Names) -> str:
    """In which seat somebody acted: by the post that they hold themselves, where it is known."""
    post = record.text.get("post", "")
    if not post:
        return names.seat(record.by)
    agency = names.agencies.get(record.by.agency or "", "")
    return f"{post}, {agency}" if agency else post


def writer(record: Record, names: Names) -> str:
    """Who did it, and who wrote it down where that was somebody else."""
    name, seat = record.text.get("by_name", ""), seat_of(record, names)
    wrote = record.text.get("written_down_by", "")
    if record.text.get("invited_by"):
        seat = f"{seat}, invited by {record.text['invited_by']}"
        if record.text.get("asked_of"):
            seat = f"{seat}, who had asked {record.text['asked_of']}"
    by = f"{name}, {seat}" if name else seat
    return f"{by} (written by the business manager, {wrote}, on their behalf)" if wrote else by


def declares_independence(record: Record) -> bool:
    """Whether a record of advice is no advice, but says whether its writer is independent."""
    return record.act is Act.ADVISE and bool(record.text.get("independence"))


def _about(record: Record) -> str:
    """How a record stands to the earlier one that it names."""
    if record.text.get("disputed") or record.act in (Act.CONFIRM, Act.ADVISE):
        return "Of"
    if record.act is Act.APPOINT:
        return "In place of whoever was appointed in"
    return "Corrects" if record.act is Act.CORRECT else "Of the meeting called in"


def _person(record: Record, names: Names) -> str:
    """Who is appointed, and of which agency where their name does not say it."""
    agency = names.agencies.get(record.agency, record.agency)
    return record.who if agency in record.who else f"{record.who} ({agency})"


def _headline(record: Record, done: str) -> str:
    if declares_independence(record):
        return "declared whether they are independent"
    if record.text.get("invitation"):
        return "asked a professional who is not in the case"
    if record.act is Act.CONFIRM and record.of is not None:
        return "agreed a record"
    if record.act is Act.CORRECT and record.text.get("disputed"):
        return "said what is wrong with a record"
    return done


def _about_a_meeting(record: Record) -> str:
    """What was done about a meeting, where it was not to arrange one."""
    if record.only_proposes:
        return "proposed times for a meeting"
    if record.calls_off:
        return "called off a meeting"
    if record.moves_meeting:
        return "moved a meeting"
    return "chose the time of a meeting" if record.of is not None else ""


def _is_check(record: Record) -> bool:
    return record.act is Act.CONFIRM and record.action is not None


def _documents(record: Record, state: CaseState) -> tuple[tuple[int, Enclosed], ...]:
    before = sum(len(each.enclosed) for each in state.records if each.n < record.n)
    return tuple(enumerate(record.enclosed, start=before + 1))


def _stage_title(policy: Policy, stage: str) -> str:
    return policy.stage(stage).title if stage in policy.positions else stage


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]

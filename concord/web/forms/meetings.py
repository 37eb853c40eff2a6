"""Acts about meetings: calling one, choosing a time, moving, calling off, recording."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from concord.rules.citing import cited
from concord.rules.clock import LONDON, is_late, latest_instant
from concord.rules.dates import due_words, moment
from concord.rules.meetings import AT_ONCE, Meeting, absent
from concord.rules.policy import DutyRule
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Means, Outcome
from concord.web.forms.act import ActForm, Particulars, Scene
from concord.web.forms.actions import Planning
from concord.web.forms.between import Speaking
from concord.web.forms.fields import AnyOf, Clock, Day, Line, OneOf, Words, never_was
from concord.web.leading import meeting_limit

OUTCOMES = (
    (Outcome.RESOLVED, "Resolved"),
    (Outcome.PARTLY, "Partly resolved"),
    (Outcome.UNRESOLVED, "Not resolved"),
)


class _Timed(ActForm):
    """A form that names times to come, inside the limit that runs."""

    def say_limit(self) -> None:
        """Until when the meeting would be in time, beside the first day."""
        limit = meeting_limit(self.scene.state, self.scene.at)
        if limit is not None and limit.due is not None:
            late = is_late(limit.due, self.scene.at)
            self.fields["on"].help_text = (
                "The limit has passed: as soon as everybody can"
                if late
                else f"It has to be settled {due_words(limit.due)}"
            )

    def check_time(self, data: Particulars, number: int) -> None:
        """Add what is wrong with one of the times, by its number on the form."""
        on, start = _fields(number)
        if bool(data.get(on)) != bool(data.get(start)):
            missing = start if data.get(on) else on
            if missing not in self.errors:
                self.add_error(missing, "Enter the day and the time, or neither")
            return
        if not data.get(on):
            return
        no_time = never_was(data[on], data[start])
        if no_time:
            self.add_error(start, no_time)
            return
        chosen = _moment(data, number)
        if chosen <= self.scene.at:
            self.add_error(on, "Enter a day and time to come")
            return
        limit = meeting_limit(self.scene.state, self.scene.at)
        if limit is None or limit.due is None:
            return
        last = latest_instant(limit.due)
        if self.scene.at < last < chosen:
            self.add_error(
                on,
                f"Choose an earlier time: it has to be settled {due_words(limit.due)} "
                f"({cited(limit.clause)})",
            )


class Convening(_Timed):
    """A meeting called: at one time, or at one of several times that are proposed."""

    button = "Arrange this meeting"
    intro = (
        "Give one time to arrange it, or up to three: then somebody who is asked chooses one. "
        "The invitation by mail names no child."
    )
    present = AnyOf("Who should be there?")
    on = Day("On which day?")
    start = Clock("At what time?", required=True)
    on_2 = Day("Or on this day", required=False)
    start_2 = Clock("At what time, on the second day?")
    on_3 = Day("Or on this day, the third", required=False)
    start_3 = Clock("At what time, on the third day?")
    place = Line("Where, or how?", hint="For example, by telephone, or a room", required=False)

    def choose(self) -> None:
        """Everybody of the case; and until when it would be in time."""
        self.offer("present", self.scene.people)
        self.say_limit()

    def clean(self) -> dict[str, Any]:
        """Times to come, inside the limit that runs; and those whom the policy needs are asked."""
        data = super().clean()
        for number in range(1, AT_ONCE + 1):
            self.check_time(data, number)
        if not self.errors:
            people = tuple(who for who in self.whos("present") if who != self.seat)
            at = self.scene.at
            record = Record(0, at, at, self.seat, Act.CONVENE, people=people)
            for fault in absent(self.scene.state, record):
                self.add_error("present", f"{fault.why} {fault.instead} ({cited(fault.clause)})")
        return data

    def particulars(self) -> Particulars:
        """Who, when, where."""
        data = self.cleaned_data
        times = sorted({_moment(data, n) for n in range(1, AT_ONCE + 1) if data[_fields(n)[0]]})
        kept = {f"time.{n}": each.isoformat() for n, each in enumerate(times, start=1)}
        words = "; or ".join(moment(each) for each in times)
        return {
            "people": tuple(who for who in self.whos("present") if who != self.seat),
            "text": {**kept, "when": words, "where": data["place"]},
        }


def _fields(number: int) -> tuple[str, str]:
    return ("on", "start") if number == 1 else (f"on_{number}", f"start_{number}")


def _moment(data: Particulars, number: int) -> datetime:
    on, start = (data[name] for name in _fields(number))
    return datetime(on.year, on.month, on.day, start.hour, start.minute, tzinfo=LONDON)


def choosing(meeting: Meeting) -> type[ActForm]:
    """The form by which one of a meeting's proposed times is chosen."""

    class Choosing(ActForm):
        """One of the times."""

        button = "Choose this time"
        intro = "Everybody who is asked is told the time that you choose."
        time = OneOf("Which time?", ((t.isoformat(), moment(t)) for t in meeting.times))

        def particulars(self) -> Particulars:
            """The time, and those who were asked."""
            at = datetime.fromisoformat(self.cleaned_data["time"])
            return {
                "of": meeting.number,
                "people": _others(meeting, self),
                "text": {"time.1": at.isoformat(), "when": moment(at)},
            }

    return Choosing


def moving(meeting: Meeting) -> type[ActForm]:
    """The form by which a meeting gets another time."""

    class Moving(_Timed):
        """Another time, and why."""

        button = "Move this meeting"
        intro = (
            "Everybody who is asked is told, with a calendar file that moves it in their calendar."
        )
        on = Day("To which day?")
        start = Clock("At what time?", required=True)
        reason = Words("Why is it moved?")

        def choose(self) -> None:
            """Until when it would be in time."""
            self.say_limit()

        def clean(self) -> dict[str, Any]:
            """Another time to come, inside the limit that runs."""
            data = super().clean()
            self.check_time(data, 1)
            if not self.errors and _moment(data, 1) == meeting.at:
                self.add_error("on", "Enter another day or time: the meeting is then already")
            return data

        def particulars(self) -> Particulars:
            """The time, and those who are asked."""
            at = _moment(self.cleaned_data, 1)
            return {
                "of": meeting.number,
                "people": _others(meeting, self),
                "reason": self.cleaned_data["reason"],
                "text": {"time.1": at.isoformat(), "when": moment(at)},
            }

    return Moving


def calling_off(meeting: Meeting) -> type[ActForm]:
    """The form by which a meeting is called off."""

    class CallingOff(ActForm):
        """Why it is not held."""

        button = "Call off this meeting"
        intro = (
            "Everybody who is asked is told, with a calendar file that takes it out of their "
            "calendar. What the policy asks for is then owed again: arrange another meeting."
        )
        reason = Words("Why is it not held?")

        def particulars(self) -> Particulars:
            """Which meeting, why, and those who were asked."""
            return {
                "of": meeting.number,
                "done": False,
                "people": _others(meeting, self),
                "reason": self.cleaned_data["reason"],
            }

    return CallingOff


def _others(meeting: Meeting, form: ActForm) -> tuple[Who, ...]:
    return tuple(who for who in meeting.invited if who != form.seat)


def held_otherwise(
    scene: Scene, meeting: Meeting, at: datetime, came: tuple[Who, ...]
) -> Iterator[str]:
    """What was otherwise than arranged, so that a reason is asked for: the day, or who was there.

    Of each agency that was asked somebody comes, and whoever holds an office that was asked. Where
    the partnership's chair sits both sides are heard, asked or not: the chair reviews what is
    between them and decides it (SA-31, SA-34).
    """
    if (
        meeting.at is not None
        and at.astimezone(LONDON).date() != meeting.at.astimezone(LONDON).date()
    ):
        yield f"It was arranged for {moment(meeting.at)}. Say why it was held on another day"
    yield from missing(scene, meeting.invited, came)


def missing(scene: Scene, asked: tuple[Who, ...], came: tuple[Who, ...]) -> Iterator[str]:
    """Which agencies and offices that had to be at a meeting were not, by which clause."""
    names, wanted = scene.names, dict.fromkeys(who.agency or who.role for who in asked)
    if "chair" in {who.role for who in (*asked, *came)}:
        wanted |= dict.fromkeys(scene.state.parties.agencies)
    there = {who.agency or who.role for who in came}
    away = [
        names.agencies.get(each) or names.role(Who(each)) for each in wanted if each not in there
    ]
    if away:
        rule = _meeting_rule(scene)
        asks = f" ({cited(rule.clause)})" if rule else ""
        yield f"Nobody came for: {'; '.join(away)}{asks}. Say why it was held without them"


def _meeting_rule(scene: Scene) -> DutyRule | None:
    """The duty by which the present stage asks for a meeting; None where it asks for none."""
    duties = scene.state.policy.duties
    return next((r for r in duties if r.meeting and r.stage == scene.state.stage), None)


class Gathering(Speaking):
    """A meeting or hearing that was not arranged here: the same, where the chair's is asked for."""

    def choose(self) -> None:
        """Everybody of the case; and why, where somebody was not there."""
        super().choose()
        if _meeting_rule(self.scene) is not None:
            self.fields["otherwise"] = Words(
                "If the chair met without somebody of each side: why?", required=False
            )

    def clean(self) -> dict[str, Any]:
        """Where the chair sits both sides are heard, or it says why not."""
        data = super().clean()
        if "otherwise" in self.fields and not self.errors and not data["otherwise"]:
            for says in missing(self.scene, (), (self.seat, *self.whos("present"))):
                self.add_error("otherwise", says)
        return data

    def particulars(self) -> Particulars:
        """With whom, what came of it, and why somebody was missing."""
        return {**super().particulars(), "reason": self.cleaned_data.get("otherwise", "")}


def holding(meeting: Meeting) -> type[Planning]:
    """The form that records a meeting: who came, its minutes, what was agreed."""

    class Holding(Planning):
        """Attendance, minutes, outcome, and actions."""

        button = "Record this meeting"
        asks_when = True
        intro = "Tick who came. Minutes are seen by both sides."
        present = AnyOf("Who came, besides you?")
        means = OneOf("How?", ((m, m.replace("_", " ").capitalize()) for m in Means))
        said = Words("Minutes: what was said, and what was agreed?")
        outcome = OneOf("How did it end?", OUTCOMES)
        otherwise = Words(
            "If it was held otherwise than arranged: why?",
            hint="On another day, or with nobody of an agency, or an office, that was asked.",
            required=False,
        )

        def choose(self) -> None:
            """Those who were asked are ticked; anybody of the case may have come."""
            self.offer("present", self.scene.people)
            self.ask_plan(needed=False)

        def clean(self) -> dict[str, Any]:
            """Each action has an owner and a date; a meeting held otherwise says why."""
            data = super().clean()
            self.check_plan(data)
            if not self.errors and not data.get("otherwise"):
                came = (self.seat, *self.whos("present"))
                for says in held_otherwise(self.scene, meeting, self.happened(data), came):
                    self.add_error("otherwise", says)
            return data

        def acts(self, act: Act) -> list[tuple[Act, Particulars]]:
            """The meeting, and the actions agreed there."""
            return list(self._acts(act))

        def _acts(self, act: Act) -> Iterator[tuple[Act, Particulars]]:
            data = self.cleaned_data
            came = tuple(who for who in self.whos("present") if who != self.seat)
            away = [
                self.scene.names.seat(who)
                for who in meeting.invited
                if who not in (*came, self.seat)
            ]
            yield (
                act,
                {
                    "of": meeting.number,
                    "people": came,
                    "means": Means(data["means"]),
                    "outcome": Outcome(data["outcome"]),
                    "reason": data["otherwise"],
                    "text": {"said": data["said"], "away": "; ".join(away)},
                },
            )
            if any(self.plans()):
                yield Act.AGREE, self.plan()

    return Holding

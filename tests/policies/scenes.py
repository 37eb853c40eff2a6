"""Scenes: a case told in a few lines, and what follows from it.

    scene("sandwell").raised().then("manager@raising discuss manager@responding")

Each line is "WHO ACT [with WHO, WHO] [-> TO, TO] [key=value ...]"; each happens an hour after
the one before, from Thursday 17 December 2026, 09:00, unless `at` says otherwise.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from concord.cli.play import when
from concord.policies.calendars import calendar_for
from concord.policies.library import load
from concord.rules.clock import LONDON
from concord.rules.decide import Accepted, Refused, perform
from concord.rules.duties import Owed, label, owed
from concord.rules.may import may
from concord.rules.record import PlannedAction, Record
from concord.rules.state import CaseState, begin
from concord.rules.who import Parties
from concord.rules.words import Act, Form, Matter, Means, Outcome

START = datetime(2026, 12, 17, 9, 0, tzinfo=LONDON)

# The one fixed cast: a school that worries, social care that answers, police as a third.
SCHOOL, CARE, POLICE, HOSPITAL = "meadow-school", "town-care", "town-police", "town-hospital"


@dataclass
class Scene:
    """A case being told."""

    state: CaseState
    at: datetime = START
    last: Accepted | Refused | None = None
    n: int = 0
    answers: list[Accepted | Refused] = field(default_factory=list)

    def then(self, line: str, at: datetime | None = None, **more: Any) -> "Scene":
        """The next thing that somebody does; accepted or not."""
        self.at = at or self.at + timedelta(hours=1)
        self.n += 1
        who, act, *rest = line.split(" ", 2)
        people, _, to = (rest[0] if rest else "").partition("->")
        parties = self.state.parties
        names = [name.strip() for name in people.split(",") if name.strip()]
        tos = [name.strip() for name in to.split(",") if name.strip()]
        record = Record(
            n=self.n,
            at=self.at,
            written=more.pop("written", self.at),
            by=parties.resolve(who)[0],
            act=Act(act),
            people=tuple(w for name in names for w in parties.resolve(name)),
            to=tuple(w for name in tos for w in parties.resolve(name)),
            **{key: _read(key, value) for key, value in more.items()},
        )
        self.state, self.last = perform(self.state, record)
        self.answers.append(self.last)
        return self

    def done(self, line: str, at: datetime | None = None, **more: Any) -> "Scene":
        """The next thing, which must be accepted."""
        self.then(line, at, **more)
        assert isinstance(self.last, Accepted), (line, self.last)
        return self

    def refused(self, line: str, at: datetime | None = None, **more: Any) -> str:
        """The next thing, which must be refused; by which clause."""
        self.then(line, at, **more)
        assert isinstance(self.last, Refused), (line, self.last)
        assert self.last.first.why
        assert self.last.first.instead
        return str(self.last.first.clause)

    def raised(self, facts: dict[str, Any] | None = None, **more: Any) -> "Scene":
        """The concern is raised, now."""
        return self.done("practitioner@raising raise", self.at, facts=facts or {}, **more)

    def up_to(self, stage: str) -> "Scene":
        """Straight up the ladder, overriding what stands before a stage."""
        while self.state.stage != stage:
            self.done("executive@raising escalate", override="the story needs it")
        return self

    def duties(self, clause: str, at: datetime | None = None) -> list[Owed]:
        """What is owed by a clause, met or not."""
        return [e for e in owed(self.state, at or self.at) if str(e.clause) == clause]

    def said(self, clause: str, at: datetime | None = None) -> list[tuple[str, str | None, str]]:
        """What is owed by a clause: by whom, by when, and how it stands; sorted."""
        rows = [
            (
                label(self.state, entry.owner),
                None if entry.due is None else when(entry.due),
                str(entry.state),
            )
            for entry in self.duties(clause, at)
        ]
        return sorted(rows, key=str)

    def standing(self, clause: str) -> set[str]:
        """How the duties of a clause stand."""
        return {str(entry.state) for entry in self.duties(clause)}

    def may(self, who: str) -> set[str]:
        """What somebody may do now."""
        return {str(act) for act in may(self.state, self.at).get(who, ())}


def _read(key: str, value: Any) -> Any:
    match key:
        case "means":
            return Means(value)
        case "outcome":
            return Outcome(value)
        case "form":
            return Form(value)
        case "matter":
            return Matter(value)
        case "actions":
            return tuple(
                each if isinstance(each, PlannedAction) else PlannedAction(each[0], None, each[1])
                for each in value
            )
        case _:
            return value


def scene(policy: str, responding: tuple[str, ...] = (CARE,), raising: str = SCHOOL) -> Scene:
    """A case of which nothing is told yet."""
    loaded = load(policy).policy
    parties = Parties(raising, responding)
    return Scene(begin(loaded, calendar_for(loaded.calendar), parties, {}))

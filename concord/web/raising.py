"""From the answers to the questions to the records that they make. No query."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from concord.cases.doorway import Viewer
from concord.policies.library import Loaded
from concord.rules.dates import day, moment
from concord.rules.record import Fact, Record
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.rules.words import TIER_RANK, Act, Matter, Means, Outcome, Side, Tier
from concord.web.forms.fields import Clock
from concord.web.forms.raising import when_talked
from concord.web.presenting import sentence


@dataclass(frozen=True, slots=True)
class Answers:
    """What a draft of a concern holds, question by question, as typed."""

    data: dict[str, Any]

    def step(self, name: str) -> dict[str, Any]:
        """The answer to one question, as typed."""
        found = self.data.get(name)
        return dict(found) if isinstance(found, dict) else {}

    def get(self, step: str, name: str) -> str:
        """One value, as typed."""
        value = self.step(step).get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def many(self, step: str, name: str) -> tuple[str, ...]:
        """The values chosen of several."""
        value = self.step(step).get(name, ())
        return (value,) if isinstance(value, str) and value else tuple(value)

    def agencies(self) -> list[str]:
        """The agencies challenged."""
        names = (self.get("agency", "agency"), self.get("agency", "agency_2"))
        return [name for name in names if name]

    def on(self, step: str, name: str) -> date | None:
        """A date, as typed; None when there is none."""
        typed = self.step(step)
        parts = [str(typed.get(f"{name}_{part}", "")).strip() for part in ("year", "month", "day")]
        try:
            return date(*(int(part) for part in parts))
        except ValueError:
            return None

    def born(self, number: int) -> date | None:
        """A child's date of birth."""
        return self.on("child", f"born_{number}")

    def children(self) -> Iterator[tuple[int, str, date | None]]:
        """The children named: number, name, date of birth."""
        for number in (1, 2, 3):
            name = self.get("child", f"name_{number}")
            if name:
                yield number, name, self.born(number)

    def rows(
        self, loaded: Loaded, steps: Sequence[str], agencies: Mapping[str, str]
    ) -> list[tuple[str, str, str]]:
        """The answers for checking: question, answer in words, and the question's step.

        `agencies` gives the names of agencies by slug.
        """
        return [row for row in self._rows(loaded, agencies) if row[2] in steps]

    def _rows(self, loaded: Loaded, agencies: Mapping[str, str]) -> list[tuple[str, str, str]]:
        grounds = {each.id: each.says for each in loaded.file.scope.grounds}
        children = "; ".join(
            name + (f", born {day(born)}" if born else "") for _, name, born in self.children()
        )
        status = ", ".join(each.replace("_", " ") for each in self.many("need", "status"))
        talked = self.get("talked", "talked") == "yes"
        said = f"Yes, {self.get('talked', 'means').replace('_', ' ')}"
        if talked_at := _talked_at(self):
            timed = bool(self.get("talked", "clock"))
            said += f", {moment(talked_at) if timed else day(talked_at.date())}"
        said += f": {self.get('talked', 'said')}"
        challenged = ", ".join(agencies.get(slug, slug) for slug in self.agencies())
        person = self.get("agency", "person")
        you = (self.get("you", name) for name in ("name", "job", "email"))
        return [
            ("Immediate risk", "Yes" if self.get("risk", "risk") == "yes" else "No", "risk"),
            ("You", ", ".join(filter(None, you)), "you"),
            ("Area", loaded.file.partnership, "area"),
            ("Child", children, "child"),
            ("Address", self.get("child", "address") or "Not given", "child"),
            ("Agency challenged", challenged + (f" ({person})" if person else ""), "agency"),
            ("What you disagree with", self.get("decision", "decision"), "decision"),
            ("Ground", grounds.get(self.get("decision", "ground"), ""), "decision"),
            ("Why it seems unsafe", self.get("why", "why"), "why"),
            ("What it rests on", sentence(self.get("why", "basis").replace("_", " ")), "why"),
            ("Outcome wanted", self.get("outcome", "aim"), "outcome"),
            ("Talked already", said if talked else "Not yet", "talked"),
            ("Level of need now", self.get("need", "level_now") or "Not known", "need"),
            ("Level of need as you see it", self.get("need", "level_seen") or "Not known", "need"),
            ("Plan or status", status or "None named", "need"),
            ("About child protection", sentence(self.get("need", "child_protection")), "need"),
            ("The family", self.get("family", "family"), "family"),
        ]  # fmt: skip


def key_of(token: str) -> str:
    """The key of the case that a draft opens: sent twice is sent once."""
    return f"raise-{token}"[:64]


def writer(answers: Answers, who: Viewer, seat: Who) -> dict[str, str]:
    """Whose words these are, in which post; and who wrote them down."""
    behalf = answers.step("behalf")
    if not behalf:
        return own_words(who, seat)
    return on_behalf(who.user.name, behalf["name"], behalf["post"])


def own_words(who: Viewer, seat: Who) -> dict[str, str]:
    """A record's words about who wrote it for themselves, and the post that they hold."""
    return {"user": str(who.person), "by_name": who.user.name, "post": who.post(seat)}


def on_behalf(writer: str, name: str, post: str) -> dict[str, str]:
    """A record's words about who wrote it down, and for whom: nobody's own seat is claimed."""
    return {"by_name": name, "post": post, "written_down_by": writer}


def first_record(answers: Answers, agency: str, who: Viewer) -> Record:
    """The raise that the answers make. Its key is the draft's own: sent twice is sent once."""
    seat = Who(_tier(answers, who, agency), Side.RAISING, agency)
    text = {
        "decision_challenged": answers.get("decision", "decision"),
        "why": answers.get("why", "why"),
        "basis": answers.get("why", "basis"),
        "aim": answers.get("outcome", "aim"),
        "level_now": answers.get("need", "level_now"),
        "level_seen": answers.get("need", "level_seen"),
        "family": " ".join(
            (answers.get("family", "family"), answers.get("family", "note"))
        ).strip(),
        "challenged_person": answers.get("agency", "person"),
        "address": answers.get("child", "address"),
        **writer(answers, who, seat),
    }
    for number, name, born in answers.children():
        text[f"child.{number}.name"] = name
        text[f"child.{number}.born"] = born.isoformat() if born else ""
    facts: dict[str, Fact] = {
        "child_status": answers.many("need", "status"),
        "child_protection": answers.get("need", "child_protection") == "yes",
        "immediate_risk": answers.get("risk", "risk") == "yes",
        "raised_in_conference": answers.get("decision", "raised_in_conference") == "yes",
    }
    matter = answers.get("about", "matter")
    return Record(
        n=1,
        at=who.at,
        written=who.at,
        by=seat,
        act=Act.RAISE,
        written_by=str(who.person),
        key=key_of(str(answers.data.get("token", ""))),
        facts=facts,
        matter=Matter(matter) if matter in tuple(Matter) else None,
        ground=answers.get("decision", "ground"),
        text={name: value for name, value in text.items() if value},
    )


def _tier(answers: Answers, who: Viewer, agency: str) -> str:
    """The lowest tier that the viewer holds in the agency: raising is a practitioner's act."""
    if answers.step("behalf"):
        return Tier.PRACTITIONER.value
    held = [post.role for post in who.held if post.agency == agency and post.role in TIER_RANK]
    return min(held, key=lambda role: TIER_RANK[role], default=Tier.PRACTITIONER.value)


def talk_record(answers: Answers, state: CaseState, who: Viewer) -> Record | None:
    """The discussion already had, if there was one: it left the concern unresolved."""
    if answers.get("talked", "talked") != "yes":
        return None
    raised = state.records[0]
    return Record(
        n=2,
        at=min(_talked_at(answers) or who.at, who.at),
        written=who.at,
        by=raised.by,
        act=Act.DISCUSS,
        written_by=str(who.person),
        key=f"talk-{raised.key}"[:64],
        people=tuple(
            Who(Tier.PRACTITIONER, side, agency)
            for side, agency in state.parties.sides
            if side is Side.RESPONDING
        ),
        means=Means(answers.get("talked", "means")),
        outcome=Outcome.UNRESOLVED,
        text={"said": answers.get("talked", "said"), **writer(answers, who, raised.by)},
    )


def _talked_at(answers: Answers) -> datetime | None:
    clock = Clock("").clean(answers.get("talked", "clock"))
    return when_talked(answers.on("talked", "day"), clock)

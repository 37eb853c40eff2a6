"""The questions of raising a concern: one a page, twelve at most, in this order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import validate_email

from concord.directory.arrivals import agencies_by_address
from concord.directory.models import Agency, Partnership
from concord.notifications.posting import reach
from concord.policies.library import Loaded
from concord.rules.clock import LONDON
from concord.rules.dates import day
from concord.rules.words import ChildStatus, Matter, Means
from concord.web.forms.base import PlainForm
from concord.web.forms.fields import AnyOf, Clock, Day, Line, OneOf, Pick, Words, never_was
from concord.web.forms.private import is_private

YES_NO = (("yes", "Yes"), ("no", "No"))

LONGEST_AHEAD = timedelta(days=300)
"""A child may not be born yet: no birth is expected later than this."""

OLDEST = 25
"""Years. The oldest whom a policy speaks of are care leavers, up to their 25th birthday."""

LONGEST_AGO = timedelta(days=2 * 366)
"""Of a talk about a decision that is challenged now: an older one is a slip in the year."""

LEVELS = ("Universal services", "Early help", "Child in need", "Child protection", "Child in care")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the questions are asked in: who raises, which areas there are, which policy holds."""

    agency: Agency | None
    partnerships: Sequence[Partnership]
    others: Sequence[Agency]
    policy: Loaded | None
    at: datetime


class Question(PlainForm):
    """One page of the questions."""

    title = ""
    intro = ""

    def __init__(self, data: Any = None, *, initial: Any = None, around: Surroundings) -> None:
        super().__init__(data, initial=initial)
        self.around = around
        self.ask()

    def ask(self) -> None:
        """Fill in what can be chosen."""


class Risk(Question):
    """Immediate risk, before anything else."""

    title = "Is a child at immediate risk of harm now?"
    risk = OneOf(
        title,
        (("yes", "Yes, a child is at immediate risk"), ("no", "No, not immediate")),
        hint="If yes, act first: call 999 or the team named above, then come back to this page.",
    )


class YourAddress(Question):
    """Who is here for the first time: by a work address of a known agency."""

    title = "Who are you?"
    contacts: tuple[str, ...] = ()
    """Whom to ask, where the address is of no agency here: the business unit of each area."""
    intro = (
        "You have no account yet, and need none to raise a concern. Before it is sent, you prove "
        "your work address by a code that comes to it. Your agency then confirms that it knows "
        "you: its safeguarding lead, its manager, or the partnership's business manager. The "
        "concern does not wait for that."
    )
    name = Line("Your full name", max_length=120)
    job = Line("Your job title", max_length=120)
    email = Line("Your work e-mail address", max_length=254)
    telephone = Line("Your work telephone number (optional)", required=False, max_length=40)

    def ask(self) -> None:
        """Which agency, where several share the ending of an address."""
        found = agencies_by_address(str(self.data.get("email") or self.initial.get("email") or ""))
        if len(found) > 1:
            choices = [(each.slug, each.name) for each in found]
            self.fields["agency"] = OneOf("Which of these do you work for?", choices)

    def clean_email(self) -> str:
        """A work address of an agency that is known here."""
        email = str(self.cleaned_data["email"]).lower()
        try:
            validate_email(email)
        except forms.ValidationError as error:
            says = "Enter an e-mail address, like name@example.org"
            raise forms.ValidationError(says) from error
        if not agencies_by_address(email):
            # nobody knows yet whose lead to name: of each area the office that can help is known
            self.contacts = tuple(
                f"{each.name}. {reach(each)}" for each in self.around.partnerships
            )
            raise forms.ValidationError(
                "This is a private address. Enter the one that you have from your work. If you "
                "have none, ask your safeguarding lead to raise the concern with you, or call the "
                "business unit of your area: how to reach it stands on this page."
                if is_private(email)
                else "No agency here has this kind of address. Check how it is spelt. If it is "
                "your work address, ask your safeguarding lead to raise the concern with you, or "
                "call the business unit of your area: how to reach it stands on this page."
            )
        return email


class Area(Question):
    """Whose policy holds: where the child lives."""

    title = "Where does the child live?"
    intro = "The policy of the area where the child lives holds, whoever raises the concern."
    place = Line(
        "Town or postcode",
        hint="Not sure of the area? Enter the child's town, or the first half of the postcode.",
        required=False,
        max_length=60,
    )
    partnership = OneOf("Or choose the area", required=False)

    def ask(self) -> None:
        """Every area there is."""
        field = self.fields["partnership"]
        assert isinstance(field, OneOf)
        field.choices = [(each.slug, each.name) for each in self.around.partnerships]


class TheMatter(Question):
    """Whether this is the right door."""

    title = "What is this about?"
    matter = OneOf(
        title,
        (
            ("", ""),
            ("disagreement", "A decision, action or inaction of another agency about a child"),
            (Matter.COMPLAINT, "A complaint about how a worker behaved"),
            (
                Matter.ALLEGATION,
                "An allegation that somebody who works with children did harm",
            ),
            (Matter.WHISTLEBLOWING, "Wrongdoing in my own organisation"),
            (Matter.FAMILY_APPEAL, "A family disagrees with a decision"),
            (Matter.SINGLE_AGENCY, "A disagreement inside one agency"),
            (Matter.SERIOUS_INCIDENT, "A serious incident to report"),
            (Matter.INITIAL_CONFERENCE, "Whether to hold an initial child protection conference"),
            (Matter.PLAN_IMPLEMENTATION, "Whether a child protection plan is being carried out"),
        )[1:],
    )


def _years_before(today: date, years: int) -> date:
    """The same day so many years before; of a 29 February, the 28th."""
    last = today.replace(day=28) if (today.month, today.day) == (2, 29) else today
    return last.replace(year=today.year - years)


class TheChild(Question):
    """The child, or the children of one family."""

    title = "Who is the child?"
    intro = "Name brothers and sisters too, if the same decision concerns them."
    name_1 = Line("Child's full name")
    born_1 = Day("Date of birth", hint="For example, 27 3 2015", required=False)
    address = Line("Address", required=False, max_length=300)
    name_2 = Line("Second child's full name, if there is one", required=False)
    born_2 = Day("Second child's date of birth", required=False)
    name_3 = Line("Third child's full name, if there is one", required=False)
    born_3 = Day("Third child's date of birth", required=False)
    unborn = AnyOf(
        "Is a child not born yet?", required=False,
        choices=[("yes", "Yes: the date that is still to come is when the birth is expected")],
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A date of birth is a child's, or the one expected of a child not born yet."""
        data = super().clean() or {}
        today = self.around.at.astimezone(LONDON).date()
        for name in ("born_1", "born_2", "born_3"):
            born = data.get(name)
            if born is None:
                continue
            if born > today + LONGEST_AHEAD:
                self.add_error(name, "Enter a date that has passed, or when the birth is expected")
            elif born > today and "yes" not in (data.get("unborn") or []):
                self.add_error(
                    name,
                    f"{day(born)} is still to come. Check the date, or say below that the child is "
                    "not born yet",
                )
            elif born < _years_before(today, OLDEST):
                self.add_error(
                    name,
                    f"Check the year: this is more than {OLDEST} years ago, and the policy is "
                    "about children and care leavers",
                )
        return data


class WhoDecided(Question):
    """Which agency's decision is challenged."""

    title = "Whose decision do you challenge?"
    intro = "Concord finds the person who answers for that agency. You need not know a name."
    agency = Pick("Agency")
    person = Line("Name of the professional, if you know it", required=False)
    agency_2 = Pick("Another agency whose decision it also is", required=False)

    def ask(self) -> None:
        """Every other agency of the area."""
        for name in ("agency", "agency_2"):
            field = self.fields[name]
            assert isinstance(field, Pick)
            choices = [(each.slug, each.name) for each in self.around.others]
            field.choices = [("", "Choose"), *choices]

    def clean(self) -> dict[str, Any]:
        """The same agency is not named twice."""
        data = super().clean() or {}
        if data.get("agency") and data.get("agency") == data.get("agency_2"):
            raise forms.ValidationError("Name each agency once, or leave the second out.")
        return data


class TheDecision(Question):
    """What is challenged, and on which ground."""

    title = "What do you disagree with?"
    decision = Words("What was decided, done or not done?")
    ground = OneOf("Which of these is nearest?")

    def ask(self) -> None:
        """The policy's own grounds, and whatever a ground asks first."""
        field = self.fields["ground"]
        assert isinstance(field, OneOf)
        if self.around.policy is None:
            return
        grounds = self.around.policy.file.scope.grounds
        field.choices = [(ground.id, ground.says) for ground in grounds]
        if any(ground.only_if for ground in grounds):
            self.fields["raised_in_conference"] = OneOf(
                "If it is the outcome of a conference: did you raise it during the conference, "
                "and does it stand in the record?",
                YES_NO,
                required=False,
            )
            self.follow_ups = {
                "ground": {each.id: ("raised_in_conference",) for each in grounds if each.only_if}
            }


class Why(Question):
    """Why it seems unsafe."""

    title = "Why does it seem unsafe for the child?"
    why = Words(
        "What worries you?",
        hint="Say what you have seen or know, when, and what it means for the child.",
    )
    basis = OneOf(
        "What does this rest on?",
        (
            ("evidence", "Evidence: what I have seen, heard or read"),
            ("gut feeling", "A gut feeling, and I own it as one"),
            ("both", "Both"),
        ),
    )


class Aim(Question):
    """The outcome wanted."""

    title = "What outcome do you want for the child?"
    aim = Words("What should happen, and by when?")


class Talked(Question):
    """Whether it has been discussed yet."""

    title = "Have you talked to the other professional?"
    intro = "Talking comes first, unless the child would be less safe for waiting."
    talked = OneOf("Have you talked?", (("yes", "Yes"), ("no", "Not yet")))
    means = OneOf(
        "If yes, how?",
        ((means, means.replace("_", " ").capitalize()) for means in Means),
        required=False,
    )
    day = Day("When did you talk?", required=False)
    clock = Clock("At what time?")
    said = Words("What was said, and how did it end?", required=False)
    follow_ups = {"talked": {"yes": ("means", "day", "clock", "said")}}

    def clean(self) -> dict[str, Any]:
        """Who talked says how and when."""
        data = super().clean() or {}
        if data.get("talked") == "yes":
            if not data.get("means"):
                self.add_error("means", "Choose how you talked")
            if not data.get("day") and "day" not in self.errors:
                self.add_error("day", "Enter the day when you talked")
            on, clock = data.get("day"), data.get("clock")
            earliest = when_talked(on, clock or time())
            if on and clock and (no_time := never_was(on, clock)):
                self.add_error("clock", no_time)
            elif earliest and earliest > self.around.at:
                self.add_error("day", "Enter a day and time that have passed")
            elif earliest and earliest < self.around.at - LONGEST_AGO:
                self.add_error("day", "Check the year: this is more than two years ago")
        elif data.get("talked") == "no" and data.get("said"):
            self.add_error("talked", "You wrote what was said, too. Choose Yes, or clear that")
        return data


def when_talked(on: date | None, clock: time | None) -> datetime | None:
    """The moment of a talk, London time; the middle of its day where no time is given."""
    return datetime.combine(on, clock or time(12), tzinfo=LONDON) if on else None


class Need(Question):
    """Level of need, plan or looked-after status."""

    title = "The child's level of need, and any plan"
    level_now = Pick("Level of need now", required=False)
    level_seen = Pick("Level of need as you see it", required=False)
    status = AnyOf(
        "What holds for the child? Choose any",
        (
            (ChildStatus.EARLY_HELP, "Early help"),
            (ChildStatus.CHILD_IN_NEED, "Child in need"),
            (ChildStatus.CHILD_PROTECTION_PLAN, "On a child protection plan"),
            (ChildStatus.LOOKED_AFTER, "Looked after (in care)"),
            (ChildStatus.CARE_LEAVER, "Care leaver"),
        ),
        required=False,
    )
    child_protection = OneOf("Is the disagreement itself about child protection?", YES_NO)

    def ask(self) -> None:
        """The policy's own levels, where it has them."""
        own = self.around.policy.file.levels_of_need if self.around.policy else []
        for name in ("level_now", "level_seen"):
            field = self.fields[name]
            assert isinstance(field, Pick)
            field.choices = [("", "Not known"), *((level, level) for level in own or LEVELS)]


class Family(Question):
    """What the family knows."""

    title = "Does the family know that you raise this?"
    family = OneOf(
        title,
        (
            ("The family knows.", "Yes"),
            ("The family has not been told yet.", "Not yet"),
            ("It is not safe to tell the family.", "No, it is not safe to tell them"),
        ),
    )
    note = Words("Anything to know about that", required=False)


STEPS: dict[str, type[Question]] = {
    "risk": Risk,
    "area": Area,
    "about": TheMatter,
    "child": TheChild,
    "agency": WhoDecided,
    "decision": TheDecision,
    "why": Why,
    "outcome": Aim,
    "talked": Talked,
    "need": Need,
    "family": Family,
}
"""Eleven questions; the twelfth page is checking the answers."""

"""The language of policy files: what may stand in one, and what each key means.

A file reads like its policy, top to bottom. Every rule cites its clause. Unknown keys are
refused, so that a slip of the pen never becomes a rule that does not hold.
"""

from datetime import date, time
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from concord.policies.forms import FormPart
from concord.policies.part import Part, Texts, as_list
from concord.policies.units import parse_moment
from concord.rules.policy import Before, Each, Start
from concord.rules.words import Act, Form, Matter, Means, Outcome, Phase, Power

Acts = Annotated[list[Act], BeforeValidator(as_list)]
Outcomes = Annotated[list[Outcome], BeforeValidator(as_list)]


class Says(Part):
    """Words of the policy, shown to the user where `where` says (raising, answering, start)."""

    clause: str
    says: str
    where: str = ""
    link: str = ""


class WhenPart(Part):
    """What must hold on the facts of the case; all of it."""

    child_status: Texts = []
    child_protection: bool | None = None
    immediate_risk: bool | None = None
    urgent: bool | None = None
    party: str = Field("", description="this agency is among the parties")
    facts: dict[str, bool | str] = Field({}, description="any other fact")


class DoingPart(Part):
    """A pattern of records that meets a duty or opens a gate."""

    act: Acts
    by: Texts = Field([], description="seats, as 'manager@raising'; default: whoever owes it")
    present: Texts = Field([], description="seats that must all have taken part")
    to: Texts = Field([], description="seats that must all have been told")
    form: Form | None = None
    outcome: Outcomes = []
    given: Texts = Field([], description="particulars that must be filled in")


Doings = Annotated[list[DoingPart], BeforeValidator(as_list)]


class DutyPart(Part):
    """What somebody owes."""

    id: str
    clause: str
    what: str = Field(description="one plain sentence in the imperative")
    by: str | None = Field(None, description="a seat; left out: anyone of either side")
    starts: Start = Start.STAGE
    starts_on: DoingPart | None = Field(None, description="with 'starts: done'")
    when: WhenPart | None = None
    done: Doings
    within: str | None = Field(None, description="'5 working days', '24 hours', 'same day', ...")
    clock_from: str = Field("", description="a stage from whose beginning the limit counts")
    reading: str = Field("", description="the reading chosen where the text can be read two ways")
    each: Each = Field(
        Each.CASE, description="with 'starts: done' or 'agreed': once a case, a stage, or each time"
    )
    if_skipped: bool = Field(False, description="starts also when its stage is skipped")
    earlier_counts: bool = Field(False, description="done earlier in the case counts too")
    before_raising: bool = Field(
        False,
        description="done before the concern was raised counts too, from the last working day on",
    )
    first: bool = Field(False, description="stands first among what is owed")
    advice: bool = Field(False, description="should be done, and does not hold the case up")
    meeting: str = Field(
        "", description="what the meeting that it asks for is called: 'the resolution meeting'"
    )


class LimitPart(Part):
    """A limit: `within` from entering, or `by_day` counted from the first formal stage."""

    clause: str
    what: str = ""
    by: str | None = Field(None, description="a seat; default: the stage's tier, raising side")
    within: str | None = None
    by_day: int | None = Field(None, description="cumulative working days")
    clock_from: str = ""
    stages: list[str] = Field([], description="for a limit over a run of stages")
    when: WhenPart | None = None
    done: Doings = Field(
        [], description="what keeps the limit while the stage goes on; default: leaving it"
    )
    shortened_by: Texts = Field([], description="seats that may set a shorter one; default: any")
    shortening_clause: str = ""
    reading: str = ""


class GatePart(Part):
    """What must be so before the case goes on."""

    id: str
    clause: str
    before: Before
    of: Texts = Field([], description="whose contact is gated, with 'before: contact'")
    needs: Doings
    when: WhenPart | None = None
    why: str
    instead: str
    advised: bool = Field(False, description="the policy says 'should'")
    reading: str = ""


class AppointmentPart(Part):
    """Who appoints to an office, and independent of whom."""

    office: str
    clause: str
    by: Texts
    independent: bool = False
    reading: str = ""


class MakeUpPart(Part):
    """Who must sit on a body before it acts."""

    clause: str
    body: Texts = []
    acts: Acts
    members: str = ""
    agencies: int = 0
    executive: bool = False
    needs: Texts = []
    when_any: Texts = []
    everywhere: bool = Field(False, description="holds at whatever stage the body acts")
    why: str
    instead: str
    reading: str = ""


class PowerPart(Part):
    """What a body may do at a stage."""

    clause: str
    who: Texts
    power: Power
    appointed: bool = Field(False, description="an appointment must have been made first")


class ExpiryPart(Part):
    """What a limit's end brings: nothing, a prompt, a notice or a move up."""

    clause: str
    brings: Literal["nothing", "prompt", "notice", "move_up"] = "prompt"


class StagePart(Part):
    """A step of the ladder: who acts, its limits, duties, gates and offices in one place."""

    id: str
    title: str
    number: str = ""
    clause: str
    clauses: list[str] = []
    phase: Phase
    ladder: str = "main"
    entry: Literal["", "raise", "move"] = Field(
        "", description="how another ladder than the first is entered, on its first stage"
    )
    acts: str = Field(description="the tier or office that acts")
    says: str = ""
    offices: list[str] = []
    limit: LimitPart | None = None
    limits: list[LimitPart] = []
    expiry: ExpiryPart | None = None
    duties: list[DutyPart] = []
    gates: list[GatePart] = []
    appointments: list[AppointmentPart] = []
    make_up: list[MakeUpPart] = []
    powers: list[PowerPart] = []
    shown: list[Says] = Field([], description="words of the policy shown at this stage")


class GroundPart(Part):
    """An example of what the policy is for."""

    id: str
    clause: str
    says: str
    group: str = ""
    only_if: WhenPart | None = None
    otherwise: str = ""


class ExclusionPart(Part):
    """A matter that goes elsewhere, and the right door."""

    matter: Matter
    clause: str
    says: str
    instead: str
    link: str = ""


class ScopePart(Part):
    """What the policy is for, whom it binds, and what goes elsewhere."""

    applies_to: list[Says] = []
    grounds: list[GroundPart] = []
    exclusions: list[ExclusionPart] = []
    read_with: list[Says] = []


class TiersPart(Part):
    """The local titles of the tiers."""

    clause: str
    practitioner: list[str] = []
    manager: list[str] = []
    service_lead: list[str] = []
    executive: list[str] = []


class StandsForPart(Part):
    """Offices that may stand for a tier."""

    clause: str
    tier: str
    roles: list[str]


class OfficePart(Part):
    """A named post outside the agencies' lines, or an agency's own for this policy."""

    id: str
    title: str
    clause: str = ""
    clauses: list[str] = []
    of: Literal["partnership", "agency", "party"] = "partnership"
    agency: str = ""
    lookup: str = Field("", description="whom to ask who is unsure who holds it")
    mailbox: str = ""


class AgencyPart(Part):
    """An agency that the policy names."""

    id: str
    name: str
    kind: str
    clause: str = ""
    executive_member: bool = False
    key_partner: bool = False
    titles: dict[str, str] = {}


class WarningPart(Part):
    """What a clause advises against."""

    clause: str
    act: Acts
    means: list[Means] = []
    why: str


class SkipPart(Part):
    """The clause that lets stages be skipped, begun at or hurried."""

    clause: str
    says: str


class ShortenPart(Part):
    """The clause by which a case may be given shorter limits."""

    clause: str
    says: str = ""
    by: Texts = []


class VersionPart(Part):
    """One version of the policy: the office that made it, and when."""

    number: str
    date: date | str
    by: str = ""
    reason: str = ""


class LifecyclePart(Part):
    """How long the version holds: adoption, review, versions."""

    clause: str
    says: str
    within: str | None = None
    starts: str = ""


def _moment(text: str) -> str:
    parse_moment(text)
    return text


class HoursPart(Part):
    """The hours in which what can wait is sent, on working days."""

    opens: time
    closes: time


class RungPart(Part):
    """One rung of reminders: 'half the time', '1 working day before', 'once it is late', ..."""

    id: Annotated[str, Field(pattern="^[a-z_]{1,20}$")]
    on_a_day: Annotated[str, AfterValidator(_moment)] = Field(
        description="its moment where the limit is a day"
    )
    at_a_time: Annotated[str, AfterValidator(_moment)] = Field(
        description="its moment where the limit is a time of day: hours, or '1 working day before'"
    )


class RemindersPart(Part):
    """When owners are reminded; left out: the house's own way, in reminders.yaml."""

    working_hours: HoursPart
    rungs: list[RungPart]


class FeaturePart(Part):
    """A clause that a feature of Concord carries, beside or instead of a rule of this file."""

    clause: str
    feature: str
    says: str = ""


class PolicyFile(Part):
    """One version of one partnership's policy, as a safeguarding lead would read it."""

    id: str
    title: str
    partnership: str
    short_name: str
    version: str
    effective: date | None = None
    review_due: date | None = None
    calendar: str = "england_and_wales"
    register_prefix: str = Field(
        "", description="the prefix of its clauses in the register, as 'SA'"
    )
    source: str = ""
    versions: list[VersionPart] = []
    lifecycle: list[LifecyclePart] = []
    terms: dict[str, str] = {}
    principles: list[Says] = []
    scope: ScopePart
    levels_of_need: list[str] = []
    tiers: TiersPart | None = None
    stands_for: list[StandsForPart] = []
    offices: list[OfficePart] = []
    agencies: list[AgencyPart] = []
    skipping: SkipPart | None = None
    shortening: ShortenPart | None = None
    immediate_risk: list[DutyPart] = []
    stages: list[StagePart]
    limits: list[LimitPart] = Field([], description="limits over several stages or the whole case")
    duties: list[DutyPart] = Field([], description="duties of no single stage")
    gates: list[GatePart] = []
    forms: list[FormPart] = []
    warnings: list[WarningPart] = []
    features: list[FeaturePart] = []
    reminders: RemindersPart | None = None

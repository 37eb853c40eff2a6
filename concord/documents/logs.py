"""An agency's own log of its cases, in the words of the policy that has one."""

from collections.abc import Iterable
from dataclasses import dataclass

from concord.access.fields import Field
from concord.cases.doorway import Viewer, cases_for, find
from concord.directory.models import Agency
from concord.documents.directory import names_of
from concord.documents.filling import Filled, fill
from concord.documents.forms import form_of
from concord.documents.known.found import Filling
from concord.rules import holding
from concord.rules.forms import FormField, FormRule, Known
from concord.rules.policy import Policy
from concord.rules.words import Form

OWN = FormRule(
    form=Form.AGENCY_LOG,
    title="Log of professional disagreements",
    clause="",
    fields=(
        FormField("agency", "Raised by", (Known.RAISER_AGENCY,)),
        FormField("number", "Case", (Known.REFERENCE,)),
        FormField("child", "Child: name", (Known.CHILD_NAMES,)),
        FormField("born", "Child: date of birth", (Known.CHILD_BORN,)),
        FormField("age", "Child: age", (Known.CHILD_AGE,)),
        FormField("concern", "Concern", (Known.GROUND, Known.WHY_UNSAFE)),
        FormField("level", "Level of need", (Known.LEVEL_NOW,)),
        FormField("summary", "Summary", (Known.DECISION_CHALLENGED, Known.POSITIONS)),
        FormField("action_taken", "Action taken", (Known.DISCUSSIONS, Known.AGREED_ACTIONS)),
        FormField("outcome", "Outcome", (Known.AGREED_OUTCOME, Known.DECISION, Known.RESOLVED_AT)),
    ),
)
"""For an agency whose policy has no form of such a log: what SA-40 asks for, in plain words."""


@dataclass(frozen=True, slots=True)
class Log:
    """A log as a table: its title, its headings, and a row for each case, oldest first."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]


def agency_log(agency: Agency, who: Viewer) -> Log:
    """Every case of an agency, by it or against it, that the viewer may see with its child.

    Each is found through the doorway, so the log shows what the viewer's pages show. The columns
    are those of the policy's own form of such a log (SA-40), where a policy has one; after them
    stands how long each side has had the case in hand.
    """
    cases = cases_for(who).filter(parties__agency=agency).order_by("opened", "id")
    looks = [find(who, reference) for reference in cases.values_list("reference", flat=True)]
    shown = [look for look in looks if look.sees(Field.CHILD_NAME) and look.sees(Field.FORMS)]
    form = _form(look.state.policy for look in shown)
    rows: list[tuple[str | int, ...]] = []
    for look in shown:
        names = names_of(look.case, look.state, who.at)
        filled = fill(Filling(look.state, names, who.at, form))
        cells = (_cell(each) for each in filled)
        rows.append((*cells, *holding.columns(look.state, who.at)))
    head = (*(field.label for field in form.fields), *holding.COLUMNS)
    return Log(form.title, head, tuple(rows))


def _form(policies: Iterable[Policy]) -> FormRule:
    found = (form_of(policy, Form.AGENCY_LOG) for policy in policies)
    return next((form for form in found if form is not None), OWN)


def _cell(filled: Filled) -> str:
    return "\n".join(filled.lines)

"""Forms in policy files: their fields, and what of a case fills each."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from concord.policies.part import Part, Texts, as_list
from concord.rules.forms import FormField, FormRule, Known
from concord.rules.who import parse_seat
from concord.rules.words import Form

Knowns = Annotated[list[Known], BeforeValidator(as_list)]


class FieldPart(Part):
    """One field of a form, in the form's own words, and what of the case fills it."""

    id: Annotated[str, Field(pattern="^[a-z][a-z_0-9]{1,39}$")] = Field(
        description="by which a partnership's own template names it"
    )
    label: str = Field(description="the form's own words")
    known: Knowns = Field([], description="what fills it; left out: whoever sends it writes it")
    choices: list[str] = Field([], description="boxes, of which one is ticked")
    stages: list[str] = Field([], description="of which stages discussions are told; default: all")
    by: str = Field("", description="the office that completes it after the form has come")
    section: str = Field("", description="a heading of the form that begins here")
    hint: str = ""
    optional: bool = Field(False, description="may stay empty: not told of as missing")


class FormPart(Part):
    """A form of the policy."""

    form: Form
    title: str
    clause: str
    clauses: list[str] = []
    to: Texts = []
    note: str = Field("", description="what the form says under its title")
    fields: list[FieldPart] = Field([], description="the form's own fields, in its order")
    foot: str = Field("", description="what the form says at its end")
    bundle: bool = Field(False, description="sending it is a referral: it freezes the bundle")
    one_page: bool = Field(False, description="long answers are cut short to keep to one page")


def form_rule(part: FormPart) -> FormRule:
    """A form as the documents read it."""
    fields = (
        FormField(
            each.id, each.label, tuple(each.known), tuple(each.choices), tuple(each.stages),
            each.by, each.section, each.hint, each.optional,
        )
        for each in part.fields
    )  # fmt: skip
    return FormRule(
        part.form,
        part.title,
        part.clause,
        tuple(parse_seat(text) for text in part.to),
        tuple(fields),
        part.note,
        part.foot,
        part.bundle,
        part.one_page,
    )

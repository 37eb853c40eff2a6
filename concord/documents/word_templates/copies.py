"""The Word copy of a form: by the partnership's own template where it has one that fits."""

import logging
from collections.abc import Iterable

from concord.directory.models import Partnership
from concord.documents.model import Document
from concord.documents.models import WordTemplate
from concord.documents.word import write_word
from concord.documents.word_templates.checking import check
from concord.documents.word_templates.keeping import current
from concord.documents.word_templates.laying import NotLaidOut, lay_out
from concord.files.unfit import Unfit
from concord.rules.forms import FormRule

logger = logging.getLogger(__name__)


def fits(template: WordTemplate | None, form: FormRule) -> bool:
    """Whether a template has a place for every field of this form, and for nothing else.

    A case keeps the policy that it began under, and a template is written for one version of it.
    """
    if template is None:
        return False
    try:
        return not check(bytes(template.content), form).problems
    except Unfit:
        return False


def layouts(partnership: Partnership, forms: Iterable[FormRule]) -> dict[str, WordTemplate]:
    """For each of these forms that is written with a partnership's own template: which one."""
    found = ((form, current(partnership, form.form)) for form in forms)
    return {form.form: each for form, each in found if each is not None and fits(each, form)}


def made_with(foot: str, template: WordTemplate) -> str:
    """What a copy made with a template says at its foot."""
    return f"{foot} Word copy made with {template}."


def word_copy(
    document: Document, form: FormRule, template: WordTemplate | None
) -> tuple[bytes, WordTemplate | None]:
    """A document of a form as a .docx file, and the template that made it.

    Where the template cannot hold all of the document, it is Concord's own layout: no word of a
    case is lost to a template.
    """
    if template is not None:
        try:
            foot = made_with(document.foot, template)
            return lay_out(bytes(template.content), form, document, foot), template
        except NotLaidOut as error:
            logger.error(
                "template %s of %s, version %s, was not used: %s",
                template.pk, template.form, template.version, error,
            )  # fmt: skip
    return write_word(document), None

"""A template tried with an invented case, before it is used for a real one."""

from datetime import datetime

from concord.documents.models import WordTemplate
from concord.documents.word_templates.checking import filled_parts, opened
from concord.documents.word_templates.copies import made_with
from concord.documents.word_templates.inventing import invented
from concord.documents.word_templates.joining import texts
from concord.documents.word_templates.laying import NotLaidOut, lay_out
from concord.rules.forms import FormRule
from concord.rules.policy import Policy


def tried_out(
    template: WordTemplate, form: FormRule, policy: Policy, partnership: str, at: datetime
) -> bytes | None:
    """The .docx file that a template gives for an invented case; None where it does not fit.

    `at` is aware.
    """
    document = invented(form, policy, partnership, at)
    try:
        foot = made_with(document.foot, template)
        return lay_out(bytes(template.content), form, document, foot)
    except NotLaidOut:
        return None


def words_shown(made: bytes | None) -> list[tuple[str, list[str]]]:
    """The words of a .docx file, part by part, as somebody reads them: for a look without Word."""
    if made is None:
        return []
    parts = [
        (called, [text.letters for text in texts(root) if text.letters.strip()])
        for called, root in filled_parts(opened(made))
    ]
    return [(called, said) for called, said in parts if said]

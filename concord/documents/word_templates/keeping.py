"""A partnership's templates as they are kept: every version, and which one a form is written with.

Nothing is changed or removed: going back to an earlier version, or to Concord's own layout, is a
choice of its own, with who made it, when and why.
"""

import hashlib
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from concord.directory.models import Partnership, User
from concord.documents.models import TemplateChoice, WordTemplate
from concord.documents.word_templates.checking import Checked, look_through
from concord.files.naming import shown_name
from concord.files.scanning import scan
from concord.policies.library import load
from concord.rules.forms import FormRule


def forms_with_templates(partnership: Partnership) -> tuple[FormRule, ...]:
    """The forms of a partnership's policy: each can have a template of its own."""
    return load(partnership.policy_id).policy.forms


def versions(partnership: Partnership, form: str) -> QuerySet[WordTemplate]:
    """Every version of a form's template, newest first, without their contents."""
    found = WordTemplate.objects.filter(partnership=partnership, form=form)
    return found.select_related("by").defer("content")


def choices(partnership: Partnership, form: str) -> QuerySet[TemplateChoice]:
    """Every choice of what a form is written with, newest first."""
    found = TemplateChoice.objects.filter(partnership=partnership, form=form)
    return found.select_related("by", "template").defer("template__content")


def current(partnership: Partnership, form: str) -> WordTemplate | None:
    """The template that a form is written with now; None for Concord's own layout."""
    latest = choices(partnership, form).first()
    return latest.template if latest is not None else None


def upload(
    partnership: Partnership, form: FormRule, name: str, content: bytes, why: str, by: User,
    at: datetime,
) -> tuple[Checked, WordTemplate | None]:  # fmt: skip
    """Check a file, and keep it as the next version where nothing is wrong with it.

    It is not used yet: that is a choice, made after a look at it. The same file uploaded twice
    in a row is one version. `at` is aware. Raises Unfit where it is no file that Concord takes.
    """
    checked = look_through(name, content, form)
    if checked.problems:
        return checked, None
    scanned = scan(content)
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        # the lock comes first: two uploads at once get two numbers
        Partnership.objects.select_for_update(no_key=True).get(pk=partnership.pk)
        latest = versions(partnership, form.form).first()
        if latest is not None and latest.digest == digest:
            return checked, latest
        kept = WordTemplate.objects.create(
            partnership=partnership, form=form.form, digest=digest, content=content, why=why,
            version=latest.version + 1 if latest else 1, name=shown_name(name, "docx"),
            scanned=scanned, by=by, at=at,
        )  # fmt: skip
    return checked, kept


def choose(
    partnership: Partnership, form: FormRule, template: WordTemplate | None, why: str, by: User,
    at: datetime,
) -> None:  # fmt: skip
    """From now on (aware) write a form with a template, or with Concord's own layout (None).

    What is chosen already is not chosen again.
    """
    with transaction.atomic():
        Partnership.objects.select_for_update(no_key=True).get(pk=partnership.pk)
        if current(partnership, form.form) != template:
            TemplateChoice.objects.create(
                partnership=partnership, form=form.form, template=template, why=why, by=by, at=at
            )

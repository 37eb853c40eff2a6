"""A partnership's own Word templates: what one may hold, upload, a look at it, which is used."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from concord.cases.doorway import NotFound, Viewer
from concord.cases.drafts import Place
from concord.directory.models import Partnership
from concord.documents.models import WordTemplate
from concord.documents.word_templates import keeping
from concord.documents.word_templates.checking import LARGEST, Checked, check
from concord.documents.word_templates.inventing import catalogue
from concord.documents.word_templates.starting import starter
from concord.documents.word_templates.trying import tried_out, words_shown
from concord.files.kinds import KINDS, Kind
from concord.files.unfit import Unfit
from concord.policies.library import load
from concord.rules.forms import FormRule
from concord.web.asking import page, signed_in
from concord.web.errors import no_longer
from concord.web.forms.word_templates import Choosing, Uploading
from concord.web.keeping import opened
from concord.web.receiving import beyond_the_limit
from concord.web.views.oversight import overseen

FILE = "file"
NO_FILE = "Choose the template: a Word document, whose name ends with .docx."


@signed_in
@require_safe
def listed(request: HttpRequest, who: Viewer, slug: str) -> HttpResponse:
    """Each form of the policy, and in which layout its Word copies are written now."""
    found = overseen(who, slug)
    forms = keeping.forms_with_templates(found)
    return page(
        request, "word_templates", "Word templates of your forms", partnership=found,
        partnership_name=found.name,
        rows=[(form, keeping.choices(found, form.form).first()) for form in forms],
    )  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def of_form(request: HttpRequest, who: Viewer, slug: str, form: str) -> HttpResponse:
    """One form: how to make a template of it, its versions; a new one is uploaded here."""
    found, rule = _form(who, slug, form)
    tab = opened(request, Place(who.person, None, f"templates/{slug}/{form}"), who.at)
    asked = Uploading(tab.posted)
    problems: list[str] = tab.said.get("problems", [])
    if request.method == "POST":
        file = request.FILES.get(FILE)
        # the words are looked at too, so that all that is wrong is told at once
        valid = asked.is_valid()
        if beyond_the_limit(request):
            problems = [f"The template is larger than {LARGEST // 1_000_000} MB."]
        elif file is None:
            problems = [NO_FILE]
        elif valid:
            kept, problems = _upload(found, rule, file.name or "", file.read(), asked, who)
            if kept is not None:
                return redirect("word-template-version", slug, form, kept.version)
    return page(
        request, "word_template", f"Word template: {rule.title}", partnership=found, rule=rule,
        partnership_name=found.name, form=asked, problems=problems, tab=tab,
        said={"problems": problems},
        rows=catalogue(rule, found.name, who.at), versions=list(keeping.versions(found, form)),
        choices=list(keeping.choices(found, form)), current=keeping.current(found, form),
        status=422 if problems or asked.errors else 200,
    )  # fmt: skip


def _upload(
    found: Partnership, rule: FormRule, name: str, content: bytes, asked: Uploading, who: Viewer
) -> tuple[WordTemplate | None, list[str]]:
    try:
        checked, kept = keeping.upload(
            found, rule, name, content, asked.cleaned_data["why"], who.user, who.at
        )
    except Unfit as unfit:
        return None, [f"{unfit.why} {unfit.instead}"]
    return kept, [f"{each.place}. {each.says}" if each.place else each.says
                  for each in checked.problems]  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def version(request: HttpRequest, who: Viewer, slug: str, form: str, number: int) -> HttpResponse:
    """One version: what it gives for an invented case. It is taken into use here."""
    found, rule, template = _version(who, slug, form, number)
    tab = opened(request, Place(who.person, None, f"templates/{slug}/{form}/{number}"), who.at)
    asked = Choosing(tab.posted)
    checked = _checked(template, rule)
    fits = checked is not None and not checked.problems
    in_use = keeping.current(found, form) == template
    if request.method == "POST" and in_use:
        return _chosen_already(request, slug, form, "This version is in use already")
    if request.method == "POST" and asked.is_valid() and fits:
        keeping.choose(found, rule, template, asked.cleaned_data["why"], who.user, who.at)
        return redirect("word-template", slug, form)
    return page(
        request, "word_template_version", f"{rule.title}: your template, version {number}",
        partnership=found, partnership_name=found.name, rule=rule, kept=template, form=asked,
        tab=tab,
        checked=checked, fits=fits, in_use=in_use,
        shown=words_shown(_tried(found, rule, template, who.at)) if fits else [],
        status=422 if asked.errors else 200,
    )  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest, who: Viewer, slug: str, form: str) -> HttpResponse:
    """Back to Concord's own layout, with the reason."""
    found, rule = _form(who, slug, form)
    if keeping.current(found, form) is None:
        return _chosen_already(request, slug, form, "Concord's own layout is in use already")
    tab = opened(request, Place(who.person, None, f"templates/{slug}/{form}/own"), who.at)
    asked = Choosing(tab.posted)
    if request.method == "POST" and asked.is_valid():
        keeping.choose(found, rule, None, asked.cleaned_data["why"], who.user, who.at)
        return redirect("word-template", slug, form)
    return page(
        request, "word_template_own", "Use Concord's own layout again", partnership=found,
        partnership_name=found.name, rule=rule, form=asked, tab=tab,
        status=422 if asked.errors else 200,
    )  # fmt: skip


@signed_in
@require_safe
def starting(request: HttpRequest, who: Viewer, slug: str, form: str) -> HttpResponse:
    """A template to start from: Concord's own layout, with a placeholder for everything."""
    found, rule = _form(who, slug, form)
    policy = load(found.policy_id).policy
    return _file(starter(rule, policy, found.name, who.at), f"{_named(form)}-starter")


@signed_in
@require_safe
def file(request: HttpRequest, who: Viewer, slug: str, form: str, number: int) -> HttpResponse:
    """A version exactly as it was uploaded."""
    _, _, template = _version(who, slug, form, number)
    return _file(bytes(template.content), f"{_named(form)}-template-version-{number}")


@signed_in
@require_safe
def preview(request: HttpRequest, who: Viewer, slug: str, form: str, number: int) -> HttpResponse:
    """A version filled for an invented case."""
    found, rule, template = _version(who, slug, form, number)
    made = _tried(found, rule, template, who.at)
    if made is None:
        raise NotFound(number)
    return _file(made, f"{_named(form)}-template-version-{number}-preview")


def _chosen_already(request: HttpRequest, slug: str, form: str, title: str) -> HttpResponse:
    return no_longer(
        request, title, "There is nothing to change.",
        back=reverse("word-template", args=[slug, form]),
        back_words="Look at the form's versions, and who chose which when",
    )  # fmt: skip


def _tried(
    found: Partnership, rule: FormRule, template: WordTemplate, at: datetime
) -> bytes | None:
    return tried_out(template, rule, load(found.policy_id).policy, found.name, at)


def _checked(template: WordTemplate, rule: FormRule) -> Checked | None:
    try:
        return check(bytes(template.content), rule)
    except Unfit:
        return None


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=KINDS[Kind.WORD].media)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.docx"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _named(form: str) -> str:
    return form.replace("_", "-")


def _form(who: Viewer, slug: str, form: str) -> tuple[Partnership, FormRule]:
    """A form of a partnership whose business manager the viewer is. Raises NotFound."""
    found = overseen(who, slug)
    rule = next((r for r in keeping.forms_with_templates(found) if r.form == form), None)
    if rule is None:
        raise NotFound(form)
    return found, rule


def _version(
    who: Viewer, slug: str, form: str, number: int
) -> tuple[Partnership, FormRule, WordTemplate]:
    found, rule = _form(who, slug, form)
    template = keeping.versions(found, form).filter(version=number).first()
    if template is None:
        raise NotFound(number)
    return found, rule, template

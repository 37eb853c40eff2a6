"""Raising a concern: one question a page, each answer kept, then check and send."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from concord.cases import drafts
from concord.cases.doorway import Viewer, find, same_child
from concord.cases.ledger import act, open_case
from concord.cases.models import Case, Draft
from concord.directory.models import Agency, Membership, Partnership, Post
from concord.directory.questions import area_for, counterpart, emergency_contacts, unsure_whom
from concord.policies.calendars import calendar_for
from concord.policies.library import Loaded, load
from concord.rules.decide import Refused
from concord.web.asking import page, signed_in
from concord.web.errors import not_found
from concord.web.forms.raising import STEPS, Question, Surroundings
from concord.web.raising import Answers, first_record, talk_record

ORDER = tuple(STEPS)


@dataclass(frozen=True, slots=True)
class Setting:
    """A draft with what follows from its answers so far."""

    draft: Draft
    answers: Answers
    agency: Agency | None
    partnership: Partnership | None
    loaded: Loaded | None

    def around(self) -> Surroundings:
        """What the questions are asked in."""
        others = Agency.objects.filter(partnerships=self.partnership) if self.partnership else []
        return Surroundings(
            agency=self.agency,
            partnerships=list(Partnership.objects.all()),
            others=[each for each in others if each != self.agency],
            policy=self.loaded,
        )


def _setting(who: Viewer, draft: Draft) -> Setting:
    answers = Answers(draft.data)
    partnership = Partnership.objects.filter(slug=answers.get("area", "partnership")).first()
    posts = Post.objects.held(who.at.date()).filter(user=who.user, agency__isnull=False)
    if partnership is not None:
        posts = posts.filter(partnership=partnership)
    post = posts.first()
    return Setting(
        draft,
        answers,
        post.agency if post else None,
        partnership,
        load(partnership.policy_id) if partnership else None,
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, who: Viewer) -> HttpResponse:
    """What to have ready; a new draft, or go on with an earlier one."""
    if request.method == "POST":
        draft = drafts.begin_raising(who.user, who.at)
        return redirect("raise-step", token=draft.token, step=ORDER[0])
    mine = Draft.objects.filter(user=who.user, kind="raise")
    return page(request, "raise_begin", "Raise a concern", drafts=list(mine[:10]))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, who: Viewer, token: str, step: str) -> HttpResponse:
    """One question."""
    draft = drafts.raising(who.user, token)
    if draft is None or step not in STEPS:
        return not_found(request)
    setting = _setting(who, draft)
    if step not in ("risk", "area") and setting.partnership is None:
        return redirect("raise-step", token=token, step="area")
    form_class: type[Question] = STEPS[step]
    if request.method != "POST":
        kept = form_class.initial_from(draft.data.get(step, {}))
        form = form_class(initial={**_suggested(step, setting), **kept}, around=setting.around())
        return _question(request, who, setting, step, form)
    form = form_class(request.POST, around=setting.around())
    drafts.answer(draft, step, form.typed(), who.at)
    if request.POST.get("action") == "save":
        return redirect("work")
    if not form.is_valid():
        return _question(request, who, setting, step, form, status=422)
    match step:
        case "area":
            return _area(request, who, setting, form)
        case "about":
            return _matter(request, who, setting, form)
        case _:
            return _onward(request, draft, step)


def _suggested(step: str, setting: Setting) -> dict[str, Any]:
    """The one area of the viewer's agency is chosen beforehand."""
    if step == "area" and setting.agency is not None:
        memberships = Membership.objects.filter(agency=setting.agency).select_related("partnership")
        slugs = [each.partnership.slug for each in memberships]
        if len(slugs) == 1:
            return {"partnership": slugs[0]}
    return {}


def _onward(request: HttpRequest, draft: Draft, step: str) -> HttpResponse:
    if request.POST.get("back_to_check"):
        return redirect("raise-check", token=draft.token)
    following = ORDER.index(step) + 1
    if following == len(ORDER):
        return redirect("raise-check", token=draft.token)
    return redirect("raise-step", token=draft.token, step=ORDER[following])


def _area(request: HttpRequest, who: Viewer, setting: Setting, form: Question) -> HttpResponse:
    """Which area's policy holds: by the place typed, or as chosen."""
    place, chosen = form.cleaned_data["place"], form.cleaned_data["partnership"]
    found = area_for(place) if place else ()
    if found:
        chosen = found[0].slug
    if not chosen:
        says = (
            f"No area here has a place '{place}'. Choose the area, or ask your safeguarding lead."
            if place
            else "Enter the child's town or postcode, or choose the area."
        )
        form.add_error("place" if place else "partnership", says)
        return _question(request, who, setting, "area", form, status=422)
    partnership = Partnership.objects.get(slug=chosen)
    here = Post.objects.held(who.at.date()).filter(user=who.user, agency__isnull=False)
    if not here.filter(partnership=partnership).exists():
        unit = partnership.business_unit_telephone or partnership.business_unit_email
        form.add_error(
            "partnership",
            f"Your agency is not in {partnership.name} on Concord. Its business unit raises it "
            f"with you: {unit}.",
        )
        return _question(request, who, setting, "area", form, status=422)
    typed = {**setting.draft.data.get("area", {}), "partnership": chosen}
    drafts.answer(setting.draft, "area", typed, who.at)
    return _onward(request, setting.draft, "area")


def _matter(request: HttpRequest, who: Viewer, setting: Setting, form: Question) -> HttpResponse:
    """The right door, before any case is opened."""
    assert setting.loaded is not None
    matter = form.cleaned_data["matter"]
    for exclusion in setting.loaded.policy.exclusions:
        if exclusion.matter == matter:
            return page(
                request, "other_door", "This goes by another door", exclusion=exclusion,
                token=setting.draft.token, partnership_name=setting.loaded.file.partnership,
            )  # fmt: skip
    return _onward(request, setting.draft, "about")


def _question(
    request: HttpRequest,
    who: Viewer,
    setting: Setting,
    step: str,
    form: Question,
    status: int = 200,
) -> HttpResponse:
    number = ORDER.index(step) + 1
    area = setting.partnership or _own_area(setting)
    loaded = setting.loaded
    return page(
        request, "question", form.title, status=status, form=form, step=step, number=number,
        of=len(ORDER) + 1, token=setting.draft.token, draft=setting.draft,
        previous=ORDER[number - 2] if number > 1 else "",
        at_risk=setting.answers.get("risk", "risk") == "yes",
        emergency=emergency_contacts(area, who.at, calendar_for()) if area else (),
        support=[p for p in loaded.policy.principles if p.where == "raise"] if loaded else [],
        unsure=unsure_whom(setting.agency, area, who.at) if setting.agency and area else "",
        partnership_name=area.name if area else "",
        back_to_check=bool(request.GET.get("check") or request.POST.get("back_to_check")),
    )  # fmt: skip


def _own_area(setting: Setting) -> Partnership | None:
    if setting.agency is None:
        return None
    return setting.agency.partnerships.first()


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, who: Viewer, token: str) -> HttpResponse:
    """All the answers on one page, who will answer, and send."""
    draft = drafts.raising(who.user, token)
    if draft is None:
        return not_found(request)
    setting = _setting(who, draft)
    unanswered = next((name for name in STEPS if not _complete(setting, name)), None)
    if unanswered is not None:
        return redirect("raise-step", token=token, step=unanswered)
    if request.method == "POST":
        return _send(request, who, setting)
    return _check(request, who, setting)


def _complete(setting: Setting, name: str) -> bool:
    form = STEPS[name](setting.answers.step(name), around=setting.around())
    return form.is_valid()


def _check(
    request: HttpRequest,
    who: Viewer,
    setting: Setting,
    refused: Refused | None = None,
) -> HttpResponse:
    partnership, answers = setting.partnership, setting.answers
    assert partnership is not None
    assert setting.loaded is not None
    responding = Agency.objects.filter(slug__in=answers.agencies())
    tier = setting.loaded.policy.stages[0].acts
    found = [counterpart(each, tier, partnership, who.at) for each in responding]
    same = (
        same_child(who, setting.agency.slug, answers.get("child", "name_1"), answers.born(1))
        if setting.agency
        else Case.objects.none()
    )
    return page(
        request, "raise_check", "Check your answers, then send",
        answers=answers.rows(setting.loaded),
        token=setting.draft.token, counterparts=found, same=list(same[:5]), policy=setting.loaded,
        partnership_name=partnership.name, refused=refused.first if refused else None,
        status=409 if refused else 200,
    )  # fmt: skip


def _send(request: HttpRequest, who: Viewer, setting: Setting) -> HttpResponse:
    assert setting.partnership is not None
    assert setting.loaded is not None
    if setting.agency is None:
        return not_found(request)
    responding = sorted(
        Agency.objects.filter(slug__in=setting.answers.agencies()),
        key=lambda each: setting.answers.agencies().index(each.slug),
    )
    record = first_record(setting.answers, setting.agency.slug, who)
    answer = open_case(setting.partnership, setting.agency, responding, {}, record, who.user)
    if isinstance(answer, Refused):
        return _check(request, who, setting, answer)
    talked = talk_record(setting.answers, answer.state, who)
    if talked is not None:
        act(answer.case.reference, talked, who.user)
    reference = answer.case.reference
    setting.draft.delete()
    return redirect("raise-sent", reference=reference)


@signed_in
@require_safe
def sent(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """That it arrived, who has it, and by when."""
    look = find(who, reference)
    state = look.state
    tier = state.policy.stage(state.stage).acts
    agencies = Agency.objects.filter(slug__in=state.parties.responding)
    found = [counterpart(each, tier, look.case.partnership, who.at) for each in agencies]
    calendar = calendar_for(state.policy.calendar)
    return page(
        request, "raise_sent", "Your concern has been sent", look=look, counterparts=found,
        at_risk=bool(state.facts.get("immediate_risk")),
        emergency=emergency_contacts(look.case.partnership, who.at, calendar),
        partnership_name=look.case.partnership.name,
    )  # fmt: skip

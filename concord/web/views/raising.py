"""Raising a concern: one question a page, each answer kept, then check and send."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from concord.access.standing import raises
from concord.access.table import Doing
from concord.cases import drafts
from concord.cases.doorway import Viewer, find
from concord.cases.drafts import Place
from concord.cases.ledger import act, open_case
from concord.cases.models import Draft
from concord.cases.same_child import Same, same_child
from concord.directory.models import Agency, Membership, Partnership
from concord.directory.questions import (
    area_for,
    counterpart,
    emergency_contacts,
    holders,
    receives,
    unsure_whom,
)
from concord.notifications.whose import names_of
from concord.policies.calendars import calendar_for
from concord.rules.decide import Refused
from concord.rules.duties import asked_for
from concord.web.asking import page, signed_in
from concord.web.errors import not_found
from concord.web.forms.raising import STEPS, Question
from concord.web.keeping import ASKED, Opened, navigates, opened, same_words
from concord.web.marks import marks
from concord.web.not_raising import no_post
from concord.web.presenting import duty_rows
from concord.web.raiser import Raiser, agencies_served, for_whoever_raises
from concord.web.raising import first_record, talk_record
from concord.web.unconfirmed import after_sending, before_sending
from concord.web.views.case import emergency

DOOR = "door"
"""In an address: that the answer leads to another door, which is shown."""
MEANWHILE = (
    "You have answered this in another tab or window meanwhile. Both answers are here: Continue "
    "keeps what is in the boxes."
)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, who: Viewer) -> HttpResponse:
    """What to have ready; a new draft, or go on with an earlier one."""
    if request.method == "POST":
        draft = drafts.begin_raising(who.user, who.at)
        return redirect("raise-step", token=draft.token, step="risk")
    mine = Draft.objects.filter(user=who.user, kind="raise")
    return page(
        request, "raise_begin", "Raise a concern", drafts=list(mine[:10]),
        serves=bool(agencies_served(who)), questions=len(STEPS),
    )  # fmt: skip


@for_whoever_raises
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, by: Raiser, step: str) -> HttpResponse:
    """One question."""
    steps = by.steps()
    if step not in steps:
        return not_found(request)
    if by.is_first_time and by.agency is None and step not in ("risk", "you"):
        return redirect("raise-step", token=by.draft.token, step="you")
    if step not in ("risk", "you", "area") and by.partnership is None:
        return redirect("raise-step", token=by.draft.token, step="area")
    form_class: type[Question] = steps[step]
    standing = by.draft.data.get(step, {})
    place = Place(by.viewer.person if by.viewer else None, None, f"raise/{by.draft.token}/{step}")
    tab = opened(request, place, by.at, standing)
    if request.method != "POST":
        if step == "about" and DOOR in request.GET:
            return _other_door(request, by) or redirect(
                "raise-step", token=by.draft.token, step="about"
            )
        kept = {**_suggested(step, by), **form_class.initial_from(standing), **tab.first_values}
        form = form_class(tab.posted, initial=kept, around=by.around())
        return _question(request, by, step, form, tab)
    form = form_class(request.POST, around=by.around())
    if tab.overtakes and form.typed() != standing:
        form.add_error(None, MEANWHILE)
        return _question(request, by, step, form, tab, 409)
    saves = request.POST.get("action") == "save"
    if not form.is_valid():
        if saves and tab.received is not None:
            return _away(by)  # with its mistakes it is kept for the page, and is no answer yet
        return _question(request, by, step, form, tab, 422)
    if step == "area" and not saves:
        return _area(request, by, form, tab)
    _answer(by, step, form.typed(), tab)
    if saves:
        drafts.settle(place, tab.page, "", by.at)
        return _away(by)
    return _matter(request, by) if step == "about" else _onward(request, by, step)


def _answer(by: Raiser, step: str, typed: dict[str, Any], tab: Opened) -> None:
    """Keep an answer without mistakes. One with mistakes stays on its page, as it was typed."""
    drafts.answer(by.draft, step, typed, by.at)
    tab.answered(typed)


def _away(by: Raiser) -> HttpResponse:
    return redirect("start" if by.is_first_time else "work")


def _standing(by: Raiser, step: str) -> list[tuple[str, str]]:
    """The answer to a question as it stands: each part's label, and what was typed or chosen."""
    form = by.steps()[step](by.answers.step(step), around=by.around())
    found = []
    for bound in form.visible_fields():
        value = bound.value()
        choices = dict(getattr(bound.field, "choices", ()))
        parts = value if isinstance(value, list) else [value]
        words = " ".join(str(choices.get(part, part)) for part in parts if part)
        if words:
            found.append((str(bound.label), words))
    return found


def _suggested(step: str, by: Raiser) -> dict[str, Any]:
    """The one area of the agency is chosen beforehand."""
    if step == "area" and by.agency is not None:
        memberships = Membership.objects.filter(agency=by.agency).select_related("partnership")
        slugs = [each.partnership.slug for each in memberships]
        if len(slugs) == 1:
            return {"partnership": slugs[0]}
    return {}


def _onward(request: HttpRequest, by: Raiser, step: str) -> HttpResponse:
    order = list(by.steps())
    following = order.index(step) + 1
    if request.POST.get("back_to_check") or following == len(order):
        return redirect("raise-check", token=by.draft.token)
    return redirect("raise-step", token=by.draft.token, step=order[following])


def _area(request: HttpRequest, by: Raiser, form: Question, tab: Opened) -> HttpResponse:
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
        return _question(request, by, "area", form, tab, 422)
    partnership = Partnership.objects.get(slug=chosen)
    if not by.may_raise_in(partnership):
        unit = partnership.business_unit_telephone or partnership.business_unit_email
        form.add_error(
            "partnership",
            f"Your agency is not in {partnership.name} on Concord. Its business unit raises it "
            f"with you: {unit}.",
        )
        return _question(request, by, "area", form, tab, 422)
    _answer(by, "area", {**form.typed(), "partnership": chosen}, tab)
    return _onward(request, by, "area")


def _matter(request: HttpRequest, by: Raiser) -> HttpResponse:
    """The right door, before any case is opened."""
    door = _other_door(request, by)
    if door is not None and navigates(request):
        return redirect(f"{request.path}?{DOOR}=yes")
    return door or _onward(request, by, "about")


def _other_door(request: HttpRequest, by: Raiser) -> HttpResponse | None:
    """Where this matter goes by the policy, if not here."""
    assert by.loaded is not None
    matter = by.answers.get("about", "matter")
    for exclusion in by.loaded.policy.exclusions:
        if exclusion.matter == matter:
            return page(
                request, "other_door", "This goes by another door", exclusion=exclusion,
                token=by.draft.token, partnership_name=by.loaded.file.partnership,
            )  # fmt: skip
    return None


def _question(
    request: HttpRequest, by: Raiser, step: str, form: Question, tab: Opened, status: int = 200
) -> HttpResponse:
    order = list(by.steps())
    number = order.index(step) + 1
    area = by.partnership or (by.agency.partnerships.first() if by.agency else None)
    principles = by.loaded.policy.principles if by.loaded else ()
    return page(
        request, "question", form.title, status=status, form=form, tab=tab, step=step,
        number=number, standing=_standing(by, step) if MEANWHILE in form.non_field_errors()
        or MEANWHILE in tab.said.get("errors", {}).get("__all__", ()) else [],
        of=len(order), token=by.draft.token, draft=by.draft,
        previous=order[number - 2] if number > 1 else "",
        at_risk=by.answers.get("risk", "risk") == "yes",
        emergency=emergency_contacts(area, by.at, calendar_for()) if area else (),
        support=[each for each in principles if each.where == "raise"],
        unsure=unsure_whom(by.agency, area, by.at) if by.agency and area else "",
        partnership_name=area.name if area else "", behalf=by.answers.step("behalf"),
        back_to_check=bool(request.GET.get("check") or request.POST.get("back_to_check")),
    )  # fmt: skip


@for_whoever_raises
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, by: Raiser) -> HttpResponse:
    """All the answers on one page, who will answer, and send."""
    unanswered = next((name for name in by.steps() if not by.is_complete(name)), None)
    if unanswered is not None:
        return redirect("raise-step", token=by.draft.token, step=unanswered)
    assert by.partnership is not None
    if by.viewer is not None and not by.is_on_behalf and not raises(by.viewer.held):
        return no_post(request, by.viewer)
    if by.agency is None or not by.may_raise_in(by.partnership):
        return redirect("raise-step", token=by.draft.token, step="area")
    if request.method != "POST":
        return check_page(request, by)
    if by.is_first_time:
        return redirect("prove", token=by.draft.token)
    return send(request, by)


def check_page(request: HttpRequest, by: Raiser, refused: Refused | None = None) -> HttpResponse:
    """The answers, for checking; and why it cannot be sent like this, where it cannot."""
    partnership, answers = by.partnership, by.answers
    assert partnership is not None
    assert by.loaded is not None
    assert by.agency is not None
    responding = Agency.objects.filter(slug__in=answers.agencies())
    tier = by.loaded.policy.stages[0].acts
    found = [receives(each, tier, partnership, by.at) for each in responding]
    names = {each.slug: each.name for each in responding}
    same = _same(by)
    leads = holders("safeguarding_lead", partnership, by.at, by.agency)
    leads = leads or counterpart(by.agency, "manager", partnership, by.at).holders
    return page(
        request, "raise_check", "Check your answers, then send",
        answers=answers.rows(by.loaded, list(by.steps()), names), token=by.draft.token,
        counterparts=found, same=same, ask_of=leads if same.others else (), policy=by.loaded,
        partnership_name=partnership.name, refused=refused.first if refused else None,
        first_time=by.is_first_time, behalf=answers.step("behalf"), agency=by.agency,
        elsewhere=_elsewhere(by), unconfirmed=before_sending(by),
        last=list(by.steps())[-1], status=409 if refused else 200,
    )  # fmt: skip


def _elsewhere(by: Raiser) -> list[tuple[str, str]]:
    """What was typed on a question's page and not gone on with: the question, and where it is."""
    found = []
    for draft in drafts.of_concern(by.draft).filter(sent=None):
        step = draft.kind.rpartition("/")[2]
        form = by.steps().get(step)
        if form is not None and not same_words(draft.data, by.answers.step(step)):
            address = reverse("raise-step", args=[by.draft.token, step])
            found.append((form.title, f"{address}?check=1&{ASKED}={draft.token}"))
    return found


def _same(by: Raiser) -> Same:
    """What the agency has open about these children; told only to those who belong to it."""
    if by.viewer is None or by.agency is None:
        return Same((), False)
    children = [(name, born) for _, name, born in by.answers.children()]
    return same_child(by.viewer, by.agency.slug, children)


def send(request: HttpRequest, by: Raiser) -> HttpResponse:
    """Open the case. The draft has served then; refused, it is kept."""
    assert by.partnership is not None
    assert by.agency is not None
    assert by.viewer is not None
    slugs = by.answers.agencies()
    found = Agency.objects.filter(slug__in=slugs)
    responding = sorted(found, key=lambda each: slugs.index(each.slug))
    user = by.viewer.user
    record = first_record(by.answers, by.agency.slug, by.viewer)
    answer = open_case(by.partnership, by.agency, responding, {}, record, user)
    if isinstance(answer, Refused):
        return check_page(request, by, answer)
    talked = talk_record(by.answers, answer.state, by.viewer)
    if talked is not None:
        act(answer.case.reference, talked, user)
    drafts.of_concern(by.draft).delete()
    by.draft.delete()
    return redirect("raise-sent", reference=answer.case.reference)


@signed_in
@require_safe
def sent(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """That it arrived, who has it, and by when."""
    look = find(who, reference, Doing.ACT)
    state = look.state
    tier = state.policy.stage(state.stage).acts
    agencies = Agency.objects.filter(slug__in=state.parties.responding)
    found = [receives(each, tier, look.case.partnership, who.at) for each in agencies]
    absent = tuple(seat for agency in look.writes_for for seat in look.seats_of(agency))
    mine = (*look.seats, *absent)  # nobody at an agency that is not on Concord can do it there
    rows = duty_rows(asked_for(state, who.at), names_of(look, who.at), mine, who.at)
    running = [row for row in rows if row.state in ("Due", "Late")]
    return page(
        request, "raise_sent", "Your concern has been sent", look=look, counterparts=found,
        at_risk=bool(state.facts.get("immediate_risk")), emergency=emergency(look, who.at),
        mine=[row for row in running if row.mine], marks=marks(look, who.at),
        unconfirmed=after_sending(look, who.user, who.at),
        refer_for=next(iter({state.parties.raising} & set(look.writes_for)), ""),
        theirs=[row for row in running if not row.mine and (row.dated or row.first)],
        partnership_name=look.case.partnership.name,
    )  # fmt: skip

"""Taking one act on a case: read the form, perform, answer. Nothing typed is lost."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from concord.cases import drafts
from concord.cases.doorway import Look, Viewer
from concord.cases.enclosing import NoLongerWaiting
from concord.cases.ledger import Done, Overtaken
from concord.cases.ledger import act as perform_act
from concord.documents.sending import send
from concord.rules.decide import Refused
from concord.rules.record import Record
from concord.rules.record_words import RecordRow, record_row
from concord.rules.words import Act
from concord.web.asking import page
from concord.web.forms.act import ActForm, Scene
from concord.web.raising import on_behalf, own_words
from concord.web.supporting import REMOVE, TAKES, Tray

CHECK = "check"
"""The button by which somebody asks what would come of it, and records nothing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An act as a page asks for it: in which form, under which title, and where it leads.

    `kind` is the page's address within its case, by which what was typed is kept. `back` and
    `then` are addresses of pages: the way back, and where the act leads once recorded.
    """

    act: Act
    form: Callable[..., ActForm]
    kind: str
    title: str
    back: str
    back_words: str
    then: str
    initial: dict[str, object]
    template: str = "act"
    more: Callable[[ActForm], dict[str, object]] = lambda form: {}
    """What else the template is given, from the form as it stands."""
    checks: bool = False
    """Whether the page can be asked what would come of it first, by `CHECK`."""


def take(request: HttpRequest, who: Viewer, look: Look, scene: Scene, asked: Asked) -> HttpResponse:
    """Ask what an act needs, and perform it."""
    if not scene.seats:
        return page(
            request, "message", "You cannot do this in this case", status=403,
            lines=["Your post cannot do this here. Go back to the case to see what it can."],
        )  # fmt: skip
    tray = Tray(look, who, asked.act) if asked.act in TAKES else None
    if request.method != "POST":
        draft = drafts.of_act(who.user, look.case, asked.kind)
        initial = {"seen": look.case.last_sequence, "key": secrets.token_urlsafe(16)}
        kept = ActForm.initial_from(draft.data) if draft else {}
        form = asked.form(initial={**asked.initial, **kept, **initial}, scene=scene)
        return _ask(request, look, asked, form, tray)
    form = asked.form(request.POST, scene=scene)
    if tray:
        tray.receive(request)
    action = request.POST.get("action", "")
    if action == "save" and not (tray and tray.errors):
        drafts.keep_act(who.user, look.case, asked.kind, form.typed(), who.at)
        return redirect("work")
    if tray and (tray.errors or action == "attach" or action.startswith(REMOVE)):
        tray.remove(action.removeprefix(REMOVE))
        drafts.keep_act(who.user, look.case, asked.kind, form.typed(), who.at)
        typed = asked.form(initial=ActForm.initial_from(form.typed()), scene=scene)
        return _ask(request, look, asked, typed, tray, 422 if tray.errors else 200)
    if not form.is_valid():
        drafts.keep_act(who.user, look.case, asked.kind, form.typed(), who.at)
        return _ask(request, look, asked, form, tray, 422)
    if action == CHECK and asked.checks:
        return _ask(request, look, asked, form, tray)
    return _perform(request, who, look, asked, form, tray)


def _perform(
    request: HttpRequest, who: Viewer, look: Look, asked: Asked, form: ActForm, tray: Tray | None
) -> HttpResponse:
    records = [
        _record(request, who, each, form, particulars, number)
        for number, (each, particulars) in enumerate(form.acts(asked.act))
    ]
    records[0] = replace(records[0], enclosed=tray.going() if tray else ())
    typed = form.cleaned_data["seen"]
    seen = int(typed) if typed.isdecimal() else None
    try:
        if asked.act is Act.SUBMIT:
            answer = send(look, records[0], who.user, seen)
        else:
            answer = perform_act(look.case.reference, records[0], who.user, seen, records[1:])
    except OperationalError:
        drafts.keep_act(who.user, look.case, asked.kind, form.typed(), who.at)
        form.add_error(None, "Concord is busy. What you typed is kept: send it again.")
        return _ask(request, look, asked, form, tray, 503)
    except NoLongerWaiting:
        drafts.keep_act(who.user, look.case, asked.kind, form.typed(), who.at)
        form.add_error(None, "A document went with another record meanwhile. Look at those below.")
        return _ask(request, look, asked, form, tray, 409)
    match answer:
        case Done():
            if answer.repeated and tray:
                tray.undo()
            drafts.drop_act(who.user, look.case, asked.kind)
            return HttpResponseRedirect(asked.then)
        case Refused():
            drafts.keep_act(who.user, look.case, asked.kind, form.typed(), who.at)
            return _ask(request, look, asked, form, tray, 409, refused=answer)
        case Overtaken():
            drafts.keep_act(who.user, look.case, asked.kind, form.typed(), who.at)
            again = request.POST.copy()
            again["seen"] = str(answer.case.last_sequence)
            fresh = asked.form(again, scene=replace(form.scene, state=answer.state))
            since = [record_row(each, form.scene.names, answer.state) for each in answer.since]
            return _ask(request, look, asked, fresh, tray, 409, since=since)


def first_record(request: HttpRequest, who: Viewer, act: Act, form: ActForm) -> Record:
    """The record that a valid form would make of this act."""
    first, particulars = next(iter(form.acts(act)))
    return _record(request, who, first, form, particulars, 0)


def _record(
    request: HttpRequest, who: Viewer, act: Act, form: ActForm, particulars: dict[str, object],
    number: int,
) -> Record:  # fmt: skip
    text = particulars.pop("text", {})
    assert isinstance(text, dict)
    text = {**text, **_writer(who, form)}
    key = form.cleaned_data["key"]
    return Record(
        n=0,
        at=form.happened(form.cleaned_data),
        written=who.at,
        by=form.seat,
        act=act,
        written_by=str(who.person),
        key=f"{key}-{number}" if number and key else key,
        override=" ".join(request.POST.get("override", "").replace("\x00", "").split())[:2000],
        text={name: value for name, value in text.items() if value},
        **particulars,  # type: ignore[arg-type]
    )


def _writer(who: Viewer, form: ActForm) -> dict[str, str]:
    """Whose words these are, and who wrote them down."""
    if form.scene.behalf:
        data = form.cleaned_data
        return on_behalf(who.user.name, data["by_name"], data["post"])
    return own_words(who, form.seat)


def _ask(
    request: HttpRequest,
    look: Look,
    asked: Asked,
    form: ActForm,
    tray: Tray | None,
    status: int = 200,
    refused: Refused | None = None,
    since: Sequence[RecordRow] = (),
) -> HttpResponse:
    return page(
        request, asked.template, asked.title, status=status, form=form, look=look,
        back=asked.back, back_words=asked.back_words,
        partnership_name=look.case.partnership.name, refused=refused.first if refused else None,
        soft=not any(each.hard for each in refused.reasons) if refused
        else bool(request.POST.get("override")),
        override=request.POST.get("override", ""), since=since, tray=tray, **asked.more(form),
    )  # fmt: skip

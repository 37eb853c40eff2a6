"""Taking one act on a case: read the form, perform, answer. Nothing typed is lost."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from concord.access.table import Doing
from concord.cases.doorway import Look, Viewer
from concord.cases.drafts import Place
from concord.cases.enclosing import NoLongerWaiting
from concord.cases.ledger import Done, Overtaken
from concord.cases.ledger import act as perform_act
from concord.documents.sending import send, take_up
from concord.rules.decide import Refused
from concord.rules.record import Record
from concord.rules.record_words import ACTS, RecordRow, done_as, record_row
from concord.rules.words import Act
from concord.web.asking import RECORDED, page
from concord.web.errors import no_longer
from concord.web.forms.act import ActForm, Scene
from concord.web.forms.acts import FORMS
from concord.web.forms.fields import as_written
from concord.web.keeping import Opened, opened
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


MOVES = frozenset({Act.ESCALATE, Act.REFER_UP})
"""Acts that are not offered again at once to whoever has just done them, by going back say."""
AGAIN = "again"
"""In an address: that it is to be done once more all the same."""


def take(request: HttpRequest, who: Viewer, look: Look, scene: Scene, asked: Asked) -> HttpResponse:
    """Ask what an act needs, and perform it."""
    if not scene.seats:
        return no_longer(
            request, "You cannot do this in this case",
            "Your post cannot do this here. Go back to the case to see what it can.", status=403,
            back=asked.back, back_words=asked.back_words,
        )  # fmt: skip
    tray = Tray(look, who, asked.act) if asked.act in TAKES else None
    tab = opened(request, Place(who.person, look.case.pk, asked.kind), who.at)
    if request.method != "POST":
        return _show(request, look, scene, asked, tray, tab)
    form = asked.form(request.POST, scene=scene)
    if tray:
        tray.receive(request)
    action = request.POST.get("action", "")
    if action == "save" and not (tray and tray.errors):
        return redirect("work")
    if tray and (tray.errors or action == "attach" or action.startswith(REMOVE)):
        tray.remove(action.removeprefix(REMOVE))
        typed = asked.form(initial=ActForm.initial_from(form.typed()), scene=scene)
        said = {"loose": True, "files": tray.errors, "ticked": sorted(tray.ticked or ())}
        status = 422 if tray.errors else 200
        return _ask(request, look, asked, typed, tray, tab, status, said=said)
    if not form.is_valid():
        return _ask(request, look, asked, form, tray, tab, 422)
    form.is_checked = action == CHECK and asked.checks
    if form.is_checked:
        return _ask(request, look, asked, form, tray, tab, said={"checked": True})
    return _perform(request, who, look, asked, form, tray, tab)


def _show(
    request: HttpRequest, look: Look, scene: Scene, asked: Asked, tray: Tray | None, tab: Opened
) -> HttpResponse:
    """The page as it is opened: empty, with what was typed before, or with what was not taken."""
    if asked.act in MOVES and tab.sent is not None and AGAIN not in request.GET and not tab.said:
        stage = look.state.policy.stage(look.state.stage).title
        return page(
            request, "just_done", "You have just moved this case", look=look, stage=stage,
            when=tab.was_sent, partnership_name=look.case.partnership.name, back=asked.back,
            back_words=asked.back_words, again=f"{request.path}?{AGAIN}=yes",
        )  # fmt: skip
    initial = {"seen": look.case.last_sequence, "key": secrets.token_urlsafe(16)}
    data = tab.posted
    since: tuple[Record, ...] = ()
    if data is None:
        form = asked.form(initial={**asked.initial, **initial}, scene=scene)
    else:
        seen = data.get("seen", "")
        may_read = look.can(Doing.SEE_RECORDS)
        if may_read and seen.isdecimal() and int(seen) < look.case.last_sequence:
            since = tuple(each for each in look.state.records if each.n > int(seen))
            data["seen"] = str(look.case.last_sequence)
        form = asked.form(data, scene=scene)
        form.is_checked = bool(tab.said.get("checked"))
    if tray and tab.said:
        tray.errors += tab.said.get("files", [])
        tray.ticked = frozenset(tab.said["ticked"]) if "ticked" in tab.said else tray.ticked
    rows = [record_row(each, scene.names, look.state) for each in since]
    return _ask(request, look, asked, form, tray, tab, since=rows)


def _perform(
    request: HttpRequest, who: Viewer, look: Look, asked: Asked, form: ActForm,
    tray: Tray | None, tab: Opened,
) -> HttpResponse:  # fmt: skip
    records = [
        _record(who, each, form, particulars, number)
        for number, (each, particulars) in enumerate(form.acts(asked.act))
    ]
    records[0] = replace(records[0], enclosed=tray.going() if tray else ())
    typed = form.cleaned_data["seen"]
    seen = int(typed) if typed.isdecimal() else None
    if not look.can(Doing.SEE_RECORDS):
        seen = None  # what others recorded meanwhile is not theirs to read
    try:
        if asked.act is Act.SUBMIT:
            answer = send(look, records[0], who.user, seen)
        elif asked.act is Act.ESCALATE:
            answer = take_up(look, records[0], who.user, seen, records[1:])
        else:
            answer = perform_act(look.case.reference, records[0], who.user, seen, records[1:])
    except OperationalError:
        form.add_error(None, "Concord is busy. What you typed is kept: send it again.")
        return _ask(request, look, asked, form, tray, tab, 503)
    except NoLongerWaiting:
        form.add_error(None, "A document went with another record meanwhile. Look at those below.")
        return _ask(request, look, asked, form, tray, tab, 409)
    match answer:
        case Done():
            if answer.repeated and tray:
                tray.undo()
            request.session[RECORDED] = done_as(records[0])
            return HttpResponseRedirect(asked.then)
        case Refused():
            return _ask(request, look, asked, form, tray, tab, 409, refused=answer)
        case Overtaken():
            again = request.POST.copy()
            again["seen"] = str(answer.case.last_sequence)
            fresh = asked.form(again, scene=replace(form.scene, state=answer.state))
            since = [record_row(each, form.scene.names, answer.state) for each in answer.since]
            return _ask(request, look, asked, fresh, tray, tab, 409, since=since)


def first_record(who: Viewer, act: Act, form: ActForm) -> Record:
    """The record that a valid form would make of this act."""
    first, particulars = next(iter(form.acts(act)))
    return _record(who, first, form, particulars, 0)


def _record(
    who: Viewer, act: Act, form: ActForm, particulars: dict[str, object], number: int
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
        override=as_written(_override(form).replace("\0", "")).strip(),
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
    tab: Opened,
    status: int = 200,
    refused: Refused | None = None,
    since: Sequence[RecordRow] = (),
    said: dict[str, object] | None = None,
) -> HttpResponse:
    why: dict[str, object] = {}
    if refused:
        why = {name: getattr(refused.first, name) for name in ("why", "clause", "instead")}
        why["soft"] = not any(each.hard for each in refused.reasons)
        act = _opening(look, form.scene, asked, refused)
        why["leads"] = [act, ACTS[act][0]] if act else []
    shown = why or tab.said.get("refused", {})
    override = _override(form)
    return page(
        request, asked.template, asked.title, status=status, tab=tab,
        said={**(said or {}), **({"refused": why} if why else {})}, form=form, look=look,
        back=asked.back, back_words=asked.back_words,
        partnership_name=look.case.partnership.name, refused=shown,
        soft=shown["soft"] if shown else bool(override), override=override,
        since=since, tray=tray, checks=asked.checks, **asked.more(form),
    )  # fmt: skip


def _opening(look: Look, scene: Scene, asked: Asked, refused: Refused) -> Act | None:
    """The act that would open the gate, if whoever is asked may take it now."""
    may = {act for seat in scene.seats for act in look.acts(seat, scene.at) if act in FORMS}
    return next((act for act in refused.first.first if act in may and act != asked.act), None)


def _override(form: ActForm) -> str:
    """The reason to go on without what was asked for, as typed."""
    return str(form.data.get("override", ""))

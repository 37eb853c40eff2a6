"""A form sent, or a case taken to whoever decides: the record and what is frozen with it, in one
transaction.
"""

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from concord.cases.doorway import Look
from concord.cases.ledger import Answer, Done, act, state_of
from concord.cases.models import Case
from concord.directory.models import User
from concord.documents import composing
from concord.documents.bundles import BUNDLE, Referral, bundle_of
from concord.documents.directory import names_of
from concord.documents.filling import fill
from concord.documents.forms import form_of, referral_of
from concord.documents.known.found import Filling
from concord.documents.model import Document, from_json
from concord.documents.models import Bundle, SentVersion
from concord.documents.word_templates.copies import fits
from concord.documents.word_templates.keeping import current
from concord.rules.gates import way_to
from concord.rules.record import Record

DOCUMENT = "document"
"""The name under which a record holds the hash of what was sent with it."""


def send(look: Look, record: Record, user: User, seen: int | None) -> Answer:
    """Send a form of the policy: one record, and the version that was sent, kept for ever.

    The form is filled as the case stands under its lock. `seen` is as for any act. Raises
    NotText where a name holds a NUL.
    """
    form = form_of(look.state.policy, record.form or "")
    if form is None:
        return act(look.case.reference, record, user, seen)
    at = record.written
    with transaction.atomic():
        # the lock comes first: the version's number and the record's are taken together
        case = Case.objects.select_for_update(no_key=True).get(pk=look.case.pk)
        version = case.sent_versions.filter(form=form.form).count() + 1
        state = state_of(case)
        names = names_of(case, state, at, record.to)
        by = f"{user.name}, {names.seats.seat(record.by)}"
        filled = fill(Filling(state, names, at, form, by, record.to))
        foot = composing.sent(case.reference, version, by, at)
        document = composing.compose(form, names, at, filled, foot)
        text = {**record.text, "version": str(version), DOCUMENT: document.digest()}
        bundle = None
        if form in referral_of(state.policy):
            bundle = _bundle(case, Filling(state, names, at, form, by), document, record)
            text[BUNDLE] = bundle.digest
        template = current(case.partnership, form.form)
        answer = act(case.reference, replace(record, text=text), user, seen)
        if isinstance(answer, Done) and not answer.repeated:
            SentVersion.objects.create(
                case=case,
                entry=case.entries.get(sequence=answer.answer.record.n),
                form=form.form,
                version=version,
                document=document.to_json(),
                digest=document.digest(),
                template=template if fits(template, form) else None,
                received_by=[names.holding(who) for who in record.to],
            )
            if bundle is not None:
                bundle.entry = case.entries.get(sequence=answer.answer.record.n)
                bundle.save(force_insert=True)
    return answer


def take_up(
    look: Look, record: Record, user: User, seen: int | None, also: Sequence[Record] = ()
) -> Answer:
    """Take a case up. Where it comes to a stage with a body that hears or decides, that is a
    referral too: the bundle is frozen as the case stands, whatever form was sent before.
    """
    way = way_to(look.state, record)
    if not way or not look.state.policy.stage(way[-1]).powers:
        return act(look.case.reference, record, user, seen, also)
    at = record.written
    with transaction.atomic():
        case = Case.objects.select_for_update(no_key=True).get(pk=look.case.pk)
        state = state_of(case)
        names = names_of(case, state, at, record.to)
        by = f"{user.name}, {names.seats.seat(record.by)}"
        form = referral_of(state.policy)[0]
        it = Filling(state, names, at, form, by)
        foot = f"Case {case.reference}. Filled from the records when the case was taken up."
        bundle = _bundle(case, it, composing.compose(form, names, at, fill(it), foot), record)
        text = {**record.text, BUNDLE: bundle.digest}
        answer = act(case.reference, replace(record, text=text), user, seen, also)
        if isinstance(answer, Done) and not answer.repeated:
            bundle.entry = case.entries.get(key=record.key)
            bundle.save(force_insert=True)
    return answer


def _bundle(case: Case, it: Filling, sent: Document, record: Record) -> Bundle:
    """The bundle that this referral freezes, not saved yet. The case is locked."""
    version = case.bundles.count() + 1
    before = case.sent_versions.order_by("entry__sequence")
    enclosed = [*(each for r in it.state.records for each in r.enclosed), *record.enclosed]
    document = bundle_of(
        Referral(
            it.state, it.names, it.at, it.by, sent,
            [(each.version, from_json(each.document)) for each in before], enclosed,
        ),
        version,
    )  # fmt: skip
    return Bundle(
        case=case,
        version=version,
        document=document.to_json(),
        digest=document.digest(),
        enclosed=len(enclosed),
    )

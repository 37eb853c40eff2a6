"""Calling back what was sent wrongly: to whom it can have gone, and the end of their access.

The call is a line of the register. Records stay as they are: what was sent is not unsaid, but who
got it wrongly sees it no longer, from their next request.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from concord.access.table import EVERYBODY, Relation, relation
from concord.cases.called_back import called_back
from concord.cases.doorway import Look, NotFound, Viewer, as_if_named, viewer
from concord.cases.emergencies import described
from concord.cases.invitations import withdraw
from concord.cases.ledger import Done, act, facts_for_access
from concord.cases.models import Invitation, Registered
from concord.cases.register import says, write
from concord.cases.summaries import raiser
from concord.directory.models import Agency, Post, User
from concord.rules.clock import LONDON
from concord.rules.naming import Names
from concord.rules.record import Record
from concord.rules.who import OUTSIDER
from concord.rules.words import Act, Side, Status

TOLD_WITHIN = timedelta(hours=72)
"""Within which time the Information Commissioner is told of a breach that is likely to be a risk to
anybody (UK GDPR, Article 33), from when it is known.
"""
WRONG_CHILD = "The case is about the wrong child"


class NotCalledBack(Exception):
    """It cannot be called back like this; says why, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody whom the case went to: the label, by name, of which agency, and since when."""

    label: str
    name: str
    agency: str
    since: datetime
    what: str
    """What was sent: "the concern", "a notice"."""
    people: tuple[int, ...] = ()
    """The people (numbers) who could open it by that; none for who has no account."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One call-back, as the register has it."""

    number: int
    reference: str
    label: str
    person: int
    who: str
    what: str
    name: str
    agency: str
    looked: str
    why: str
    at: datetime
    answers: tuple[tuple[datetime, str, str], ...] = ()
    """What was done about it: when, by whom, in words."""
    restored: str = ""
    """Who gave the access back, where it was called back by mistake, and when."""

    @property
    def until(self) -> datetime:
        """By when the Information Commissioner is told, where they are to be told."""
        return self.at + TOLD_WITHIN

    def is_late(self, at: datetime) -> bool:
        """Whether nothing was said of it in time, at a moment (aware)."""
        return not self.answers and not self.restored and at > self.until


def recipients(look: Look, who: Viewer) -> list[Recipient]:
    """To whom the case went, from which it can be called back now; the agencies first.

    Never the raising agency, nor who raised it: theirs is the concern.
    """
    gone = called_back(look.case.pk)
    found = [*_agencies(look, who), *_people(look), *_offices(look, who), *_invited(look)]
    once = {each.label: each for each in reversed(found) if each.label not in gone}
    return [each for each in found if once.get(each.label) is each]


def _agencies(look: Look, who: Viewer) -> Iterable[Recipient]:
    names = {agency.slug: agency for agency in Agency.objects.filter(cases__case=look.case)}
    for side, slug in look.state.parties.sides:
        if side is not Side.RAISING:
            yield Recipient(
                f"agency:{slug}", "Everybody there", names[slug].name, look.case.opened,
                "the concern, as an agency that answers it", _staff(look, who.at, agency=slug),
            )  # fmt: skip


def _people(look: Look) -> Iterable[Recipient]:
    began = raiser(look.state)
    first: dict[int, Record] = {}
    for record in look.state.records:
        for name in ("counterpart", "passed_to"):
            value = record.text.get(name, "")
            if value.isdecimal() and int(value) != began:
                first.setdefault(int(value), record)
    for user in User.objects.filter(pk__in=first).order_by("name"):
        record = first[user.pk]
        post = Post.objects.filter(
            user=user, partnership=look.case.partnership
        ).select_related("agency", "partnership").first()  # fmt: skip
        name = described(user.name, post) if post else user.name
        where = post.agency.name if post and post.agency else look.case.partnership.name
        what = f"the concern, by name in record {record.n}"
        yield Recipient(f"person:{user.pk}", name, where, record.written, what, (user.pk,))


def _offices(look: Look, who: Viewer) -> Iterable[Recipient]:
    """The offices that were told. One that the policy places in an agency is called back by name:
    whoever holds it may be of a party, and see the case by that too.
    """
    first: dict[str, Record] = {}
    for record in look.state.records:
        for seat in record.to:
            if not seat.is_tier and seat.side is None and seat != OUTSIDER:
                first.setdefault(seat.role, record)
    homes = {office.id: office.agency for office in look.state.policy.offices}
    names = Names(look.state.policy, {}, {})
    for role, record in first.items():
        if role == "business_manager":
            continue
        home = Agency.objects.filter(slug=homes.get(role) or "").first()
        held = [post for post in _posts(look, who.at, role, home) if post.user]
        title, what = names.office(role), f"a notice, by record {record.n}"
        title = f"{title[:1].upper()}{title[1:]}"
        where = home.name if home else look.case.partnership.name
        if home is not None and home.slug == look.state.parties.raising:
            continue
        if home is not None and held:
            for post in held:
                assert post.user is not None
                yield Recipient(
                    f"person:{post.user.pk}", f"{title}: {post.user.name}", where, record.written,
                    what, (post.user.pk,),
                )  # fmt: skip
            continue
        yield Recipient(
            f"office:{role}@{home.slug}" if home else f"office:{role}",
            f"{title}: {', '.join(post.user.name for post in held if post.user) or 'vacant'}",
            where, record.written, what, tuple(post.user_id for post in held if post.user_id),
        )  # fmt: skip


def _invited(look: Look) -> Iterable[Recipient]:
    for each in Invitation.objects.filter(case=look.case, ended=None).order_by("number"):
        what = f"an invitation to answer one question, by record {each.number}"
        yield Recipient(f"invitation:{each.number}", each.name, each.post, each.made, what)


def _staff(look: Look, at: datetime, agency: str) -> tuple[int, ...]:
    held = Post.objects.held(at.astimezone(LONDON).date())
    found = held.filter(agency__slug=agency, partnership=look.case.partnership)
    return tuple(found.values_list("user", flat=True))


def _posts(look: Look, at: datetime, role: str, home: Agency | None) -> list[Post]:
    """Who holds an office now: of the partnership, or of the agency where the policy places it."""
    held = Post.objects.held(at.astimezone(LONDON).date())
    return list(held.filter(role=role, partnership=look.case.partnership, agency=home))


def may_withdraw_whole(look: Look, who: Viewer) -> bool:
    """Whether the viewer may call the whole case back, as one about the wrong child."""
    gone = called_back(look.case.pk)
    return raiser(look.state) == who.person and EVERYBODY not in gone


def everybody(look: Look) -> Recipient:
    """The whole case, as one about the wrong child."""
    return Recipient(
        EVERYBODY, "Everybody but you and the business unit", "every agency of the case",
        look.case.opened, WRONG_CHILD,
    )  # fmt: skip


def call_back(look: Look, who: Viewer, to: Recipient, why: str, looked: str) -> Registered:
    """End a recipient's access now, and write down the breach. Raises NotCalledBack.

    `looked` says what they opened until now. Of a case about the wrong child the concern is
    withdrawn too, where it stands open. In the caller's transaction with what is told of it.
    """
    post = Post.objects.filter(
        user=who.user, partnership=look.case.partnership
    ).select_related("agency", "partnership").first()  # fmt: skip
    with transaction.atomic():
        if to.label == EVERYBODY and look.state.status is Status.OPEN:
            _withdraw(look, who)
        line = write(
            Registered.Kind.CALLED_BACK, look.case, who.user, who.at,
            {
                "who": described(who.user.name, post) if post else who.user.name, "what": to.what,
                "name": to.name, "agency": to.agency, "looked": looked, "why": why,
            },
            label=to.label,
        )  # fmt: skip
        for invitation in _ends(look, to):
            withdraw(invitation, who.at)
    return line


def _withdraw(look: Look, who: Viewer) -> None:
    seat = next((seat for seat in look.seats if seat.side is Side.RAISING), None)
    if seat is None:
        raise NotCalledBack("Only who raised the concern calls it back from everybody.")
    record = Record(
        n=0, at=who.at, written=who.at, by=seat, act=Act.WITHDRAW, written_by=str(who.person),
        reason=f"{WRONG_CHILD}.", text={"user": str(who.person), "by_name": who.user.name},
    )  # fmt: skip
    answer = act(look.case.reference, record, who.user)
    if not isinstance(answer, Done):
        raise NotCalledBack("The case was changed meanwhile. Look at it, and call it back again.")


def _ends(look: Look, to: Recipient) -> Iterable[Invitation]:
    """The invitations that end with it: the one itself, or those that the recipient made."""
    found = Invitation.objects.filter(case=look.case, ended=None)
    kind, _, number = to.label.partition(":")
    if kind == "invitation":
        return list(found.filter(number=int(number)))
    return list(found) if to.label == EVERYBODY else list(found.filter(invited_by__in=to.people))


def shut_out(look: Look, label: str, people: Iterable[User], at: datetime) -> list[User]:
    """Of these people, those to whom the case is open no longer because of this call-back."""
    facts = facts_for_access(look.case, look.state)
    before = replace(facts, called_back=facts.called_back - {label})
    found = []
    for user in people:
        who = viewer(user, at)
        now, was = (relation(user.pk, who.held, as_if_named(who, each)) for each in (facts, before))
        if now is Relation.NONE and was is not Relation.NONE:
            found.append(user)
    return found


def breaches(**where: object) -> list[Breach]:
    """The call-backs that a filter on the register's lines finds, the latest first.

    Not those of cases that were disposed of: what they say went with the case.
    """
    lines = Registered.objects.filter(
        kind=Registered.Kind.CALLED_BACK, case__disposed=None, **where
    ).select_related("case", "partnership")
    return [_breach(line) for line in lines.order_by("-at", "-pk")]


def _breach(line: Registered) -> Breach:
    said = says(line)
    after = list(line.answers.select_related("case", "partnership").order_by("sequence"))
    back = next((each for each in after if each.kind == Registered.Kind.RESTORED), None)
    return Breach(
        line.pk, line.case.reference, line.label, line.by_id, said["who"], said["what"],
        said["name"], said["agency"], said["looked"], said["why"], line.at,
        tuple(
            (each.at, says(each)["who"], says(each)["words"])
            for each in after
            if each.kind == Registered.Kind.ANSWERED
        ),
        says(back)["who"] if back else "",
    )  # fmt: skip


def breach_of(number: int) -> Registered:
    """The line of one call-back. Raises NotFound."""
    found = (
        Registered.objects.select_related("case__partnership")
        .filter(pk=number, kind=Registered.Kind.CALLED_BACK, case__disposed=None)
        .first()
    )
    if found is None:
        raise NotFound(str(number))
    return found


def answer_breach(line: Registered, who: Viewer, words: str) -> None:
    """Write down what was done about a breach. `words` say whom it was told to, or why not."""
    write(
        Registered.Kind.ANSWERED, line.case, who.user, who.at,
        {"who": who.user.name, "words": words}, about=line,
    )  # fmt: skip


def restore(line: Registered, who: Viewer) -> None:
    """Give access back that was called back by mistake. What ended stays ended."""
    write(
        Registered.Kind.RESTORED, line.case, who.user, who.at, {"who": who.user.name},
        about=line, once=f"restored:{line.pk}", label=line.label,
    )  # fmt: skip

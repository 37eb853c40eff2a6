"""The one doorway to a case and the one to a list of cases; both ask who is looking.

"Not there" and "not yours" give the same answer. What is shown is gathered here with who is
looking, and written down before the answer is given.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from concord.access.fields import Field, sees
from concord.access.table import (
    EVERYBODY,
    LINE,
    CaseFacts,
    Doing,
    Held,
    Relation,
    acts_as,
    can,
    may_open_in_emergency,
    relation,
)
from concord.cases import glass
from concord.cases.ledger import facts_for_access, state_of
from concord.cases.looks import Looks
from concord.cases.models import Case, Child, Registered, as_kept
from concord.directory.arrivals import unconfirmed_in
from concord.directory.models import User
from concord.directory.questions import posts_of, served
from concord.directory.succession import Before, before
from concord.rules.actors import not_confirmed
from concord.rules.decide import Accepted, Refused, decide
from concord.rules.may import acts_for, probe
from concord.rules.naming import role_words
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.rules.words import Act, Tier
from concord.vault.closed import Closed
from concord.vault.index import sought_of_date, sought_of_name, words_of


class NotFound(LookupError):
    """There is no such case, or none that is open to whoever asks."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking, with the posts held at that moment."""

    user: User
    held: tuple[Held, ...]
    at: datetime
    titles: Mapping[Held, str] = field(default_factory=dict)
    """The directory's own words for each post held."""
    unconfirmed: frozenset[tuple[str, str]] = frozenset()
    """The agencies, each with its partnership (slugs), that have not said that they know them."""
    instead_of: frozenset[Before] = frozenset()
    """In whose place they stand: whom they cover, and who held their post before and has left."""
    looks: Looks = field(default_factory=Looks, compare=False)
    """What the answer that is being made shows of cases, or refuses."""
    at_door: "dict[str, Look]" = field(default_factory=dict, compare=False)
    """The case that the page's door was asked for, by its reference, until the page takes it."""

    @property
    def person(self) -> int:
        """The person's number."""
        return int(self.user.pk)

    def post(self, seat: Who) -> str:
        """The title under which somebody acts in a seat: "" where the directory gives none.

        That of the seat's own post, else of another that they hold in the same agency: a
        safeguarding lead who raises a concern is no class teacher, whether the directory gives
        their post a title or not.
        """
        agency = seat.agency or ""
        there = [(post, title) for post, title in self.titles.items() if post.agency == agency]
        own = [title for post, title in there if post.role == seat.role]
        titled = next(iter([*own, *(title for _, title in there if agency)]), "")
        if titled or not agency:
            return titled
        roles = [post.role for post in self.held if post.agency == agency]
        if seat.role in roles or not roles:
            return ""
        words = role_words(roles[0])
        return words[:1].upper() + words[1:]


@dataclass(frozen=True, slots=True)
class Look:
    """A case as one viewer may see it: its state, how they stand to it, in which seats they act."""

    case: Case
    state: CaseState
    relation: Relation
    seats: tuple[Who, ...]
    writes_for: tuple[str, ...] = ()
    """The parties (slugs) that are not on Concord, on whose behalf this viewer writes."""
    unconfirmed: frozenset[str] = frozenset()
    """The parties (slugs) in which the viewer sits, and which have not confirmed them yet."""
    until: datetime | None = None
    """When it shuts again, where it is open only because of an emergency."""

    def seats_of(self, agency: str) -> tuple[Who, ...]:
        """The seats of a party on whose behalf the viewer writes; none of any other agency."""
        return tuple(
            Who(tier, side, each)
            for side, each in self.state.parties.sides
            if each == agency and each in self.writes_for
            for tier in Tier
        )

    def acts(self, seat: Who, at: datetime) -> tuple[Act, ...]:
        """The acts open to the viewer in a seat, at a moment (aware)."""
        open_to = acts_for(self.state, seat, at)
        if seat.agency not in self.unconfirmed:
            return open_to
        return tuple(act for act in open_to if not_confirmed(act) is None)

    def judge(self, seat: Who, act: Act, at: datetime) -> Accepted | Refused:
        """What would become of the plainest record of an act by the viewer in a seat."""
        held_back = not_confirmed(act) if seat.agency in self.unconfirmed else None
        if held_back is not None:
            return Refused((held_back,))
        return decide(self.state, probe(self.state, seat, act, at))

    def can(self, doing: Doing) -> bool:
        """Whether the table of access lets this viewer do this."""
        return can(self.relation, doing)

    def sees(self, field: Field) -> bool:
        """Whether the table of fields shows this viewer this field."""
        return sees(self.relation, field)


def viewer(user: User, at: datetime) -> Viewer:
    """Somebody who looks, at a moment (aware), with the posts held then.

    An account that looks after the instance opens no case, whatever posts it was given: whoever
    can give posts does not read cases by giving themselves one.
    """
    if user.is_administrator:
        return Viewer(user, (), at)
    posts = posts_of(user, at)
    titles = {
        Held(post.role, post.agency.slug if post.agency else "", post.partnership.slug): post.title
        for post in posts
    }
    return Viewer(
        user, tuple(titles), at,
        {held: title for held, title in titles.items() if title}, unconfirmed_in(posts),
        before(user, posts, at),
    )  # fmt: skip


def find(who: Viewer, reference: str, doing: Doing = Doing.SEE_RECORDS) -> Look:
    """A case by its reference, for this viewer. Raises NotFound; Closed where it cannot be read.

    `doing`: what the caller shows of it; unless it says less, every record. What the page's door
    has found is taken from there, once.
    """
    look = who.at_door.pop(as_kept(reference), None)
    if look is None or not look.can(doing):
        look = _asked(who, reference, {doing})
    if look.until is not None:
        who.looks.open_in_emergency(look.case.pk)
    else:
        who.looks.open(look.case.pk)
    return look


def ask_at_door(who: Viewer, reference: str, doings: Collection[Doing]) -> None:
    """Ask for a case before its page does anything. Raises NotFound unless all of this is open.

    The page finds it then with `find`; that it is shown is noted there.
    """
    who.at_door[as_kept(reference)] = _asked(who, reference, doings)


def _asked(who: Viewer, reference: str, doings: Collection[Doing]) -> Look:
    with transaction.atomic():
        case = (
            Case.objects.select_related("partnership").filter(reference=as_kept(reference)).first()
        )
        if case is None:
            who.looks.refuse(None)
            raise NotFound(reference)
        try:
            state = state_of(case)
        except Closed:
            if _open_to(who).filter(pk=case.pk).exists():
                raise
            who.looks.refuse(case.pk)
            raise NotFound(reference) from None
        facts = as_if_named(who, facts_for_access(case, state))
        stands, until = relation(who.person, who.held, facts), None
        if stands is Relation.NONE:
            until = _in_emergency(who, case)
            stands = Relation.EMERGENCY if until else stands
        if not all(can(stands, doing) for doing in doings):
            who.looks.refuse(case.pk)
            raise NotFound(reference)
        if until is not None:
            return Look(case, state, stands, (), until=until)
        seats = acts_as(who.person, who.held, facts)
        return Look(
            case, state, stands, seats, _writes_for(case, state, stands),
            _unconfirmed(case, who, seats),
        )  # fmt: skip


def as_if_named(who: Viewer, facts: CaseFacts) -> CaseFacts:
    """What access needs to know, where the viewer stands in the place of somebody in the case.

    Whoever holds or covers the post of who raised it, or was named in it, has it as they did;
    not what was called back from them.
    """
    if EVERYBODY in facts.called_back:
        return facts
    places = {
        (each.person, each.agency)
        for each in who.instead_of
        if each.partnership == facts.partnership
        and each.agency in facts.parties.agencies
        and f"person:{each.person}" not in facts.called_back
    }
    if not any(person in facts.attached for person, _ in places):
        return facts
    raises = (facts.raiser, facts.parties.raising) in places
    return replace(
        facts, attached=facts.attached | {who.person},
        raiser=who.person if raises else facts.raiser,
    )  # fmt: skip


def _unconfirmed(case: Case, who: Viewer, seats: Iterable[Who]) -> frozenset[str]:
    own = {seat.agency for seat in seats if seat.agency}
    partnership = case.partnership.slug
    return frozenset(agency for agency in own if (agency, partnership) in who.unconfirmed)


def _in_emergency(who: Viewer, case: Case) -> datetime | None:
    """Until when a case is open to the viewer because of an emergency; None if it is not.

    Whoever leaves the partnership meanwhile, or is made an administrator, reads no further.
    """
    if not may_open_in_emergency(who.held, case.partnership.slug, who.user.is_administrator):
        return None
    return glass.open_until(case.pk, who.person, who.at)


def _writes_for(case: Case, state: CaseState, stands: Relation) -> tuple[str, ...]:
    if not can(stands, Doing.WRITE_FOR_OTHERS):
        return ()
    absent = served(case.partnership)
    return tuple(agency for agency in state.parties.agencies if agency in absent)


def cases_for(who: Viewer) -> QuerySet[Case]:
    """The cases that this viewer may find in a list, by the same relations as `find`.

    None that was disposed of.
    """
    return _open_to(who).filter(disposed=None)


def _open_to(who: Viewer) -> QuerySet[Case]:
    """The same with those that were disposed of, of which a few dates are left to be shown."""
    partnerships = {post.partnership for post in who.held}
    # the offices held by appointment, as the summary has them: a list of pairs
    appointed = Q(brought__user=who.user, appointed__contains=f", {who.person}]")
    wanted = appointed
    for post in who.held:
        same = Q(partnership__slug=post.partnership)
        if post.agency:
            wanted |= same & Q(brought__user=who.user, parties__agency__slug=post.agency)
            if post.role in LINE:
                wanted |= same & Q(parties__agency__slug=post.agency)
            wanted |= same & Q(brought__role=post.role, brought__agency=post.agency)
        elif post.role == "business_manager":
            wanted |= same
        else:
            wanted |= same & Q(brought__role=post.role, brought__agency="")
    for each in who.instead_of:
        theirs = Q(brought__user=each.person, parties__agency__slug=each.agency)
        gone_from = {f"person:{each.person}"}
        wanted |= Q(partnership__slug=each.partnership) & theirs & ~Q(
            pk__in=_called_back(gone_from, {each.partnership})
        )  # fmt: skip
    found = Case.objects.alias(appointed=Cast("summary__appointed", TextField())).filter(
        wanted, partnership__slug__in=partnerships
    )
    gone = called_back_from(who)
    if gone:
        found = found.exclude(pk__in=gone)
    return (
        found.select_related("summary", "partnership")
        .prefetch_related("children", "parties__agency")
        .distinct()
    )


def called_back_from(who: Viewer) -> set[int]:
    """The cases (their keys) that were called back from the viewer."""
    units = {post.partnership for post in who.held if post.role == "business_manager"}
    labels = {f"person:{who.person}", EVERYBODY}
    labels |= {f"agency:{post.agency}" for post in who.held if post.agency}
    labels |= {
        f"office:{post.role}@{post.agency}" if post.agency else f"office:{post.role}"
        for post in who.held
    }
    lines = _lines(labels, {post.partnership for post in who.held} - units)
    rows = lines.values_list("case", "label", "by")
    return {case for case, label, by in rows if label != EVERYBODY or by != who.person}


def _called_back(labels: set[str], partnerships: set[str]) -> set[int]:
    return set(_lines(labels, partnerships).values_list("case", flat=True))


def _lines(labels: set[str], partnerships: set[str]) -> QuerySet[Registered]:
    """The lines by which cases are called back from these."""
    return Registered.objects.filter(
        kind=Registered.Kind.CALLED_BACK, label__in=labels, partnership__slug__in=partnerships
    ).exclude(answers__kind=Registered.Kind.RESTORED)


def listed(who: Viewer, cases: Iterable[Case]) -> list[Case]:
    """Cases as a list shows them to this viewer: noted as shown. From `cases_for`."""
    found = list(cases)
    who.looks.list(case.pk for case in found)
    return found


def named(name: str) -> QuerySet[Child]:
    """The children in whose names every word of this one is; none, where it has no word."""
    found = Child.objects.all() if words_of(name) else Child.objects.none()
    for digests in sought_of_name(name):
        found = found.filter(pk__in=having(digests).values("pk"))
    return found


def having(digests: Collection[str]) -> QuerySet[Child]:
    """The children that are found by one of these digests."""
    return Child.objects.filter(words__digest__in=digests)


def about_child(who: Viewer, name: str, born: date) -> list[Case]:
    """The cases open to the viewer about a child of this date of birth in whose name is every word
    of this one, 50 at most.

    What was searched for is noted, whatever was found.
    """
    who.looks.search = f"{name.strip()}, born {born.isoformat()}"
    them = named(name).filter(pk__in=having(sought_of_date(born)).values("pk"))
    wanted = cases_for(who).filter(pk__in=them.values("case"))
    return listed(who, wanted.order_by("-opened", "id").distinct()[:50])

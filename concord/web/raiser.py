"""Who raises a concern, by which way in: signed in, for the first time, or on another's behalf."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from concord.cases import drafts
from concord.cases.doorway import NotFound, Viewer, viewer
from concord.cases.ledger import opened_as
from concord.cases.models import Draft
from concord.directory.arrivals import agencies_by_address
from concord.directory.models import Agency, Membership, Partnership, Post, PostQuerySet, User
from concord.directory.questions import served
from concord.policies.library import Loaded, load
from concord.rules.dates import moment
from concord.web.asking import now
from concord.web.errors import no_longer, not_found
from concord.web.forms.raising import STEPS, Question, Surroundings, YourAddress
from concord.web.keeping import read_mark
from concord.web.looking import written_down
from concord.web.raising import Answers, key_of
from concord.web.sending import kept_while

BEGUN = "first_time"
"""In a session: the token of the draft begun there without signing in."""


@dataclass(frozen=True, slots=True)
class Raiser:
    """A draft of a concern with what follows from its answers so far, and who answers them."""

    draft: Draft
    at: datetime
    viewer: Viewer | None
    """None: somebody here for the first time, whose address is not proved yet."""
    partnership: Partnership | None
    agency: Agency | None
    """On whose part the concern is raised."""
    loaded: Loaded | None

    @property
    def answers(self) -> Answers:
        """What was typed."""
        return Answers(self.draft.data)

    @property
    def is_first_time(self) -> bool:
        """Whether the address is still to be proved."""
        return self.viewer is None

    @property
    def is_on_behalf(self) -> bool:
        """Whether a business manager writes for an agency that is not on Concord."""
        return "behalf" in self.draft.data

    def steps(self) -> dict[str, type[Question]]:
        """The questions in their order; somebody new says who they are after the first."""
        if not self.is_first_time:
            return STEPS
        first, *rest = STEPS.items()
        return dict([first, ("you", YourAddress), *rest])

    def around(self) -> Surroundings:
        """What the questions are asked in."""
        others = Agency.objects.filter(partnerships=self.partnership) if self.partnership else []
        return Surroundings(
            agency=self.agency,
            partnerships=list(Partnership.objects.all()),
            others=[each for each in others if each != self.agency],
            policy=self.loaded,
            at=self.at,
        )

    def is_complete(self, name: str) -> bool:
        """Whether a question is answered well."""
        form = self.steps()[name](self.answers.step(name), around=self.around())
        return form.is_valid()

    def may_raise_in(self, partnership: Partnership) -> bool:
        """Whether the concern can be raised there on the agency's part."""
        if self.viewer is not None and not self.is_on_behalf:
            return _posts(self.viewer, partnership).exists()
        if self.is_on_behalf and not self._runs(partnership):
            return False
        return Membership.objects.filter(agency=self.agency, partnership=partnership).exists()

    def _runs(self, partnership: Partnership) -> bool:
        return self.viewer is not None and runs(self.viewer, partnership.slug)


def runs(who: Viewer, partnership: str) -> bool:
    """Whether somebody is the business manager of a partnership (slug)."""
    return any(
        post.role == "business_manager" and not post.agency and post.partnership == partnership
        for post in who.held
    )


def raiser(draft: Draft, who: Viewer | None, at: datetime) -> Raiser:
    """Who raises by this draft, as it stands."""
    answers = Answers(draft.data)
    partnership = Partnership.objects.filter(slug=answers.get("area", "partnership")).first()
    return Raiser(
        draft, at, who, partnership, _agency(draft, answers, who, partnership),
        load(partnership.policy_id) if partnership else None,
    )  # fmt: skip


def _agency(
    draft: Draft, answers: Answers, who: Viewer | None, partnership: Partnership | None
) -> Agency | None:
    if "behalf" in draft.data:
        found = Agency.objects.filter(slug=answers.get("behalf", "agency")).first()
        return found if found and who and any(_serves(who, found)) else None
    if who is None:
        return by_address(answers)
    posts = _posts(who, partnership)
    own = posts.filter(agency__slug=answers.get("you", "agency")).first()
    post = own or posts.first()
    return post.agency if post else None


def agencies_served(who: Viewer) -> list[Agency]:
    """The agencies that are not on Concord, for which the viewer writes as business manager."""
    run = sorted({post.partnership for post in who.held if runs(who, post.partnership)})
    found = Membership.objects.filter(partnership__slug__in=run, on_concord=False)
    return list(Agency.objects.filter(memberships__in=found).order_by("name").distinct())


def _serves(who: Viewer, agency: Agency) -> list[bool]:
    """For each partnership that the viewer runs: whether the agency is served there."""
    slugs = {post.partnership for post in who.held if runs(who, post.partnership)}
    return [
        agency.slug in served(each) for each in Partnership.objects.filter(slug__in=sorted(slugs))
    ]


def by_address(answers: Answers) -> Agency | None:
    """The agency of a work address, as chosen where several share its ending."""
    found = agencies_by_address(answers.get("you", "email"))
    if len(found) == 1:
        return found[0]
    return next((each for each in found if each.slug == answers.get("you", "agency")), None)


def _posts(who: Viewer, partnership: Partnership | None) -> PostQuerySet:
    posts = Post.objects.held(who.at.date()).filter(user=who.user, agency__isnull=False)
    return posts.filter(partnership=partnership) if partnership is not None else posts


def begin_first_time(request: HttpRequest, at: datetime) -> Draft:
    """A draft of somebody who is not signed in: known by their session alone."""
    draft = drafts.begin_raising(None, at)
    request.session[BEGUN] = draft.token
    return draft


def adopt(request: HttpRequest, user: User) -> None:
    """What was begun in this session before signing in belongs to whoever signed in."""
    token = request.session.pop(BEGUN, "")
    draft = Draft.objects.filter(user=None, token=token).first() if token else None
    if draft is not None:
        drafts.give(draft, user)


def for_whoever_raises(
    view: Callable[..., HttpResponse],
) -> Callable[..., HttpResponseBase]:
    """For whoever the draft belongs to, as its door has asked: the view is given the raiser."""

    @wraps(view)
    def asked(request: HttpRequest, token: str, *arguments: Any, **named: Any) -> HttpResponseBase:
        at = now()
        user = request.user if isinstance(request.user, User) else None
        draft = _begun_by(request, user, token)
        if draft is None:
            return _sent_or_not_there(request, token)
        who = viewer(user, at) if user is not None else None
        by = raiser(draft, who, at)
        try:
            answer = kept_while(
                request, who.person if who else None, lambda: view(request, by, *arguments, **named)
            )
        except NotFound:
            answer = not_found(request)
        return written_down(request, who, answer) if who is not None else answer

    return asked


def is_begun_here(request: HttpRequest, token: str) -> bool:
    """Whether a draft was begun in this session, by somebody who is not signed in."""
    return _begun_by(request, None, token) is not None


def is_raised_by(user: User, token: str) -> bool:
    """Whether a concern is somebody's own: being written still, or sent from this draft."""
    return drafts.raising(user, token) is not None or opened_as(key_of(token), user.pk) is not None


def _begun_by(request: HttpRequest, user: User | None, token: str) -> Draft | None:
    if user is None and request.session.get(BEGUN) != token:
        return None
    return drafts.raising(user, token)


def _sent_or_not_there(request: HttpRequest, token: str) -> HttpResponse:
    """A draft that is gone because its concern was sent: where that is. Else not there."""
    person = request.user.pk
    case = opened_as(key_of(token), person) if person is not None else None
    if case is None:
        return not_found(request)
    if request.method == "POST" and read_mark(request) is not None:
        here = reverse("case", args=[case.reference])
        return no_longer(
            request, "This concern has been sent already",
            f"It was sent on {moment(case.opened)}, and is case {case.reference}. What you typed "
            "now was not added to it. Copy it, and add it to the case.",
            back=here, back_words="Go to the case",
        )  # fmt: skip
    return redirect("raise-sent", reference=case.reference)

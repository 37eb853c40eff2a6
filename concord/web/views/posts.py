"""Posts: cover while somebody is away, who holds a post next, and a partnership's directory."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from concord.cases.doorway import NotFound, Viewer, cases_for, viewer
from concord.cases.drafts import Place
from concord.directory import cover
from concord.directory.cover import CannotChange, Newly
from concord.directory.models import Partnership, Post, User
from concord.notifications.covering import tell_cover
from concord.web.asking import page, signed_in
from concord.web.forms.posts import Covering, Holding
from concord.web.keeping import opened
from concord.web.paging import BESIDE, part_of
from concord.web.presenting import role_words
from concord.web.views.oversight import overseen

SHOWN = 50
POSTS = 16
"""How many posts of a directory are shown at once."""
CHANGED = (
    "This was changed while you were writing, by somebody else or by you in another tab. Look at "
    "what stands above now. Then send yours, if it still holds."
)


def _stands(posts: Iterable[Post]) -> dict[str, list[str]]:
    """What a page about posts would change: who holds each, from when until when."""
    return {str(each.pk): [f"{each.user_id} {each.since} {each.until}"] for each in posts}


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def covering(request: HttpRequest, who: Viewer, number: int) -> HttpResponse:
    """Who covers a post, by dates; what cover there is already."""
    post = _post(number)
    people = cover.could_cover(post, who.at)
    place = Place(who.person, None, f"posts/{number}/cover")
    tab = opened(request, place, who.at, _stands(cover.covers_of(post, who.at)))
    form = Covering(tab.posted, people=people)
    if request.method == "POST" and tab.overtakes:
        form.add_error(None, CHANGED)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = cover.set_cover(
                post, _user(data["person"]), data["since"], data["until"], who.user, who.at
            )
            tell_cover(made, who.at)
        except CannotChange as error:
            form.add_error(error.field, str(error))
        else:
            return redirect("cover", number=post.pk)
    return page(
        request, "cover", "Cover while somebody is away", tab=tab, form=form, post=post,
        people=people, there=list(cover.covers_of(post, who.at)), role=role_words,
        mine=post.user == who.user, partnership_name=post.partnership.name,
        status=422 if form.errors else 200,
    )  # fmt: skip


@signed_in
@require_POST
def end(request: HttpRequest, who: Viewer, number: int) -> HttpResponse:
    """End cover now."""
    post = _post(number)
    theirs = (
        each for each in cover.covered_by(post) if cover.may_set_cover(who.user, each, who.at)
    )
    cover.end_cover(post, who.user, who.at)
    return redirect("cover", number=next(theirs).pk)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def holding(request: HttpRequest, who: Viewer, number: int) -> HttpResponse:
    """Who holds a post from a day on. What the holder has open now is shown: it stays open."""
    post = _post(number)
    people = cover.could_cover(post, who.at)
    place = Place(who.person, None, f"posts/{number}/holder")
    tab = opened(request, place, who.at, _stands([post]))
    form = Holding(tab.posted, people=people)
    if request.method == "POST" and tab.overtakes:
        form.add_error(None, CHANGED)
    if request.method == "POST" and form.is_valid():
        try:
            cover.change_holder(post, _next(form), form.cleaned_data["since"], who.user, who.at)
        except CannotChange as error:
            form.add_error(error.field, str(error))
        else:
            return redirect("directory", slug=post.partnership.slug)
    seen = cases_for(viewer(post.user, who.at)) if post.user else None
    return page(
        request, "holder", "Who holds this post next", tab=tab, form=form, post=post,
        role=role_words,
        open_cases=seen.filter(summary__status="open").count() if seen is not None else 0,
        partnership_name=post.partnership.name, status=422 if form.errors else 200,
    )  # fmt: skip


def _next(form: Holding) -> User | Newly | None:
    data = form.cleaned_data
    match data["who"]:
        case "known":
            return _user(data["person"])
        case "new":
            return Newly(data["name"], data["email"], data["telephone"])
        case _:
            return None


@signed_in
@require_safe
def directory(request: HttpRequest, who: Viewer, slug: str) -> HttpResponse:
    """A partnership's posts: who holds which, who covers, what is vacant, what was changed.

    Of one agency, where the address names it: nobody goes through all parts for one person.
    """
    found: Partnership = overseen(who, slug)
    posts = list(cover.current(found, who.at))
    agencies = sorted({(post.agency.name, post.agency.slug) for post in posts if post.agency})
    wanted = request.GET.get("agency", "")
    if wanted in {slug for _, slug in agencies}:
        posts = [post for post in posts if post.agency and post.agency.slug == wanted]
    return page(
        request, "directory", f"{found.name}: directory", partnership=found,
        partnership_name=found.name, posts=part_of(posts, request.GET, at_once=POSTS),
        agencies=[(slug, name) for name, slug in agencies], wanted=wanted, role=role_words,
        vacant=cover.vacancies(found, who.at), few=BESIDE, today=who.at.date(),
        changes=part_of(cover.changes(found)[:SHOWN], request.GET, "changes", BESIDE),
    )  # fmt: skip


def _post(number: int) -> Post:
    found = Post.objects.select_related("user", "agency", "partnership").filter(pk=number).first()
    if found is None:
        raise NotFound(number)
    return found


def _user(number: str) -> User:
    return User.objects.get(pk=int(number))

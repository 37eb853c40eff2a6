"""A password of one's own, by a code that the administrator told: nobody else ever knows it."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from concord.directory.founding import choose_password
from concord.directory.models import User
from concord.web.asking import now, page
from concord.web.forms.signing_in import FirstPassword
from concord.web.signing_in import throttling
from concord.web.signing_in.source import print_of, source_of
from concord.web.signing_in.telling import tell_changed
from concord.web.signing_in.throttling import Door
from concord.web.views.signing_in import first_step_made

NOT_RIGHT = (
    "This address and this code do not belong together, or the code was used, is older than a day, "
    "or another was made since. Check both, or ask your administrator for another code."
)
"""One answer to all of it: nobody learns who is here, or for whom there is a code."""
TOO_MANY = (
    "Too many wrong codes from here. Wait 15 minutes, and an hour if it is still so; or use "
    "another connection: the code that you were told still works."
)


@require_http_methods(["GET", "HEAD", "POST"])
def first_password(request: HttpRequest) -> HttpResponseBase:
    """Choose a password, by a code; then the second step, as for everyone."""
    if request.user.is_authenticated:
        return redirect("change-password")
    form = FirstPassword(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        at = now()
        user = _by_code(request, form, at)
        if user is not None:
            tell_changed(user, "a password was chosen, by a code from the administrator", at)
            return first_step_made(request, user, "/work")
    return page(
        request, "first_password", "Choose a password by a code", form=form,
        status=422 if form.errors else 200,
    )  # fmt: skip


def _by_code(request: HttpRequest, form: FirstPassword, at: datetime) -> User | None:
    """Whose password was chosen, if one may try. Says on the form what was wrong."""
    said = form.cleaned_data
    about = print_of(said["email"])
    attempt = throttling.begin(Door.FIRST, about, source_of(request, about), at)
    if attempt is None:
        form.add_error("code", TOO_MANY)
        return None
    try:
        user = choose_password(said["email"], said["code"], said["password_new"], at)
    except ValidationError as refused:
        # whoever reads this has the right code: nobody else learns whom a word names
        throttling.was_right(attempt)
        form.add_error("password_new", refused)
        return None
    if user is None:
        form.add_error("code", NOT_RIGHT)
    else:
        throttling.was_right(attempt)
    return user

"""A password of one's own, by a code that the administrator told: nobody else ever knows it."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from concord.directory.codes import CameTo
from concord.directory.founding import choose_password
from concord.web.asking import now, page
from concord.web.forms.signing_in import FirstPassword
from concord.web.signing_in.source import network_address
from concord.web.signing_in.telling import tell_changed
from concord.web.views.signing_in import first_step_made

NOT_RIGHT = (
    "This address and this code do not belong together, or the code was used, is older than a day, "
    "or was typed wrongly five times. Check both, or ask your administrator for another code."
)
"""One answer to all of it: nobody learns who is here, or for whom there is a code."""
TOO_MANY = "Too many attempts from here. Wait an hour."


@require_http_methods(["GET", "HEAD", "POST"])
def first_password(request: HttpRequest) -> HttpResponseBase:
    """Choose a password, by a code; then the second step, as for everyone."""
    if request.user.is_authenticated:
        return redirect("change-password")
    form = FirstPassword(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said, at = form.cleaned_data, now()
        user, came_to = choose_password(
            said["email"], said["code"], said["password_new"], at, network_address(request)
        )
        if user is not None:
            tell_changed(user, "a password was chosen, by a code from the administrator", at)
            return first_step_made(request, user, "/work")
        form.add_error("code", TOO_MANY if came_to is CameTo.THROTTLED else NOT_RIGHT)
    return page(
        request, "first_password", "Choose a password by a code", form=form,
        status=422 if form.errors else 200,
    )  # fmt: skip

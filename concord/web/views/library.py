"""The policy library: a policy as the system reads it, clause by clause; and to be printed."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concord.directory.models import Partnership
from concord.directory.questions import emergency_contacts
from concord.policies.calendars import calendar_for
from concord.policies.coverage import coverage
from concord.policies.guide import steps
from concord.policies.library import load
from concord.policies.readings import readings
from concord.policies.register import clauses_of
from concord.policies.wording import carried_by
from concord.rules.clock import LONDON
from concord.web.asking import now, page
from concord.web.errors import not_found


@require_safe
def clauses(request: HttpRequest, slug: str) -> HttpResponse:
    """Every clause of an area's policy: what it asks, what Concord does, how it is read."""
    partnership = Partnership.objects.filter(slug=slug).first()
    if partnership is None:
        return not_found(request)
    loaded = load(partnership.policy_id)
    chosen, does, places = readings(loaded), carried_by(loaded), coverage(loaded.file.id)
    rows = [
        (each.id, each.says, does.get(each.id, ()), chosen.get(each.id, ()), places[each.id])
        for each in clauses_of(loaded.file.id)
    ]
    return page(
        request, "clauses", f"{partnership.name}: the policy, clause by clause",
        partnership=partnership, partnership_name=partnership.name, loaded=loaded, rows=rows,
        overdue=loaded.is_review_overdue(now().astimezone(LONDON).date()),
    )  # fmt: skip


@require_safe
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """The policy on two sides of paper: danger, the right door, the steps, who helps."""
    partnership = Partnership.objects.filter(slug=slug).first()
    if partnership is None:
        return not_found(request)
    loaded = load(partnership.policy_id)
    return page(
        request, "guide", f"{partnership.name}: a guide to print",
        partnership=partnership, partnership_name=partnership.name, loaded=loaded,
        steps=steps(loaded.file), address=settings.CONCORD_ADDRESS,
        emergency=emergency_contacts(partnership, now(), calendar_for(loaded.policy.calendar)),
    )  # fmt: skip

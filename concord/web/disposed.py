"""What is shown of a case that was disposed of: its tombstone, and that all else is gone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from concord.cases.doorway import Viewer
from concord.retention.tombstones import Tombstone, days, tombstone_of
from concord.rules.dates import day
from concord.vault.closed import Destroyed
from concord.web.errors import disposed_of


def rows_of(stone: Tombstone) -> list[tuple[str, str]]:
    """A tombstone as a page shows it."""
    on = days(stone)
    return [
        ("Reference", stone.reference),
        ("Policy", stone.policy),
        ("Opened", day(on["opened"])),
        ("Closed", day(on["closed"])),
        ("Kept as", stone.retention_class),
        ("By which authority", stone.source),
        ("By which schedule", f"version {stone.schedule}" if stone.schedule else "not kept then"),
        ("Fell due", day(on["due"])),
        ("Proposed by", f"{stone.proposed_by}, {day(on['proposed'])}"),
        ("Approved by", stone.approved_by),
        ("Disposed of", day(on["disposed"])),
    ]


def answered(
    request: HttpRequest, who: Viewer, error: Destroyed, route: str, reference: str
) -> HttpResponse:
    """The answer of a case's door where the case was disposed of and would be open to the viewer.

    Its own page shows what is left; every other one says that it is gone (410).
    """
    stone = tombstone_of(reference)
    if stone is None or route != "case" or request.method not in ("GET", "HEAD"):
        return disposed_of(request)
    context = {
        "title": f"Case {stone.reference} was disposed of", "rows": rows_of(stone),
        "user": who.user, "partnership_name": "",
    }  # fmt: skip
    return render(request, "concord/tombstone.jinja", context)

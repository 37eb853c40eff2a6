"""What falls to one viewer in the cases of a list: My work and the API ask it in one way."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from concord.cases.doorway import Viewer, cases_for
from concord.cases.models import Brought, Case, Entry
from concord.cases.still_owed import Duty
from concord.directory.models import Partnership
from concord.directory.questions import served
from concord.directory.succession import Before
from concord.notifications.whose import Left
from concord.rules.words import Act, Side, Tier


def listed_for(who: Viewer) -> QuerySet[Case]:
    """The viewer's cases, with whether the viewer raised each, and whether it was answered."""
    entries = Entry.objects.filter(case=OuterRef("pk"))
    found = cases_for(who).annotate(
        raised_by_viewer=Exists(entries.filter(sequence=1, written_by=who.user)),
        raiser_id=Subquery(entries.filter(sequence=1).values("written_by")[:1]),
        answered=Exists(entries.filter(act__in=(Act.ACKNOWLEDGE, Act.ANSWER))),
        meets=Exists(entries.filter(act=Act.CONVENE)),
        planned=Exists(entries.filter(act=Act.AGREE, at__gte=OuterRef("summary__ended"))),
        names_viewer=Exists(Brought.objects.filter(case=OuterRef("pk"), user=who.user)),
    )
    return found.prefetch_related("brought")


@dataclass(slots=True)
class Mine:
    """What one viewer owes, for an agency that is not on Concord too; each question asked once."""

    who: Viewer
    serving: dict[str, frozenset[str]] = field(init=False)
    """The agencies (slugs) that are not on Concord, by the partnership whose unit the viewer is."""
    _left: Left = field(init=False)

    def __post_init__(self) -> None:
        self.serving = _serving(self.who)
        self._left = Left(self.who)

    def of(self, case: Any, duties: list[Duty]) -> list[Duty]:
        """Of these duties of a case from `listed_for` those that fall to the viewer.

        And what has come to them because its own holder has left.
        """
        absent = self.serving.get(case.partnership.slug, frozenset())
        return [
            each
            for each in duties
            if each["agency"] in absent
            or is_mine(self.who, case, each)
            or (_raised(self.who, case) and _is_raisers(case, each))
            or self._left.has(case, each)
        ]


def is_mine(who: Viewer, case: Case, duty: dict[str, Any]) -> bool:
    held = [post for post in who.held if post.partnership == case.partnership.slug]
    agencies = {row.agency.slug for row in case.parties.all()}
    if not duty["role"]:
        return any(post.agency in agencies and post.role == "manager" for post in held)
    if any(post.role == duty["role"] and post.agency == duty["agency"] for post in held):
        return True
    return [duty["role"], who.person] in case.summary.appointed or (
        duty["role"] == "panel" and ["panel_member", who.person] in case.summary.appointed
    )


def _raised(who: Viewer, case: Any) -> bool:
    """Whether the viewer raised a listed case, or stands in the place of whoever did."""
    raising = next(row.agency.slug for row in case.parties.all() if row.side == Side.RAISING)
    instead = Before(case.raiser_id or 0, raising, case.partnership.slug)
    return bool(case.raised_by_viewer) or instead in who.instead_of


def _is_raisers(case: Case, duty: dict[str, Any]) -> bool:
    """Whether a duty is the raising professional's, whatever their post."""
    raising = next(row.agency.slug for row in case.parties.all() if row.side == Side.RAISING)
    return bool(duty["role"] == Tier.PRACTITIONER and duty["agency"] == raising)


def _serving(who: Viewer) -> dict[str, frozenset[str]]:
    """The agencies (slugs) that are not on Concord, by the partnership whose unit the viewer is."""
    run = [post.partnership for post in who.held if post.role == "business_manager"]
    found = Partnership.objects.filter(slug__in=run) if run else ()
    return {each.slug: served(each) for each in found}

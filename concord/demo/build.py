"""Builds the demonstration into an empty database, through the same doorway as any act."""

from datetime import datetime

from django.db import transaction

from concord.cases.models import Case
from concord.demo.cast import build_cast
from concord.demo.stories import build_stories
from concord.demo.told import tell_as_it_happened
from concord.directory.models import Partnership


def build_if_empty(now: datetime) -> int:
    """Make the cast and tell the stories, unless there is anything. Returns how many cases.

    `now` is an aware datetime: every act is performed at a time before it.
    """
    if Partnership.objects.exists():
        return 0
    with transaction.atomic():
        told = 0
        for partnership in build_cast():
            told += build_stories(partnership, now, told)
        tell_as_it_happened(now)
    return Case.objects.count()

"""The demonstration's notices: told as if the loop had run all along, the older ones read."""

from datetime import datetime, timedelta

from concord.cases.models import Case
from concord.notifications.following import follow
from concord.notifications.models import Notice, Reminder, Standing
from concord.notifications.recipients import Directory

READ_AFTER = timedelta(days=3)


def tell_as_it_happened(now: datetime) -> None:
    """Make every notice of the demonstration, each at the time when it would have been told."""
    directory = Directory(now)
    for case in Case.objects.order_by("pk").values_list("pk", flat=True):
        follow(case, directory, mails=False)
    for row in Reminder.objects.filter(told__isnull=False):
        row.told, row.late_by, row.standing = max(row.falls, row.known), None, Standing.TOLD
        row.save(update_fields=["told", "late_by", "standing"])
    for notice in Notice.objects.select_related("entry").prefetch_related("reminders"):
        fell = [row.told for row in notice.reminders.all() if row.told]
        notice.told = notice.entry.written if notice.entry else max(fell, default=now)
        notice.late_by = None
        notice.read = notice.told + timedelta(hours=2) if now - notice.told > READ_AFTER else None
        notice.save(update_fields=["told", "late_by", "read"])

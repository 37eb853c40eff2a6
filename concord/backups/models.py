"""What was restored: append-only, by the database itself."""

from django.db import models


class Restored(models.Model):
    """The database was put back from a backup."""

    at = models.DateTimeField()
    made = models.DateTimeField()
    """When the backup was made: what was written after it is not here."""
    cases = models.PositiveIntegerField()
    records = models.PositiveIntegerField()
    whole = models.BooleanField()
    """Whether nothing was missing, by the checkpoints, once it was put back."""

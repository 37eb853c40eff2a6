"""Registers the table of what was restored."""

from django.apps import AppConfig


class BackupsConfig(AppConfig):
    """Backups."""

    name = "concord.backups"
    default_auto_field = "django.db.models.BigAutoField"

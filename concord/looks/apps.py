"""Registers the tables of looks."""

from django.apps import AppConfig


class LooksConfig(AppConfig):
    """Who has looked."""

    name = "concord.looks"
    default_auto_field = "django.db.models.BigAutoField"

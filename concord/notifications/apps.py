"""Django's handle on the notices."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """The notices."""

    name = "concord.notifications"

"""The app."""

from django.apps import AppConfig


class SubjectAccessConfig(AppConfig):
    """Requests for access to what is held about a child."""

    name = "concord.subject_access"
    label = "subject_access"
    default_auto_field = "django.db.models.BigAutoField"

"""Django's handle on the pages."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The pages."""

    name = "concord.web"

    def ready(self) -> None:
        """Have Django's checks ask ours too."""
        from concord.web import checks, rights  # noqa: F401

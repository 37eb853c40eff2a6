"""Django's handle on the directory."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """The directory."""

    name = "concord.directory"

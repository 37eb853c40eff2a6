"""Django's handle on documents."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Forms and documents."""

    name = "concord.documents"

"""Django's handle on the ledger."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The ledger."""

    name = "concord.cases"

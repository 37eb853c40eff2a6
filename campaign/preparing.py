"""How pytest is set up where a change is tried, by a fork or in a process of its own."""


def prepare() -> None:
    """A database in memory, which forks with the process; a search that stops at the first find."""
    from django.db import connections
    from hypothesis import HealthCheck, Phase, settings

    connections["default"].settings_dict["TEST"]["NAME"] = None
    settings.register_profile(
        "trial", derandomize=True, deadline=None, suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )  # fmt: skip
    settings.load_profile("trial")

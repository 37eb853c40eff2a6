"""The server's own log: what it writes of a request that never reached the pages, in our way."""

import os
from typing import Any

from gunicorn.glogging import Logger

from concord.config.logs import Formatter, ToSystemLog


class ServerLogger(Logger):  # type: ignore[misc]
    """Gunicorn's logger, whose lines have no address, no header and no text of an exception."""

    def setup(self, cfg: Any) -> None:
        """Set up as gunicorn does, then have each line written our way."""
        super().setup(cfg)
        if system_log := os.environ.get("CONCORD_SYSTEM_LOG", ""):
            self.error_log.addHandler(ToSystemLog(system_log))
        for handler in self.error_log.handlers:
            handler.setFormatter(Formatter())

"""The server's own log: what it writes of a request that never reached the pages, in our way."""

from typing import Any

from gunicorn.glogging import Logger

from concord.config.logs import Formatter


class ServerLogger(Logger):  # type: ignore[misc]
    """Gunicorn's logger, whose lines have no address, no header and no text of an exception."""

    def setup(self, cfg: Any) -> None:
        """Set up as gunicorn does, then have each line written our way."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(Formatter())

"""`concord seal`: the process that signs checkpoints, verifies everything once a day, and
gives witnesses a digest once a week.
"""

import logging
import sys
from argparse import Namespace
from datetime import UTC, datetime, timedelta

from concord.cli import instance
from concord.cli.running import until_stopped

logger = logging.getLogger(__name__)
VERIFIES = timedelta(days=1)
"""How long after a verification the next one is made."""


@instance.on_an_instance("")
def seal(arguments: Namespace) -> int:
    """Sign checkpoints until stopped, or make the key. Exit 1 where nothing can be sealed."""
    from django.conf import settings

    from concord.cases.register import Register
    from concord.cases.sealing import NotSealed, Places, Sealer
    from concord.looks.sealing import Looks
    from concord.seals.keys import NoKey, new_key, public, read_key

    path = settings.CONCORD_SEAL_KEY
    try:
        if arguments.new_key:
            print(f"Made {path}. Its public key, to be noted down: {public(new_key(path))}")
            return 0
        instance.must_be_ready()
        if settings.DEMONSTRATION and not path.exists():
            new_key(path)
        with Sealer(Places(settings.CONCORD_SEAL), read_key(path), [Looks(), Register()]) as sealer:
            return until_stopped(arguments, _Rounds(sealer).go)
    except (NoKey, NotSealed) as error:
        print(error, file=sys.stderr)
    return 1


class _Rounds:
    """Seals what is new, and from time to time verifies all that is there."""

    def __init__(self, sealer: "Sealer") -> None:  # type: ignore[name-defined]  # noqa: F821
        self._sealer = sealer
        self._next = datetime.min.replace(tzinfo=UTC)
        self._told: set[object] = set()

    def go(self) -> bool:
        """One round; whether there may be more to seal at once."""
        from concord.cases.verifications import verify_and_keep
        from concord.notifications.loop import beat
        from concord.notifications.witnesses import tell_witnesses

        at = datetime.now(UTC).replace(microsecond=0)
        beat("seal", at)
        made, findings = self._sealer.seal(at)
        for each in findings:
            if each not in self._told:
                logger.error("not sealed: %s is %s from record %s: %s",
                             each.history, each.kind, each.sequence, each.says)  # fmt: skip
        self._told = set(findings)
        if made is None and at >= self._next:
            verified = verify_and_keep(self._sealer.places, at, also=self._sealer.also)
            for finding in verified.findings:
                logger.error("verification: %s is %s from record %s: %s", finding.history,
                             finding.kind, finding.sequence, finding.says)  # fmt: skip
            tell_witnesses(at)
            self._next = at + VERIFIES
        return made is not None

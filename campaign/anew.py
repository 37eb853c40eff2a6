"""Tries one change on tests in a process that has imported nothing yet: `-p campaign.anew`.

For what is kept from an import on, such as a calendar: no fork makes that anew. CONCORD_ANEW is
the module's path and the number of the change, with a colon between.
"""

import importlib.util
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from campaign.mutating import mutants
from campaign.preparing import prepare


class Changed(SourceFileLoader):
    """Loads a module with a change."""

    number = 0

    def get_code(self, fullname: str) -> CodeType:
        source = Path(self.path).read_bytes()
        changed = mutants(source)[self.number].applied(source)
        return compile(changed, str(self.path), "exec", dont_inherit=True)


class Finder(MetaPathFinder):
    """Finds the changed module, and no other."""

    def __init__(self, path: str, number: int) -> None:
        self.path = Path(path).resolve()
        self.name = ".".join(Path(path).with_suffix("").parts)
        self.number = number

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        loader = Changed(fullname, str(self.path))
        loader.number = self.number
        return importlib.util.spec_from_file_location(fullname, self.path, loader=loader)


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """As in a trial by forks."""
    prepare()


_path, _, _number = os.environ["CONCORD_ANEW"].rpartition(":")
sys.meta_path.insert(0, Finder(_path, int(_number)))

"""Files as they come in: nothing of one is on the disk as it came."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from concord.web.receiving import Sealed

CANARY = b"said of a child, in a scanned report. "
LARGE = CANARY * (3_000_000 // len(CANARY))
"""More than the form of a page may hold in memory."""
SMALL = CANARY * 10


@contextmanager
def came_in(**files: bytes) -> Iterator[list[Any]]:
    """Files as a view finds them, sent in one form of a page."""
    sent = {name: SimpleUploadedFile(f"{name}.txt", content) for name, content in files.items()}
    request = RequestFactory().post("/", sent)
    yield [request.FILES[name] for name in files]
    request.close()


def written(file: Sealed) -> bytes:
    """What stands on the disk of a file that came in."""
    file.kept.seek(0)
    return file.kept.read()


def test_nothing_of_a_large_file_is_on_the_disk_as_it_came() -> None:
    # given a form with a large file and a small one
    with came_in(large=LARGE, small=SMALL) as (large, small):
        # then each is read as it was sent, the large one as often as one likes
        assert isinstance(large, Sealed)
        assert small.read() == SMALL
        for _ in range(2):
            assert large.read() == LARGE
            assert b"".join(large.chunks()) == LARGE
        assert (large.name, large.size) == ("large.txt", len(LARGE))
        # and what was written is encrypted, whole
        assert len(written(large)) > len(LARGE)
        assert b"of a child" not in written(large)


def test_no_two_files_share_a_key_and_a_file_is_gone_with_its_request() -> None:
    with came_in(one=LARGE, other=LARGE) as (one, other):
        assert written(one) != written(other)
    assert one.kept.closed
    assert other.kept.closed


@pytest.mark.parametrize("handler", settings.FILE_UPLOAD_HANDLERS)
def test_no_handler_writes_what_comes_in_to_the_disk_as_it_is(handler: str) -> None:
    assert handler.startswith("concord.web.receiving.") or "MemoryFile" in handler

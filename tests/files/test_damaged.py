"""A damaged archive is refused, however it was packed: nothing else is raised."""

import io
import zipfile
from random import Random

import pytest

from concord.files.containers import open_container
from concord.files.unfit import Unfit


@pytest.mark.parametrize("packed", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_archive_is_refused_however_it_was_packed(packed: int) -> None:
    # given a document whose parts are packed in one of the ways that there are
    random, whole = Random(packed), io.BytesIO()
    with zipfile.ZipFile(whole, "w", packed) as archive:
        archive.writestr("word/document.xml", random.randbytes(2000))
    # when some of its bytes are changed
    refused = 0
    for _ in range(100):
        content = bytearray(whole.getvalue())
        for _ in range(4):
            content[random.randrange(len(content))] = random.randrange(256)
        # then it opens, or is refused
        try:
            open_container(bytes(content))
        except Unfit:
            refused += 1
    assert refused > 50

"""Files as they come in: what is beyond the limit is not kept, and the rest of the form is.

Nothing of a file is on the disk as it came: what is too much for memory is written encrypted, with
a key that is never written anywhere and is gone with the request.
"""

import secrets
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from concord.files.kinds import LARGEST
from concord.vault.cipher import Cipher

_KEPT_AT = "concord.files_beyond_the_limit"


class UpToTheLimit(FileUploadHandler):
    """Stops taking a file once it is larger than any may be, and reads on to what follows it."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass a chunk on; past the limit, note the file's name and skip the rest of it."""
        if start + len(raw_data) > LARGEST:
            assert self.request is not None
            self.request.META.setdefault(_KEPT_AT, []).append(self.file_name or "")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> Any:
        """The next handler has the file."""
        return None


class Sealed(UploadedFile):  # type: ignore[type-arg]  # Django's own is not generic
    """A file that came in, in a file without a name, encrypted; read whole, or piece by piece.

    It is closed, and gone, at the end of its request.
    """

    def __init__(self, **about: Any) -> None:
        self.kept = TemporaryFile()  # noqa: SIM115 - closed as the request is
        super().__init__(self.kept, size=0, **about)
        self._cipher = Cipher(secrets.token_bytes(32))
        self._pieces: list[int] = []

    def add(self, piece: bytes) -> None:
        """Keep what comes next."""
        locked = self._cipher.lock_bytes(piece, str(len(self._pieces)))
        self.kept.write(locked)
        self._pieces.append(len(locked))

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """The content in order, in the pieces in which it came."""
        self.kept.seek(0)
        for number, length in enumerate(self._pieces):
            yield self._cipher.open_bytes(self.kept.read(length), str(number))

    def read(self, size: int = -1, /) -> bytes:
        """The whole content; nobody asks for less, and then `chunks` is the way."""
        assert size < 0
        return b"".join(self.chunks())


class EncryptedFile(FileUploadHandler):
    """Keeps a file that no handler before this one has taken."""

    found: Sealed

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.found = Sealed(
            name=self.file_name, content_type=self.content_type, charset=self.charset,
            content_type_extra=self.content_type_extra,
        )  # fmt: skip

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece of it."""
        self.found.add(raw_data)

    def file_complete(self, file_size: int) -> Sealed:
        """The file, whole."""
        self.found.size = file_size
        return self.found


def beyond_the_limit(request: HttpRequest) -> list[str]:
    """The names of the files of a request that were too large to be taken."""
    found: list[str] = request.META.get(_KEPT_AT, [])
    return found

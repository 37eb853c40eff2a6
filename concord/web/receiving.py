"""Files as they come in: what is beyond the limit is not kept, and the rest of the form is."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from concord.files.kinds import LARGEST

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


def beyond_the_limit(request: HttpRequest) -> list[str]:
    """The names of the files of a request that were too large to be taken."""
    found: list[str] = request.META.get(_KEPT_AT, [])
    return found

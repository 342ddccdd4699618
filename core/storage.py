"""File storages: public pictures that the web server reads, and private files of the site.

Permissions are set explicitly, because services run with a restrictive umask (0077).
"""

import os
from contextlib import suppress
from typing import Any

from django.core.files.storage import FileSystemStorage

from core.unavailable import DISK_FULL_ERRNOS


class CleanStorage(FileSystemStorage):
    """A storage that leaves no partial file behind when the disk is full.

    The OSError reaches `core.unavailable`, whose page says so.
    """

    def _save(self, name: str, content: Any) -> str:
        path = self.path(name)
        is_new = not os.path.lexists(path)
        try:
            saved: str = super()._save(name, content)  # type: ignore[misc]
        except OSError as error:
            if is_new and error.errno in DISK_FULL_ERRNOS:
                with suppress(OSError):
                    os.unlink(path)
            raise
        return saved


class PublicStorage(CleanStorage):
    """Files that every user of the machine may read, such as nginx: pictures of the site."""

    def __init__(self, **options: Any) -> None:
        modes = {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755}
        super().__init__(**{**modes, **options})


class PrivateStorage(CleanStorage):
    """Files that only the site's own processes may read: attachments of e-mails, exports."""

    def __init__(self, **options: Any) -> None:
        modes = {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
        super().__init__(**{**modes, **options})

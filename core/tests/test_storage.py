"""Permissions of stored files, and a full disk."""

import errno
import os
import stat

import pytest
from django.core.files.base import ContentFile

from concert import settings as production
from core.storage import PrivateStorage, PublicStorage


@pytest.fixture(params=[0o022, 0o077])
def umask(request):
    """Set the umask of a shell, and that of a hardened service."""
    former = os.umask(request.param)
    yield
    os.umask(former)


def modes_of(storage, tmp_path):
    name = storage.save("folder/inner/file.png", ContentFile(b"content"))
    path = tmp_path / "root" / name
    paths = (path, path.parent, path.parent.parent)
    return [stat.S_IMODE(each.stat().st_mode) for each in paths]


@pytest.mark.usefixtures("umask")
def test_the_web_server_can_read_public_files(tmp_path):
    assert modes_of(PublicStorage(location=tmp_path / "root"), tmp_path) == [0o644, 0o755, 0o755]


@pytest.mark.usefixtures("umask")
def test_nobody_else_can_read_private_files(tmp_path):
    assert modes_of(PrivateStorage(location=tmp_path / "root"), tmp_path) == [0o600, 0o700, 0o700]


def test_what_services_write_is_their_own():
    units = list((production.BASE_DIR / "deploy" / "systemd").glob("*.service"))
    assert len(units) >= 4
    assert [unit.name for unit in units if "\nUMask=0077\n" not in unit.read_text()] == []


def test_pictures_are_public_and_all_other_files_private():
    backends = {name: each["BACKEND"] for name, each in production.STORAGES.items()}
    del backends["staticfiles"]
    assert backends.pop("default") == "core.storage.PublicStorage"
    assert set(backends.values()) == {"core.storage.PrivateStorage"}
    assert {"emails", "exports"} <= set(backends)


class FullDisk(ContentFile):
    """A file that fails after its first part, because the disk is full."""

    def chunks(self, chunk_size=None):
        yield b"the first part"
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_leaves_no_partial_file(tmp_path):
    storage = PublicStorage(location=tmp_path)
    with pytest.raises(OSError, match="No space left"):
        storage.save("poster.png", FullDisk(b"x"))
    assert list(tmp_path.iterdir()) == []


def test_another_file_of_that_name_is_kept(tmp_path):
    storage = PublicStorage(location=tmp_path)
    storage.save("poster.png", ContentFile(b"another"))
    with pytest.raises(OSError, match="No space left"):
        storage.save("poster.png", FullDisk(b"x"))
    assert (tmp_path / "poster.png").read_bytes() == b"another"

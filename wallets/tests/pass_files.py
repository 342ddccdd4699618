"""Read a .pkpass as Wallet does: hashes, signature and chain are checked, or it is refused."""

import hashlib
import io
import json
import subprocess
import zipfile

from . import authority


class RefusedPass(Exception):
    """The pass would not be added."""


def read_pass(data, tmp_path, *, trusted=None):
    """Return the files of a pass by name, with `pass.json` as values. Raises RefusedPass."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files["manifest.json"])
    described = {name: hashlib.sha1(files[name]).hexdigest() for name in manifest}
    if described != manifest or set(files) - set(manifest) != {"manifest.json", "signature"}:
        raise RefusedPass("manifest")
    _verify_signature(files, tmp_path, trusted or authority.root())
    return files | {"pass.json": json.loads(files["pass.json"])}


def read_bundle(data, tmp_path):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [read_pass(archive.read(name), tmp_path) for name in sorted(archive.namelist())]


def _verify_signature(files, tmp_path, trusted):
    """Verify the detached signature by OpenSSL, up to the root that is trusted."""
    for name in ("signature", "manifest.json"):
        (tmp_path / name).write_bytes(files[name])
    (tmp_path / "root.pem").write_bytes(trusted.pem)
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any"]
    command += ["-in", "signature", "-content", "manifest.json", "-CAfile", "root.pem"]
    command += ["-out", "verified"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30)
    if done.returncode:
        raise RefusedPass(done.stderr)

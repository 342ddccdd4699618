"""The account that PostgreSQL runs as when it is started by root, which it refuses to be."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .home import EmbeddedError

# Keeps the right to enter private folders after the change of user. Without `no_setuid_fixup`
# the kernel leaves it out of access(2), by which PostgreSQL looks for its own programs.
OVERRIDE = (
    *("--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"),
    "--securebits=+no_setuid_fixup",
)


@dataclass(frozen=True)
class Account:
    """How to run a command so that PostgreSQL accepts it."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None  # The user to give files to; None if they are ours already.
    gid: int | None = None

    @classmethod
    def for_folder(cls, folder: Path, data: Path, *, initdb: str) -> "Account":
        """Return the account for data in `folder`. Raises EmbeddedError if there is none.

        Ordinary users run PostgreSQL themselves. Root first tries a user namespace, which changes
        no permissions, even below a private home folder. Where namespaces are off, as in many
        containers, the owner of the data or `nobody` takes over; where that account cannot reach
        the data or the programs, it keeps root's right to enter any folder.
        """
        if os.geteuid() != 0:
            return cls()
        for account in _candidates(data):
            if account._can_run(initdb, folder):
                return account
        raise EmbeddedError(
            f"PostgreSQL refuses to run as root, and no other account can use {folder} and "
            f"{Path(initdb).parent}. Run as an ordinary user, move the checkout to a folder that "
            "everybody may enter, such as /opt, or set DATABASE_URL to a server of your own."
        )

    def command(self, command: list[str], *, stop_signal: signal.Signals) -> list[str]:
        """Return the command line that runs `command` as this account."""
        if self.uid is None:
            return [*self.prefix, *command]
        # A change of user clears the signal at the parent's death, so it is set again after it.
        return [*self.prefix, f"--pdeathsig={stop_signal.name}", *command]

    def own(self, path: Path) -> None:
        """Give a folder and its contents to the account, if they belong to another user."""
        if self.uid is None or self.gid is None or path.stat().st_uid == self.uid:
            return
        for parent, _folders, files in os.walk(path):
            os.chown(parent, self.uid, self.gid)
            for name in files:
                os.chown(os.path.join(parent, name), self.uid, self.gid, follow_symlinks=False)

    def _can_run(self, initdb, folder):
        # `initdb --show` looks for its other programs and its user as a real start does, and
        # writes nothing.
        script = 'test -x "$2" && exec "$1" --show -D "$2/none"'
        command = [*self.prefix, "/bin/sh", "-c", script, "sh", initdb, str(folder)]
        if not shutil.which(command[0]):
            return False
        done = subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
        )
        return done.returncode == 0


def _candidates(data: Path) -> Iterator[Account]:
    owner = data.stat().st_uid if data.exists() else 0
    if owner == 0:
        yield Account(("unshare", "--user", "--map-user=1000", "--map-group=1000"))
        owner = pwd.getpwnam("nobody").pw_uid
    known = [entry.pw_gid for entry in pwd.getpwall() if entry.pw_uid == owner]
    gid = known[0] if known else owner
    prefix = ("setpriv", f"--reuid={owner}", f"--regid={gid}", "--clear-groups")
    yield Account(prefix, uid=owner, gid=gid)
    yield Account((*prefix, *OVERRIDE), uid=owner, gid=gid)

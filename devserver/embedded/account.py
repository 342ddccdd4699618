"""The account that PostgreSQL runs under. It refuses to be root, so root has to step down."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass

from .errors import EmbeddedError
from .wheels import binary_of_postgres


@dataclass(frozen=True)
class Account:
    """How to run a command so that PostgreSQL accepts it."""

    prefix: tuple = ()
    uid: int | None = None  # Files must be given to this user. None: they are ours already.
    gid: int | None = None

    @classmethod
    def for_folder(cls, folder, data):
        """Return the account for data in `folder`. Raises EmbeddedError if there is none.

        An ordinary user is itself. Root first tries a user namespace, in which it merely looks
        like somebody else: no permission has to change, even under a private home folder. Where
        namespaces are switched off, as in many containers, the owner of the data or `nobody`
        takes over; if that account cannot reach the project's folders, it keeps this one of
        root's privileges.
        """
        if os.geteuid() != 0:
            return cls()
        for account in _candidates(data):
            if account.reaches(folder):
                return account
        raise EmbeddedError(
            f"PostgreSQL refuses to run as root, and no other account can reach {folder}. Run as "
            "an ordinary user, or set DATABASE_URL to a server of your own."
        )

    def command(self, command, *, stop_signal):
        """Return the command line that runs `command` under this account."""
        if self.uid is None:
            return [*self.prefix, *command]
        # A change of user clears the signal at the parent's death, so it is set again after it.
        return [*self.prefix, f"--pdeathsig={stop_signal.name}", *command]

    def own(self, path):
        """Give a folder and what is in it to the account, if it is somebody else's."""
        if self.uid is None or path.stat().st_uid == self.uid:
            return
        for parent, _folders, files in os.walk(path):
            os.chown(parent, self.uid, self.gid)
            for name in files:
                os.chown(os.path.join(parent, name), self.uid, self.gid, follow_symlinks=False)

    def reaches(self, folder):
        """Tell whether the account can be had here, and reach both the data and the binaries."""
        program = binary_of_postgres("postgres")
        question = 'test -x "$1" && test -x "$2"'
        command = [*self.prefix, "/bin/sh", "-c", question, "sh", str(folder), program]
        if not shutil.which(command[0]):
            return False
        done = subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
        )
        return done.returncode == 0


def _candidates(data):
    owner = data.stat().st_uid if data.exists() else 0
    if owner == 0:
        yield Account(("unshare", "--user", "--map-user=1000", "--map-group=1000"))
        owner = pwd.getpwnam("nobody").pw_uid
    gid = pwd.getpwuid(owner).pw_gid if _is_known(owner) else owner
    prefix = ("setpriv", f"--reuid={owner}", f"--regid={gid}", "--clear-groups")
    yield Account(prefix, uid=owner, gid=gid)
    passes = [f"--{kind}=-all,+dac_override" for kind in ("inh-caps", "ambient-caps")]
    yield Account((*prefix, *passes), uid=owner, gid=gid)


def _is_known(uid):
    return any(entry.pw_uid == uid for entry in pwd.getpwall())

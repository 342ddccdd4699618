"""Run the commands of `docs/deploying.md` in a throw-away Debian, up to a restored backup.

    sudo python3 tools/try_deployment.py

It needs root, debootstrap, and the package sources of this machine; nothing outside its temporary
folder is changed. Everything runs in namespaces of its own, which end with it: other servers on
this machine keep their ports. systemd does not run there: `tools/systemctl_shim.py` stands in for
systemctl and starts the units' commands as their users. Then the site must answer by HTTPS, show an
uploaded picture, sell a free ticket and mail it; and after the backup is restored, the ticket's
code must be genuine.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
PAGE = CHECKOUT / "docs" / "deploying.md"
RELEASE = "bookworm"
# What the throw-away root takes over, so that package clients work there as they do here.
TAKEN_OVER = ["/etc/apt/apt.conf.d", "/etc/pip.conf", "/etc/xdg/pip", "/etc/resolv.conf",
              "/etc/ssl/certs/ca-certificates.crt"]  # fmt: skip


def main() -> int:
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        sys.exit("This needs root and debootstrap.")
    with tempfile.TemporaryDirectory(prefix="concert-debian-") as folder:
        root = Path(folder) / "root"
        make_root(root)
        sections = blocks_of(PAGE.read_text())
        install = sections.pop("Install").replace(
            "git clone https://example.org/concert.git /srv/concert",
            "git clone --quiet /mnt/concert.git /srv/concert",
        )
        # Packages need the network of this machine, servers get one of their own.
        run(root, start_database() + install + "\nservice postgresql stop", network=True)
        steps = [start_database(), "service redis-server start", start_mail()]
        steps += [sections[name] for name in ("Configure", "Start", "nginx and TLS")]
        steps += [probe("before"), sections["Back up"], sections["Restore"], probe("after")]
        run(root, "\n".join(steps), network=False)
    print("The page works: installed, sold, mailed, backed up and restored.")
    return 0


def blocks_of(text: str) -> dict[str, str]:
    """Return the commands of each section: its blocks that are marked as `sh`."""
    found = {}
    for section in re.split(r"^## ", text, flags=re.M)[1:]:
        title, _, body = section.partition("\n")
        found[title.strip()] = "\n".join(re.findall(r"^```sh\n(.*?)^```$", body, re.M | re.S))
    return found


def make_root(root: Path) -> None:
    """Bootstrap Debian from this machine's own sources, and give it the code and the shim."""
    mirror = mirror_of(RELEASE)
    command = ["debootstrap", "--variant=minbase", "--include=ca-certificates", RELEASE]
    subprocess.run([*command, str(root), mirror], check=True, stdout=subprocess.DEVNULL)
    for name in filter(os.path.exists, TAKEN_OVER):
        (root / name.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-aT", name, root / name.lstrip("/")], check=True)
    subprocess.run(
        ["git", "clone", "--quiet", "--bare", str(CHECKOUT), str(root / "mnt" / "concert.git")],
        check=True,
    )
    shim = root / "usr" / "local" / "bin" / "systemctl"
    shutil.copy(CHECKOUT / "tools" / "systemctl_shim.py", shim)
    shim.chmod(0o755)
    # Packages must not start their servers while they are installed.
    policy = root / "usr" / "sbin" / "policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)


def mirror_of(release: str) -> str:
    """Return the address from which this machine itself takes the packages of a Debian release."""
    folder = Path("/etc/apt/sources.list.d")
    for path in [Path("/etc/apt/sources.list"), *sorted(folder.glob("*"))]:
        text = path.read_text() if path.is_file() else ""
        one_line = re.search(rf"^deb\s+(?:\[.*?\]\s+)?(\S+)\s+{release}\s", text, re.M)
        stanza = re.search(rf"^URIs:\s*(\S+)\n(?:#.*\n)*Suites:.*\b{release}(\s|$)", text, re.M)
        if found := one_line or stanza:
            return found.group(1)
    sys.exit(f"This machine has no package source for Debian {release}.")


def run(root: Path, script: str, *, network: bool) -> None:
    """Run a script inside the root, with processes (and a network) that end with it."""
    (root / "root" / "script").write_text("set -eux\n" + script)
    inside = (
        f"mount --rbind /dev {root}/dev && mount -t proc proc {root}/proc"
        f" && mount -t tmpfs tmpfs {root}/run && ip link set lo up 2>/dev/null;"
        f" exec chroot {root} /bin/sh /root/script"
    )
    spaces = ["--mount", "--pid", "--fork", "--kill-child"] + ([] if network else ["--net"])
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "HOME": "/root",
                                "PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}  # fmt: skip
    environment.pop("PYTHONPATH", None)
    subprocess.run(["unshare", *spaces, "sh", "-c", inside], check=True, env=environment)


def start_database() -> str:
    # The page's commands expect a running server; systemd would have started it with the package.
    return (
        "if ! command -v pg_lsclusters >/dev/null; then apt-get update -qq;"
        " apt-get install -qq -y postgresql >/dev/null; fi\n"
        "install -d -o postgres -g postgres /run/postgresql\n"
        "service postgresql start\n"
    )


def start_mail() -> str:
    """Start a mail server that writes what it takes to a file."""
    return (
        "install -d /run/redis /var/mail-taken\n"
        "python3 -W ignore -m smtpd -n -c DebuggingServer 127.0.0.1:25"
        " > /var/mail-taken/all 2>&1 &\n"
    )


def probe(moment: str) -> str:
    """Return commands that use the site as people do; `before` also sells a ticket."""
    source = (CHECKOUT / "tools" / "deployment_probe.py").read_text()
    return (
        f"cat > /root/probe.py <<'PROBE'\n{source}\nPROBE\n"
        "cd /srv/concert && chmod 644 /root/probe.py && cp /root/probe.py /tmp/probe.py\n"
        f'su concert -s /bin/sh -c "cd /srv/concert && .venv/bin/python /tmp/probe.py {moment}"\n'
    )


if __name__ == "__main__":
    sys.exit(main())

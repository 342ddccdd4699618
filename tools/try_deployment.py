"""Run the commands of `docs/deploying.md` in throw-away Debian systems, from start to end.

    sudo python3 tools/try_deployment.py [--systemd]

It needs root, debootstrap, and the package sources of this machine; nothing outside its temporary
folder is changed. Everything runs in namespaces of its own, which end with it: other servers on
this machine keep their ports. systemd does not run there: `tools/systemctl_shim.py` stands in for
systemctl and starts the units' commands as their users. With `--systemd` the real one runs, in a
container of systemd-nspawn. `tools/certbot_shim.sh` stands in for certbot, which needs the
internet.

`tools/deployment_probe.py` uses the site after each section of the page: it sells free tickets and
for cash, waits for the e-mail, uploads a picture and signs in. What was sold must be good after the
key is replaced, after a restore on the same and on a second machine, and after an upgrade, during
which every page is answered, and which is rolled back.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
PAGE = CHECKOUT / "docs" / "deploying.md"
RELEASE = "bookworm"
PLACEHOLDER = "git clone https://example.org/concert.git"
STAFF = (
    "DJANGO_SUPERUSER_EMAIL=staff@tickets.example.org"
    ' DJANGO_SUPERUSER_PASSWORD="a long pass phrase"'
)
ENVIRONMENT = {
    "DEBIAN_FRONTEND": "noninteractive",
    "HOME": "/root",
    "PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
}
# What the throw-away root takes over, so that package clients work there as they do here.
TAKEN_OVER = ["/etc/apt/apt.conf.d", "/etc/pip.conf", "/etc/xdg/pip", "/etc/resolv.conf",
              "/etc/ssl/certs/ca-certificates.crt"]  # fmt: skip


def main() -> int:
    booted = "--systemd" in sys.argv[1:]
    needed = ["debootstrap", "systemd-nspawn"] if booted else ["debootstrap"]
    if os.geteuid() != 0 or not all(map(shutil.which, needed)):
        sys.exit(f"This needs root and {' and '.join(needed)}.")
    with tempfile.TemporaryDirectory(prefix="concert-debian-") as folder:
        root, second = Path(folder) / "root", Path(folder) / "second"
        make_root(root)
        page = blocks_of(PAGE.read_text())
        install = page["Install"].replace(PLACEHOLDER, "git clone --quiet /mnt/concert.git")
        if booted:
            install += "apt-get install -y --no-install-recommends systemd-sysv dbus procps\n"
        # Packages need the network of this machine, servers get one of their own.
        run(root, start_database() + install + "\nservice postgresql stop", network=True)
        use_shims(root, booted=booted)
        subprocess.run(["cp", "-a", root, second], check=True)
        use = run_booted if booted else run
        use(root, "\n".join(first_machine(page)))
        for name in ("var/backups/concert", "var/tmp/probe.json"):
            subprocess.run(["cp", "-aT", root / name, second / name], check=True)
        use(second, "\n".join(second_machine(page)))
    print("The page works: installed, sold, mailed, backed up, restored, upgraded, rolled back.")
    return 0


def first_machine(page: dict[str, str]) -> list[str]:
    """Return the commands of the machine on which the site is born."""
    return [
        start_servers(),
        *(page[name] for name in ("Configure", "E-mail", "Tables and static files")),
        *(page[name] for name in ("Start", "nginx and TLS")),
        # Without a browser. The page's own link is refused from now on.
        as_service(f"{STAFF} .venv/bin/python manage.py createsuperuser --no-input"),
        *(probe("first"), '(set -a; . /srv/concert/.env; test "$DATA_DIR" = /var/lib/concert)'),
        *("systemctl stop concert-worker", probe("without worker")),
        *("systemctl start concert-worker", "systemctl stop concert-beat", probe("without clock")),
        *("systemctl start concert-beat", page["Keys"], probe("sell")),
        *(page["Back up"], page["Stop it"], page["Unpack the backup"], page["Start again"]),
        *(probe("unchanged"), make_release("v1.1.0", content="2")),
        *(probe("watch &"), page["Upgrade"], probe("new release"), probe("sell")),
        *(page["Roll back"], probe("former release"), probe("watched"), probe("sell")),
        page["Back up"],
    ]


def second_machine(page: dict[str, str]) -> list[str]:
    """Return the commands of a machine that gets the backup of the first."""
    return [
        start_servers(),
        # Another number for the account than on the first machine.
        "usermod --uid 4711 concert",
        "chown -R concert:concert /var/lib/concert /var/tmp/probe.json",
        *(page[name] for name in ("Unpack the backup", "E-mail", "Start", "nginx and TLS")),
        *(probe("unchanged"), probe("sell")),
    ]


def blocks_of(text: str) -> dict[str, str]:
    """Return the commands of each section: its blocks that are marked as `sh`."""
    found = {}
    for section in re.split(r"^##+ ", text, flags=re.M)[1:]:
        title, _, body = section.partition("\n")
        found[title.strip()] = "\n".join(re.findall(r"^```sh\n(.*?)^```$", body, re.M | re.S))
    return found


def make_root(root: Path) -> None:
    """Bootstrap Debian from this machine's own sources, and give it the code as release 1.0.0."""
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
    subprocess.run(
        ["git", "-C", root / "mnt" / "concert.git", "tag", "--force", "v1.0.0"], check=True
    )
    # Packages must not start their servers while they are installed.
    policy = root / "usr" / "sbin" / "policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)


def use_shims(root: Path, *, booted: bool) -> None:
    """Put in what stands in for programs, and let a root that is booted start its servers."""
    for name in ["certbot_shim.sh"] if booted else ["certbot_shim.sh", "systemctl_shim.py"]:
        shim = root / "usr" / "local" / "bin" / name.partition("_")[0]
        shutil.copy(CHECKOUT / "tools" / name, shim)
        shim.chmod(0o755)
    if booted:
        (root / "usr" / "sbin" / "policy-rc.d").unlink()


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


def run(root: Path, script: str, *, network: bool = False) -> None:
    """Run a script inside the root, with processes (and a network) that end with it."""
    (root / "root" / "script").write_text("set -eux\n" + script)
    inside = (
        f"mount --rbind /dev {root}/dev && mount -t proc proc {root}/proc"
        f" && mount -t tmpfs tmpfs {root}/run && ip link set lo up 2>/dev/null;"
        f" exec chroot {root} /bin/sh /root/script"
    )
    spaces = ["--mount", "--pid", "--fork", "--kill-child"] + ([] if network else ["--net"])
    environment = os.environ | ENVIRONMENT
    environment.pop("PYTHONPATH", None)
    subprocess.run(["unshare", *spaces, "sh", "-c", inside], check=True, env=environment)


def run_booted(root: Path, script: str) -> None:
    """Boot the root with its own systemd, in a network of its own, and run a script inside."""
    (root / "root" / "script").write_text("set -eux\n" + script)
    command = ["systemd-nspawn", "--quiet", f"--directory={root}", "--boot", "--private-network"]
    command += ["--register=no", "--keep-unit", "--console=pipe"]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    with subprocess.Popen(command, **quiet) as container:  # type: ignore[call-overload]
        first = ""
        try:
            first = process_1_of(container.pid)
            enter = ["nsenter", f"--target={first}", "--root", "--wd", "--mount", "--uts", "--ipc"]
            enter += ["--net", "--pid", "--cgroup", "env", "-i"]
            enter += [f"{name}={text}" for name, text in ENVIRONMENT.items()]
            # Running, or degraded by a service of Debian's that a container does not need.
            subprocess.run([*enter, "systemctl", "is-system-running", "--wait"], check=False)
            subprocess.run([*enter, "/bin/sh", "/root/script"], check=True)
        finally:
            if first:  # With it end all processes of the container, which outlive systemd-nspawn.
                os.kill(int(first), signal.SIGKILL)
            container.kill()


def process_1_of(container: int) -> str:
    """Wait for the container's systemd to start; return the id of its process."""
    children = Path(f"/proc/{container}/task/{container}/children")
    for _ in range(300):
        for child in children.read_text().split():
            if Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                time.sleep(1)  # Until systemctl can reach it.
                return child
        time.sleep(0.1)
    raise TimeoutError("The container did not boot.")


def start_database() -> str:
    # The page's commands expect a running server; systemd would have started it with the package.
    return (
        "if ! command -v pg_lsclusters >/dev/null; then apt-get update -qq;"
        " apt-get install -qq -y postgresql >/dev/null; fi\n"
        "install -d -o postgres -g postgres /run/postgresql\n"
        "service postgresql start\n"
    )


def start_servers() -> str:
    """Start what systemd starts with the machine. One mailbox is a file that everybody may read."""
    return (
        f"{start_database()}install -d /run/redis\nservice redis-server start\n"
        "echo 127.0.0.1 localhost tickets.example.org > /etc/hosts\n"
        "touch /var/mail-taken && chown nobody /var/mail-taken && chmod 644 /var/mail-taken\n"
        "echo 'fan: /var/mail-taken' >> /etc/aliases && newaliases\n"
        "service postfix start\n"
    )


def make_release(
    name: str, *, content: str, source: str = "/mnt/concert.git", work: str = "/root/release"
) -> str:
    """Return commands that publish a release with a new page, a new file and a new column."""
    return f"""
git config --global user.email release@example.org && git config --global user.name Release
git clone --quiet {source} {work} && cd {work}
echo {content} > static/release.txt
cat >> concert/urls.py <<'END'
from django.http import HttpResponse
urlpatterns.append(path("release", lambda request: HttpResponse("{content}")))
END
last=$(ls venues/migrations/0*.py | tail -n 1)
cat > venues/migrations/9999_release.py <<END
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("venues", "$(basename "$last" .py)")]
    operations = [
        migrations.AddField("venue", "release", models.TextField(db_default="{content}"))
    ]
END
git add --all && git commit --quiet --message "Release" && git tag {name}
git push --quiet origin {name}
"""


def as_service(command: str) -> str:
    return f"cd /srv/concert && su concert -s /bin/sh -c '{command}'"


def probe(moment: str) -> str:
    """Return commands that use the site as people do; see MOMENTS in the probe."""
    source = (CHECKOUT / "tools" / "deployment_probe.py").read_text()
    words, background, _ = moment.partition(" &")
    return (
        f"cat > /tmp/probe.py <<'PROBE'\n{source}\nPROBE\n"
        f"{as_service(f'.venv/bin/python /tmp/probe.py {words}')}{background}\n"
    )


if __name__ == "__main__":
    sys.exit(main())

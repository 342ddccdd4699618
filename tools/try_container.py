"""Run the commands of `docs/containers.md` without Docker, from start to end.

    sudo python3 tools/try_container.py

It needs root, debootstrap, PyYAML and the package sources of this machine; nothing outside its
temporary folder is changed. `tools/docker_shim.py` stands in for Docker: it builds the image in a
copy of a Debian root and starts the services by chroot. A second Debian root has PostgreSQL, Redis,
nginx and a mail server. What is started runs in namespaces that end with it.

`tools/deployment_probe.py` uses the site after the start, an upgrade, a rollback and a restore.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.try_deployment import (
    CHECKOUT,
    ENVIRONMENT,
    PLACEHOLDER,
    RELEASE,
    STAFF,
    TAKEN_OVER,
    blocks_of,
    make_release,
    mirror_of,
)

PAGE = CHECKOUT / "docs" / "containers.md"
NAMES = "localhost database redis web queue nginx mail.example.org tickets.example.org"
MAIL_SERVER = "EMAIL_URL=smtp+tls://user:password@mail.example.org:587"
PACKAGES = "postgresql redis-server nginx postfix netbase curl openssl"
PROBE = "PROBE_STATE=/var/lib/concert/probe.json PROBE_MAIL=/var/lib/concert/mail-taken"


def main() -> int:
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        sys.exit("This needs root and debootstrap.")
    with tempfile.TemporaryDirectory(prefix="concert-containers-") as name:
        folder = Path(name)
        page = blocks_of(PAGE.read_text())
        make_roots(folder)
        subprocess.run(
            ["git", "clone", "--quiet", "--bare", CHECKOUT, folder / "concert.git"], check=True
        )
        # Packages need the network of this machine, services get one of their own.
        run(folder, "\n".join(building(folder, page)), network=True)
        run(folder, "\n".join(serving(folder, page)))
    print("The page works: built, sold, mailed, backed up, upgraded, rolled back, restored.")
    return 0


def building(folder: Path, page: dict[str, str]) -> list[str]:
    """Return the commands up to the image, and those of the release after it."""
    source = f"git -c advice.detachedHead=false clone --quiet {folder}/concert.git"
    return [
        f"git -C {folder}/concert.git tag --force v1.0.0",
        *(page["Install"].replace(PLACEHOLDER, source), page["Configure"], page["Build"]),
        f"sed -i 's#^{MAIL_SERVER}#EMAIL_URL=smtp://mail.example.org:25#' concert.env",
        "grep -q smtp://mail.example.org:25 concert.env",
        make_release("v1.1.0", content="2", source=f"{folder}/concert.git", work=f"{folder}/next"),
    ]


def serving(folder: Path, page: dict[str, str]) -> list[str]:
    """Return the commands that start the services and use the site."""
    return [
        *(start_mail_server(folder), f"cd {folder}/srv/concert", page["Start"]),
        page["The first account"],
        as_web(f"env {STAFF} python manage.py createsuperuser --no-input"),
        # Without a browser; the link of the page is refused from now on.
        "! docker compose exec -T web python manage.py boxoffice setup-link",
        *(refuses("touch /srv/concert/x"), refuses("touch /etc/x"), as_web("id -u | grep 10001")),
        *(probe("first"), page["Back up"], page["Upgrade"], probe("new release"), probe("sell")),
        *(page["Roll back"], probe("former release"), probe("sell"), page["Back up"]),
        # The mailbox is in the volume, and the restored one belongs to Concert.
        *(page["Restore"], f"chmod 666 {folder}/volumes/data/mail-taken"),
        *(probe("unchanged"), probe("sell")),
        *("docker compose stop worker", probe("without worker")),
        "! docker compose exec -T web python deploy/containers/healthcheck.py worker",
    ]


def as_web(command: str) -> str:
    return f"docker compose exec -T web sh -c {shlex.quote(command)}"


def refuses(command: str) -> str:
    return f"! {as_web(command)}"


def probe(moment: str) -> str:
    """Return a command that uses the site as people do, inside the container of the web server."""
    command = f"{PROBE} python - {moment}"
    return f"{as_web(command)} < {CHECKOUT}/tools/deployment_probe.py"


def make_roots(folder: Path) -> None:
    """Bootstrap Debian, once as it stands in for the Python image and once with the servers."""
    base, servers, shim = folder / "base", folder / "servers", folder / "bin" / "docker"
    command = ["debootstrap", "--variant=minbase", "--include=ca-certificates,python3-venv"]
    log = {"stdout": subprocess.DEVNULL}
    subprocess.run([*command, RELEASE, base, mirror_of(RELEASE)], check=True, **log)
    for name in filter(os.path.exists, TAKEN_OVER):
        (base / name.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-aT", name, base / name.lstrip("/")], check=True)
    (base / "etc" / "hosts").write_text(f"127.0.0.1 {NAMES}\n")
    policy = base / "usr" / "sbin" / "policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    subprocess.run(["cp", "-a", base, servers], check=True)
    inside(base, "python3 -m venv --upgrade-deps /usr/local || python3 -m venv /usr/local")
    inside(
        servers,
        f"echo tickets.example.org > /etc/mailname; apt-get update -qq && apt-get install -qq -y"
        f" --no-install-recommends {PACKAGES} >/dev/null && adduser --quiet --system --group nginx"
        # The official image trusts its own socket.
        " && sed -i 's/^local .*/local all all trust/' /etc/postgresql/*/main/pg_hba.conf"
        " && echo 'fan: /var/lib/concert/mail-taken' >> /etc/aliases && newaliases"
        " && postconf -e inet_protocols=all inet_interfaces=loopback-only",
    )
    shim.parent.mkdir()
    shim.write_text(
        f'#!/bin/sh\nPYTHONPATH={CHECKOUT} exec {sys.executable} -P -m tools.docker_shim "$@"\n'
    )
    shim.chmod(0o755)


def inside(root: Path, script: str) -> None:
    environment = ENVIRONMENT | {"LANG": "C.UTF-8"}
    subprocess.run(["chroot", root, "/bin/sh", "-ec", script], check=True, env=environment)


def start_mail_server(folder: Path) -> str:
    """Return commands that start Postfix, with one mailbox that is a file in Concert's volume."""
    servers = folder / "servers"
    box = f"{folder}/volumes/data/mail-taken"
    return (
        f"mkdir -p {folder}/volumes && cp -a {folder}/images/concert:1.0.0/var/lib/concert"
        f" {folder}/volumes/data && touch {box} && chmod 666 {box}\n"
        f"mkdir -p {servers}/var/lib/concert\n"
        f"mount --bind {folder}/volumes/data {servers}/var/lib/concert\n"
        f"mount --rbind /dev {servers}/dev && mount -t proc proc {servers}/proc\n"
        f"chroot {servers} service postfix start\n"
    )


def run(folder: Path, script: str, *, network: bool = False) -> None:
    """Run a script with processes, mounts and, without `network`, a network that end with it."""
    (folder / "srv").mkdir(exist_ok=True)
    start = f"cd {folder}/srv\nip link set lo up 2>/dev/null || true\nset -eux\n"
    environment = os.environ | ENVIRONMENT | {"DOCKER_SHIM": str(folder), "HOME": str(folder)}
    environment["PATH"] = f"{folder}/bin:{ENVIRONMENT['PATH']}"
    environment.pop("PYTHONPATH", None)
    spaces = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    spaces += [] if network else ["--net"]
    command = ["unshare", *spaces, "sh", "-c", start + script]
    subprocess.run(command, check=True, env=environment)


if __name__ == "__main__":
    sys.exit(main())

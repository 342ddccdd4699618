#!/usr/bin/python3
"""A stand-in for systemctl in a Debian root without systemd, for `tools/try_deployment.py`.

It starts, stops and reloads Concert's units as far as they say what to run: user, folder,
environment, command and socket. Services of Debian's packages are started by their init scripts.
"""

import os
import pwd
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

UNITS = Path("/etc/systemd/system")
PIDS = Path("/run/shim")
LOGS = Path("/var/log/concert")


def main():
    verb, *names = [word for word in sys.argv[1:] if not word.startswith("-")]
    PIDS.mkdir(exist_ok=True)
    LOGS.mkdir(exist_ok=True)
    if verb == "daemon-reload" or (verb == "enable" and "--now" not in sys.argv):
        return
    verb = "start" if verb == "enable" else verb
    for name in names:
        if not name.startswith("concert"):
            subprocess.run(["/usr/sbin/service", name, verb], check=True)
        elif name.endswith(".target"):
            if verb in ("start", "stop"):
                for path in UNITS.glob("concert-*.service"):
                    {"start": start, "stop": stop}[verb](path.stem)
        elif not name.endswith(".socket"):
            {"start": start, "stop": stop, "restart": restart, "reload": reload}[verb](name)


def start(name):
    if is_running(name):
        return
    unit = read(UNITS / f"{name}.service")
    listener = None
    socket_unit = UNITS / f"{name}.socket"
    if socket_unit.exists():
        host, port = read(socket_unit)["ListenStream"].rsplit(":", 1)
        listener = socket.create_server((host, int(port)), backlog=2048)
    if os.fork() == 0:
        run(name, unit, listener)
    if listener:
        listener.close()


def run(name, unit, listener):
    os.setsid()
    log = os.open(LOGS / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    (PIDS / name).write_text(str(os.getpid()))
    user = pwd.getpwnam(unit["User"])
    environment = {"PATH": os.environ["PATH"], "HOME": user.pw_dir, "LANG": "C.UTF-8"}
    for line in Path(unit["EnvironmentFile"]).read_text().splitlines():
        key, equals, value = line.partition("=")
        if equals:
            environment[key] = shlex.split(value)[0] if value else ""
    if listener:
        os.dup2(listener.fileno(), 3)
        os.set_inheritable(3, True)
        environment |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
    os.umask(int(unit.get("UMask", "0022"), 8))
    os.chdir(unit["WorkingDirectory"])
    os.initgroups(user.pw_name, user.pw_gid)
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    command = shlex.split(unit["ExecStart"].replace("%%", "%"))
    os.execve(command[0], command, environment)


def stop(name):
    if not is_running(name):
        return
    pid = int((PIDS / name).read_text())
    os.kill(pid, signal.SIGTERM)
    for _ in range(300):
        if not is_running(name):
            return
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)


def restart(name):
    stop(name)
    start(name)


def reload(name):
    """Have gunicorn replace itself, and remember the new one, as systemd learns from MAINPID."""
    old = int((PIDS / name).read_text())
    os.kill(old, signal.SIGUSR2)
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        found = successors_of(old)
        if found and not is_running(name):
            (PIDS / name).write_text(str(min(found)))
            return
        time.sleep(0.1)
    sys.exit(f"{name} was not replaced")


def successors_of(pid):
    """Return the processes, master and workers, that gunicorn started to replace `pid`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"GUNICORN_PID={pid}".encode() in environment:
            found.append(int(folder.name))
    return found


def is_running(name):
    try:
        pid = int((PIDS / name).read_text())
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ValueError):
        return False
    return state != "Z"


def read(path):
    lines = (line.partition("=") for line in path.read_text().splitlines() if "=" in line)
    return {key: value for key, _, value in lines if not key.startswith("#")}


if __name__ == "__main__":
    main()

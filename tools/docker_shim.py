#!/usr/bin/python3
"""A stand-in for `docker compose` where there is no Docker, for `tools/try_container.py`.

It builds images as folders: the Dockerfile's instructions are run in a copy of a Debian root. It
starts services by chroot, in mount namespaces of their own, but in one network: all their names
lead to this machine. DOCKER_SHIM names the folder with `base` (in place of the Python image),
`servers` (in place of the others), and everything that the shim keeps.
"""

import hashlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from tools.container_files import (
    assignments_of,
    compose_of,
    instructions_of,
    is_ignored,
    patterns_in,
    start_order,
    variables_in,
    words_of,
)

HERE = Path(os.environ.get("DOCKER_SHIM", "/nonexistent"))
PATH = "/usr/local/bin:/usr/lib/postgresql/15/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
PATIENCE = 180  # Seconds until a service is healthy.
# What the official images do when they start.
ENTRYPOINTS = {
    "postgres": """
        service postgresql start
        su postgres -c "psql -qc \\"CREATE ROLE $POSTGRES_USER SUPERUSER LOGIN\\""
        su postgres -c "psql -qc \\"ALTER ROLE $POSTGRES_USER PASSWORD '$POSTGRES_PASSWORD'\\""
        su postgres -c "createdb -O $POSTGRES_USER $POSTGRES_DB"
        exec sleep infinity
    """,
}


def main(arguments):
    if arguments[:1] != ["compose"]:
        sys.exit("Only docker compose is known here.")
    verb, rest = arguments[1], arguments[2:]
    return {"build": build, "up": up, "exec": execute, "run": run, "stop": stop}[verb](rest)


def files():
    return compose_of(Path.cwd(), os.environ)["services"]


# --- Images ----------------------------------------------------------------------------------


def build(_options):
    image = next(service["image"] for service in files().values() if "build" in service)
    state = {"env": {"PATH": PATH}, "dir": "/", "user": "root", "cmd": []}
    folder, key = None, ""
    for name, arguments in instructions_of(Path("Dockerfile").read_text()):
        key = hashlib.sha256(f"{key}{name}{arguments}{_content(name, arguments)}".encode())
        key = key.hexdigest()
        if name == "FROM":
            folder = _copy(HERE / "base", HERE / "building")
        elif name == "RUN":
            folder = _run_cached(folder, state, arguments, key)
        elif name == "COPY":
            _copy_context(folder, state, arguments)
        elif name == "ENV":
            state["env"] |= assignments_of(arguments)
        elif name == "WORKDIR":
            state["dir"] = arguments
            (folder / arguments.lstrip("/")).mkdir(parents=True, exist_ok=True)
        elif name in ("USER", "CMD"):
            state[name.lower()] = arguments if name == "USER" else words_of(arguments)
        elif name not in ("EXPOSE", "HEALTHCHECK"):
            sys.exit(f"{name} is not known here.")
    (HERE / "images").mkdir(exist_ok=True)
    shutil.rmtree(HERE / "images" / image, ignore_errors=True)
    folder.rename(HERE / "images" / image)
    (HERE / "images" / f"{image}.json").write_text(json.dumps(state))
    print(f"Built {image}")


def _run_cached(folder, state, command, key):
    kept = HERE / "cache" / key
    if kept.exists():
        return _copy(kept, folder)
    script = f"cd {state['dir']} && {command}"
    environment = state["env"] | {"HOME": "/root"}
    subprocess.run(["chroot", folder, "/bin/sh", "-c", script], check=True, env=environment)
    (HERE / "cache").mkdir(exist_ok=True)
    _copy(folder, kept)
    return folder


def _copy(source, target):
    shutil.rmtree(target, ignore_errors=True)
    subprocess.run(["cp", "-a", "--reflink=auto", source, target], check=True)
    return target


def _context(wanted):
    patterns = patterns_in(Path(".dockerignore").read_text())
    found = subprocess.run(["find", wanted, "-type", "f"], capture_output=True, text=True)
    paths = [os.path.normpath(path) for path in found.stdout.splitlines()]
    return sorted(path for path in paths if not is_ignored(path, patterns))


def _content(name, arguments):
    if name != "COPY":
        return ""
    paths = _context(arguments.split()[0])
    return [(path, hashlib.sha256(Path(path).read_bytes()).hexdigest()) for path in paths]


def _copy_context(folder, state, arguments):
    wanted, _target = arguments.split()
    for path in _context(wanted):
        target = folder / state["dir"].lstrip("/") / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)  # With its mode, but as root's.


# --- Services --------------------------------------------------------------------------------


def up(_options):
    services = files()
    wanted = [name for name, service in services.items() if "profiles" not in service]
    for name in start_order(services, wanted):
        service = services[name]
        for other, how in service.get("depends_on", {}).items():
            _wait_for(services, other, how["condition"])
        if _is_running(name, service):
            continue
        stop([name])
        _start(name, service)
    for name in wanted:
        _wait_for(services, name, "service_healthy")
    print("All services are healthy.")


def _wait_for(services, name, condition):
    record = _record(name)
    if condition == "service_completed_successfully" or services[name].get("restart") == "no":
        if record["status"] != 0:
            sys.exit(f"{name} failed:\n{_log(name).read_text()[-3000:]}")
        return
    test = services[name]["healthcheck"]["test"]
    command = test[1:] if test[0] == "CMD" else ["/bin/sh", "-c", test[1]]
    deadline = time.monotonic() + PATIENCE
    while _inside(name, services[name], command, capture_output=True).returncode:
        if time.monotonic() > deadline or not _is_alive(record["pid"]):
            sys.exit(f"{name} is not healthy:\n{_log(name).read_text()[-3000:]}")
        time.sleep(1)


def _is_running(name, service):
    record = _record(name)
    return bool(record) and record["service"] == service and _is_alive(record.get("pid"))


def _start(name, service):
    command = service.get("command") or _entrypoint(service)
    (HERE / "run").mkdir(exist_ok=True)
    with _log(name).open("w") as log:
        process = subprocess.Popen(
            _command(name, service, command), stdout=log, stderr=log, start_new_session=True
        )
    record = {"pid": process.pid, "service": service}
    if service.get("restart") == "no":
        record["status"] = process.wait()
    (HERE / "run" / f"{name}.json").write_text(json.dumps(record))
    print(f"Started {name}")


def _entrypoint(service):
    name = service["image"].partition(":")[0]
    return ["/bin/sh", "-c", ENTRYPOINTS[name]] if name in ENTRYPOINTS else _state(service)["cmd"]


def _state(service):
    kept = HERE / "images" / f"{service['image']}.json"
    if kept.exists():
        return json.loads(kept.read_text())
    return {"env": {"PATH": PATH}, "dir": "/", "user": "root", "cmd": []}


def _command(name, service, command):
    """Return the command that runs another in a container of its own."""
    state = _state(service)
    is_ours = (HERE / "images" / service["image"]).exists()
    image = HERE / "images" / service["image"] if is_ours else HERE / "servers"
    root = HERE / "roots" / name
    root.mkdir(parents=True, exist_ok=True)
    lines = [f"mount --rbind {image} {root}", f"mount --rbind /dev {root}/dev"]
    lines += [f"mount -t proc proc {root}/proc"]
    for volume in service.get("volumes", []):
        lines += _mounts(root, image, *volume.split(":"))
    lines += [f"mount -t tmpfs tmpfs {root}{service['tmpfs']}"] if "tmpfs" in service else []
    if service.get("read_only"):
        lines.append(f"mount -o remount,ro,bind {root}")
    lines.append(f"exec {shlex.join(_enter(service, state, root, command))}")
    script = "\n".join(["set -e", *lines])
    return ["unshare", "--mount", "--propagation=private", "/bin/sh", "-c", script]


def _enter(service, state, root, command):
    user, confined = state["user"], []
    if user != "root":
        confined += [f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    confined += ["--no-new-privs"] if "security_opt" in service else []
    confined += ["--bounding-set=-all"] if service.get("cap_drop") == ["ALL"] else []
    variables = [f"{key}={value}" for key, value in _environment(service, state).items()]
    inside = ["env", "-i", f"--chdir={state['dir']}", *variables, *command]
    return ["chroot", str(root), *(["setpriv", *confined] if confined else []), *inside]


def _environment(service, state):
    given = {}
    if "env_file" in service:
        given = variables_in(Path(service["env_file"]).read_text())
    return {"HOME": "/root"} | state["env"] | given | service.get("environment", {})


def _mounts(root, image, source, target, mode="rw"):
    """Return the commands that mount a volume, made of what the image has there, or a path."""
    outside = Path(source).absolute() if source[0] == "." else HERE / "volumes" / source
    inside = image / target.lstrip("/")
    if not outside.exists():
        outside.parent.mkdir(exist_ok=True)
        if inside.exists():
            subprocess.run(["cp", "-a", inside, outside], check=True)
        else:
            outside.mkdir()
    inside.parent.mkdir(parents=True, exist_ok=True)
    if not inside.exists():
        inside.mkdir() if outside.is_dir() else inside.touch()
    lines = [f"mount --bind {outside} {root}{target}"]
    return lines + ([f"mount -o remount,ro,bind {root}{target}"] if mode == "ro" else [])


def _inside(name, service, command, **options):
    """Run a command in the running container of a service."""
    pid = _record(name)["pid"]
    enter = ["nsenter", f"--target={pid}", "--mount"]
    root = HERE / "roots" / name
    return subprocess.run([*enter, *_enter(service, _state(service), root, command)], **options)


def execute(words):
    words = [word for word in words if word != "-T"]
    return _inside(words[0], files()[words[0]], words[1:]).returncode


def run(words):
    words = [word for word in words if word not in ("--rm", "-T", "--no-deps")]
    service = files()[words[0]]
    return subprocess.run(_command(f"{words[0]}-run", service, words[1:])).returncode


def stop(names):
    for name in names:
        record = _record(name)
        if not record or not _is_alive(record.get("pid")):
            continue
        os.kill(record["pid"], signal.SIGTERM)
        for _ in range(600):
            if not _is_alive(record["pid"]):
                break
            time.sleep(0.1)
        else:
            os.killpg(record["pid"], signal.SIGKILL)


def _is_alive(pid):
    if not pid:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _record(name):
    path = HERE / "run" / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None


def _log(name):
    return HERE / "run" / f"{name}.log"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Read `Dockerfile`, `.dockerignore` and `compose.yaml` for `tools/docker_shim.py`."""

import fnmatch
import json
import re
import shlex
from pathlib import Path

import yaml


def instructions_of(text):
    """Yield (name, arguments) of each instruction of a Dockerfile."""
    text = re.sub(r"^\s*#.*\n", "", text, flags=re.M).replace("\\\n", " ")
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _, arguments = line.partition(" ")
        yield name.upper(), arguments.strip()


def words_of(arguments):
    """Return a command in JSON form, or as the shell runs it."""
    if arguments.startswith("["):
        return json.loads(arguments)
    return ["/bin/sh", "-c", arguments]


def assignments_of(arguments):
    """Return the variables of an ENV instruction."""
    return dict(word.split("=", 1) for word in shlex.split(arguments))


def is_ignored(path, patterns):
    """Tell whether a line of .dockerignore leaves out this path, or a folder that it is in."""
    parts = Path(path).parts
    heads = ["/".join(parts[: length + 1]) for length in range(len(parts))]
    for pattern in patterns:
        anywhere = pattern.removeprefix("**/")
        for head in heads:
            subject = head.rpartition("/")[2] if pattern.startswith("**/") else head
            if fnmatch.fnmatchcase(subject, anywhere) and (
                pattern.startswith("**/") or head.count("/") == pattern.count("/")
            ):
                return True
    return False


def patterns_in(text):
    return [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]


def variables_in(text):
    """Return the variables of an env file, without quotes around their values."""
    found = {}
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found[name.strip()] = value.strip().strip('"')
    return found


def interpolate(text, variables):
    """Fill in ${NAME}, ${NAME:-default} and ${NAME:?message}; $$ is a dollar sign."""

    def fill(match):
        if match[0] == "$$":
            return "$"
        name, kind, rest = match["name"], match["kind"], match["rest"]
        if variables.get(name):
            return variables[name]
        if kind == ":-":
            return rest
        raise SystemExit(f"{name}: {rest or 'not set'}")

    return re.sub(r"\$\$|\$\{(?P<name>\w+)(?P<kind>:[-?])?(?P<rest>[^}]*)\}", fill, text)


def compose_of(folder, environment=None):
    """Return the content of compose.yaml, with the variables of `.env` filled in."""
    folder = Path(folder)
    variables = dict(environment or {})
    if (folder / ".env").exists():
        variables = variables_in((folder / ".env").read_text()) | variables
    return filled(yaml.safe_load((folder / "compose.yaml").read_text()), variables)


def filled(value, variables):
    if isinstance(value, dict):
        return {key: filled(each, variables) for key, each in value.items() if key[:2] != "x-"}
    if isinstance(value, list):
        return [filled(each, variables) for each in value]
    return interpolate(value, variables) if isinstance(value, str) else value


def start_order(services, wanted):
    """Return the wanted services and what they depend on, each after what it depends on."""
    order = []

    def add(name):
        if name in order:
            return
        for other in services[name].get("depends_on", {}):
            add(other)
        order.append(name)

    for name in wanted:
        add(name)
    return order

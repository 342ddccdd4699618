"""Create `.venv`. Runs under the machine's own Python, with the standard library only."""

import hashlib
import os
import subprocess
import sys
import time

from core import dotenv

from .child import run_step
from .claims import CHECKOUT, check_port, chosen_address, chosen_port, claim_checkout
from .console import Console
from .stopping import RunError, Signals, Stopped

VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
RUN_REQUIREMENTS = "requirements.txt"
DEV_REQUIREMENTS = "requirements-dev.txt"


def prepare(*, for_run: bool) -> int:
    """Create or update the environment. With `for_run`, replace this process by the run itself.

    Returns an exit status.
    """
    started = time.time()
    console, signals = Console(started=started), Signals()
    signals.watch()
    try:
        if for_run:
            _check_claims()
        make_environment(
            RUN_REQUIREMENTS if for_run else DEV_REQUIREMENTS, console=console, signals=signals
        )
    except RunError as error:
        console.plain(console.painted("error", str(error)))
        return 1
    except Stopped:
        return 130
    if for_run:
        os.environ["CONCERT_STARTED"] = str(started)
        os.chdir(CHECKOUT)
        os.execv(PYTHON, [str(PYTHON), "-m", "devserver.run"])
    return 0


def make_environment(requirements: str, *, console: Console, signals: Signals) -> None:
    """Create `.venv` if it is missing or broken, and install what `requirements` pins."""
    record = VENV / f".concert-{requirements}"
    wanted = _fingerprint()
    if record.exists() and record.read_text() == wanted and PYTHON.exists():
        return

    def step(*command):
        run_step(
            [str(part) for part in command],
            cwd=CHECKOUT,
            signals=signals,
            on_line=lambda line: console.progress(line.strip()),
            title="Installing",
        )

    if not _works(PYTHON, "pip"):
        console.say(f"Creating .venv with Python {sys.version.split()[0]}")
        _make_venv(step)
    console.say(f"Installing {requirements}")
    pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    step(*pip, "--progress-bar=off", "-r", requirements)
    record.write_text(wanted)


def _check_claims():
    # Before any work; the run itself claims them for good.
    dotenv.load()
    port = chosen_port()
    os.close(claim_checkout(port=port))
    check_port(port, chosen_address())


def _make_venv(step):
    if _works(sys.executable, "ensurepip"):
        step(sys.executable, "-m", "venv", "--clear", VENV)
    elif _works(sys.executable, "venv") and _works(sys.executable, "pip"):
        # Debian keeps ensurepip in a package of its own, but the system's pip can fill a .venv.
        step(sys.executable, "-m", "venv", "--clear", "--without-pip", VENV)
        step(sys.executable, "-m", "pip", f"--python={PYTHON}", "install", "-q", "pip")
    else:
        raise RunError(
            "This Python comes without the modules venv and ensurepip. On Debian and Ubuntu: "
            "sudo apt install python3-venv"
        )


def _works(python, module):
    # Debian leaves an empty ensurepip behind, so being importable is not enough.
    command = [python, "-m", module, "--help"]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _fingerprint():
    # The folder counts too: programs in .venv/bin name it, so a moved .venv must be filled anew.
    digest = hashlib.sha256(f"{sys.version_info[:2]} {CHECKOUT}".encode())
    for name in (RUN_REQUIREMENTS, DEV_REQUIREMENTS):
        digest.update((CHECKOUT / name).read_bytes())
    return digest.hexdigest()

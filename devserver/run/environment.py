"""Making `.venv`. Runs under the machine's own Python: the standard library only."""

import hashlib
import os
import sys
import time

from core import dotenv

from .claims import CHECKOUT, check_port, chosen_address, chosen_port, claim_checkout
from .console import Console
from .errors import RunError, Stopped
from .signals import Signals
from .steps import run_step

VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
RUN_REQUIREMENTS = "requirements.txt"
DEV_REQUIREMENTS = "requirements-dev.txt"


def prepare(*, for_run):
    """Have the environment ready. With `for_run`, replace this process by the run itself.

    Returns an exit status.
    """
    started = time.time()
    console = Console(started=started)
    signals = Signals()
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
    except Stopped as stopped:
        return 128 + stopped.signum
    if for_run:
        os.environ["CONCERT_STARTED"] = str(started)
        os.chdir(CHECKOUT)
        os.execv(PYTHON, [str(PYTHON), "-m", "devserver.run"])
    return 0


def make_environment(requirements, *, console, signals):
    """Make `.venv` if it is missing or broken, and install what `requirements` pins."""
    record = VENV / f".concert-{requirements}"
    wanted = _fingerprint()
    if record.exists() and record.read_text() == wanted and PYTHON.exists():
        return
    if not _works(PYTHON):
        console.say(f"Making .venv with Python {sys.version.split()[0]}")
        _make_venv(console, signals)
    console.say(f"Installing {requirements}")
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--progress-bar=off", "-r", requirements]
    step = _Installation(console)
    run_step(command, cwd=CHECKOUT, signals=signals, tell=step.tell, title="Installing")
    record.write_text(wanted)


class _Installation:
    """Makes one short line of progress out of each of pip's."""

    WORDS = {"Collecting": "Finding", "Downloading": "Downloading", "Building": "Building"}

    def __init__(self, console):
        self.console = console
        self.count = 0

    def tell(self, line):
        word, _, rest = line.strip().partition(" ")
        if word == "Collecting":
            self.count += 1
        if word in self.WORDS and rest:
            self.console.progress(f"{self.WORDS[word]} {rest.split()[0]} ({self.count} so far)")
        elif word == "Installing":
            self.console.say(f"Unpacking {self.count} packages")


def _check_claims():
    # Before any work; the run itself claims them for good.
    dotenv.load()
    port = chosen_port()
    os.close(claim_checkout(port=port))
    check_port(port, chosen_address())


def _make_venv(console, signals):
    def step(command):
        run_step(
            command, cwd=CHECKOUT, signals=signals, tell=console.progress, title="Making .venv"
        )

    if _has("ensurepip"):
        step([sys.executable, "-m", "venv", "--clear", str(VENV)])
        return
    if not _has("venv") or not _has("pip"):
        raise RunError(
            "This Python comes without the modules venv and ensurepip. On Debian and Ubuntu: "
            "sudo apt install python3-venv"
        )
    # Debian keeps ensurepip in a package of its own, but a pip of the system's can fill a .venv.
    step([sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV)])
    step([sys.executable, "-m", "pip", f"--python={PYTHON}", "install", "-q", "pip"])


def _has(module):
    # Debian leaves an empty shell of ensurepip behind, so being importable is not enough.
    import subprocess

    command = [sys.executable, "-m", module, "--help"]
    done = subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )
    return done.returncode == 0


def _works(python):
    import subprocess

    try:
        done = subprocess.run(
            [python, "-m", "pip", "--version"], capture_output=True, check=False, text=True
        )
    except OSError:
        return False
    return done.returncode == 0


def _fingerprint():
    # The folder counts too: programs in .venv/bin name it, so a moved .venv must be filled anew.
    digest = hashlib.sha256(f"{sys.version_info[:2]} {CHECKOUT}".encode())
    for name in (RUN_REQUIREMENTS, DEV_REQUIREMENTS):
        digest.update((CHECKOUT / name).read_bytes())
    return digest.hexdigest()

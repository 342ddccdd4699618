"""Run Concert on this machine until it is stopped: `make run`."""

import os
import sys
from contextlib import suppress

from core import dotenv
from devserver import embedded
from devserver.embedded.parent_death import signal_this_when_parent_dies

from .child import Child, run_step
from .claims import (
    CHECKOUT,
    address_on_the_network,
    check_port,
    chosen_address,
    chosen_port,
    claim_checkout,
)
from .console import Console
from .stopping import RunError, Signals, Stopped
from .supervisor import Supervisor, answers

PYTHON = sys.executable
CELERY = [PYTHON, "-W", "ignore::UserWarning:celery.platforms", "-m", "celery"]
CELERY += ["--quiet", "-A", "concert"]


def main() -> int:
    console = Console(started=float(os.environ.get("CONCERT_STARTED", 0)))
    signals = Signals()
    signals.watch()
    if os.environ.get("MAKELEVEL"):
        signal_this_when_parent_dies()  # `make` may be killed too.
    try:
        Run(console, signals).run()
    except (RunError, embedded.EmbeddedError) as error:
        console.plain(console.painted("error", str(error)))
        return 1
    except Stopped:
        pass
    return 0


class Run:
    def __init__(self, console: Console, signals: Signals):
        self.console = console
        self.signals = signals
        self.logins: list[str] = []
        self.setup_link = ""
        self.refusal = ""

    def run(self) -> None:
        """Return, or raise, when everything that was started has ended."""
        dotenv.load()
        self.port, self.address = chosen_port(), chosen_address()
        os.environ["PORT"] = str(self.port)
        claim = claim_checkout(port=self.port)
        check_port(self.port, self.address)
        supervisor = Supervisor(_children(), console=self.console, signals=self.signals)
        servers = None
        try:
            servers = self._start_servers()
            self._prepare()
            self.console.say("Starting the web server, the worker and the scheduler")
            supervisor.run(is_up=lambda: answers(self.address, self.port), on_up=self._welcome)
        finally:
            self.console.say("Stopping")
            supervisor.stop()
            kept = servers.stop() if servers else []
            if kept:
                self.console.say(f"{' and '.join(kept)} stay, because another command uses them.")
            self.console.say("Stopped")
            os.close(claim)

    def _start_servers(self):
        unset = [name for name in embedded.VARIABLES.values() if not os.environ.get(name)]
        if unset:
            self.console.say(f"Starting the project's own servers ({' and '.join(unset)} unset)")
        return embedded.ensure(say=self.console.say, check=self.signals.check)

    def _prepare(self):
        self.console.say("Preparing the database and the static files")
        try:
            run_step(
                [PYTHON, "manage.py", "prepare"],
                cwd=CHECKOUT,
                signals=self.signals,
                on_line=self._show_preparation,
                title="Preparation",
            )
        except RunError as error:
            raise (RunError(self.refusal) if self.refusal else error) from None

    def _show_preparation(self, line):
        word, _, text = line.partition(" ")
        if word == "login:":
            self.logins.append(text)
        elif word == "setup:":
            self.setup_link = text
        elif word == "step:":
            self.console.say(text)
        elif word == "CommandError:":
            self.refusal = text
        elif line.strip() not in ("", "OK"):
            self.console.progress(line.strip())

    def _welcome(self):
        host = "127.0.0.1" if self.address in ("127.0.0.1", "0.0.0.0") else self.address  # noqa: S104
        url = f"http://{f'[{host}]' if ':' in host else host}:{self.port}/"
        lines = ["", f"  Concert is open at {self.console.painted('bold', url)}"]
        if self.address == "0.0.0.0" and (outside := address_on_the_network()):  # noqa: S104
            lines.append(f"  and for other machines at http://{outside}:{self.port}/")
        lines += [f"  {login}" for login in self.logins]
        if self.logins:
            lines += ["  For your own box office, without the demo data: make run DEMO=false"]
        if self.setup_link:
            lines += ["  Create your account with this link. It works once, for 24 hours:"]
            lines += [f"  {self.console.painted('bold', self.setup_link)}"]
        self.console.plain("\n".join([*lines, "  Ctrl-C stops everything.", ""]))


def _children():
    worker = ["worker", "--loglevel=INFO"]
    # With one worker there is nothing to synchronise.
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    worker += [f"--concurrency={os.environ.get('CELERY_CONCURRENCY') or 2}"]
    return [
        Child("web", [PYTHON, "-m", "gunicorn", "concert.wsgi"], cwd=CHECKOUT),
        Child("worker", [*CELERY, *worker], cwd=CHECKOUT),
        Child("beat", [*CELERY, "beat", "--loglevel=WARNING"], cwd=CHECKOUT),
    ]


if __name__ == "__main__":
    status = main()
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    # The last flush at exit could fail on a closed terminal and print an error.
    os._exit(status)

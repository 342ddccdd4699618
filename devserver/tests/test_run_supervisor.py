"""The supervisor restarts processes and ends them with their children."""

import io
import re
import signal
import time

import psutil
import pytest

from devserver.run import supervisor
from devserver.run.child import Child, run_step
from devserver.run.console import Console
from devserver.run.stopping import ENDING, RunError, Signals, Stopped
from devserver.run.supervisor import Supervisor

STUBBORN = "trap '' TERM; sleep 300 & echo family of $!; wait"


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(supervisor, "SHORTEST_PAUSE", 0.01)
    monkeypatch.setattr(supervisor, "BEAT", 0.01)
    monkeypatch.setattr(supervisor, "GRACE", 0.3)


@pytest.fixture
def output():
    return io.StringIO()


@pytest.fixture
def supervise(output, tmp_path):
    """Return a function that makes a supervisor of shell commands, given by name."""
    made = []

    def make(**commands):
        children = [
            Child(name, ["sh", "-c", text], cwd=tmp_path) for name, text in commands.items()
        ]
        made.append(Supervisor(children, console=Console(output), signals=Signals()))
        return made[-1]

    yield make
    for each in made:
        each.stop()


def stop_here():
    raise Stopped


def test_it_prefixes_each_line_with_the_name_of_its_process(supervise, output):
    with pytest.raises(Stopped):
        supervise(web="echo one; printf two; sleep 9").run(
            is_up=lambda: "one" in output.getvalue(), on_up=stop_here
        )
    assert "   web | one\n" in output.getvalue()


def test_it_restarts_a_dead_process(supervise, output, tmp_path):
    with pytest.raises(Stopped):
        supervise(worker="echo started >> log; kill -9 $$").run(
            is_up=lambda: (
                (tmp_path / "log").read_text().count("started") > 2 if output.getvalue() else False
            ),
            on_up=stop_here,
        )
    assert "worker ended (status -9). Starting it again in 0.01 s." in output.getvalue()


def test_it_gives_up_on_a_process_that_never_starts(supervise, output):
    with pytest.raises(RunError, match=re.escape("beat ended 5 times in a row (status 3).")):
        supervise(beat="echo no such broker; exit 3").run(is_up=lambda: False, on_up=stop_here)
    assert output.getvalue().count("beat | no such broker") == 5


def test_it_kills_process_groups_that_do_not_end(supervise, output):
    supervised = supervise(web=STUBBORN)
    with pytest.raises(Stopped):
        supervised.run(is_up=lambda: "family of" in output.getvalue(), on_up=stop_here)
    grandchild = int(re.search(r"family of (\d+)", output.getvalue())[1])
    assert psutil.pid_exists(grandchild)
    supervised.stop()
    assert is_gone(grandchild)


def test_it_ends_when_its_output_is_closed(supervise, output, monkeypatch):
    def broken(_text):
        raise BrokenPipeError

    monkeypatch.setattr(output, "write", broken)
    supervise(web="echo hello; sleep 9").run(is_up=lambda: False, on_up=stop_here)


def test_it_prints_the_output_of_a_failed_step(tmp_path):
    output_lines = []
    with pytest.raises(RunError, match=r"Installing failed \(status 4\)\.\nno network"):
        run_step(
            ["sh", "-c", "echo no network >&2; exit 4"],
            cwd=tmp_path,
            signals=Signals(),
            on_line=output_lines.append,
            title="Installing",
        )
    assert output_lines == ["no network"]


def test_it_ends_the_process_group_of_an_interrupted_step(tmp_path):
    seen, signals = [], Signals()

    def interrupt(line):
        seen.append(int(line.rpartition(" ")[2]))
        signals.receive(2, None)

    with pytest.raises(Stopped):
        run_step(
            ["sh", "-c", STUBBORN], cwd=tmp_path, signals=signals, on_line=interrupt, title="A step"
        )
    assert is_gone(seen[0])


def test_a_signal_between_fork_and_registration_loses_no_child(tmp_path):
    """A signal during the start of a child must end the child too."""
    signals = Signals()
    child = Child("web", ["sh", "-c", STUBBORN], cwd=tmp_path)
    supervised = Supervisor([child], console=Console(io.StringIO()), signals=signals)
    start, started = child.start, []

    def interrupted_start(on_line):
        signals.receive(15, None)
        start(on_line)
        started.append(child.process.pid)

    child.start = interrupted_start
    with pytest.raises(Stopped):
        supervised.run(is_up=lambda: False, on_up=stop_here)
    supervised.stop()
    assert is_gone(started[0])
    signals.receive(15, None)  # The second signal is only counted.
    assert signals.count == 2


@pytest.mark.parametrize(("signum", "heeded"), [(signal.SIGHUP, False), (signal.SIGINT, True)])
def test_it_handles_ctrl_c_always_and_hang_up_unless_ignored(signum, heeded):
    before = {each: signal.getsignal(each) for each in ENDING}
    signals = Signals()
    try:
        signal.signal(signum, signal.SIG_IGN)  # As `nohup` and a shell's `&` do.
        signals.watch()
        signal.raise_signal(signum)
        assert signals.count == heeded
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def test_it_prints_nothing_twice_where_lines_cannot_be_redrawn(output):
    console = Console(output)
    console.say("Installing")
    for number in range(100):
        console.progress(f"package {number}")
    assert output.getvalue().count("\n") == 1
    assert "\033" not in output.getvalue()


def is_gone(pid):
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False

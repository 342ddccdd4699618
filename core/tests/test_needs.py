"""What tests need of the machine: without it they are skipped with advice, and fail in CI."""

import re
from pathlib import Path

import pytest

from core.testing import needs
from core.testing.processes import CHECKOUT

SKIPPING = re.compile(r"\b(skipif|skip|importorskip|xfail)\(|mark\.(skip|xfail)\b")


@pytest.fixture
def nothing_is_there(monkeypatch):
    monkeypatch.setitem(needs.NEEDS, "nginx", (lambda: False, "install nginx"))


def run_setup(request):
    request.node.add_marker(pytest.mark.needs("bash", "nginx"))
    needs.pytest_runtest_setup(request.node)


def test_a_test_runs_where_everything_is_there(request, monkeypatch):
    for name in ("bash", "nginx"):
        monkeypatch.setitem(needs.NEEDS, name, (lambda: True, ""))
    run_setup(request)


@pytest.mark.usefixtures("nothing_is_there")
def test_without_it_a_test_is_skipped_with_advice(request, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="install nginx"):
        run_setup(request)


@pytest.mark.usefixtures("nothing_is_there")
def test_in_ci_it_fails(request, monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="install nginx"):
        run_setup(request)


def test_no_test_is_skipped_in_another_way(request):
    own = {Path(__file__), CHECKOUT / "core" / "testing" / "needs.py"}
    files = {CHECKOUT / "conftest.py", *CHECKOUT.glob("core/testing/*.py")}
    for folder in request.config.getini("testpaths"):
        files |= {
            *CHECKOUT.glob(f"{folder}/**/test_*.py"),
            *CHECKOUT.glob(f"{folder}/**/conftest.py"),
        }
    assert len(files) > 300
    found = [
        f"{path.relative_to(CHECKOUT)}: {line.strip()}"
        for path in files - own
        for line in path.read_text().splitlines()
        if SKIPPING.search(line)
    ]
    assert not found, found

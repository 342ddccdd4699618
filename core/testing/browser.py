"""Fixtures for tests in Chromium. Tests that use them get the marker `browser`.

Without Chromium they are skipped, with advice how to install it. With CI set, a missing Chromium is
a failure.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from .needs import refuse

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Chromium without windows takes two thirds of the processor time. It shows no notifications, and no
# page of its own where a page cannot be loaded.
WITHOUT_WINDOWS = "chromium-headless-shell"
FIXTURES = {"browser", "browser_context", "page"}
ADVICE = (
    "No Chromium found. Install one (Debian, Ubuntu: sudo apt install chromium; macOS: "
    "brew install --cask chromium) or name its program in the variable CHROMIUM."
)
# The first two load internal pages of Chromium beside every window, half of the cost of a page; the
# third starts another process for each. The others are disabled by Playwright, whose list this one
# replaces.
WITHOUT = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "SpareRendererForSitePerProcess",
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    f"--disable-features={','.join(WITHOUT)}",
)
PATIENCE = 30_000  # Milliseconds for an action or expectation, also on a busy machine.


def find_chromium(
    environment: Mapping[str, str] = os.environ, *, windows: bool = True
) -> str | None:
    """Return the path of the Chromium to drive, or None. Without `windows`, prefer one without."""
    named = environment.get("CHROMIUM")
    programs = PROGRAMS if windows else (WITHOUT_WINDOWS, *PROGRAMS)
    candidates = (named,) if named else programs
    return next(filter(None, map(shutil.which, candidates)), None)


# A phone and a desktop: tests with the marker `both_sizes` run at each.
SIZES = {"375px": {"width": 375, "height": 740}, "1440px": {"width": 1440, "height": 900}}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "both_sizes: runs on a phone's and on a desktop's screen")
    config.addinivalue_line("markers", "service_workers: pages may have service workers")
    config.addinivalue_line("markers", "windows: needs a Chromium with windows")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "screen" in metafunc.fixturenames and metafunc.definition.get_closest_marker("both_sizes"):
        metafunc.parametrize("screen", SIZES.values(), ids=SIZES.keys(), indirect=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Any]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)

    # Playwright runs an event loop in this thread, so Django would take the tests for asynchronous
    # code and refuse database access.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Any) -> Iterator[Any]:
    """Start a headless Chromium once per test process."""
    with _launched(playwright, find_chromium(windows=False)) as chromium:
        yield chromium


@pytest.fixture(scope="session")
def browser_with_windows(playwright: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Start a Chromium with windows, unless `browser` is one."""
    program = find_chromium()
    if program == find_chromium(windows=False):
        yield request.getfixturevalue("browser")
        return
    with _launched(playwright, program) as chromium:
        yield chromium


@contextmanager
def _launched(playwright, program):
    if not program:
        refuse(ADVICE)
    arguments = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else list(QUIET)
    chromium = playwright.chromium.launch(executable_path=program, args=arguments)
    yield chromium
    chromium.close()


@pytest.fixture
def browser_context(request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """Return a function that creates a profile: `browser_context(javascript=False, phone=True)`.

    Its pages have service workers only in tests with the marker `service_workers`: a worker costs
    time, and Playwright's routes do not see the pages that it requests. They show notifications
    only in tests with the marker `windows`.
    """
    windows = request.node.get_closest_marker("windows")
    browser = request.getfixturevalue("browser_with_windows" if windows else "browser")
    contexts = []
    workers = "allow" if request.node.get_closest_marker("service_workers") else "block"

    def make(*, javascript=True, phone=False, dark=False, **options):
        if phone:
            options.setdefault("viewport", {"width": 360, "height": 740})
            options |= {"has_touch": True, "is_mobile": True, "device_scale_factor": 2}
        options |= {"java_script_enabled": javascript}
        options.setdefault("service_workers", workers)
        options |= {"color_scheme": "dark" if dark else "light", "reduced_motion": "reduce"}
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def screen(request: pytest.FixtureRequest) -> dict[str, int]:
    """Return the width and height of the screen in pixels."""
    return getattr(request, "param", {"width": 1280, "height": 720})


@pytest.fixture
def page(
    browser_context: Callable[..., Any], live_server: Any, screen: dict[str, int]
) -> Iterator[Any]:
    """Return a page in a new profile, with the live server as its base URL.

    Script errors and violations of the Content-Security-Policy fail the test.
    """
    context = browser_context(base_url=live_server.url, viewport=screen)
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if _refused(message) else None)
    yield page
    assert not errors


def _refused(message):
    return message.type == "error" and "Content Security Policy" in message.text

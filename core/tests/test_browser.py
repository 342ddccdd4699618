"""The browser fixtures themselves, and the accessibility checks that use them."""

import socket

import pytest
from playwright.sync_api import expect

from core.testing.browser import find_chromium
from core.testing.page_faults import faults_of


def test_it_drives_a_page_of_the_live_server(page):
    page.goto("/admin/login/")
    page.get_by_label("Password").fill("secret")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_label("Password")).to_be_visible()


def test_it_uses_the_chromium_named_by_the_variable(tmp_path):
    program = tmp_path / "chromium"
    program.touch(mode=0o755)
    assert find_chromium({"CHROMIUM": str(program)}) == str(program)


def test_it_finds_none_where_the_named_chromium_is_missing(tmp_path):
    assert find_chromium({"CHROMIUM": str(tmp_path / "chromium")}) is None


def test_it_prefers_one_without_windows_where_notifications_are_not_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    whole, without = tmp_path / "chromium", tmp_path / "chromium-headless-shell"
    whole.touch(mode=0o755)
    assert find_chromium({}, windows=False) == str(whole)
    without.touch(mode=0o755)
    assert find_chromium({}, windows=False) == str(without)
    assert find_chromium({}) == str(whole)


def test_it_blocks_requests_to_other_machines():
    # The refusal causes a warning first, and warnings are errors here.
    with socket.socket() as client, pytest.raises(UserWarning, match="192.0.2.1"):
        client.connect(("192.0.2.1", 80))


PAGE = """<html lang=en><head><title>A page</title><style>
    body {{ color: black; background: white }}
    @media (prefers-color-scheme: {bad}) {{ p {{ color: #777; background: #888 }} }}
</style></head><body><main><h1>A page</h1><p style="width: {width}px">Words</p>{more}</main></body>
"""


CASES = [
    ({}, []),
    ({"bad": "dark"}, ["color-contrast"]),
    ({"bad": "light"}, ["color-contrast"]),
    ({"more": "<input>"}, ["label"]),
    ({"width": 5000}, ["wider than the screen"]),
]


@pytest.mark.parametrize("dark", [False, True])
def test_it_finds_faults_in_both_colour_schemes(browser_context, dark, subtests):
    opened = browser_context(dark=dark).new_page()
    for page, found in CASES:
        with subtests.test(page=page):
            opened.set_content(PAGE.format(**{"bad": "none", "width": 50, "more": ""} | page))
            assert [name for name, _where in faults_of(opened)] == found

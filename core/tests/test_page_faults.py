"""The accessibility checks of the browser tests find faults."""

import pytest

from core.testing.page_faults import faults_of

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

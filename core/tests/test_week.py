"""The table of jobs of a week, and the tests that do them with a browser."""

import ast
import re
from functools import cache

import pytest

from core.testing.clicks import WEEK, jobs

JOBS = list(jobs().values())
CHECKOUT = WEEK.parents[1]


@cache
def functions_of(path):
    """Return the source of the test functions of a file, by name."""
    source = (CHECKOUT / path).read_text("utf-8")
    found = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    return {node.name: ast.get_source_segment(source, node) for node in found}


def counted_in(source):
    return [int(number) for number in re.findall(r"with within_aim\(\w+, (\d+)\)", source)]


def test_there_are_twenty_nine_jobs():
    assert [job.number for job in JOBS] == [*range(1, 23), *range(24, 31)]
    assert {job.role for job in JOBS} == {"box office", "manager", "door", "finance"}
    assert all(0 < job.clicks <= 8 for job in JOBS)


@pytest.mark.parametrize("job", JOBS, ids=lambda job: str(job.number))
def test_each_job_has_a_test_that_counts_its_clicks(job):
    assert job.tests
    for test in job.tests:
        path, name = test.split("::")
        assert counted_in(functions_of(path)[name]) == [job.number]


def test_each_counted_test_is_in_the_table():
    named = {test for job in JOBS for test in job.tests}
    counted = {
        f"{path.relative_to(CHECKOUT)}::{name}"
        for path in CHECKOUT.glob("*/tests/test_*_in_a_browser.py")
        for name, source in functions_of(path).items()
        if counted_in(source)
    }
    assert counted == named


def test_every_step_of_the_guide_is_one_of_these_jobs():
    """Steps of a section that names its test are followed by that test."""
    guide = (WEEK.parent / "run-a-venue.md").read_text("utf-8")
    named = set()
    for section in re.split(r"^## ", guide, flags=re.MULTILINE):
        steps = re.findall(r"^\d+\. .*(?:\n +.*)*", section, flags=re.MULTILINE)
        if not steps or re.search(r"`\w+/tests/test_\w+\.py`", section):
            continue
        for step in steps:
            [number] = re.findall(r"\(job (\d+)\)$", step)
            assert int(number) not in named, step
            named.add(int(number))
    assert named == jobs().keys()

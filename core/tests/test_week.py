"""The table of jobs of a week, and the steps of the test that does them."""

import inspect
import re

import pytest

from core.testing.clicks import WEEK, jobs

from .week.steps import STEPS

JOBS = list(jobs().values())
GUIDE = (WEEK.parent / "run-a-venue.md").read_text("utf-8")
SECTIONS = re.split(r"^## ", GUIDE, flags=re.MULTILINE)[1:]
NAMED_TEST = re.compile(r"`(\w+/tests/test_\w+\.py)`")


def counted_in(step):
    return [
        int(number) for number in re.findall(r"within_aim\(.+, (\d+)\)", inspect.getsource(step))
    ]


# The jobs that each step counts, by its name in the table.
COUNTED = {f"{step.__module__.split('.')[-1]}.{step.__name__}": counted_in(step) for step in STEPS}


def test_there_are_twenty_nine_jobs():
    assert [job.number for job in JOBS] == [*range(1, 23), *range(24, 31)]
    assert {job.role for job in JOBS} == {"box office", "manager", "door", "finance"}
    assert all(0 < job.clicks <= 8 for job in JOBS)


def test_each_job_is_done_by_a_step_that_counts_its_clicks():
    for job in JOBS:
        assert job.steps, job
        assert [COUNTED[step] for step in job.steps] == [[job.number]] * len(job.steps), job


def test_each_step_that_counts_is_in_the_table():
    named = {step for job in JOBS for step in job.steps}
    assert {step for step, numbers in COUNTED.items() if numbers} == named


def test_the_steps_of_the_guide_are_all_jobs():
    """Except in sections that name their tests."""
    steps = [
        step
        for section in SECTIONS
        if not NAMED_TEST.search(section)
        for step in re.findall(r"^\d+\. .*(?:\n +.*)*", section, flags=re.MULTILINE)
    ]
    named = [int(re.search(r"\(job (\d+)\)$", step)[1]) for step in steps]
    assert sorted(named) == sorted(jobs())


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.partition("\n")[0])
def test_each_section_of_the_guide_has_jobs_or_names_tests(section):
    named = NAMED_TEST.findall(section)
    assert named or "(job " in section
    assert [path for path in named if not (WEEK.parents[1] / path).is_file()] == []

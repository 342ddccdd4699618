"""The table of jobs of a week, and the steps of the test that does them."""

import inspect
import re

from core.testing.clicks import WEEK, jobs

from .week.steps import STEPS

JOBS = list(jobs().values())


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
    """Except in sections that name their test."""
    guide = (WEEK.parent / "run-a-venue.md").read_text("utf-8")
    named = []
    for section in re.split(r"^## ", guide, flags=re.MULTILINE):
        steps = re.findall(r"^\d+\. .*(?:\n +.*)*", section, flags=re.MULTILINE)
        if not re.search(r"`\w+/tests/test_\w+\.py`", section):
            named += [int(re.search(r"\(job (\d+)\)$", step)[1]) for step in steps]
    assert sorted(named) == sorted(jobs())

"""What Celery does for letters. Each may run twice, and side by side with itself."""

import time

from celery import shared_task

from concert.nudge import nudge
from concert.turns import turn

from . import forgetting, sending, writing

BATCH = 10
# A run ends after so many seconds and makes room for what else waits, refunds for example. After a
# rush there are letters to write for minutes.
LONGEST_RUN = 20


@shared_task
def write_owed_letters():
    with turn("write-owed-letters", longest=2 * LONGEST_RUN) as mine:
        done = not mine or _write_for_a_while()
    if not done:
        nudge("letters.tasks.write_owed_letters")


@shared_task
def send_letters():
    with turn("send-letters", longest=2 * LONGEST_RUN) as mine:
        if mine:
            sending.send_letters(longest=LONGEST_RUN)


@shared_task
def forget_old_letters():
    forgetting.forget_old_letters()


def _write_for_a_while():
    """Write what is owed; return whether nothing is left."""
    until = time.monotonic() + LONGEST_RUN
    while writing.write_owed_letters(batch=BATCH) == BATCH:
        if time.monotonic() > until:
            return False
    return True

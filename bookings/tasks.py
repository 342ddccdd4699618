"""The sale's housekeeping. Each task may run twice, or not at all for a while."""

from celery import shared_task

from .books.forgetting import forget_old_baskets as forget_baskets
from .books.forgetting import forget_old_guests as forget_guests
from .house.allocating import release_due_allocations
from .house.calling_off import give_back_called_off
from .papers.monthly import owe_monthly_letters as owe_monthly
from .papers.reminding import owe_last_reminders
from .papers.reminding import owe_reminders as remind
from .sale.holding import sweep_lapsed_holds as sweep
from .seatmap.counting import count_places_left as count


@shared_task
def sweep_lapsed_holds():
    sweep()


@shared_task
def count_places_left():
    count()


@shared_task
def give_back_what_was_called_off():
    give_back_called_off()


@shared_task
def release_allocations():
    release_due_allocations()


@shared_task
def owe_reminders():
    remind()
    owe_last_reminders()


@shared_task
def owe_monthly_letters():
    owe_monthly()


@shared_task
def forget_old_baskets():
    forget_baskets()


@shared_task
def forget_old_guests():
    forget_guests()

"""Workers that hang while the provider answers, to be killed there."""

import time
from contextlib import nullcontext

from payments import refunds
from payments.providers.demo.provider import DemoProvider


def send_and_hang() -> None:
    DemoProvider.refund = lambda self, refund: time.sleep(3600)
    refunds.send_refunds()


def hang_without_renewing() -> None:
    """Be the control: a lease that nobody renews ends while its worker lives."""
    refunds.renewing = lambda rows: nullcontext()
    send_and_hang()

"""Run the walk-through of docs/api.md."""

import os
import re
import subprocess
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail

from api.keys import make_key
from api.tests.callers import make_account
from bookings.models import Order, Ticket
from bookings.tests.factories import make_sale
from door.models import CheckIn
from payments.models import Refund
from waitingroom.tests.factories import make_room

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.needs("bash", "curl"),
]
PATIENCE = 90  # Seconds.


def script():
    text = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text()
    return "\n".join(re.findall(r"^```bash\n(.*?)^```$", text, re.M | re.S))


def enter_code(shell):
    """Read the e-mail and enter its code, as a person would."""
    for _ in range(PATIENCE * 10):
        if mail.outbox:
            found = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", mail.outbox[0].body, re.M)
            shell.stdin.write(found.group(1) + "\n")
            shell.stdin.flush()
            return
        time.sleep(0.1)


def test_everything_can_be_done_with_curl(live_server):
    superuser = make_account(is_staff=True, is_superuser=True)
    _key, text = make_key(owner=superuser, name="Hall", scopes=["door", "orders"])
    sale = make_sale()
    make_room(performance=sale, lanes=[("VIP", 3, "gold")])
    environment = os.environ | {
        "API": f"{live_server.url}/api/v1",
        "PERFORMANCE": str(sale.pk),
        "EMAIL": "alice@example.org",
        "KEY": text,
        "VIP_CODE": "gold",
    }
    shell = subprocess.Popen(
        ["bash", "-c", script()],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    typist = threading.Thread(target=enter_code, args=[shell], daemon=True)
    typist.start()
    try:
        shell.wait(PATIENCE)
    finally:
        shell.kill()
        typist.join()
        told = shell.stdout.read()
        shell.stdin.close()
        shell.stdout.close()
    assert shell.returncode == 0, told
    assert told.rstrip().endswith("That was all.")
    order = Order.objects.get()
    assert order.user.email == "alice@example.org"
    assert (order.quantity, Ticket.objects.valid().count()) == (1, 1)
    assert CheckIn.objects.live().count() == 1
    assert Refund.objects.get().amount == 45

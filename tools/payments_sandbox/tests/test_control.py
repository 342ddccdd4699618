"""The control API from another process, and the command that starts the sandbox."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests
import stripe

from tools.payments_sandbox.control import OPERATIONS
from tools.payments_sandbox.process import RemoteSandbox
from tools.payments_sandbox.sandbox import Sandbox

ROOT = Path(__file__).parents[3]


@pytest.fixture
def remote(payments_sandbox):
    return RemoteSandbox(payments_sandbox.url)


def test_every_operation_is_a_method_of_the_sandbox():
    assert all(callable(getattr(Sandbox, each)) for each in OPERATIONS)


def test_it_does_from_afar_what_the_sandbox_does(client, create_session, remote):
    session = create_session(client_reference_id="key-7")
    remote.behave(payment="key-7", refunds="fail")
    assert remote.pay(payment="key-7") == "succeeded"
    refund = remote.refund(payment=session.id, amount=1500)
    assert client.v1.refunds.retrieve(refund).status == "pending"
    remote.advance(seconds=4 * 24 * 3600)
    assert client.v1.refunds.retrieve(refund).status == "failed"
    [payout] = remote.make_payouts()
    remote.settle_payout(payout=payout)
    assert client.v1.payouts.retrieve(payout).status == "paid"


@pytest.mark.parametrize(
    "operation, arguments, says",
    [
        ("pay", {"payment": "cs_unknown"}, "no payment"),
        ("pay", {}, "payment"),
        ("behave", {"colour": "red"}, "no behaviour"),
        ("advance", {"seconds": -1}, "set back"),
        ("settle_refund", {"refund": "re_unknown"}, "re_unknown"),
    ],
)
def test_it_says_what_it_refuses(remote, operation, arguments, says):
    with pytest.raises(ValueError, match=says):
        getattr(remote, operation)(**arguments)


def test_it_has_no_other_operations(remote, payments_sandbox):
    with pytest.raises(AttributeError):
        _ = remote.stop
    answer = requests.post(f"{payments_sandbox.url}/sandbox/stop", json={}, timeout=5)
    assert answer.status_code == 404


def test_other_sites_cannot_control_it(payments_sandbox):
    # A page of another site can send a form to this machine, but not JSON, and not with this host.
    url = f"{payments_sandbox.url}/sandbox/settings"
    assert requests.post(url, data={"a": "b"}, timeout=5).status_code == 415
    foreign = {"Host": "evil.example.org", "Content-Type": "application/json"}
    assert requests.post(url, data="{}", headers=foreign, timeout=5).status_code == 403


def test_one_command_starts_it():
    command = [sys.executable, "-m", "tools.payments_sandbox", "--port", "0"]
    command += ["--behave", "refunds=pending", "--behave", "slow=0.1"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ)
    try:
        settings = {}
        for line in process.stdout:
            if found := re.match(r"(\w+)=(.*)", line):
                settings[found[1]] = found[2]
            if "MOLLIE_SECRET_KEY" in settings:
                break
        client = stripe.StripeClient(
            settings["STRIPE_SECRET_KEY"], base_addresses={"api": settings["STRIPE_API_BASE"]}
        )
        assert client.v1.accounts.retrieve_current().id.startswith("acct_")
        remote = RemoteSandbox(settings["STRIPE_API_BASE"])
        assert remote.settings()["stripe_key"] == settings["STRIPE_SECRET_KEY"]
    finally:
        process.send_signal(signal.SIGINT)
        process.stdout.close()
        assert process.wait(timeout=30) == 0


def test_a_wrong_behaviour_on_the_command_line_is_named():
    command = [sys.executable, "-m", "tools.payments_sandbox", "--port", "0"]
    done = subprocess.run(
        [*command, "--behave", "refunds=never"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "refunds is one of" in done.stderr

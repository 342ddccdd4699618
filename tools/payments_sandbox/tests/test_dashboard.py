"""The first page: the provider's dashboard, by hand."""

import pytest
import requests


@pytest.fixture
def press(payments_sandbox):
    """Return a function that presses a button of the page and returns the page after it."""

    def press(action, id="", **headers):
        data = {"action": action, "id": id}
        return requests.post(payments_sandbox.url, data=data, headers=headers, timeout=5)

    return press


def test_it_shows_payments_and_what_can_be_done(create_session, payments_sandbox):
    session = create_session()
    payments_sandbox.pay(session.id)
    page = requests.get(payments_sandbox.url, timeout=5).text
    assert session.id in page
    assert "45.00 EUR" in page
    assert 'value="Dispute"' in page


def test_each_button_does_what_it_says(client, create_session, payments_sandbox, press):
    session = create_session()
    payments_sandbox.pay(session.id)
    press("Refund", session.id)
    [refund] = client.v1.refunds.list().data
    press("Let refund fail", refund.id)
    assert client.v1.refunds.retrieve(refund.id).status == "failed"
    press("Advance a day")
    press("Advance a day")
    press("Make payouts")
    [payout] = client.v1.payouts.list().data
    press("Arrive", payout.id)
    assert client.v1.payouts.retrieve(payout.id).status == "paid"
    press("Dispute", session.id)
    [dispute] = client.v1.disputes.list().data
    press("Submit evidence", dispute.id)
    press("Win", dispute.id)
    assert client.v1.disputes.retrieve(dispute.id).status == "won"


def test_it_says_what_cannot_be_done(create_session, press):
    page = press("Refund", create_session().id)
    assert "no charge that is succeeded" in page.text


def test_other_sites_cannot_press_its_buttons(client, press):
    before = client.v1.events.list()
    assert press("Make payouts", Origin="https://evil.example.org").status_code == 403
    assert client.v1.events.list().data == before.data

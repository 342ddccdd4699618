"""The fields of the sandbox's objects are those that Stripe's SDK knows."""

import pytest

DAY = 24 * 3600


@pytest.fixture
def objects(client, create_session, payments_sandbox):
    """Return one object of each kind, as the SDK read it."""
    session = create_session()
    payments_sandbox.pay(session.id)
    session = client.v1.checkout.sessions.retrieve(session.id)
    intent = client.v1.payment_intents.retrieve(session.payment_intent)
    charge = client.v1.charges.retrieve(intent.latest_charge)
    refund = client.v1.refunds.create({"charge": charge.id, "amount": 500})
    payments_sandbox.advance(2 * DAY)
    [payout] = payments_sandbox.make_payouts()
    dispute = payments_sandbox.dispute(session.id)
    return [
        session,
        intent,
        charge,
        refund,
        client.v1.payouts.retrieve(payout),
        client.v1.disputes.retrieve(dispute),
        client.v1.balance_transactions.retrieve(charge.balance_transaction),
        client.v1.events.list().data[0],
        client.v1.accounts.retrieve_current(),
    ]


def test_no_field_is_made_up_and_none_is_missing(objects):
    for each in objects:
        known = {
            name: str(kind)
            for name, kind in type(each).__annotations__.items()
            if name != "OBJECT_NAME" and not name.startswith("_")
        }
        required = {
            name for name, kind in known.items() if "Optional" not in kind and "None" not in kind
        }
        written = set(each.to_dict())
        assert written - set(known) == set(), type(each)
        assert required - written == set(), type(each)

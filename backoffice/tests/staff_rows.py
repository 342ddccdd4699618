"""One row of everything that staff can see, with recognisable text."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.apps import apps
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import make_user
from api.keys import make_key
from api.models import Endpoint, EventType
from api.webhooks.publishing import ping
from api.webhooks.signing import secret_of
from bookings.documents.ticket_codes import code_of
from bookings.models import CustomerMessage, Hold, Order
from bookings.staff_operations.allocations import allocate_places
from bookings.staff_operations.blocking import block_places
from bookings.staff_operations.counter_sales import counter_visitor
from bookings.tests.factories import make_hold, make_paid_order, make_sale
from door.check_ins import check_in
from emails.models import Consent, OptOut, OutboxEmail
from emails.rendering import render_due_emails
from emails.sending import send_queued_emails
from exports.models import Export
from finance.documents.issuing import issue_invoice
from finance.models import (
    BankDebit,
    BankStatement,
    BankTransfer,
    JournalAccount,
    ReconciliationTask,
    Settlement,
    TillEntry,
    TillSession,
)
from finance.tests.factories import DETAILS
from organisation.models import HelpEntry, MailServer, Promoter, Translation
from organisation.tests.factories import make_seller
from payments.models import (
    Dispute,
    Payment,
    Payout,
    ProviderChoice,
    ProviderEvent,
    ProviderKeys,
    Refund,
)
from shows.models import PriceList, Question
from shows.performance_templates import save_as_template
from shows.tests.factories import make_artist, make_concession, make_review, make_tag
from staff_activity.actor import acting_as
from staff_activity.models import StaffAction
from venues.edited_plans import start_draft
from waitingroom.tests.factories import make_room
from wallets.models import AppleWallet, GoogleWallet

CUSTOMER, ADDRESS = "Zenobia Quist", "zenobia@customer.example"


@dataclass
class StaffRows:
    order: Order
    check_in: object
    endpoint: Endpoint
    # Text by which each kind of data in docs/roles.md is recognised.
    texts_by_kind: dict = field(default_factory=dict)

    @property
    def performance(self):
        return self.order.performance

    def row_of(self, model):
        """Return a row of the model, belonging to this order if possible."""
        if model is Order:
            return self.order
        if model._meta.label_lower == "shows.performance":
            return self.performance
        if model is User:  # Accounts with more permissions cannot be edited.
            return User.objects.get(email="quentin@account.example")
        order = "-pk" if model is Group else "pk"  # Not a built-in role, which cannot be changed.
        row = model._default_manager.order_by(order).first()
        assert row is not None, f"staff_rows makes no {model._meta.label_lower}"
        return row


def make_staff_rows():
    """Create the rows and return the `StaffRows`."""
    superuser = make_user("superuser@staff.example", is_staff=True, is_superuser=True)
    customer = make_user("quentin@account.example", name="Quentin Account")
    order = make_paid_order(hold=make_hold(performance=make_sale()), email=ADDRESS)
    Order.objects.filter(pk=order.pk).update(name=CUSTOMER)
    order.tickets.update(holder=CUSTOMER)
    Hold.objects.filter(pk=order.hold_id).update(visitor=counter_visitor("roles"))
    order.refresh_from_db()
    _catalogue_rows(order.performance, superuser)
    CustomerMessage.objects.create(
        request_key="roles", texts={"en": {"subject": "Doors", "text": "Come early."}}
    ).performances.set([order.performance])
    make_review(author=customer)
    make_artist(), make_tag(), make_seller()
    _payment_rows(order)
    _till_rows()
    _bank_rows()
    _accounting_rows(order.performance)
    _organisation_rows()
    _document_rows(order)
    _email_rows(customer)
    key, key_text = make_key(owner=superuser, name="Till", scopes=["orders"])
    endpoint = Endpoint.objects.create(
        owner=superuser, name="Hook", url="https://hook.example/", events=[EventType.ORDER_PAID]
    )
    ping(endpoint=endpoint)
    first, second = order.tickets.order_by("pk")
    scanned = check_in(
        performance_id=order.performance_id, door="Main", by=superuser, ticket_id=first.pk
    )
    world = StaffRows(order, scanned, endpoint)
    world.texts_by_kind = {
        "Names of customers who ordered": [CUSTOMER],
        "E-mail addresses of customers": [ADDRESS],
        "Accounts of customers": ["Quentin Account", "quentin@account.example"],
        "Payments and refunds": ["provider-reference-7", "refund-reason-7"],
        "Bank transfers": ["transfer-text-7", "debit-text-7"],
        "E-mails to customers": ["Subject of e-mail 7"],
        "Tax documents, with the names and addresses on them": ["buyer-7"],
        "Transaction log": ["blocked-reason-7"],
        "Audit log of staff": ["step-of-staff-7"],
        "Sales figures": ["Revenue in 24 hours"],
        "API keys and webhooks": [key.hint, "https://hook.example/"],
        "Codes of tickets": [code_of(first), code_of(second), first.secret, second.secret],
        "Secrets of API keys and webhooks": [key_text, secret_of(endpoint)],
    }
    return world


def _catalogue_rows(performance, superuser):
    places = list(performance.places.order_by("-pk").values_list("pk", flat=True)[:2])
    block_places(
        performance=performance, place_ids=places[:1], actor="test", reason="blocked-reason-7"
    )
    allocate_places(performance=performance, place_ids=places[1:], name="Press", actor="test")
    make_room()
    start_draft(venue=performance.venue, name="Draft", plan=performance.plan)
    make_concession(performance=performance)
    PriceList.objects.create(name="Weekend")
    Question.objects.create(kind="access")
    save_as_template(performance=performance, name="Weekday")
    group = Group.objects.create(name="AAA")
    with acting_as(superuser, "192.0.2.7"):
        group.name = "AAB"
        group.save()
    StaffAction.objects.log_actions(superuser.pk, [group], 2, "step-of-staff-7")
    apps.get_model("staff_activity", "SignIn").objects.create(kind="in", user=superuser)


def _payment_rows(order):
    payment = Payment.objects.get(purpose=order.reference)
    Payment.objects.filter(pk=payment.pk).update(provider_reference="provider-reference-7")
    Refund.objects.create(payment=payment, key="r7", amount=1, reason="refund-reason-7")
    ProviderEvent.objects.create(
        provider="demo", event_id="e7", kind="captured", payment=payment, body={}
    )
    Dispute.objects.create(
        payment=payment, provider_reference="d7", amount=1, reason="unknown", status="inquiry"
    )
    ProviderChoice.objects.create(provider="none")
    ProviderKeys.objects.create(provider="stripe", secret_key="sealed", key_hint="rk_live_…4f2a")


def _till_rows():
    TillSession.objects.create(
        till="Counter",
        cashier_name="Carla",
        currency="EUR",
        opening_float=100,
        closed_at=timezone.now(),
        counted=100,
        expected=100,
    )
    by_hand = Payment.objects.create(
        purpose="BYHAND",
        provider="terminal",
        amount=5,
        currency="EUR",
        return_url="/",
        status=Payment.Status.CAPTURED,
        captured_at=timezone.now(),
    )
    Refund.objects.create(
        payment=by_hand, key="r8", amount=1, reason="by hand", status=Refund.Status.FAILED
    )
    TillEntry.objects.create(
        kind="sale",
        method="terminal",
        amount=5,
        currency="EUR",
        payment_key=by_hand.key,
        actor="staff:1",
    )


def _bank_rows():
    Payout.objects.create(
        provider="stripe",
        provider_reference="po7",
        status="paid",
        amount=1,
        currency="EUR",
        created_at=timezone.now(),
    )
    statement = BankStatement.objects.create(
        file_name="november.xml",
        file_format="camt053",
        imported_by="staff:1",
        transfers_total=1,
        transfers_new=1,
        debits_new=0,
    )
    BankDebit.objects.create(
        statement=statement,
        fingerprint="d7",
        booked_on=timezone.now().date(),
        amount=5,
        currency="EUR",
        payee="Payee",
        text="debit-text-7",
    )
    BankTransfer.objects.create(
        statement=statement,
        fingerprint="7",
        booked_on=timezone.now().date(),
        amount=5,
        currency="EUR",
        payer="Payer",
        text="transfer-text-7",
    )
    ReconciliationTask.objects.create(
        key="payout:7:bank",
        kind="not_on_account",
        provider="stripe",
        happened_on=timezone.now().date(),
        amount=1,
        currency="EUR",
        detail={"payout": "po7", "total": "1"},
        act_by=timezone.now(),
    )


def _accounting_rows(performance):
    Promoter.objects.create(name="Nightingale")
    Settlement.objects.create(promoter="Nightingale", deal="flat").performances.add(performance)
    JournalAccount.objects.create(purpose="revenue", detail="19", number="8400")


def _organisation_rows():
    MailServer.objects.create(host="mail.example.org", user="concert", password="sealed")
    expires_at = timezone.now() + timedelta(days=300)
    AppleWallet.objects.create(pass_type_id="pass.org.example", expires_at=expires_at)
    GoogleWallet.objects.create(issuer_id="3388", account="wallet@example.org")
    Translation.objects.create(text="Standing", texts={"de": "Stehplatz"})
    HelpEntry.objects.create(language="en", question="Where?", answer="Here.")
    Export.objects.create(
        sheet="payments",
        file_format="csv",
        status=Export.Status.DONE,
        rows_total=1,
        rows_done=1,
        finished_at=timezone.now(),
        with_contacts=False,
    )


def _document_rows(order):
    details = {**DETAILS, "name": "buyer-7"}
    Order.objects.filter(pk=order.pk).update(invoice_details=details)
    issue_invoice(order=order)


def _email_rows(customer):
    render_due_emails()
    send_queued_emails()
    email = OutboxEmail.objects.exclude(rendered_at=None).order_by("pk").first()
    OutboxEmail.objects.filter(pk=email.pk).update(subject="Subject of e-mail 7")
    OptOut.objects.create(email="optout@customer.example", kind="reminder")
    Consent.objects.create(
        user=customer, kind="reminder", given_at=timezone.now(), source=Consent.Source.ACCOUNT
    )

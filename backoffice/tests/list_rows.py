"""Rows for the lists of the admin, made by bulk inserts: a number of each."""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from accounts.models import User
from api.models import ApiKey, Delivery, Endpoint, Event
from bookings.models import Allocation, CustomerMessage, Order, Ticket
from door.models import CheckIn
from emails.models import Consent, OptOut
from exports.models import Export
from finance.models import (
    BankDebit,
    BankStatement,
    BankTransfer,
    Document,
    JournalAccount,
    ReconciliationTask,
    Settlement,
    TillEntry,
    TillSession,
)
from organisation.models import HelpEntry, LegalText, Promoter, Seller, Translation
from payments.models import Dispute, Payment, Payout, ProviderEvent, Refund
from shows.models import (
    Artist,
    ConcessionType,
    Performance,
    PerformanceTemplate,
    PriceList,
    Question,
    Review,
    Show,
    Tag,
)
from staff_activity.models import FieldChange, SignIn, StaffAction
from venues.models import EditedPlan, SeatingPlan, Venue
from waitingroom.models import WaitingRoom

EURO = {"amount": 20, "currency": "EUR"}


def make_rows(number, *, performance, user):
    """Make so many rows of each kind, by this member of staff where they say by whom."""
    make_settings(number)
    make_catalogue(number, performance)
    make_performances(number, performance, user)
    make_people(number, performance)
    make_money(number, performance)
    make_decided_money(number, f"staff:{user.pk}")
    make_messages(number, user)
    make_integrations(number, user)


def make(model, number, /, **fields):
    """Make rows of a model. Texts may contain {n}, functions are called with the number."""
    return model.objects.bulk_create(
        model(**{name: value_for(n, value) for name, value in fields.items()})
        for n in range(number)
    )


def value_for(n, value):
    if callable(value):
        return value(n)
    return value.replace("{n}", str(n)) if isinstance(value, str) else value


def make_settings(number):
    place = {"address": "Quay 1", "city": "Berlin", "country": "DE"}
    make(Promoter, number, name="Promoter {n}")
    make(Seller, number, name="Seller {n}", document_prefix="S{n}", **place)
    make(HelpEntry, number, language="en", question="Where?", answer="Here.")
    make(
        LegalText,
        number,
        kind="terms",
        language="en",
        version=lambda n: n + 2,  # A new database has the first.
        body="Terms.",
        published_at=timezone.now(),
    )
    make(Translation, number, text="Text {n}")
    make(JournalAccount, number, purpose="revenue", detail="{n}", number="84{n}")


def make_catalogue(number, performance):
    show, venue, plan = performance.show, performance.venue, performance.plan
    place = {"address": "Quay 1", "city": "Berlin", "country": "DE"}
    make(Artist, number, name="Artist {n}", slug="artist-{n}")
    make(Tag, number, name="Tag {n}", slug="tag-{n}")
    make(Show, number, title="Show {n}", slug="show-{n}")
    make(Venue, number, name="Venue {n}", slug="venue-{n}", time_zone="Europe/Berlin", **place)
    make(
        SeatingPlan,
        number,
        venue=venue,
        name="Plan {n}",
        width=100,
        height=100,
        content_hash=lambda n: f"{n:064}",
    )
    make(ConcessionType, number, name="Concession {n}", value=10)
    make(PriceList, number, name="Prices {n}")
    make(PerformanceTemplate, number, name="Template {n}", show=show, plan=plan)
    make(Question, number, labels=lambda n: {"en": f"Question {n}"})
    make(EditedPlan, number, name="Plan {n}", venue=venue)


def make_performances(number, performance, user):
    """Make drafts with queues, and what belongs to the performance on sale."""
    drafts = make(
        Performance,
        number,
        show=performance.show,
        venue=performance.venue,
        plan=performance.plan,
        currency="EUR",
        starts_at=lambda n: performance.starts_at + timedelta(days=n),
        on_sale_from=performance.on_sale_from,
    )
    make(WaitingRoom, number, performance=lambda n: drafts[n])
    make(Allocation, number, name="Guests {n}", performance=performance)
    tickets = list(Ticket.objects.order_by("pk")[:number])
    make(
        CheckIn,
        number,
        ticket=lambda n: tickets[n],
        performance=performance,
        door="Main",
        by=user,
    )


def make_people(number, performance):
    people = make(User, number, email="member{n}@example.org")
    make(
        Consent,
        number,
        user=lambda n: people[n],
        kind="newsletter",
        source="account",
        given_at=timezone.now(),
    )
    make(OptOut, number, email="member{n}@example.org", kind="reminder")
    make(
        Review,
        number,
        performance=performance,
        show=performance.show,
        author=lambda n: people[n],
        stars=4,
    )


def make_money(number, performance):
    now = timezone.now()
    payments = list(Payment.objects.order_by("pk")[:number])
    make(
        Dispute,
        number,
        payment=lambda n: payments[n],
        provider_reference="dp_{n}",
        amount=20,
        status="open",
    )
    make(ProviderEvent, number, provider="stripe", event_id="evt_{n}", kind="paid", body={})
    payout = {"provider": "stripe", "provider_reference": "po_{n}", "status": "paid"}
    make(Payout, number, created_at=now, **payout, **EURO)
    make(
        ReconciliationTask,
        number,
        key="till:{n}",
        kind="till_difference",
        happened_on=now,
        act_by=now,
        detail={"till": "Door", "cashier": "Dora"},
        **EURO,
    )
    till = {"till": "Door", "cashier_name": "Dora", "currency": "EUR", "closed_at": now}
    make(TillSession, number, opening_float=100, counted=100, expected=100, **till)
    make_documents(number, issued_on=now)
    settlements = make(
        Settlement, number, promoter="Promoter {n}", deal="percentage", percentage=60
    )
    for settlement in settlements:
        settlement.performances.add(performance)


def make_documents(number, *, issued_on):
    orders = list(Order.objects.order_by("pk")[:number])
    make(
        Document,
        number,
        kind="receipt",
        seller=Seller.objects.first(),
        source="receipt:{n}",
        order=lambda n: orders[n].reference,
        issued_on=issued_on,
        keep_until=issued_on + timedelta(days=3660),
        currency="EUR",
        gross=45,
        net=45,
        tax=0,
        content={"buyer": None},
    )


def make_decided_money(number, actor):
    """Make statements, and lines and payments of them that a member of staff decided or took."""
    now = timezone.now()
    payments = list(Payment.objects.order_by("pk")[:number])
    refunds = make(
        Refund,
        number,
        payment=lambda n: payments[n],
        key="r{n}",
        amount=20,
        status="sent",
        sent_at=now,
    )
    file = {"file_name": "x.xml", "file_format": "camt053", "imported_by": actor}
    totals = {"transfers_total": 1, "transfers_new": 1, "debits_new": 1}
    statements = make(BankStatement, number, **file, **totals)
    line = {
        "statement": lambda n: statements[n],
        "fingerprint": "{n}",
        "booked_on": timezone.localdate(),
        "decided_by": actor,
        "decided_at": now,
        **EURO,
    }
    make(BankTransfer, number, status="ignored", reason="Rent.", **line)
    make(BankDebit, number, status="refund", refund=lambda n: refunds[n], **line)
    make(
        TillEntry,
        number,
        kind="sale",
        method="terminal",
        payment_key=lambda n: payments[n].key,
        reference=lambda n: payments[n].purpose,
        actor=actor,
        **EURO,
    )


def make_messages(number, user):
    """Make what staff sent, changed and exported."""
    texts = {"en": {"subject": "Doors", "body": "Come early."}}
    make(CustomerMessage, number, request_key="message{n}", texts=texts, by=user)
    kind = ContentType.objects.get_for_model(Order)
    change = {"content_type": kind, "object_repr": "Order"}
    make(StaffAction, number, user=user, action_flag=2, **change)
    orders = list(Order.objects.order_by("pk")[:number])
    make(
        FieldChange,
        number,
        actor=user,
        object_pk=lambda n: orders[n].pk,
        action=1,
        changes={"note": ["", "Aisle."]},
        **change,
    )
    make(SignIn, number, user=user, kind="in")
    make(
        Export,
        number,
        sheet="orders",
        file_format="csv",
        rows_total=1,
        status="done",
        finished_at=timezone.now(),
        by=user,
    )


def make_integrations(number, user):
    """Make what belongs to other programs."""
    key = {"name": "Key {n}", "hint": "abcd", "digest": lambda n: f"{n:064}"}
    make(ApiKey, number, owner=user, **key)
    endpoints = make(
        Endpoint,
        number,
        owner=user,
        name="Endpoint {n}",
        url="https://example.org/",
        events=["order.paid"],
    )
    events = make(Event, number, key="e{n}", type="order.paid", body="{}")
    make(Delivery, number, endpoint=lambda n: endpoints[n], event=lambda n: events[n])

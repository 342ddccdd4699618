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
    make_catalogue(number, performance, user)
    make_people(number, performance)
    make_money(number, performance)
    make_decided_money(number, f"staff:{user.pk}")
    make_messages(number, user)


def make(model, number, fields):
    """Make rows of a model from what `fields` returns for each number."""
    return model.objects.bulk_create(model(**fields(n)) for n in range(number))


def make_settings(number):
    make(Promoter, number, lambda n: {"name": f"Promoter {n}"})
    make(
        Seller,
        number,
        lambda n: {
            "name": f"Seller {n}",
            "address": "Quay 1",
            "city": "Berlin",
            "country": "DE",
            "document_prefix": f"S{n}",
        },
    )
    make(HelpEntry, number, lambda n: {"language": "en", "question": "Where?", "answer": "Here."})
    make(
        LegalText,
        number,
        lambda n: {
            "kind": "terms",
            "language": "en",
            "version": n + 1,
            "body": "Terms.",
            "published_at": timezone.now(),
        },
    )
    make(Translation, number, lambda n: {"text": f"Text {n}"})
    make(
        JournalAccount,
        number,
        lambda n: {"purpose": "revenue", "detail": str(n), "number": f"84{n}"},
    )


def make_catalogue(number, performance, user):
    show, venue, plan = performance.show, performance.venue, performance.plan
    make(Artist, number, lambda n: {"name": f"Artist {n}", "slug": f"artist-{n}"})
    make(Tag, number, lambda n: {"name": f"Tag {n}", "slug": f"tag-{n}"})
    make(Show, number, lambda n: {"title": f"Show {n}", "slug": f"show-{n}"})
    make(
        Venue,
        number,
        lambda n: {
            "name": f"Venue {n}",
            "slug": f"venue-{n}",
            "address": "Quay 1",
            "city": "Berlin",
            "country": "DE",
            "time_zone": "Europe/Berlin",
        },
    )
    make(
        SeatingPlan,
        number,
        lambda n: {
            "venue": venue,
            "name": f"Plan {n}",
            "width": 100,
            "height": 100,
            "content_hash": f"{n:064}",
        },
    )
    make(ConcessionType, number, lambda n: {"name": f"Concession {n}", "value": 10})
    make(PriceList, number, lambda n: {"name": f"Prices {n}"})
    make(
        PerformanceTemplate,
        number,
        lambda n: {"name": f"Template {n}", "show": show, "plan": plan},
    )
    make(Question, number, lambda n: {"labels": {"en": f"Question {n}"}})
    make(EditedPlan, number, lambda n: {"name": f"Plan {n}", "venue": venue})
    make(Allocation, number, lambda n: {"name": f"Guests {n}", "performance": performance})
    drafts = make(
        Performance,
        number,
        lambda n: {
            "show": show,
            "venue": venue,
            "plan": plan,
            "currency": "EUR",
            "starts_at": performance.starts_at + timedelta(days=n),
            "on_sale_from": performance.on_sale_from,
        },
    )
    make(WaitingRoom, number, lambda n: {"performance": drafts[n]})
    tickets = list(Ticket.objects.order_by("pk")[:number])
    make(
        CheckIn,
        number,
        lambda n: {"ticket": tickets[n], "performance": performance, "door": "Main", "by": user},
    )


def make_people(number, performance):
    people = make(User, number, lambda n: {"email": f"member{n}@example.org"})
    make(
        Consent,
        number,
        lambda n: {
            "user": people[n],
            "kind": "newsletter",
            "source": "account",
            "given_at": timezone.now(),
        },
    )
    make(OptOut, number, lambda n: {"email": f"member{n}@example.org", "kind": "reminder"})
    make(
        Review,
        number,
        lambda n: {
            "performance": performance,
            "show": performance.show,
            "author": people[n],
            "stars": 4,
        },
    )


def make_money(number, performance):
    now = timezone.now()
    payments = list(Payment.objects.order_by("pk")[:number])
    orders = list(Order.objects.order_by("pk")[:number])
    seller = Seller.objects.first()
    make(
        Dispute,
        number,
        lambda n: {
            "payment": payments[n],
            "provider_reference": f"dp_{n}",
            "amount": 20,
            "status": "open",
        },
    )
    make(
        ProviderEvent,
        number,
        lambda n: {"provider": "stripe", "event_id": f"evt_{n}", "kind": "paid", "body": {}},
    )
    make(
        Payout,
        number,
        lambda n: {
            "provider": "stripe",
            "provider_reference": f"po_{n}",
            "status": "paid",
            "created_at": now,
            **EURO,
        },
    )
    make(
        ReconciliationTask,
        number,
        lambda n: {
            "key": f"till:{n}",
            "kind": "till_difference",
            "happened_on": now,
            "act_by": now,
            "detail": {"till": "Door", "cashier": "Dora"},
            **EURO,
        },
    )
    make(
        TillSession,
        number,
        lambda n: {
            "till": "Door",
            "cashier_name": "Dora",
            "currency": "EUR",
            "opening_float": 100,
            "closed_at": now,
            "counted": 100,
            "expected": 100,
        },
    )
    make(
        Document,
        number,
        lambda n: {
            "kind": "receipt",
            "seller": seller,
            "source": f"receipt:{n}",
            "order": orders[n].reference,
            "issued_on": now,
            "keep_until": now + timedelta(days=3660),
            "currency": "EUR",
            "gross": 45,
            "net": 45,
            "tax": 0,
            "content": {"buyer": None},
        },
    )
    settlements = make(
        Settlement,
        number,
        lambda n: {"promoter": f"Promoter {n}", "deal": "percentage", "percentage": 60},
    )
    for settlement in settlements:
        settlement.performances.add(performance)


def make_decided_money(number, actor):
    """Make statements, and lines and payments of them that a member of staff decided or took."""
    now = timezone.now()
    payments = list(Payment.objects.order_by("pk")[:number])
    refunds = make(
        Refund,
        number,
        lambda n: {
            "payment": payments[n],
            "key": f"r{n}",
            "amount": 20,
            "status": "sent",
            "sent_at": now,
        },
    )
    statements = make(
        BankStatement,
        number,
        lambda n: {
            "file_name": "x.xml",
            "file_format": "camt053",
            "imported_by": actor,
            "transfers_total": 1,
            "transfers_new": 1,
            "debits_new": 1,
        },
    )
    line = {"booked_on": timezone.localdate(), "decided_by": actor, "decided_at": now, **EURO}
    make(
        BankTransfer,
        number,
        lambda n: {
            "statement": statements[n],
            "fingerprint": str(n),
            "status": "ignored",
            "reason": "Rent.",
            **line,
        },
    )
    make(
        BankDebit,
        number,
        lambda n: {
            "statement": statements[n],
            "fingerprint": str(n),
            "status": "refund",
            "refund": refunds[n],
            **line,
        },
    )
    make(
        TillEntry,
        number,
        lambda n: {
            "kind": "sale",
            "method": "terminal",
            "payment_key": payments[n].key,
            "reference": payments[n].purpose,
            "actor": actor,
            **EURO,
        },
    )


def make_messages(number, user):
    """Make what staff and programs sent, changed and asked for."""
    make(
        CustomerMessage,
        number,
        lambda n: {
            "request_key": f"message{n}",
            "texts": {"en": {"subject": "Doors", "body": "Come early."}},
            "by": user,
        },
    )
    kind = ContentType.objects.get_for_model(Order)
    change = {"content_type": kind, "object_repr": "Order"}
    make(StaffAction, number, lambda n: {"user": user, "action_flag": 2, **change})
    orders = list(Order.objects.order_by("pk")[:number])
    make(
        FieldChange,
        number,
        lambda n: {
            "actor": user,
            "object_pk": orders[n].pk,
            "action": 1,
            "changes": {"note": ["", "Aisle."]},
            **change,
        },
    )
    make(SignIn, number, lambda n: {"user": user, "kind": "in"})
    make(
        Export,
        number,
        lambda n: {
            "sheet": "orders",
            "file_format": "csv",
            "rows_total": 1,
            "status": "done",
            "finished_at": timezone.now(),
            "by": user,
        },
    )
    make(
        ApiKey,
        number,
        lambda n: {"owner": user, "name": f"Key {n}", "hint": "abcd", "digest": f"{n:064}"},
    )
    endpoints = make(
        Endpoint,
        number,
        lambda n: {
            "owner": user,
            "name": f"Endpoint {n}",
            "url": "https://example.org/",
            "events": ["order.paid"],
        },
    )
    events = make(Event, number, lambda n: {"key": f"e{n}", "type": "order.paid", "body": "{}"})
    make(Delivery, number, lambda n: {"endpoint": endpoints[n], "event": events[n]})

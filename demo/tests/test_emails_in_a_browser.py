"""Every kind of e-mail on a small phone, in light and dark mode, without horizontal scrolling."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.roles import Role, appoint
from api.models import Endpoint
from bookings.emails.reminders import day_of
from bookings.models import Order, Ticket
from bookings.staff_operations.put_on_sale import put_on_sale
from bookings.tests.factories import make_hold, make_paid_order
from emails.models import OutboxEmail
from emails.rendering import preview, rendered_kinds
from exports.models import Export
from payments.models import Payment
from shows.models import Follow, Performance
from shows.terms import clear_cached_terms
from shows.tests.factories import (
    make_performance,
    make_plan,
    make_show,
    make_user,
    make_venue,
    seated,
)

pytestmark = pytest.mark.django_db(transaction=True)

# A word longer than a line on a phone, as titles and names can be.
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


@pytest.fixture
def emails():
    """Render an e-mail of every kind, about one performance with long names."""
    email = f"{'a-very-long-address' * 3}@{'example' * 6}.example.org"
    user = make_user(email=email, name=LONG[:140], is_staff=True)
    appoint(user=user, role=Role.MANAGER)
    section = seated(name=f"{LONG[:60]} Left", category=LONG[:70], rows=1)
    plan = make_plan(venue=make_venue(name=LONG[:110]), sections=[section])
    show = make_show(title=f"{LONG} in C", artists=[LONG[:110]])
    performance = make_performance(
        plan=plan,
        show=show,
        prices={LONG[:70]: (12345, 5)},
        opened=False,
        starts_in=timedelta(days=1),
    )
    performance = put_on_sale(performance=performance, actor="test")
    clear_cached_terms(performance.pk)
    order = make_paid_order(hold=make_hold(performance=performance), email=email)
    Order.objects.update(user=user)
    Follow.objects.create(user=user, show=make_performance(show=make_show(title=LONG)).show)
    endpoint = Endpoint.objects.create(
        name=LONG[:80],
        url=f"https://{'hook' * 12}.example.org/{'path' * 20}",
        events=["order.paid"],
        disabled_at=timezone.now(),
        disabled_reason=LONG,
    )
    export = Export.objects.create(
        sheet=LONG[:30],
        by=user,
        status="done",
        rows_total=9,
        rows_done=9,
        finished_at=timezone.now(),
    )
    tickets = list(Ticket.objects.values_list("pk", flat=True))
    now = timezone.now()
    about = {
        "order": order.reference,
        "payment": Payment.objects.get().key,
        "tickets": tickets,
        "refund": "none",
        "difference": str(Decimal(-12)),
        "before": now.isoformat(),
        "day": day_of(performance),
        "performances": list(Performance.objects.values_list("pk", flat=True)),
        "user": user.pk,
        "month": f"{now:%Y-%m}",
        "zone": "UTC",
        "endpoint": endpoint.pk,
        "export": export.pk,
    }
    found = {}
    for kind in rendered_kinds():
        more = {"day": f"{now:%Y-%m-%d}"} if kind.name == "visit" else {}
        letter = OutboxEmail(
            kind=kind.name, key=kind.name, to=email, user=user, language="de", about=about | more
        )
        found[kind.name] = preview(letter)
    return found


@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
def test_no_email_is_wider_than_a_small_phone(browser_context, emails, dark):
    assert [name for name, message in emails.items() if message is None] == []
    page = browser_context(phone=True, dark=dark).new_page()
    wide = {}
    for name, message in emails.items():
        page.set_content(message.html)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            wide[name] = width
    assert wide == {}

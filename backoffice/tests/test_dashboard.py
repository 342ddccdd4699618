from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.tests.factories import make_staff, make_user
from backoffice import dashboard
from backoffice.sales_by_day import sales_by_day
from backoffice.site import navigation
from bookings.staff_operations.blocking import block_places
from bookings.tests.factories import make_hold, make_paid_order, make_sale
from core.shared_cache import clear_shared_cache
from emails.models import OutboxEmail
from organisation.tests.factories import set_organisation
from payments.models import Payment, Refund
from shows.models import Performance
from shows.tests.factories import make_performance, make_show

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    clear_shared_cache()
    yield
    clear_shared_cache()


def page_for(client, role):
    client.force_login(make_staff(role))
    return client.get("/admin/").content.decode()


def test_it_shows_the_next_performances(client):
    now = timezone.now()
    for title, hours in [("Earlier", -20), ("Soon", 3), ("Still playing", -2)]:
        show = make_show(title=title)
        make_performance(show=show, starts_at=now + timedelta(hours=hours))
    page = page_for(client, Role.DOOR)
    assert page.index("Still playing") < page.index("Soon")
    assert "Earlier" not in page


def test_times_are_those_of_the_venue(client):
    performance = make_performance(starts_at=timezone.now() + timedelta(days=2))
    local = performance.starts_at.astimezone(performance.venue.zone)
    assert f"{local:%H:%M}" in page_for(client, Role.BOX_OFFICE)


def test_it_counts_sold_held_and_blocked_places_separately(client):
    sale = make_sale()
    make_paid_order(hold=make_hold(performance=sale, labels=["A1", "A2", "A3"]))
    make_hold(performance=sale, labels=["B1", "B2"])
    blocked = sale.places.filter(state="available").order_by("pk").last()
    block_places(performance=sale, place_ids=[blocked.pk], actor="test", reason="Camera")
    page = page_for(client, Role.MANAGER)
    assert "3 of 50 sold (6%) · 2 held, 1 blocked" in page


def test_a_cancelled_performance_counts_no_places():
    sale = make_sale()
    make_paid_order(hold=make_hold(performance=sale, labels=["A1"]))
    assert dashboard.count().places == {sale.pk: (1, 0, 0)}
    Performance.objects.filter(pk=sale.pk).update(status="cancelled")
    counts = dashboard.count()
    assert counts.upcoming == [sale] and counts.places == {}


def test_it_shows_revenue_only_with_the_permission(client):
    assert "Revenue in 24 hours" in page_for(client, Role.FINANCE)
    assert "Revenue in 24 hours" not in page_for(client, Role.DOOR)


def test_it_shows_accounts_to_approve_where_approval_is_required(client, settings):
    make_user("alice@example.com")
    make_user("bob@example.com")
    set_organisation(account_approval_required=True)
    page = page_for(client, Role.BOX_OFFICE)
    assert "2 accounts awaiting approval" in page
    assert 'href="/admin/accounts/user/?approval=waiting"' in page
    set_organisation(account_approval_required=False)
    assert "awaiting approval" not in client.get("/admin/").content.decode()


def test_it_says_when_there_is_nothing_to_do(client):
    assert "Nothing to do. Enjoy the show!" in page_for(client, Role.MANAGER)


def test_it_counts_once_for_all_users(client):
    page_for(client, Role.MANAGER)
    client.force_login(make_staff(Role.FINANCE))
    with CaptureQueriesContext(connection) as queries:
        client.get("/admin/")
    assert not [query for query in queries if "shows_performance" in query["sql"]]


def test_the_number_of_queries_is_constant(django_assert_num_queries):
    for _ in range(3):
        make_performance(starts_at=timezone.now() + timedelta(hours=3))
    with django_assert_num_queries(23):
        dashboard.count()


@pytest.mark.parametrize(
    ("role", "there", "not_there"),
    [
        (Role.MANAGER, ["Users & customers", "Payments", "E-mails", "Roles"], []),
        (Role.BOX_OFFICE, ["Users & customers", "E-mails"], ["Roles"]),
        (Role.DOOR, ["Dashboard"], ["Users & customers", "Payments", "E-mails", "Roles"]),
        (Role.FINANCE, ["Payments", "Refunds"], ["Roles"]),
    ],
)
def test_it_links_only_pages_that_the_role_can_open(rf, role, there, not_there):
    request = rf.get("/admin/")
    request.user = make_staff(role)
    words = {str(item["title"]) for group in navigation(request) for item in group["items"]}
    assert set(there) <= words
    assert not set(not_there) & words


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/admin/", "Dashboard"),
        ("/admin/bookings/ledgerentry/7/change/", "Transaction log"),
        ("/admin/bookings/ledgerentry/insights/", "Insights"),
        ("/admin/shows/performancetemplate/", "Performance templates"),
        ("/admin/setup/", "Set-up assistant"),
    ],
)
def test_one_entry_of_the_sidebar_is_marked(rf, path, title):
    request = rf.get(path)
    request.user = User(is_staff=True, is_active=True, is_superuser=True)
    items = [item for group in navigation(request) for item in group["items"]]
    assert [str(item["title"]) for item in items if item["active"]] == [title]


@pytest.mark.parametrize(
    ("local", "debug", "provider", "label"),
    [
        (True, False, "demo", "Local mode"),
        (False, False, "none", None),
        (False, True, "none", "Debug"),
        (False, False, "demo", "Demo payments"),
    ],
)
def test_it_shows_that_this_is_a_demo(rf, settings, local, debug, provider, label):
    from backoffice.site import environment

    settings.LOCAL_MODE, settings.DEBUG, settings.PAYMENT_PROVIDER = local, debug, provider
    found = environment(rf.get("/admin/"))
    assert (found and found[0]) == label


def test_the_bars_of_the_chart_are_proportional_to_revenue():
    now = timezone.now()
    for days, amount in [(0, "90.00"), (1, "45.00"), (1, "0.50"), (20, "500.00")]:
        payment = make_payment(amount=amount, at=now - timedelta(days=days))
    make_refund(payment=payment, amount="12.34")
    make_refund(payment=payment, amount="7.00", key="bounced", status=Refund.Status.FAILED)
    make_payment(amount="30.00", at=now, currency="GBP")
    sales = sales_by_day(now)
    assert (sales.currency, len(sales.days)) == ("EUR", 14)
    assert [str(day.taken) for day in sales.days[-2:]] == ["45.50", "90.00"]
    assert (sales.days[-1].height, sales.days[0].height) == (120, 0)
    assert round(sales.days[-2].height, 1) == round(120 * 45.5 / 90, 1)
    assert (sales.total, sales.returned, sales.others) == ("€135.50", "€12.34", "£30")


def test_the_chart_has_a_text_alternative_and_needs_the_permission(client):
    make_payment(amount="90.00", at=timezone.now())
    make_payment(amount="30.00", at=timezone.now(), currency="GBP")
    page = page_for(client, Role.FINANCE)
    assert "Not in the chart: £30 in other currencies." in page
    assert "€90 in sales and €0 refunded in 14 days" in page and "<td>€90</td>" in page
    assert "Revenue by day" not in page_for(client, Role.DOOR)


def test_without_sales_there_is_no_chart(client):
    assert "Revenue by day" not in page_for(client, Role.FINANCE)


def test_it_says_when_emails_are_not_sent(client):
    assert "All e-mails have been sent." in page_for(client, Role.MANAGER)
    late = timezone.now() - timedelta(hours=2)
    OutboxEmail.objects.create(kind="x", key="x", to="a@example.org", about={}, due_at=late)
    clear_shared_cache()
    cache.clear()
    page = client.get("/admin/").content.decode()
    assert "1 e-mail has been waiting for 2" in page and "check the mail server" in page


def make_payment(*, amount, at, currency="EUR"):
    return Payment.objects.create(
        purpose="P",
        provider="demo",
        amount=amount,
        currency=currency,
        description="Seat",
        return_url="/",
        status="captured",
        captured_at=at,
    )


def make_refund(*, payment, amount, key="back", **more):
    return Refund.objects.create(payment=payment, key=key, amount=amount, reason="x", **more)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.BOX_OFFICE, Role.DOOR, Role.FINANCE])
def test_it_warns_staff_that_customers_cannot_pay_online(client, settings, role):
    assert "Online payments are off" not in page_for(client, role)
    settings.PAYMENT_PROVIDER = "none"
    page = client.get("/admin/").content.decode()
    assert "Online payments are off" in page and "only free tickets online" in page


def test_the_demo_bank_is_shown_only_where_it_is_used(client, settings):
    client.force_login(make_staff(Role.FINANCE))
    assert client.get("/admin/payments/democharge/").status_code == 200
    settings.PAYMENT_PROVIDER = "none"
    assert client.get("/admin/payments/democharge/").status_code == 403


@pytest.mark.parametrize(("role", "sells"), [(Role.BOX_OFFICE, True), (Role.FINANCE, False)])
def test_upcoming_performances_lead_to_their_sale(client, role, sells):
    performance = make_sale()
    clear_shared_cache("dashboard")
    url = f"/admin/shows/performance/{performance.pk}/sale/"
    page = page_for(client, role)
    assert (f'href="{url}"' in page) == sells
    if sells:
        assert client.get(url).status_code == 200

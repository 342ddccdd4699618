"""Insights: each figure is the ledger's or the orders', and finance and managers see them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import make_staff, make_user
from bookings.admin import insights
from bookings.aftersale.cancellation import cancel_tickets
from bookings.insights import curve
from bookings.insights.figures import insights_of
from bookings.models import LedgerEntry, Ticket
from shows.models import Performance
from shows.tests.factories import make_performance, make_plan, make_show, make_venue
from waitingroom.models import Lane
from waitingroom.tests.factories import make_room

from .factories import make_hold, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)

BASE = "/admin/bookings/ledgerentry/insights/"


@pytest.fixture
def performance():
    return make_sale()


def loaded(*performances):
    pks = [one.pk for one in performances]
    return list(Performance.objects.filter(pk__in=pks).select_related("show", "venue"))


def tables(*performances):
    found = insights_of(loaded(*performances), timezone.localdate())
    return {table.key: table for table in found}


def sell(performance, seat, email="alice@example.org"):
    return make_paid_order(hold=make_hold(performance=performance, labels=[seat]), email=email)


def client_of(role):
    client = Client()
    client.force_login(make_staff(role))
    return client


def test_figures_are_those_of_the_sale(performance):
    order = sell(performance, "A1")
    sell(performance, "A2", "bob@example.org")
    dropped = sell(performance, "A3", "carol@example.org")
    cancel_tickets(order=dropped, actor="staff:1", by_staff=True)
    make_hold(performance=performance, labels=["B1"])
    found = tables(performance)
    tickets = Ticket.objects.valid()
    revenue = sum((ticket.price for ticket in tickets), Decimal(0))
    for key in ("channel", "category", "concession"):
        assert sum(row[1] for row in found[key].rows) == 2
        assert sum(row[2] for row in found[key].rows) == revenue
    assert found["fill"].rows[0][1] == 2 and sum(row[2] for row in found["fill"].rows) == 1
    assert sum(row[1] for row in found["fill"].rows) == 2
    money = {row[0]: row for row in found["refunds"].rows}
    assert money["payment"][1] == 3 and money["refund"][1] == 1
    sums = LedgerEntry.objects.filter(kind="refund").values_list("amount", flat=True)
    assert money["refund"][2] == sum(sums) < 0
    bars = [(bar.label, bar.value, bar.width) for bar in found["refunds"].bars.bars]
    assert bars == [("payment", "€135", 600.0), ("refund", "-€45", 200.0)]
    assert [row[1] for row in found["conversion"].rows] == [0, 4, 3, 3]
    assert order.performance_id == performance.pk


def test_sales_are_counted_by_days_to_go_and_beside_similar_ones(performance):
    sell(performance, "A1")
    sell(performance, "A2", "bob@example.org")
    days = (loaded(performance)[0].starts_at.date() - timezone.localdate()).days
    other = make_sale()
    for seat in ("A1", "A2", "A3", "A4"):
        sell(other, seat, f"{seat}@example.org".lower())
    Performance.objects.filter(pk=other.pk).update(
        venue=performance.venue_id, starts_at=timezone.now() - timedelta(days=2)
    )
    table = tables(performance)["days-to-go"]
    rows = {row[0]: row for row in table.rows}
    now = rows[days]
    assert now[1:3] == [2, 2]
    assert now[3] == round(200 / loaded(performance)[0].places_total, 1)
    assert rows[0][1:4] == ["", "", ""]  # Still to come.
    assert rows[0][4] == round(400 / loaded(other)[0].places_total, 1)
    assert [line[1] for line in table.lines.lines] == ["is-own", "is-similar"]


def test_similar_performances_are_past_and_of_the_same_genre_first(monkeypatch):
    monkeypatch.setattr(curve, "SIMILAR", 4)
    venue = make_venue()
    plan = make_plan(venue=venue)

    def at(days, plan=plan, tags=(), **fields):
        fields.setdefault("show", make_show(tags=tags))
        return make_performance(plan=plan, starts_in=timedelta(days=days), **fields)

    own = at(30, tags=["Jazz", "Soul"])
    at(60)
    at(90, tags=["Jazz"])
    at(-1, plan=make_plan(), tags=["Rock"])
    at(-1, tags=["Jazz"], status="cancelled")
    at(-40, tags=["Rock"])
    expected = [
        at(-5, plan=make_plan(), show=own.show),
        at(-20, tags=["Jazz", "Soul"]),
        at(-2, tags=["Rock"]),
        at(-3),
    ]
    assert curve.similar_performances(loaded(own)) == expected


def test_returning_customers_are_counted_without_their_names(performance):
    earlier = make_sale()
    sell(earlier, "A1", "alice@example.org")
    sell(performance, "A1", "alice@example.org")
    sell(performance, "A2", "bob@example.org")
    assert [row[1] for row in tables(performance)["returning"].rows] == [1, 1]
    page = client_of(Role.FINANCE).get(f"{BASE}performance/{performance.pk}/").content.decode()
    assert "alice" not in page and "Alice" not in page


def test_the_number_of_queries_is_fixed(performance, django_assert_num_queries):
    sell(performance, "A1")
    one = loaded(performance)
    with django_assert_num_queries(13):
        insights_of(one, timezone.localdate())
    for number in range(2, 6):
        sell(performance, f"A{number}", f"guest{number}@example.org")
    for _number in range(3):
        sell(make_sale(), "A1")
    with django_assert_num_queries(13):
        insights_of(one, timezone.localdate())


def test_pages_and_csv_files(performance):
    sell(performance, "A1")
    client = client_of(Role.MANAGER)
    assert performance.show.title in client.get(BASE).content.decode()
    url = f"{BASE}performance/{performance.pk}/"
    page = client.get(url).content.decode()
    assert page.count("<svg") >= 6 and "€" in page
    for key in tables(performance):
        file = client.get(url, {"csv": key})
        assert file["Content-Type"].startswith("text/csv") and file.content.count(b"\n") >= 1
    assert client.get(url, {"csv": "nonsense"}).status_code == 404
    assert client.get(f"{BASE}show/{performance.show_id}/").status_code == 200
    assert client.get(f"{BASE}performance/999999/").status_code == 404
    assert client.get(f"{BASE}show/999999/").status_code == 404


def test_the_list_is_searched_and_has_pages(monkeypatch):
    monkeypatch.setattr(insights, "SHOWN", 2)
    plan = make_plan(venue=make_venue(name="Old Mill"))
    for days in (-20, 40, -3, 9):
        show = make_show(title=f"In {days} days")
        make_performance(show=show, plan=plan, starts_in=timedelta(days=days))
    client = client_of(Role.FINANCE)

    def shown(**query):
        groups = client.get(BASE, query).context["groups"]
        return {name: [one.show.title for one in found] for name, found in groups}

    assert shown() == {"Upcoming": ["In 9 days", "In 40 days"]}
    assert shown(page="2") == {"Past": ["In -3 days", "In -20 days"]}
    assert shown(q="in -20") == {"Past": ["In -20 days"]}
    assert shown(q="old mill", page="2") == {"Past": ["In -3 days", "In -20 days"]}
    assert "q=old+mill&amp;page=2" in client.get(BASE, {"q": "old mill"}).content.decode()
    assert "No results" in client.get(BASE, {"q": "nowhere"}).content.decode()


def test_performances_and_shows_lead_to_their_figures(performance):
    manager, clerk = client_of(Role.MANAGER), client_of(Role.BOX_OFFICE)
    draft = make_performance(opened=False)
    for kind, sold, unsold in [
        ("performance", performance.pk, draft.pk),
        ("show", performance.show_id, draft.show_id),
    ]:
        page, action = (
            f"/admin/shows/{kind}/{sold}/change/",
            f"/admin/shows/{kind}/{sold}/insights/",
        )
        assert action in manager.get(page).content.decode()
        assert manager.get(action)["Location"] == f"{BASE}{kind}/{sold}/"
        assert action not in clerk.get(page).content.decode()
        answer = manager.get(action.replace(str(sold), str(unsold)), follow=True)
        assert "Nothing has been put on sale yet." in answer.content.decode()


def test_the_queue_says_how_many_joined(performance):
    room = make_room(performance=performance, gathering=True)
    lane = room.lanes.get()
    Lane.objects.filter(pk=lane.pk).update(draw_size=30, draw_cutoff=30, seen=42)
    lane.admissions.create(up_to=20, size=20, arrived=15)
    Lane.objects.create(room=room, name="Back", returns_to=lane, seen=5)
    assert [row[1] for row in tables(performance)["queue"].rows] == [42, 20, 15]


def test_an_unsold_performance_has_no_figures_but_a_page(performance):
    assert client_of(Role.MANAGER).get(f"{BASE}performance/{performance.pk}/").status_code == 200


def test_a_past_performance_is_complete(performance):
    sell(performance, "A1")
    Performance.objects.filter(pk=performance.pk).update(
        starts_at=timezone.now() - timedelta(days=2)
    )
    assert tables(performance)["days-to-go"].rows[-1][:3] == [0, 1, 1]


@pytest.mark.parametrize("role", [Role.BOX_OFFICE, Role.DOOR])
def test_others_do_not_see_them(performance, role):
    client = client_of(role)
    for url in (BASE, f"{BASE}performance/{performance.pk}/", f"{BASE}show/1/"):
        assert client.get(url).status_code == 403
    assert BASE not in client.get("/admin/").content.decode()


def test_customers_and_promoters_do_not_see_them(performance):
    client = Client()
    client.force_login(make_user("promoter@example.org"))
    assert client.get(f"{BASE}performance/{performance.pk}/").status_code == 302

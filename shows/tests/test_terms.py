from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from core import shared_cache
from shows.models import Performance
from shows.terms import NoSuchPerformance, clear_cached_terms, terms_of
from shows.tests.factories import make_performance, make_plan, seated, standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(monkeypatch):
    """Control the monotonic clock of the module."""
    clock = {"now": 1000.0}
    monkeypatch.setattr(shared_cache.time, "monotonic", lambda: clock["now"])
    return lambda now: clock.update(now=now)


def test_it_has_everything_that_the_sale_needs():
    plan = make_plan(sections=[seated(category="Stalls"), standing(category="Floor")])
    performance = make_performance(
        plan=plan,
        prices={"Stalls": (45, 5), "Floor": 30},
        concessions={"Child": 50},
        customer_limit=6,
        cancel_until_hours=24,
    )

    terms = terms_of(performance.pk)

    assert terms.performance_id == performance.pk
    assert (terms.show_title, terms.show_slug) == (performance.show.title, performance.show.slug)
    assert terms.venue_name == "Old Gasworks"
    assert terms.zone.key == "Europe/Berlin"
    assert terms.plan_id == plan.pk
    assert terms.sale_ends_at == performance.starts_at
    assert terms.cancel_until == performance.starts_at - timedelta(hours=24)
    assert terms.customer_limit == 6
    assert [term.name for term in terms.categories.values()] == ["Stalls", "Floor"]
    assert terms.categories_by_name["Floor"].price == Decimal(30)
    assert [term.value for term in terms.concessions.values()] == [50]


def test_it_makes_four_queries_once(django_assert_num_queries):
    """Three, and one for the seller, whom the show does not name."""
    performance = make_performance(concessions={"Child": 50, "Student": 20})
    with django_assert_num_queries(4):
        terms_of(performance.pk)
    with django_assert_num_queries(0):
        terms_of(performance.pk)
    with django_assert_num_queries(4):
        terms_of(performance.pk, fresh=True)


def test_it_is_at_most_a_second_old(at):
    performance = make_performance()
    terms_of(performance.pk)
    Performance.objects.filter(pk=performance.pk).update(customer_limit=2)

    at(1000.9)
    assert terms_of(performance.pk).customer_limit == 8
    at(1001.0)
    assert terms_of(performance.pk).customer_limit == 2


def test_fresh_terms_are_stored_for_the_next_reader(django_assert_num_queries):
    performance = make_performance()
    terms_of(performance.pk)
    Performance.objects.filter(pk=performance.pk).update(customer_limit=2)

    assert terms_of(performance.pk, fresh=True).customer_limit == 2
    with django_assert_num_queries(0):
        assert terms_of(performance.pk).customer_limit == 2


def test_cleared_terms_are_read_again():
    mine, other = make_performance(), make_performance()
    terms_of(mine.pk), terms_of(other.pk)
    Performance.objects.update(customer_limit=2)

    clear_cached_terms(mine.pk)

    assert terms_of(mine.pk).customer_limit == 2
    assert terms_of(other.pk).customer_limit == 8


@pytest.mark.parametrize("number", [999_999, 2**63 - 1, 2**63, -(10**30)])
def test_an_unknown_performance_is_an_error(number):
    with pytest.raises(NoSuchPerformance) as refusal:
        terms_of(number)
    assert refusal.value.performance_id == number


@pytest.mark.parametrize(
    ("price", "fee", "percent", "expected"),
    [
        ("45.00", "5.00", 50, ("22.50", "5.00")),
        ("9.99", "1.00", 50, ("5.00", "1.00")),  # 4.995 is rounded up.
        ("10.01", "0", 25, ("7.51", "0")),  # 7.5075 is rounded up.
        ("10.00", "4.00", 90, ("1.00", "1.00")),  # The fee never exceeds the price.
        ("10.00", "4.00", 100, ("0", "0")),
        ("0", "0", 10, ("0", "0")),
    ],
)
def test_a_concession_reduces_the_price_and_not_the_fee(price, fee, percent, expected):
    performance = make_performance(
        prices={"Regular": (Decimal(price), Decimal(fee))}, concessions={"Child": percent}
    )
    terms = terms_of(performance.pk)
    [category], [concession] = terms.categories, terms.concessions

    assert terms.price_of(category) == (Decimal(price), Decimal(fee))
    assert terms.price_of(category, concession) == tuple(Decimal(part) for part in expected)


def test_a_currency_without_cents_is_rounded_to_whole_units():
    performance = make_performance(
        currency="JPY", prices={"Regular": (4999, 300)}, concessions={"Student": 50}
    )
    terms = terms_of(performance.pk)
    [category], [concession] = terms.categories, terms.concessions
    assert terms.price_of(category, concession) == (Decimal(2500), Decimal(300))


def test_a_category_of_another_performance_has_no_price():
    mine, other = make_performance(), make_performance()
    with pytest.raises(KeyError):
        terms_of(mine.pk).price_of(other.price_categories.get().pk)


def test_whether_it_sells_depends_on_the_current_time():
    performance = make_performance(starts_in=timedelta(days=1))
    terms = terms_of(performance.pk)
    now = timezone.now()
    assert terms.is_selling(now)
    assert not terms.is_selling(now - timedelta(days=2))
    assert not terms.is_selling(performance.starts_at)


def test_terms_are_immutable():
    terms = terms_of(make_performance().pk)
    with pytest.raises(AttributeError):
        terms.customer_limit = 50
    with pytest.raises(TypeError):
        terms.categories[1] = None

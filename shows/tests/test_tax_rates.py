"""Tax rates of venues, price categories and concessions."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from core.tax import TaxRates
from shows.copy_performance import copy_performance
from shows.models import Concession, PerformanceFees, PriceCategory
from shows.terms import terms_of
from venues.models import Venue

from .factories import make_performance, make_plan, seated

pytestmark = pytest.mark.django_db


def rates_of(performance, category="Regular", concession=None):
    terms = terms_of(performance.pk, fresh=True)
    ids = {term.name: term.id for term in terms.concessions.values()}
    return terms.tax_of(terms.categories_by_name[category].id, ids.get(concession))


def test_without_any_rate_there_is_no_tax():
    assert rates_of(make_performance()) == TaxRates()


def test_the_most_specific_rate_counts():
    plan = make_plan(sections=[seated(), seated(name="Balcony", category="Dinner")])
    performance = make_performance(plan=plan, concessions={"Child": 50, "School": 60})
    Venue.objects.update(tax_rate=7, fee_tax_rate=19)
    PriceCategory.objects.filter(name="Dinner").update(tax_rate=19)
    Concession.objects.filter(name="School").update(tax_rate=0, tax_exemption="§ 4 Nr. 21 UStG")

    assert rates_of(performance) == TaxRates(Decimal(7), Decimal(19))
    assert rates_of(performance, "Dinner") == TaxRates(Decimal(19), Decimal(19))
    assert rates_of(performance, "Dinner", "Child") == TaxRates(Decimal(19), Decimal(19))
    exempt = TaxRates(Decimal(0), Decimal(19), "§ 4 Nr. 21 UStG")
    assert rates_of(performance, "Dinner", "School") == exempt


@pytest.mark.parametrize("model", [Venue, PriceCategory, Concession])
class TestConstraints:
    @pytest.fixture(autouse=True)
    def performance(self):
        make_performance(concessions={"Child": 50})

    @pytest.mark.parametrize("field", ["tax_rate", "fee_tax_rate"])
    @pytest.mark.parametrize("rate", [-1, 101])
    def test_a_rate_is_a_percentage(self, model, field, rate):
        with pytest.raises(IntegrityError, match=f"{model.__name__.lower()}_tax_is_a_percentage"):
            model.objects.update(**{field: rate})

    def test_an_exemption_needs_a_zero_rate(self, model):
        name = f"{model.__name__.lower()}_exemption_is_of_a_zero_rate"
        model.objects.update(fee_tax_rate=0, tax_exemption="§ 4")
        with pytest.raises(IntegrityError, match=name):
            model.objects.update(tax_rate=7, fee_tax_rate=19)

    def test_the_form_says_so_at_the_field(self, model):
        row = model.objects.get()
        row.tax_rate, row.tax_exemption = 7, "§ 4"
        with pytest.raises(ValidationError) as refusal:
            row.full_clean()
        assert "tax_exemption" in refusal.value.message_dict


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"order_fee": -1}, "performancefees_is_not_negative"),
        ({"channel": "fax"}, "performancefees_channel_is_known"),
        ({"channel": "web", "ticket_fee": 1}, "performancefees_online_is_that_of_the_price"),
        ({"order_fee_tax_rate": 101}, "performancefees_tax_is_a_percentage"),
        ({"channel": "door"}, "fees_of_a_channel_are_set_once_for_a_performance"),
    ],
)
def test_the_database_refuses_fees(fields, constraint):
    performance = make_performance()
    PerformanceFees.objects.create(performance=performance, channel="door")
    with pytest.raises(IntegrityError, match=constraint):
        PerformanceFees.objects.create(**{"performance": performance, "channel": "phone"} | fields)


def test_copies_have_the_same_fees():
    performance = make_performance(keep_order_fee=False)
    PerformanceFees.objects.create(performance=performance, channel="web", order_fee=2)
    copy = copy_performance(performance=performance, days=7)
    assert copy.keep_order_fee is False
    assert copy.channel_fees.get().order_fee == 2

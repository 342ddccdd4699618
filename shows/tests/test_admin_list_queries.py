"""Lists of the catalogue in the admin make the same number of queries, whatever their length."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shows.models import PriceList
from shows.performance_templates import save_as_template
from shows.tests.factories import make_performance, make_question, make_show, make_venue
from shows.tests.pages import address

pytestmark = pytest.mark.django_db


def add_question(number):
    make_question(f"Question {number}", show=make_show(title=f"Show {number}"))
    make_question(f"Other {number}", performance=make_performance())
    make_question(f"Third {number}", venue=make_venue())


def add_template(number):
    save_as_template(performance=make_performance(), name=f"Template {number}")


def add_price_list(number):
    PriceList.objects.create(name=f"List {number}")


@pytest.mark.parametrize(
    ("model", "add"),
    [
        ("question", add_question),
        ("performancetemplate", add_template),
        ("pricelist", add_price_list),
    ],
)
def test_a_longer_list_makes_no_more_queries(manager, model, add):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert manager.get(address(model)).status_code == 200
        return len(captured)

    add(0)
    queries()
    few = queries()
    for number in range(1, 6):
        add(number)
    assert queries() == few

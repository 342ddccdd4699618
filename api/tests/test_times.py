"""Times have a UTC offset, and years are supported by the database."""

from datetime import datetime

import pytest

from api.tests.callers import Program, with_key
from shows.catalogue_files import InvalidCatalogueFile, catalogue_document, import_catalogue
from shows.catalogue_write import InvalidCatalogueData, write_performance
from shows.models import Performance
from shows.tests.factories import make_performance

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = ["starts_at", "doors_at", "on_sale_from", "on_sale_until"]
BEYOND = ["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:00-05:00", "2200-01-01T00:00:00Z"]


@pytest.fixture
def draft():
    return make_performance(opened=False, status="draft")


@pytest.mark.parametrize("name", TIMES)
@pytest.mark.parametrize("text", ["2031-05-01T20:00:00", "2031-05-01 20:00", *BEYOND])
def test_a_time_without_a_utc_offset_is_rejected(draft, name, text):
    before = Performance.objects.values().get()
    program = with_key("catalogue")
    answer = program.patch(f"/staff/performances/{draft.pk}", {name: text})
    assert answer.status_code == 422, answer.content
    assert name in answer.json()["errors"][0]["pointer"]
    document = catalogue_document()
    document["performances"][0][name] = text
    with pytest.raises(InvalidCatalogueFile, match=name):
        import_catalogue(document)
    for said in (text, datetime.fromisoformat(text)):
        with pytest.raises(InvalidCatalogueData) as refusal:
            write_performance(performance=draft, data={name: said})
        assert refusal.value.faults[0][0] == name
    assert Performance.objects.values().get() == before


@pytest.mark.parametrize("address", ["/shows", "/performances"])
@pytest.mark.parametrize("name", ["first", "last"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_impossible_years_are_rejected_in_searches(address, name, day):
    answer = Program().get(address, {name: day})
    assert answer.status_code == 422
    assert "Enter a year from 1970 to 2199." in answer.json()["detail"]


@pytest.mark.parametrize("name", ["from", "to"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_impossible_years_are_rejected_in_the_catalogue(client, name, day):
    page = client.get("/shows/", {name: day})
    assert page.status_code == 200
    assert "Enter a year from 1970 to 2199." in page.content.decode()

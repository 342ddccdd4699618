"""Tax rates and fees by channel in catalogue files."""

import json
from decimal import Decimal

import pytest

from core.spreadsheets import to_csv
from shows.catalogue_files import InvalidCatalogueFile, catalogue_document, import_catalogue
from shows.catalogue_tables import parse_table, table_rows
from shows.models import Concession, Performance, PerformanceFees, PriceCategory
from shows.tests.factories import make_performance, make_plan, make_venue
from venues.models import Venue, VenueFees

pytestmark = pytest.mark.django_db
RATES = {"tax_rate": Decimal("7"), "fee_tax_rate": Decimal("5.5")}
EXEMPT = {"tax_rate": Decimal("0"), "fee_tax_rate": None, "tax_exemption": "§ 4 Nr. 20; a=b"}


@pytest.fixture
def performance():
    venue = make_venue()
    Venue.objects.update(**RATES)
    VenueFees.objects.create(venue=venue, channel="phone", ticket_fee=Decimal("2.50"))
    found = make_performance(plan=make_plan(venue=venue), prices={"Regular": ("45.00", "5.00")})
    PriceCategory.objects.update(**EXEMPT)
    PerformanceFees.objects.create(
        performance=found, channel="web", order_fee=Decimal("1.50"), order_fee_tax_rate=Decimal(19)
    )
    return found


def exported(kind):
    return to_csv(table_rows(catalogue_document(past=True)[kind], kind))


def state():
    rows = [Venue, Performance, PriceCategory, Concession, VenueFees, PerformanceFees]
    return [list(model.objects.order_by("pk").values()) for model in rows]


def rows_of(model, *names):
    return list(model.objects.order_by("pk").values_list(*names))


@pytest.mark.parametrize("form", ["csv", "json"])
def test_an_export_that_is_imported_changes_nothing(performance, form):
    before = state()
    if form == "json":
        import_catalogue(json.loads(json.dumps(catalogue_document(past=True))))
    else:
        for kind in ("venues", "performances"):
            import_catalogue(parse_table(exported(kind)))
    assert state() == before


def test_an_import_restores_what_was_changed_since(performance):
    document, before = catalogue_document(past=True), state()
    Venue.objects.update(tax_rate=None, fee_tax_rate=None)
    VenueFees.objects.all().delete()
    PriceCategory.objects.update(tax_rate=Decimal(19), tax_exemption="")
    PerformanceFees.objects.update(order_fee=9)
    import_catalogue(document)
    ids = ("id", "modified_at", "created_at")

    def without_ids(rows):
        return [[{k: v for k, v in one.items() if k not in ids} for one in part] for part in rows]

    assert without_ids(state()) == without_ids(before)


def test_what_a_file_leaves_out_stays_as_it_is(performance):
    document = catalogue_document(past=True)
    (row,) = document["performances"]
    del row["channel_fees"]
    row["prices"] = [{"category": "Regular", "price": "45.00", "fee": "5.00"}]
    row["customer_limit"] = 3
    import_catalogue({"performances": [row]})
    assert rows_of(PriceCategory, "price", "tax_rate", "tax_exemption") == [
        (Decimal("45.00"), Decimal("0.000"), EXEMPT["tax_exemption"])
    ]
    assert PerformanceFees.objects.count() == 1


def test_cells_are_written_as_the_documentation_says(performance):
    (row,) = catalogue_document(past=True)["performances"]
    named = {"show": row["show"], "venue": row["venue"], "starts_at": row["starts_at"]}
    text = to_csv(
        [
            [*named, "prices", "channel_fees"],
            [*named.values(), "Regular=45.00=5.00=19=7", "phone=2.50=1.00; counter=0"],
        ]
    )
    import_catalogue(parse_table(text))
    assert rows_of(PriceCategory, "tax_rate", "fee_tax_rate", "tax_exemption") == [(19, 7, "")]
    assert rows_of(PerformanceFees, "channel", "ticket_fee", "order_fee") == [
        ("phone", Decimal("2.50"), 1),
        ("counter", 0, 0),
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tax_rate": "101"}, "per cent"),
        ({"tax_rate": "7%"}, "per cent"),
        ({"tax_rate": "7", "tax_exemption": "x"}, "Set a rate to 0"),
        ({"channel_fees": [{"channel": "fax"}]}, "no channel"),
        ({"channel_fees": [{"channel": "web", "ticket_fee": "1"}]}, "price category"),
        ({"channel_fees": [{"channel": "door"}, {"channel": "door"}]}, "once"),
        ({"channel_fees": [{"channel": "door", "order_fee": "-1"}]}, "amount"),
    ],
)
def test_bad_values_are_refused_with_their_place(performance, changes, message):
    document, before = catalogue_document(past=True), state()
    (row,) = document["venues"]
    with pytest.raises(InvalidCatalogueFile) as refusal:
        import_catalogue({"venues": [row | {"fee_tax_rate": ""} | changes]})
    assert message in str(refusal.value) and "venues[0]" in str(refusal.value)
    assert state() == before


def test_an_exemption_of_a_category_needs_a_rate_of_zero(performance):
    (row,) = catalogue_document(past=True)["performances"]
    row["prices"][0] |= {"tax_rate": "7"}
    with pytest.raises(InvalidCatalogueFile, match="Set a rate to 0"):
        import_catalogue({"performances": [row]})

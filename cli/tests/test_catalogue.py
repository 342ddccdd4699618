import csv
import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError
from django.utils import timezone

from bookings.tests.factories import make_sale
from shows.models import Performance, Show
from shows.tests.factories import make_performance, make_plan, make_show
from venues.models import Venue

from .test_boxoffice import result_of, run

pytestmark = pytest.mark.django_db(transaction=True)


def exported(*words):
    return run("catalogue-export", *words)[1]


def test_an_unchanged_export_can_be_imported_and_changes_nothing(tmp_path):
    show = make_show(title="Nachtmusik", artists=["Ada", "Bo"], tags=["Jazz"])
    make_performance(show=show, concessions={"Student": 50})
    file = tmp_path / "house.json"
    file.write_text(exported())
    result = result_of("catalogue-import", file)
    assert result == {
        "imported": {"venues": 1, "shows": 1, "performances": 1},
        "errors": [],
        "saved": True,
    }
    assert exported() == file.read_text()
    assert (Show.objects.count(), Performance.objects.count()) == (1, 1)


def test_it_adds_new_and_changes_existing_objects(tmp_path):
    document = json.loads(exported())
    document["venues"] = [
        {"name": "Hall", "address": "1 Way", "city": "Bonn", "country": "DE"}
        | {"time_zone": "Europe/Berlin"}
    ]
    file = tmp_path / "new.json"
    file.write_text(json.dumps(document))
    result_of("catalogue-import", file)
    plan = make_plan(venue=Venue.objects.get(slug="hall"))
    starts_at = (timezone.now() + timedelta(days=9)).isoformat()
    document["shows"] = [{"slug": "late-set", "title": "Late Set", "artists": ["Ada"]}]
    document["performances"] = [
        {
            "show": "late-set",
            "venue": "hall",
            "starts_at": starts_at,
            "on_sale_from": timezone.now().isoformat(),
            "prices": [{"category": "Regular", "price": "30.00", "fee": "3.00"}],
        }
    ]
    document["venues"][0] |= {"slug": "hall", "city": "Köln"}
    file.write_text(json.dumps(document))
    assert result_of("catalogue-import", file, "--check")["saved"] is False
    assert not Show.objects.exists()
    result_of("catalogue-import", file)
    performance = Performance.objects.get()
    assert (performance.plan, performance.status) == (plan, "draft")
    assert performance.price_categories.get().price == 30
    assert Venue.objects.get().city == "Köln"
    assert result_of("put-on-sale", performance.pk)["total"]["free"] == 50


def test_csv_files_are_exported_and_imported_without_formulas(tmp_path):
    make_show(title="=1+1", slug="sum", artists=["Ada"], tags=["Jazz"])
    make_performance(show=Show.objects.get(), concessions={"Student": 50})
    for kind in ("venues", "shows", "performances"):
        file = tmp_path / f"{kind}.csv"
        run("catalogue-export", "--csv", "--kind", kind, "--output", file)
        rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))
        assert len(rows) == 1
        if kind == "shows":
            assert rows[0]["title"] == "'=1+1"
        before = exported()
        assert result_of("catalogue-import", file)["imported"][kind] == 1
        assert exported() == before


def test_faults_are_reported_with_their_positions_and_nothing_is_imported(tmp_path):
    file = tmp_path / "bad.json"
    document = {
        "venues": [{"name": "Hall", "time_zone": "Mars/Olympus", "colour": "red"}],
        "shows": [{"title": "Good", "artists": ["Ada"]}, {"title": "Bad", "duration": "long"}],
        "performances": [{"show": "none", "venue": "none", "starts_at": "2026-01-01"}],
    }
    file.write_text(json.dumps(document))
    code, output = run("catalogue-import", file, "--json")
    faults = json.loads(output)["errors"]
    assert code == 1
    assert any(fault.startswith("venues[0].colour") for fault in faults)
    assert any(fault.startswith("shows[1].duration: must be a whole number") for fault in faults)
    assert any(
        fault.startswith("performances[0].starts_at: must be a time with its UTC offset")
        for fault in faults
    )
    assert not Show.objects.exists() and not Venue.objects.exists()
    assert "Nothing was imported" in run("catalogue-import", file)[1]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.json", b"\xff\xfe"),
        ("x.json", b"[" * 100_000),
        ("x.json", b'{"shows": [1]}'),
        ("x.json", b'{"plays": []}'),
        ("x.json", b'{"shows": [{"title": {"a": 1}, "artists": [null], "duration": true}]}'),
        ("x.json", b'{"performances": [{"prices": [{"category": 1, "price": "NaN"}]}]}'),
        ("x.csv", b"colour,shape\nred,round\n"),
        ("x.csv", b'title,slug\n"open,\n'),
        ("x.csv", b"title,slug\na,b,c,d\n"),
    ],
)
def test_invalid_files_are_refused_with_a_message(tmp_path, name, content):
    file = tmp_path / name
    file.write_bytes(content)
    code, output = run("catalogue-import", file, "--json")
    assert code == 1 and json.loads(output)["errors"]


def test_performances_on_sale_keep_their_currency(tmp_path):
    make_sale()
    document = json.loads(exported())
    document["performances"][0]["currency"] = "USD"
    file = tmp_path / "usd.json"
    file.write_text(json.dumps(document))
    code, output = run("catalogue-import", file, "--json")
    assert code == 1 and "on sale" in json.loads(output)["errors"][0]


def test_a_missing_file_is_reported():
    with pytest.raises(CommandError, match="can't be read"):
        run("catalogue-import", "/nowhere.json")

import json
from io import BytesIO, StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from venues.models import SeatingPlan
from venues.plan_format import read_plan, write_plan
from venues.plans import add_plan_version
from venues.tests.factories import draft, make_venue, seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def venue():
    return make_venue(slug="gasworks")


@pytest.fixture
def plan_file(tmp_path):
    path = tmp_path / "plan.json"
    path.write_bytes(write_plan(draft()))
    return path


def run(*args, **options):
    out, err = StringIO(), StringIO()
    call_command(*map(str, args), stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


class TestImport:
    def test_it_imports_the_plan_of_a_file(self, venue, plan_file):
        out, _err = run("import_plan", plan_file, "--venue", "gasworks")

        assert venue.plans.get().name == "Hall"
        assert "Hall (v1) at Old Gasworks, Berlin: 1 sections, 3 places." in out

    def test_it_renames_the_plan(self, venue, plan_file):
        run("import_plan", plan_file, "--venue", "gasworks", "--name", "Concerts")

        assert venue.plans.get().name == "Concerts"

    def test_it_reads_standard_input(self, venue, plan_file, monkeypatch):
        stdin = SimpleNamespace(buffer=BytesIO(plan_file.read_bytes()))
        monkeypatch.setattr("sys.stdin", stdin)

        run("import_plan", "-", "--venue", "gasworks")

        assert venue.plans.exists()

    def test_it_can_only_check(self, venue, plan_file):
        out, _err = run("import_plan", plan_file, "--venue", "gasworks", "--check")

        assert "Hall is valid: 1 sections, 3 places." in out
        assert not venue.plans.exists()

    def test_it_prints_each_fault_on_a_line_and_fails(self, venue, tmp_path):
        document = json.loads(write_plan(draft()))
        document["zones"][0]["rows"][0]["seats"][1]["category"] = "Stallz"
        del document["zones"][0]["rows"][0]["seats"][2]["seat_guid"]
        path = tmp_path / "bad.json"
        path.write_text(json.dumps(document))
        err = StringIO()

        with pytest.raises(CommandError, match="can't become a plan"):
            call_command("import_plan", str(path), "--venue", "gasworks", stderr=err)

        assert "row A, seat 3, seat_guid: is missing" in err.getvalue()
        assert not SeatingPlan.objects.exists()

    def test_it_prints_warnings_and_continues(self, venue, tmp_path):
        document = json.loads(write_plan(draft())) | {"status": 1}
        path = tmp_path / "odd.json"
        path.write_text(json.dumps(document))

        _out, err = run("import_plan", path, "--venue", "gasworks")

        assert "status is not part of the format" in err
        assert venue.plans.exists()

    def test_it_refuses_an_unknown_venue(self, plan_file):
        with pytest.raises(CommandError, match="no venue"):
            run("import_plan", plan_file, "--venue", "nowhere")

    def test_it_refuses_a_missing_file(self, venue, tmp_path):
        with pytest.raises(CommandError, match=r"can't be read: No such file"):
            run("import_plan", tmp_path / "none.json", "--venue", "gasworks")


class TestExport:
    def test_its_export_can_be_imported(self, venue, tmp_path):
        add_plan_version(venue=venue, name="Hall", draft=draft())

        out, _err = run("export_plan", "--venue", "gasworks")
        _out, err = run("export_plan", "--venue", "gasworks", "--output", tmp_path / "out.json")

        assert read_plan(out.encode()).draft.seats == draft().seats
        assert (tmp_path / "out.json").read_text() == out
        assert "Saved Hall (v1) as" in err

    def test_it_exports_the_newest_version_or_the_requested_one(self, venue):
        add_plan_version(venue=venue, name="Hall", draft=draft())
        add_plan_version(venue=venue, name="Hall", draft=draft(width=300))

        newest, _err = run("export_plan", "--venue", "gasworks")
        first, _err = run("export_plan", "--venue", "gasworks", "--number", "1")

        assert json.loads(newest)["size"]["width"] == 300
        assert json.loads(first)["size"]["width"] == 200

    def test_it_asks_which_plan_where_there_are_several(self, venue):
        for name in ("Balls", "Concerts"):
            add_plan_version(venue=venue, name=name, draft=draft())

        with pytest.raises(CommandError, match="--name is one of: Balls, Concerts"):
            run("export_plan", "--venue", "gasworks")
        assert json.loads(run("export_plan", "--venue", "gasworks", "--name", "Balls")[0])

    def test_it_refuses_where_there_is_no_plan(self, venue):
        with pytest.raises(CommandError, match="no such plan"):
            run("export_plan", "--venue", "gasworks")

    def test_it_reports_a_file_that_cannot_be_written(self, venue, tmp_path):
        add_plan_version(venue=venue, name="Hall", draft=draft(seats=[seat()]))

        with pytest.raises(CommandError, match="can't be written"):
            run("export_plan", "--venue", "gasworks", "--output", tmp_path / "no" / "out.json")


class TestGenerate:
    def test_it_generates_seated_and_standing_sections(self, venue):
        out, _err = run(
            "generate_plan",
            "--venue=gasworks",
            "--name=Club",
            "--section=Floor: standing=350, category=Standing",
            "--section=Stalls: rows=4, seats=10, aisles=1, curved, spaces=2, numbered=odd-even",
        )

        plan = venue.plans.get()
        assert "Club (v1) at Old Gasworks, Berlin: 390 places." in out
        floor, stalls = plan.sections.order_by("ordinal")
        assert (floor.capacity, floor.category) == (350, "Standing")
        assert stalls.capacity == 40
        assert stalls.seats.filter(kind="wheelchair").count() == 2
        assert stalls.seats.first().number == "9"

    def test_it_writes_a_file_without_a_venue(self, tmp_path):
        path = tmp_path / "plan.json"

        run("generate_plan", "--section=S: rows=2, seats=3", "--output", path)

        assert read_plan(path.read_bytes()).draft.capacity == 6
        assert not SeatingPlan.objects.exists()

    @pytest.mark.parametrize(
        ("section", "message"),
        [
            ("Stalls", "is not like"),
            (": rows=1", "is not like"),
            ("S: rows=many", "rows must be a number"),
            ("S: rows=1, seats=1, colour=red", "is unknown"),
            ("S: rows=1, seats=1, numbered=up", "numbered is one of"),
            ("S: rows=1, seats=900", "seats in a row must be from 1 to 200"),
        ],
    )
    def test_it_reports_errors_of_a_section(self, venue, section, message):
        with pytest.raises(CommandError, match=message):
            run("generate_plan", "--venue=gasworks", f"--section={section}")

    def test_it_needs_a_venue_or_a_file(self):
        with pytest.raises(CommandError, match="--venue"):
            run("generate_plan", "--section=S: rows=2, seats=3")
        with pytest.raises(CommandError, match="no venue"):
            run("generate_plan", "--venue=nowhere", "--section=S: rows=2, seats=3")

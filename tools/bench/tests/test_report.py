"""Percentiles, the check of all rules, printed results and the processor meter."""

import io
import json
import time

import pytest
from django.db.models.functions import Now
from rich.console import Console

from bookings.models import Ticket
from tools.bench.figures import percentile
from tools.bench.meter import OURSELVES, Meter
from tools.bench.recorder import Recorder, per_second, spread
from tools.bench.report import check_rules, print_result, save
from tools.bench.request_counts import Counts
from tools.bench.scenarios import SCENARIOS


def test_percentiles_are_measured_values():
    values = list(range(1, 101))
    assert [percentile(values, share) for share in (0, 0.5, 0.95, 0.99, 1)] == [1, 51, 96, 100, 100]
    assert percentile([], 0.5) == 0
    assert spread([3, 1, 2])["most"] == 3


def test_events_are_counted_by_second_from_the_first_on():
    assert per_second([(5.9, 2), (4.2, 1), (4.9, 3), (7.0, 1)]) == [4, 2, 0, 1]
    assert per_second([]) == []


def test_the_recorder_counts_the_tickets_shown_to_customers():
    recorder = Recorder()
    recorder.purchase("A", 2)
    recorder.purchase("B", 3)
    assert (recorder.tickets, recorder.result()["purchases"]) == (5, 2)


def test_a_step_by_a_name_that_nobody_uses_is_not_counted_as_zero():
    recorder = Recorder()
    recorder.took("queue status", 0.1)
    with pytest.raises(KeyError):
        recorder.steps["mark"]
    assert list(recorder.result()["steps"]) == ["queue status"]


def test_a_result_is_saved_as_json_and_printed(tmp_path):
    result = {
        "title": "A & B",
        "figures": {"tickets": "5"},
        "steps": {"hold": spread([0.01, 0.2, 3.0])},
        "sold": [1, 0, 4],
        "meter": {
            "seconds": 1.0,
            "processors": 2,
            "cpu": {"web": 1.0, "postgres": 0.3},
            "machine": 1.5,
            "memory": {"all": 2**20, "web": 2**20},
        },
        "errors": {"hold: 500": 1},
        "checks": [{"promise": "All is well.", "holds": False, "found": "not"}],
    }
    path = save("sellout", result, folder=tmp_path)
    assert json.loads(path.read_text())["sold"] == [1, 0, 4]
    console = Console(record=True, width=120, file=io.StringIO())
    print_result(console, "sellout", result)
    said = console.export_text()
    assert "BROKEN  All is well. not" in said
    assert "Errors that customers saw: 1 (1 × hold: 500)" in said


def test_the_meter_measures_processor_time_by_process():
    with Meter() as meter:
        until = time.process_time() + 0.2
        while time.process_time() < until:
            pass
    result = meter.result()
    assert result["cpu"][OURSELVES] * result["seconds"] >= 0.19
    assert result["memory"]["all"] >= result["memory"][OURSELVES] > 10 * 2**20


def test_counters_are_read_once(tmp_path):
    counts = Counts(tmp_path / "counts")
    with open(counts.path, "a") as file:
        file.write("requested /a b\nbuilt page /\nrequested /h")
        file.flush()
        assert counts.since() == [("requested", "/a b"), ("built", "page /")]
        file.write("alf\n")
    assert (counts.requested(), counts.requested()) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_the_final_check_reports_broken_rules():
    from bookings.tests.factories import make_paid_order

    order = make_paid_order()
    assert [check["holds"] for check in check_rules([("It is there.", True)])] == [True, True]
    Ticket.objects.filter(order=order).update(status="cancelled", cancelled_at=Now())
    broken = [check for check in check_rules() if not check["holds"]]
    assert len(broken) >= 2
    assert any(check["found"] for check in broken)


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_scenario_exists(name):
    from importlib import import_module

    assert import_module(f"tools.bench.scenarios.{name}").run

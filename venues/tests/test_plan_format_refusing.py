"""Reject invalid plan files, with section, row and seat."""

import json
import time

import pytest

from venues.plan_format import MAX_BYTES
from venues.tests.foreign_plans import faults_of, first_seat, foreign, read

FAULTS = {
    "row without a name": (
        lambda d: (
            d["zones"][0]["rows"][0].update(row_number="")
            or first_seat(d).update(category="Stallz")
        ),
        # Allowed; a fault behind it is reported by its number.
        "Section “Main hall”, row #1, seat 1, category: there is no category “Stallz”",
    ),
    "row name is a number": (
        lambda d: d["zones"][0]["rows"][0].update(row_number=7),
        "Section “Main hall”, row #1, row_number: must be text",
    ),
    "zone without a name": (
        lambda d: d["zones"][0].pop("name") and first_seat(d).update(category="?"),
        "Section “Zone 1”, row A, seat 1, category: there is no category “?”",
    ),
    "no name": (lambda d: d.pop("name"), "name: is missing"),
    "empty name": (lambda d: d.update(name="  "), "name: is empty"),
    "long name": (lambda d: d.update(name="x" * 121), "name: is longer than 120"),
    "NUL in name": (lambda d: d.update(name="a\x00b"), "name: contains characters"),
    "half a character": (lambda d: d.update(name="a\ud800b"), "name: contains characters"),
    "name is a number": (lambda d: d.update(name=7), "name: must be text"),
    "no size": (lambda d: d.pop("size"), "size: is missing"),
    "no width": (lambda d: d["size"].pop("width"), "size.width: is missing"),
    "width 0": (lambda d: d["size"].update(width=0), "size.width: must be from 1"),
    "width huge": (lambda d: d["size"].update(width=10**9), "size.width: must be from 1"),
    "width half": (lambda d: d["size"].update(width=1.5), "size.width: must be a whole"),
    "width true": (lambda d: d["size"].update(width=True), "size.width: must be a whole"),
    "zones is a dict": (lambda d: d.update(zones={}), "zones: must be a list"),
    "no zones": (lambda d: d.update(zones=[]), "zones: there are neither seats nor"),
    "a zone is null": (lambda d: d.update(zones=[None]), "Section #1: must be an object"),
    "rows missing": (
        lambda d: d["zones"][0].pop("rows"),
        "Section “Main hall”, rows: is missing",
    ),
    "category twice": (
        lambda d: d["categories"].append({"name": "Stalls"}),
        "Category “Stalls” (#3), name: there are two categories “Stalls”",
    ),
    "seat without position": (
        lambda d: first_seat(d).pop("position"),
        "Section “Main hall”, row A, seat 1, position: is missing",
    ),
    "position without y": (
        lambda d: first_seat(d)["position"].pop("y"),
        "Section “Main hall”, row A, seat 1, position.y: is missing",
    ),
    "position is text": (
        lambda d: first_seat(d)["position"].update(x="12"),
        "Section “Main hall”, row A, seat 1, position.x: must be a number",
    ),
    "position is true": (
        lambda d: first_seat(d)["position"].update(x=True),
        "Section “Main hall”, row A, seat 1, position.x: must be a number",
    ),
    "position outside": (
        lambda d: first_seat(d)["position"].update(x=500),
        "Section “Main hall”, row A, seat 1, position: (511, 22) is outside the plan (200 × 100)",
    ),
    "position negative": (
        lambda d: first_seat(d)["position"].update(y=-23),
        "Section “Main hall”, row A, seat 1, position: (11.5, -1) is outside",
    ),
    "position absurd": (
        lambda d: first_seat(d)["position"].update(x=1e308),
        "Section “Main hall”, row A, seat 1, position.x: is too large a number",
    ),
    "zone absurd": (
        lambda d: d["zones"][0]["position"].update(x=-(10**30)),
        "Section “Main hall”, position.x: is too large a number",
    ),
    "GUID twice": (
        lambda d: first_seat(d).update(seat_guid="g2"),
        "Section “Main hall”, row A, seat 2, seat_guid: “g2” is already used by"
        " Section “Main hall”, row A, seat 1",
    ),
    "GUID with a blank": (
        lambda d: first_seat(d).update(seat_guid="g1 "),
        "Section “Main hall”, row A, seat 1, seat_guid: must not begin or end",
    ),
    "GUID empty": (
        lambda d: first_seat(d).update(seat_guid=""),
        "Section “Main hall”, row A, seat 1, seat_guid: is empty",
    ),
    "GUID missing": (
        lambda d: first_seat(d).pop("seat_guid"),
        "Section “Main hall”, row A, seat 1, seat_guid: is missing",
    ),
    "GUID is a number": (
        lambda d: first_seat(d).update(seat_guid=1),
        "Section “Main hall”, row A, seat 1, seat_guid: must be text",
    ),
    "number empty": (
        lambda d: first_seat(d).update(seat_number=" "),
        "Section “Main hall”, row A, seat #1, seat_number: is empty",
    ),
    "row name long": (
        lambda d: d["zones"][0]["rows"][0].update(row_number="x" * 81),
        f"Section “Main hall”, row {'x' * 39}…, row_number: is longer than 80",
    ),
    "unknown category": (
        lambda d: first_seat(d).update(category="Stallz"),
        "Section “Main hall”, row A, seat 1, category: there is no category “Stallz”",
    ),
    "shape unknown": (
        lambda d: d["zones"][0]["areas"][0].update(shape="star"),
        "Section “Main hall”, shape #1, shape: must be one of: polygon",
    ),
    "shape of negative size": (
        lambda d: d["zones"][0]["areas"][0]["rectangle"].update(width=-1),
        "Section “Main hall”, shape #1, rectangle.width: must not be negative",
    ),
    "shape absurd": (
        lambda d: d["zones"][0]["areas"][0]["position"].update(x=1e300),
        "Section “Main hall”, shape #1, position.x: is too large a number",
    ),
    "shape absurd with its zone": (
        lambda d: d["zones"][0]["areas"][0]["position"].update(x=1e6),
        "Section “Main hall”, shape #1, position.x: is too large a number",
    ),
    "outline absurd": (
        lambda d: d["zones"].append(
            {
                "zone_id": "f;capacity=5;category=Cheap",
                "position": {"x": 9e5, "y": 0},
                "rows": [],
                "areas": [{"shape": "circle", "circle": {"radius": 9e5}}],
            }
        ),
        "Section “f”, shape #1: is too large a number",
    ),
    "seats and capacity": (
        lambda d: d["zones"][0].update(zone_id="a;capacity=5;category=Stalls"),
        "Section “Main hall”, zone_id: a zone with seats cannot have a capacity",
    ),
}


@pytest.mark.parametrize(("damage", "expected"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_reported_with_its_position(damage, expected):
    document = foreign()
    damage(document)

    assert any(fault.startswith(expected) for fault in faults_of(document)), faults_of(document)


@pytest.mark.parametrize(
    ("zone_id", "areas", "expected"),
    [
        ("f;capacity=0;category=Cheap", True, "the capacity must be from 1"),
        ("f;capacity=-3;category=Cheap", True, "the capacity must be from 1"),
        ("f;capacity=many;category=Cheap", True, "the capacity must be from 1"),
        ("f;capacity=¹²;category=Cheap", True, "the capacity must be from 1"),
        ("f;capacity=60001;category=Cheap", True, "the capacity must be from 1"),
        ("f;capacity=5;category=Dear", True, "there is no category “Dear”"),
        ("f;capacity=5", True, "there is no category “”"),
        ("f;capacity=5;category=Cheap", False, "must be its outline"),
    ],
)
def test_an_invalid_standing_zone_is_rejected(zone_id, areas, expected):
    document = foreign()
    zone = {"zone_id": zone_id, "position": {"x": 0, "y": 0}, "rows": []}
    if areas:
        zone["areas"] = [{"shape": "circle", "circle": {"radius": 9}}]
    document["zones"].append(zone)

    (fault,) = faults_of(document)

    assert fault.startswith("Section “f”, zone_id: ")
    assert expected in fault


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "The file is empty."),
        (b" \n ", "The file is empty."),
        (b"{", "The file is not valid JSON (line 1, column 2)."),
        (b"\xff\xfe{}", "The file is not UTF-8 text (byte 0)."),
        (b'{"name": NaN}', "The file is not valid JSON: NaN is not a number."),
        (b'{"name": -Infinity}', "The file is not valid JSON: -Infinity is not a number."),
        (b"9" * 5000, "The file is not valid JSON: "),
        (b"[" * 100_000, "The file is nested too deeply."),
        (b"[]", "must be an object"),
        (b"null", "must be an object"),
    ],
    ids=["empty", "blank", "cut", "utf16", "nan", "infinity", "digits", "deep", "list", "null"],
)
def test_a_file_that_is_not_a_plan_is_rejected(data, expected):
    (fault,) = faults_of(data)

    assert fault.startswith(expected)


@pytest.mark.parametrize("depth", [300, 600, 900, 950, 980])
def test_any_depth_of_nesting_is_rejected_without_a_crash(depth):
    document = b'{"name": ' + b"[" * depth + b"]" * depth + b', "zones": [], "categories": []}'

    assert faults_of(document)


def test_infinite_numbers_are_rejected():
    data = json.dumps(foreign()).replace("0.5", "1e999").encode()

    (fault,) = faults_of(data)

    assert "too large a number" in fault


def test_a_file_of_50_mb_is_rejected_before_parsing():
    data = b" " * (50 * 1024 * 1024)

    start = time.process_time()
    (fault,) = faults_of(data)

    assert fault == f"The file is larger than {MAX_BYTES // 1024**2} MB."
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize(
    ("name", "endless"),
    [
        ("categories", {"categories": [0] * 300_000}),
        ("zones", {"zones": [0] * 300_000}),
        ("rows", {"zones": [{"rows": [0] * 300_000}]}),
        ("rows", {"zones": [{"rows": [0] * 300}] * 100}),
        ("seats", {"zones": [{"rows": [{"seats": [0] * 300_000}]}]}),
        ("areas", {"zones": [{"areas": [0] * 300_000}]}),
        ("points", {"zones": [{"areas": [{"polygon": {"points": [0] * 300_000}}]}]}),
    ],
)
def test_too_long_lists_are_rejected_before_checking_items(name, endless):
    start = time.process_time()
    (fault,) = faults_of(foreign() | endless)

    assert f" {name}; at most " in fault
    assert time.process_time() - start < 2


def test_too_many_places_are_rejected():
    document = foreign()
    zone = {"position": {"x": 0, "y": 0}, "rows": []}
    zone["areas"] = [{"shape": "circle", "circle": {"radius": 9}}]
    zone["zone_id"] = "f;capacity=60000;category=Cheap"
    document["zones"].append(zone)

    assert faults_of(document) == ["zones: there are 60002 places; at most 60000 are allowed"]


def test_at_most_twenty_faults_are_reported():
    document = foreign()
    seat = first_seat(document)
    document["zones"][0]["rows"][0]["seats"] = [
        seat | {"seat_guid": str(number), "category": "?"} for number in range(500)
    ]

    faults = faults_of(document)

    assert len(faults) == 20
    assert faults[19].startswith("Section “Main hall”, row A, seat 1 (#20), category")


def test_the_largest_plan_is_read_in_seconds():
    document = foreign()
    seat = first_seat(document)
    document["zones"][0]["rows"] = [
        {
            "row_number": str(row),
            "seats": [seat | {"seat_guid": f"{row}-{n}", "seat_number": f"{n}"} for n in range(60)],
        }
        for row in range(1000)
    ]

    start = time.process_time()
    result = read(document)

    assert result.draft.capacity == 60_000
    # About 1 s; the margin is for slow and busy machines.
    assert time.process_time() - start < 15

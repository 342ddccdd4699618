"""What is read of plan files made elsewhere, and what is refused, with the path of the fault."""

import copy
import json
import time

import pytest

from venues.plan_format import MOST_BYTES, InvalidPlan, read_plan

STAGE = {
    "shape": "rectangle",
    "color": "red",
    "border_color": "nonsense",
    "rotation": 0,
    "position": {"x": 5, "y": 6},
    "rectangle": {"width": 50, "height": 10},
    "text": {"text": "Stage", "position": {"x": 25, "y": 5}},
}
FOREIGN = {
    "name": "Little house",
    "size": {"width": 200, "height": 100},
    "categories": [{"name": "Stalls", "color": "#AA0000"}, {"name": "Cheap"}],
    "zones": [
        {
            "name": "Main hall",
            "zone_id": "Zone 1",
            "position": {"x": 10, "y": 20},
            "rows": [
                {
                    "row_number": "A",
                    "row_label": "Row %s",
                    "row_number_position": "both",
                    "position": {"x": 1, "y": 2},
                    "seats": [
                        {
                            "seat_guid": "g1",
                            "seat_number": "1",
                            "category": "Stalls",
                            "position": {"x": 0.5, "y": 0},
                            "radius": 10,
                        },
                        {
                            "seat_guid": "g2",
                            "seat_number": "2",
                            "category": "Cheap",
                            "position": {"x": 20, "y": 0},
                        },
                    ],
                }
            ],
            "areas": [STAGE],
        }
    ],
}


def foreign():
    return copy.deepcopy(FOREIGN)


def read(document):
    return read_plan(json.dumps(document).encode())


def faults_of(document_or_bytes):
    data = document_or_bytes
    if not isinstance(data, bytes):
        data = json.dumps(data).encode()
    with pytest.raises(InvalidPlan) as refusal:
        read_plan(data)
    return [str(fault) for fault in refusal.value.faults]


def the_seat(document):
    return document["zones"][0]["rows"][0]["seats"][0]


def test_it_adds_up_the_coordinates_of_zone_row_and_seat():
    plan = read(foreign()).draft

    assert (plan.name, plan.width, plan.height) == ("Little house", 200, 100)
    (section,) = plan.sections
    assert (section.name, section.slug, section.capacity) == ("Main hall", "zone-1", 2)
    assert [(s.guid, s.row, s.number, s.x, s.y, s.category) for s in section.seats] == [
        ("g1", "A", "1", 11.5, 22.0, "Stalls"),
        ("g2", "A", "2", 31.0, 22.0, "Cheap"),
    ]


def test_it_writes_colors_in_one_way_and_gives_one_to_those_without():
    first, second = read(foreign()).draft.categories

    assert first == {"name": "Stalls", "color": "#aa0000"}
    assert second["name"] == "Cheap"
    assert second["color"].startswith("#")


def test_it_takes_a_shape_with_a_text_for_two_shapes_in_plan_coordinates():
    shape, label = read(foreign()).draft.decoration

    assert shape == {
        "shape": "rectangle",
        "color": "#ff0000",
        "position": {"x": 15, "y": 26},
        "rectangle": {"width": 50, "height": 10},
    }
    assert label["shape"] == "text"
    assert label["text"] == {"text": "Stage", "position": {"x": 25, "y": 5}, "size": 16}
    assert label["position"] == {"x": 15, "y": 26}


def test_it_reads_kinds_of_seats_from_the_end_of_the_category():
    document = foreign()
    document["categories"] = [
        {"name": "Stalls (wheelchair space)"},
        {"name": "Stalls", "color": "#112233"},
        {"name": "Cheap (Restricted View)"},
    ]
    first, second = document["zones"][0]["rows"][0]["seats"]
    first["category"] = "Stalls (wheelchair space)"
    second["category"] = "Cheap (Restricted View)"

    plan = read(document).draft

    assert [(s.category, s.kind) for s in plan.seats] == [
        ("Stalls", "wheelchair"),
        ("Cheap", "restricted"),
    ]
    assert [category["name"] for category in plan.categories] == ["Stalls", "Cheap"]
    assert plan.categories[0]["color"] == "#112233"


def test_it_reads_a_standing_zone_outlined_by_its_first_area():
    document = foreign()
    document["categories"].append({"name": "Standing; 50 %"})
    document["zones"].append(
        {
            "name": "Floor",
            "zone_id": "floor;capacity=350;category=Standing%3B 50 %25",
            "position": {"x": 10, "y": 0},
            "rows": [],
            "areas": [
                {
                    "shape": "rectangle",
                    "rotation": 90,
                    "position": {"x": 100, "y": 0},
                    "rectangle": {"width": 20, "height": 40},
                },
                {"shape": "circle", "circle": {"radius": 3}},
            ],
        }
    )

    plan = read(document).draft

    floor = plan.sections[1]
    assert (floor.kind, floor.slug, floor.capacity) == ("standing", "floor", 350)
    assert floor.category == "Standing; 50 %"
    corners = [(round(x), round(y)) for x, y in floor.outline]
    assert corners == [(110, 0), (110, 20), (70, 20), (70, 0)]
    assert plan.decoration[-1]["shape"] == "circle"


@pytest.mark.parametrize(
    ("shape", "sizes"),
    [("circle", {"radius": 5}), ("ellipse", {"radius": {"x": 5, "y": 5}})],
)
def test_it_turns_round_outlines_into_corners(shape, sizes):
    document = foreign()
    zone = {"zone_id": "f;capacity=1;category=Cheap", "position": {"x": 50, "y": 50}, "rows": []}
    zone["areas"] = [{"shape": shape, shape: sizes}]
    document["zones"].append(zone)

    outline = read(document).draft.sections[1].outline

    assert len(outline) >= 24
    assert all(abs((x - 50) ** 2 + (y - 50) ** 2 - 25) < 1e-6 for x, y in outline)


def test_it_keeps_slugs_apart_and_names_zones_that_have_no_name():
    document = foreign()
    zone = document["zones"][0]
    for number in range(2):
        other = copy.deepcopy(zone)
        del other["name"]
        other["zone_id"] = "" if number else "Zone 1"
        for seat in other["rows"][0]["seats"]:
            seat["seat_guid"] += f"-{number}"
        document["zones"].append(other)

    sections = read(document).draft.sections

    assert [(s.name, s.slug) for s in sections] == [
        ("Main hall", "zone-1"),
        ("Zone 1", "zone-1-2"),
        ("Section 3", "section-3"),
    ]


def test_it_reads_a_file_with_a_byte_order_mark():
    data = b"\xef\xbb\xbf" + json.dumps(foreign()).encode()

    assert read_plan(data).draft.capacity == 2


def test_it_warns_of_members_it_does_not_know_and_goes_on():
    document = foreign()
    for seat in document["zones"][0]["rows"][0]["seats"]:
        seat["wheelchair"] = True
    document["status"] = "draft"

    result = read(document)

    assert result.draft == read(foreign()).draft
    warnings = "\n".join(result.warnings)
    assert "zones[].rows[].seats[].wheelchair is not part of the format" in warnings
    assert "(2 times)" in warnings
    assert "status is not part of the format and was left out (once)" in warnings


def test_it_warns_of_names_that_customers_could_not_tell_apart():
    document = foreign()
    document["zones"][0]["rows"][0]["seats"][1]["seat_number"] = "1"
    other = copy.deepcopy(document["zones"][0])
    for number, seat in enumerate(other["rows"][0]["seats"]):
        seat |= {"seat_guid": f"other-{number}", "seat_number": str(number)}
    document["zones"].append(other)

    warnings = read(document).warnings

    assert any("several sections “Main hall”" in warning for warning in warnings)
    assert any("1 seat has the row and number" in warning for warning in warnings)


def test_it_warns_of_companions_without_a_wheelchair_space():
    document = foreign()
    document["categories"].append({"name": "Stalls (companion)"})
    the_seat(document)["category"] = "Stalls (companion)"

    assert any("companion seat has no" in warning for warning in read(document).warnings)


def test_it_warns_of_a_color_it_does_not_know():
    document = foreign()
    document["categories"][0]["color"] = "url(#evil)"

    result = read(document)

    assert result.draft.categories[0]["color"].startswith("#")
    assert any("categories[0].color" in warning for warning in result.warnings)


FAULTS = {
    "no name": (lambda d: d.pop("name"), "name: this is missing"),
    "empty name": (lambda d: d.update(name="  "), "name: this is empty"),
    "long name": (lambda d: d.update(name="x" * 121), "name: this is longer than 120"),
    "NUL in name": (lambda d: d.update(name="a\x00b"), "name: there are characters"),
    "half a character": (lambda d: d.update(name="a\ud800b"), "name: there are characters"),
    "name is a number": (lambda d: d.update(name=7), "name: this must be a text"),
    "no size": (lambda d: d.pop("size"), "size: this is missing"),
    "no width": (lambda d: d["size"].pop("width"), "size.width: this is missing"),
    "width 0": (lambda d: d["size"].update(width=0), "size.width: this must be from 1"),
    "width huge": (lambda d: d["size"].update(width=10**9), "size.width: this must be from 1"),
    "width half": (lambda d: d["size"].update(width=1.5), "size.width: this must be a whole"),
    "width true": (lambda d: d["size"].update(width=True), "size.width: this must be a whole"),
    "zones is a dict": (lambda d: d.update(zones={}), "zones: this must be a list"),
    "no zones": (lambda d: d.update(zones=[]), "zones: there is neither a seat nor"),
    "a zone is null": (lambda d: d.update(zones=[None]), "zones[0]: this must be an object"),
    "rows missing": (lambda d: d["zones"][0].pop("rows"), "zones[0].rows: this is missing"),
    "category twice": (
        lambda d: d["categories"].append({"name": "Stalls"}),
        "categories[2].name: there are two categories “Stalls”",
    ),
    "seat without position": (
        lambda d: the_seat(d).pop("position"),
        "zones[0].rows[0].seats[0].position: this is missing",
    ),
    "position without y": (
        lambda d: the_seat(d)["position"].pop("y"),
        "zones[0].rows[0].seats[0].position.y: this is missing",
    ),
    "position is text": (
        lambda d: the_seat(d)["position"].update(x="12"),
        "zones[0].rows[0].seats[0].position.x: this must be a number",
    ),
    "position is true": (
        lambda d: the_seat(d)["position"].update(x=True),
        "zones[0].rows[0].seats[0].position.x: this must be a number",
    ),
    "position outside": (
        lambda d: the_seat(d)["position"].update(x=500),
        "zones[0].rows[0].seats[0].position: (511, 22) lies outside the plan (200 × 100)",
    ),
    "position negative": (
        lambda d: the_seat(d)["position"].update(y=-23),
        "zones[0].rows[0].seats[0].position: (11.5, -1) lies outside",
    ),
    "position absurd": (
        lambda d: the_seat(d)["position"].update(x=1e308),
        "zones[0].rows[0].seats[0].position.x: this number is out of all proportion",
    ),
    "zone absurd": (
        lambda d: d["zones"][0]["position"].update(x=-(10**30)),
        "zones[0].position.x: this number is out of all proportion",
    ),
    "GUID twice": (
        lambda d: the_seat(d).update(seat_guid="g2"),
        "zones[0].rows[0].seats[1].seat_guid: “g2” has been given already,"
        " to zones[0].rows[0].seats[0]",
    ),
    "GUID with a blank": (
        lambda d: the_seat(d).update(seat_guid="g1 "),
        "zones[0].rows[0].seats[0].seat_guid: there is a blank at the beginning or the end",
    ),
    "GUID empty": (
        lambda d: the_seat(d).update(seat_guid=""),
        "zones[0].rows[0].seats[0].seat_guid: this is empty",
    ),
    "GUID missing": (
        lambda d: the_seat(d).pop("seat_guid"),
        "zones[0].rows[0].seats[0].seat_guid: this is missing",
    ),
    "GUID is a number": (
        lambda d: the_seat(d).update(seat_guid=1),
        "zones[0].rows[0].seats[0].seat_guid: this must be a text",
    ),
    "number empty": (
        lambda d: the_seat(d).update(seat_number=" "),
        "zones[0].rows[0].seats[0].seat_number: this is empty",
    ),
    "row name long": (
        lambda d: d["zones"][0]["rows"][0].update(row_number="x" * 21),
        "zones[0].rows[0].row_number: this is longer than 20",
    ),
    "unknown category": (
        lambda d: the_seat(d).update(category="Stallz"),
        "zones[0].rows[0].seats[0].category: there is no category “Stallz”",
    ),
    "direction unknown": (
        lambda d: the_seat(d).update(start_direction="up"),
        "zones[0].rows[0].seats[0].start_direction: this must be one of: <, >, <>",
    ),
    "shape unknown": (
        lambda d: d["zones"][0]["areas"][0].update(shape="star"),
        "zones[0].areas[0].shape: this must be one of: polygon",
    ),
    "shape without its object": (
        lambda d: d["zones"][0]["areas"][0].update(shape="circle"),
        "zones[0].areas[0].circle: this is missing",
    ),
    "shape of negative size": (
        lambda d: d["zones"][0]["areas"][0]["rectangle"].update(width=-1),
        "zones[0].areas[0].rectangle.width: this can't be less than 0",
    ),
    "shape absurd": (
        lambda d: d["zones"][0]["areas"][0]["position"].update(x=1e300),
        "zones[0].areas[0].position.x: this number is out of all proportion",
    ),
    "shape absurd with its zone": (
        lambda d: d["zones"][0]["areas"][0]["position"].update(x=1e6),
        "zones[0].areas[0].position.x: this number is out of all proportion",
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
        "zones[1].areas[0]: this number is out of all proportion",
    ),
    "seats and capacity": (
        lambda d: d["zones"][0].update(zone_id="a;capacity=5;category=Stalls"),
        "zones[0].zone_id: a zone with seats can't have a capacity of its own",
    ),
}


@pytest.mark.parametrize(("spoil", "expected"), FAULTS.values(), ids=FAULTS)
def test_it_refuses_a_fault_with_its_path(spoil, expected):
    document = foreign()
    spoil(document)

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
def test_it_refuses_a_standing_zone_that_makes_no_sense(zone_id, areas, expected):
    document = foreign()
    zone = {"zone_id": zone_id, "position": {"x": 0, "y": 0}, "rows": []}
    if areas:
        zone["areas"] = [{"shape": "circle", "circle": {"radius": 9}}]
    document["zones"].append(zone)

    (fault,) = faults_of(document)

    assert fault.startswith("zones[1].zone_id: ")
    assert expected in fault


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "The file is empty."),
        (b" \n ", "The file is empty."),
        (b"{", "This is not JSON (line 1, column 2)."),
        (b"\xff\xfe{}", "The file is not UTF-8 text (byte 0)."),
        (b'{"name": NaN}', "This is not JSON: NaN is not a number."),
        (b'{"name": -Infinity}', "This is not JSON: -Infinity is not a number."),
        (b"9" * 5000, "This is not JSON: "),
        (b"[" * 100_000, "The file is nested too deeply."),
        (b"[]", "this must be an object"),
        (b"null", "this must be an object"),
    ],
    ids=["empty", "blank", "cut", "utf16", "nan", "infinity", "digits", "deep", "list", "null"],
)
def test_it_refuses_what_is_no_document(data, expected):
    (fault,) = faults_of(data)

    assert fault.startswith(expected)


@pytest.mark.parametrize("depth", [300, 600, 900, 950, 980])
def test_it_refuses_nesting_at_any_depth_without_falling_over(depth):
    document = b'{"name": ' + b"[" * depth + b"]" * depth + b', "zones": [], "categories": []}'

    assert faults_of(document)


def test_it_refuses_infinity_written_as_a_number():
    data = json.dumps(foreign()).replace("0.5", "1e999").encode()

    (fault,) = faults_of(data)

    assert "out of all proportion" in fault


def test_it_refuses_a_file_of_fifty_megabytes_before_reading_it():
    data = b" " * (50 * 1024 * 1024)

    start = time.process_time()
    (fault,) = faults_of(data)

    assert fault == f"The file is larger than {MOST_BYTES // 1024**2} MB."
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
def test_it_refuses_endless_lists_before_looking_at_each_item(name, endless):
    start = time.process_time()
    (fault,) = faults_of(foreign() | endless)

    assert f" {name}; at most " in fault
    assert time.process_time() - start < 2


def test_it_refuses_more_places_than_fit():
    document = foreign()
    zone = {"position": {"x": 0, "y": 0}, "rows": []}
    zone["areas"] = [{"shape": "circle", "circle": {"radius": 9}}]
    zone["zone_id"] = "f;capacity=60000;category=Cheap"
    document["zones"].append(zone)

    assert faults_of(document) == ["zones: there are 60002 places; at most 60000 fit"]


def test_it_tells_twenty_faults_and_no_more():
    document = foreign()
    seat = the_seat(document)
    document["zones"][0]["rows"][0]["seats"] = [
        seat | {"seat_guid": str(number), "category": "?"} for number in range(500)
    ]

    faults = faults_of(document)

    assert len(faults) == 20
    assert faults[19].startswith("zones[0].rows[0].seats[19].category")


def test_it_reads_the_largest_plan_in_seconds():
    document = foreign()
    seat = the_seat(document)
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
    # About 4 s; the margin is for slow and busy machines.
    assert time.process_time() - start < 60

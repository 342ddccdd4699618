"""Read plan files of other programs."""

import copy
import json

import pytest

from venues.plan_format import read_plan
from venues.tests.foreign_plans import first_seat, foreign, read

ORIGIN = {"x": 0, "y": 0}


def test_coordinates_of_zone_row_and_seat_are_added():
    plan = read(foreign()).draft

    assert (plan.name, plan.width, plan.height) == ("Small hall", 200, 100)
    (section,) = plan.sections
    assert (section.name, section.slug, section.capacity) == ("Main hall", "zone-1", 2)
    assert [(s.guid, s.row, s.number, s.x, s.y, s.category) for s in section.seats] == [
        ("g1", "A", "1", 11.5, 22.0, "Stalls"),
        ("g2", "A", "2", 31.0, 22.0, "Cheap"),
    ]


def test_colours_are_normalised_and_missing_ones_added():
    first, second = read(foreign()).draft.categories

    assert first == {"name": "Stalls", "color": "#aa0000"}
    assert second["name"] == "Cheap"
    assert second["color"].startswith("#")


def test_a_shape_with_a_text_becomes_two_shapes_in_plan_coordinates():
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


def test_the_kind_of_a_seat_is_read_from_its_category():
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


def test_a_standing_zone_has_the_outline_of_its_first_area():
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
def test_round_outlines_become_polygons(shape, sizes):
    document = foreign()
    zone = {"zone_id": "f;capacity=1;category=Cheap", "position": {"x": 50, "y": 50}, "rows": []}
    zone["areas"] = [{"shape": shape, shape: sizes}]
    document["zones"].append(zone)

    outline = read(document).draft.sections[1].outline

    assert len(outline) >= 24
    assert all(abs((x - 50) ** 2 + (y - 50) ** 2 - 25) < 1e-6 for x, y in outline)


def test_slugs_are_unique_and_unnamed_zones_get_names():
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


def test_unknown_members_cause_a_warning():
    document = foreign()
    for seat in document["zones"][0]["rows"][0]["seats"]:
        seat["wheelchair"] = True
    document["status"] = "draft"

    result = read(document)

    assert result.draft == read(foreign()).draft
    warnings = "\n".join(result.warnings)
    assert "zones[].rows[].seats[].wheelchair is not part of the format" in warnings
    assert "(2 times)" in warnings
    assert "status is not part of the format and was ignored (once)" in warnings


def test_names_that_look_alike_cause_a_warning():
    document = foreign()
    document["zones"][0]["rows"][0]["seats"][1]["seat_number"] = "1"
    other = copy.deepcopy(document["zones"][0])
    for number, seat in enumerate(other["rows"][0]["seats"]):
        seat |= {"seat_guid": f"other-{number}", "seat_number": str(number)}
    document["zones"].append(other)

    warnings = read(document).warnings

    assert any("sections are called “Main hall”" in warning for warning in warnings)
    assert any("1 seat has the row and number" in warning for warning in warnings)


def test_companion_seats_without_a_wheelchair_space_cause_a_warning():
    document = foreign()
    document["categories"].append({"name": "Stalls (companion)"})
    first_seat(document)["category"] = "Stalls (companion)"

    assert any("companion seat has no" in warning for warning in read(document).warnings)


def test_an_unknown_colour_causes_a_warning():
    document = foreign()
    document["categories"][0]["color"] = "url(#evil)"

    result = read(document)

    assert result.draft.categories[0]["color"].startswith("#")
    assert any("Category “Stalls”, color" in warning for warning in result.warnings)


def test_everything_valid_by_the_schema_is_accepted():
    """The schema is https://github.com/pretix/pretix, src/pretix/static/seating."""
    document = foreign()
    row = document["zones"][0]["rows"][0]
    row |= {"row_label": None, "seat_label": None, "row_number_position": None}
    row["row_number"] = "Loge im ersten Rang links, hinter der Säule"
    first_seat(document)["start_direction"] = None
    row["seats"][1] |= {"start_direction": "", "seat_number": "Ehrenplatz der Intendanz"}
    document["zones"][0]["areas"] += [
        {},
        {"shape": "circle"},
        {"color": "red", "position": {"x": 1, "y": 1}},
        {"rectangle": {"width": 5, "height": 6}, "text": {"text": "Bar", "position": ORIGIN}},
        {"text": {"text": "Exit", "position": ORIGIN}},
    ]

    result = read(document)

    (section,) = result.draft.sections
    assert {seat.row for seat in section.seats} == {row["row_number"]}
    assert section.seats[1].number == "Ehrenplatz der Intendanz"
    shapes = [area["shape"] for area in result.draft.decoration]
    assert shapes == ["rectangle", "text", "rectangle", "text", "text"]
    left_out = [text for text in result.warnings if "has no shape and was ignored" in text]
    assert left_out[0].startswith("Section “Main hall”, shape #2 ")
    assert len(left_out) == 3

from xml.etree import ElementTree

from django.utils import translation

from venues.generate import label, stage
from venues.preview import legend, plan_svg
from venues.tests.factories import draft, seat, standing_section

SVG = "{http://www.w3.org/2000/svg}"


def parse(plan):
    return ElementTree.fromstring(plan_svg(plan))


def test_it_shows_every_seat_in_the_color_of_its_category():
    svg = parse(draft())

    (path,) = svg.iter(f"{SVG}path")
    assert path.get("stroke") == "#aa0000"
    assert path.get("d") == "M20 50h0M40 50h0M60 50h0"
    assert svg.get("viewBox") == "0 0 200 100"


def test_special_seats_differ_by_shape_too():
    seats = [
        seat("A", "1", 20, 50, kind="wheelchair"),
        seat("A", "2", 40, 50, kind="companion"),
        seat("A", "3", 60, 50, kind="restricted"),
        seat("A", "4", 80, 50),
    ]

    paths = list(parse(draft(seats=seats)).iter(f"{SVG}path"))

    assert len(paths) == 6
    assert sum(path.get("stroke") == "#fff" for path in paths) == 2
    assert sum(path.get("stroke-opacity") is not None for path in paths) == 1


def test_sections_show_names_and_numbers_of_places():
    svg = parse(draft(sections=[*draft().sections, standing_section()]))

    assert svg.get("role") == "img"
    assert "353" in svg.get("aria-label")
    assert [title.text for title in svg.iter(f"{SVG}title")] == ["Stalls: 3", "Floor: 350"]
    assert {text.text for text in svg.iter(f"{SVG}text")} == {"Stalls", "Floor"}


def test_every_shape_of_decoration_is_drawn():
    point = {"x": 10, "y": 20}
    shapes = (
        {"shape": "circle", "position": point, "circle": {"radius": 5}, "color": "#010101"},
        {"shape": "ellipse", "position": point, "ellipse": {"radius": {"x": 5, "y": 6}}},
        {
            "shape": "polygon",
            "position": point,
            "polygon": {"points": [{"x": 0, "y": 0}, {"x": 5, "y": 5}]},
            "rotation": 45,
        },
        *stage(width=50, depth=10),
        label("Bar", at=(5, 5)),
    )

    svg = parse(draft(decoration=shapes))

    circle, ellipse = svg.iter(f"{SVG}ellipse")
    assert (circle.get("rx"), circle.get("ry"), circle.get("fill")) == ("5", "5", "#010101")
    assert (ellipse.get("rx"), ellipse.get("ry"), ellipse.get("fill")) == ("5", "6", "none")
    assert next(svg.iter(f"{SVG}polygon")).get("points") == "10,20 15,25"
    assert next(svg.iter(f"{SVG}g")).get("transform") is None
    assert "rotate(45 10 20)" in [group.get("transform") for group in svg.iter(f"{SVG}g")]
    assert {"Stage", "Bar"} <= {text.text for text in svg.iter(f"{SVG}text")}


def test_names_are_escaped():
    plan = draft(
        name='"><script>alert(1)</script>',
        decoration=(label("<script>alert(1)</script>", at=(1, 1)),),
    )

    assert "<script>" not in plan_svg(plan)
    parse(plan)


def test_numbers_are_not_localised():
    with translation.override("de"):
        plan = draft(decoration=stage(width=33.5, depth=10.25), width=2000)

        assert 'width="33.5"' in plan_svg(plan)
        assert 'viewBox="0 0 2000 100"' in plan_svg(plan)


def test_it_counts_the_places_of_each_category():
    plan = draft(sections=[*draft().sections, standing_section()])

    assert [(entry["name"], entry["places"]) for entry in legend(plan)] == [
        ("Stalls", 3),
        ("Standing", 350),
    ]

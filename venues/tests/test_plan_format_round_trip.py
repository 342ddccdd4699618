"""A written plan follows the format and reads as the same plan."""

import json
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from venues.drafts import PlanDraft, SeatDraft, SectionDraft
from venues.plan_format import plan_document, read_plan, strict_faults, write_plan
from venues.plan_format.conventions import join_category, split_category
from venues.tests.factories import draft, seat, standing_section

SIDE = 500
KINDS = ["ordinary", "wheelchair", "companion", "restricted"]

words = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")) | st.sampled_from(" ;=%()"),
    min_size=1,
    max_size=15,
).filter(lambda text: text == text.strip() and not text.isspace())
categories = words.filter(lambda name: split_category(name)[0] == name)
slugs = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=8)
coordinates = st.floats(0, SIDE, allow_subnormal=False) | st.integers(0, SIDE).map(float)
colors = st.from_regex("#[0-9a-f]{6}", fullmatch=True)
points = st.fixed_dictionaries({"x": coordinates, "y": coordinates})
outlines = st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=6).map(tuple)
shapes = {
    "polygon": st.fixed_dictionaries({"points": st.lists(points, max_size=5)}),
    "rectangle": st.fixed_dictionaries({"width": coordinates, "height": coordinates}),
    "ellipse": st.fixed_dictionaries({"radius": points}),
    "circle": st.fixed_dictionaries({"radius": coordinates}),
    "text": st.fixed_dictionaries(
        {"text": words.filter(lambda t: "  " not in t), "position": points, "size": coordinates},
        optional={"color": colors},
    ),
}


@st.composite
def areas(draw):
    shape = draw(st.sampled_from(list(shapes)))
    area = {"shape": shape, "position": draw(points), shape: draw(shapes[shape])}
    if shape != "text":
        area |= draw(st.fixed_dictionaries({}, optional={"color": colors, "border_color": colors}))
    if rotation := draw(st.floats(-360, 360, allow_subnormal=False)):
        area["rotation"] = rotation
    return area


@st.composite
def plans(draw):
    names = draw(st.lists(categories, min_size=1, max_size=4, unique=True))
    slugs_taken = draw(st.lists(slugs, min_size=1, max_size=4, unique=True))
    guids = iter(range(1_000_000))
    return PlanDraft(
        name=draw(words),
        width=SIDE,
        height=SIDE,
        categories=tuple({"name": name, "color": draw(colors)} for name in names),
        sections=tuple(draw(sections(slug, names, guids)) for slug in slugs_taken),
        decoration=tuple(draw(st.lists(areas(), max_size=3))),
    )


@st.composite
def sections(draw, slug, names, guids):
    name = draw(words)
    if draw(st.booleans()):
        return SectionDraft(
            name=name,
            slug=slug,
            standing=draw(st.integers(1, 5000)),
            category=draw(st.sampled_from(names)),
            outline=draw(outlines),
        )
    seats = draw(
        st.lists(
            st.builds(
                lambda row, number, x, y, category, kind: SeatDraft(
                    f"{slug}-{next(guids)}", row, number, x, y, category, kind
                ),
                st.just("") | words,
                words,
                coordinates,
                coordinates,
                st.sampled_from(names),
                st.sampled_from(KINDS),
            ),
            min_size=1,
            max_size=8,
        )
    )
    return SectionDraft(
        name=name, slug=slug, seats=tuple(seats), outline=draw(st.just(()) | outlines)
    )


@given(plans())
@settings(max_examples=150, deadline=None)
def test_a_written_plan_is_valid_and_reads_as_equal(plan):
    written = write_plan(plan)
    result = read_plan(written)

    assert result.draft == plan
    assert not [warning for warning in result.warnings if "not part of the format" in warning]
    assert strict_faults(plan_document(plan)) == []
    assert write_plan(result.draft) == written


@given(categories, st.sampled_from(KINDS))
def test_the_kind_is_found_at_the_end_of_a_category(name, kind):
    assert split_category(join_category(name, kind)) == (name, kind)


def test_strict_validation_reports_unknown_members():
    document = plan_document(draft()) | {"wheelchair": True}

    assert len(strict_faults(document)) == 1


def test_the_file_is_readable():
    plan = draft(
        seats=[seat("A", "1", 20, 50, kind="wheelchair"), seat("A", "2", 40.5, 50)],
    )
    plan = draft(sections=[plan.sections[0], standing_section()])

    document = json.loads(write_plan(plan))

    assert [c["name"] for c in document["categories"]] == [
        "Stalls",
        "Standing",
        "Stalls (wheelchair space)",
    ]
    stalls, floor = document["zones"]
    assert stalls["rows"][0]["row_number"] == "A"
    assert stalls["rows"][0]["seats"][0] == {
        "seat_guid": "A-1",
        "seat_number": "1",
        "position": {"x": 20, "y": 50},
        "category": "Stalls (wheelchair space)",
    }
    assert floor["zone_id"] == "floor;capacity=350;category=Standing"
    assert floor["rows"] == []


def test_a_category_that_is_not_listed_cannot_be_written():
    with pytest.raises(ValueError, match="Balcony"):
        plan_document(draft(seats=[seat(category="Balcony")]))

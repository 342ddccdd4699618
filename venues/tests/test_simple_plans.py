import pytest
from django.core.exceptions import ValidationError

from venues.drawing import runs_of, stage_focus
from venues.plan_format import read_plan, write_plan
from venues.plans import add_plan_version, draft_of
from venues.simple_plans import SectionSpec, simple_plan
from venues.tests.factories import make_venue
from venues.tests.test_generate import nearest, rows_of

STALLS = SectionSpec("Stalls", rows=4, seats=11, aisles=2)


def refusal_of(*specs):
    with pytest.raises(ValidationError) as refusal:
        simple_plan("Hall", list(specs))
    return "\n".join(refusal.value.messages)


def test_each_row_has_the_requested_number_of_seats():
    plan = simple_plan("Hall", [STALLS])

    (section,) = plan.sections
    assert [len(row) for row in rows_of(section)] == [11] * 4
    assert [c["name"] for c in plan.categories] == ["Stalls"]


def test_aisles_divide_rows_evenly():
    (section,) = simple_plan("Hall", [STALLS]).sections

    row = rows_of(section)[0]
    assert [len(run) for run in runs_of(row)] == [4, 4, 3]


def test_sections_are_placed_one_behind_the_other():
    plan = simple_plan(
        "Hall",
        [
            SectionSpec("Floor", standing=200, category="Standing"),
            STALLS,
            SectionSpec("Circle", rows=3, seats=30, bent=True),
            SectionSpec("Gallery", rows=2, seats=20, bent=True),
            SectionSpec("Slips", rows=1, seats=40),
        ],
    )

    _x, stage = stage_focus(plan.decoration)
    last = stage
    for section in plan.sections:
        ys = [y for _x, y in section.outline]
        assert min(ys) > stage
        assert max(ys) > last
        last = max(ys)
    assert nearest(plan.seats) > 20
    assert plan.sections[0].category == "Standing"


def test_rows_can_be_curved_around_the_stage():
    (section,) = simple_plan("Hall", [SectionSpec("Stalls", rows=2, seats=20, bent=True)]).sections

    row = rows_of(section)[0]
    assert row[0].y < row[10].y
    assert row[0].y == pytest.approx(row[-1].y)


def test_wheelchair_spaces_are_at_both_ends_of_the_last_row():
    (section,) = simple_plan("Hall", [SectionSpec("S", rows=2, seats=10, spaces=3)]).sections

    first, last = ([seat.kind[0] for seat in row] for row in rows_of(section))
    assert "".join(first) == "o" * 10
    assert "".join(last) == "wcwcoooowc"


def test_sections_can_share_a_category():
    plan = simple_plan(
        "Hall",
        [
            SectionSpec("Left", rows=1, seats=2, category="Seats"),
            SectionSpec("Right", rows=1, seats=2, category="Seats"),
        ],
    )

    assert [c["name"] for c in plan.categories] == ["Seats"]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (SectionSpec("S"), "S: the number of rows must be from 1 to 100"),
        (SectionSpec("S", rows=101, seats=5), "S: the number of rows must be from 1 to 100"),
        (SectionSpec("S", rows=5, seats=0), "the seats in a row must be from 1 to 200"),
        (SectionSpec("S", rows=5, seats=201), "the seats in a row must be from 1 to 200"),
        (SectionSpec("S", rows=5, seats=3, aisles=3), "there must be fewer aisles"),
        (SectionSpec("S", rows=5, seats=3, aisles=-1), "there must be fewer aisles"),
        (SectionSpec("S", rows=5, seats=5, spaces=3), "the last row is too short"),
        (SectionSpec("S", standing=5, rows=5), "either seats or standing places"),
        (SectionSpec("S", standing=-5), "the standing capacity must be from 1 to"),
        (SectionSpec(" ", rows=5, seats=5), "“ ” cannot be the name of a section"),
        (SectionSpec("x" * 61, rows=5, seats=5), "cannot be the name of a section"),
    ],
)
def test_impossible_values_are_rejected(spec, message):
    assert message in refusal_of(spec)


def test_no_sections_too_many_and_equal_names_are_rejected():
    assert "from 1 to 40 sections" in refusal_of()
    assert "from 1 to 40 sections" in refusal_of(
        *(SectionSpec(f"S{number}", rows=1, seats=1) for number in range(41))
    )
    assert "two sections “Stalls”" in refusal_of(STALLS, STALLS)


def test_too_many_places_are_rejected():
    specs = [SectionSpec(f"S{number}", rows=100, seats=200) for number in range(4)]

    assert "more than 60000 places" in refusal_of(*specs)


@pytest.mark.django_db
def test_sections_of_any_name_are_distinct():
    names = ["客席", "バルコニー", "!!!", "?!", "44", "+44", "Партер", "🎸"]
    specs = [SectionSpec(name, rows=2, seats=4) for name in names[:-1]]
    draft = simple_plan("Hall", [*specs, SectionSpec(names[-1], standing=50)])
    plan = add_plan_version(venue=make_venue(), name="Hall", draft=draft)
    sections = plan.sections.order_by("ordinal")
    assert [section.name for section in sections] == names
    assert len({section.slug for section in sections}) == len(names)
    assert all(slug and slug.isascii() for slug in sections.values_list("slug", flat=True))
    assert read_plan(write_plan(draft_of(plan))).draft == draft_of(plan)

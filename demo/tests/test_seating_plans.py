import pytest

from demo import seating_plans
from venues.drafts import pair_companions
from venues.drawing import stage_focus
from venues.models import Seat
from venues.plan_format import plan_document, read_plan, strict_faults, write_plan
from venues.tests.test_generate import nearest

PLANS = [
    seating_plans.club,
    seating_plans.studio,
    seating_plans.theatre,
    seating_plans.hall,
    seating_plans.arena,
]


@pytest.fixture(params=PLANS, ids=lambda plan_draft: plan_draft.__name__, scope="module")
def plan_draft(request):
    return request.param()


@pytest.mark.parametrize(
    ("plan", "seats", "standing"),
    [
        (seating_plans.club, 0, 350),
        (seating_plans.studio, 0, 100),
        (seating_plans.theatre, 1_200, 0),
        (seating_plans.hall, 2_400, 0),
        (seating_plans.arena, 12_000, 4_000),
    ],
)
def test_it_has_about_the_promised_capacity(plan, seats, standing):
    draft = plan()

    assert len(draft.seats) == pytest.approx(seats, rel=0.03)
    assert sum(section.standing for section in draft.sections) == standing


def test_it_has_a_stage_inside_the_plan(plan_draft):
    x, y = stage_focus(plan_draft.decoration)

    assert 0 < x < plan_draft.width
    assert 0 < y < plan_draft.height


def test_seats_do_not_overlap(plan_draft):
    assert nearest(plan_draft.seats) > 20


def test_outlines_contain_their_seats(plan_draft):
    for section in plan_draft.sections:
        xs, ys = zip(*section.outline, strict=True)
        assert 0 <= min(xs) <= max(xs) <= plan_draft.width
        assert 0 <= min(ys) <= max(ys) <= plan_draft.height
        for seat in section.seats:
            assert min(xs) <= seat.x <= max(xs)
            assert min(ys) <= seat.y <= max(ys)
            assert contains(section.outline, seat), f"{section.name} {seat.row}{seat.number}"


def test_outlines_contain_no_seats_of_other_sections(plan_draft):
    boxes = [(s, *zip(*s.outline, strict=True)) for s in plan_draft.sections]
    for section in plan_draft.sections:
        for seat in section.seats:
            for other, xs, ys in boxes:
                near = min(xs) < seat.x < max(xs) and min(ys) < seat.y < max(ys)
                if near and other is not section:
                    assert not contains(other.outline, seat), f"{section.name} in {other.name}"


def test_seat_names_are_unique(plan_draft):
    names = [
        (section.name, s.row, s.number) for section in plan_draft.sections for s in section.seats
    ]

    assert len(set(names)) == len(names)
    assert len({seat.guid for seat in plan_draft.seats}) == len(names)
    assert len({section.slug for section in plan_draft.sections}) == len(plan_draft.sections)


def test_every_category_in_use_is_listed(plan_draft):
    used = {seat.category for seat in plan_draft.seats} | {s.category for s in plan_draft.sections}

    assert used - {""} == {category["name"] for category in plan_draft.categories}


def test_each_wheelchair_space_has_a_companion_seat(plan_draft):
    for section in plan_draft.sections:
        spaces = {s.guid for s in section.seats if s.kind == Seat.Kind.WHEELCHAIR}
        assert set(pair_companions(section.seats).values()) == spaces
    if plan_draft.seats:
        assert any(seat.kind == Seat.Kind.WHEELCHAIR for seat in plan_draft.seats)


def test_it_can_be_exported_and_imported(plan_draft):
    assert strict_faults(plan_document(plan_draft)) == []

    result = read_plan(write_plan(plan_draft))

    assert result.draft == plan_draft
    assert result.warnings == ()


def contains(outline, seat):
    """Return whether a seat lies inside, by the even-odd rule."""
    inside = False
    for (x1, y1), (x2, y2) in zip(outline, outline[1:] + outline[:1], strict=True):
        if (y1 > seat.y) != (y2 > seat.y):
            inside ^= seat.x < x1 + (seat.y - y1) / (y2 - y1) * (x2 - x1)
    return inside

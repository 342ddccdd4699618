import pytest

from demo import halls
from venues.drafts import pair_companions
from venues.drawing import stage_focus
from venues.models import Seat
from venues.plan_format import plan_document, read_plan, strict_faults, write_plan
from venues.tests.test_generate import nearest

HOUSES = [halls.club, halls.studio, halls.theatre, halls.hall, halls.arena]


@pytest.fixture(params=HOUSES, ids=lambda house: house.__name__, scope="module")
def house(request):
    return request.param()


@pytest.mark.parametrize(
    ("plan", "seats", "standing"),
    [
        (halls.club, 0, 350),
        (halls.studio, 0, 100),
        (halls.theatre, 1_200, 0),
        (halls.hall, 2_400, 0),
        (halls.arena, 12_000, 4_000),
    ],
)
def test_it_has_about_the_promised_capacity(plan, seats, standing):
    draft = plan()

    assert len(draft.seats) == pytest.approx(seats, rel=0.03)
    assert sum(section.standing for section in draft.sections) == standing


def test_it_has_a_stage_inside_the_plan(house):
    x, y = stage_focus(house.decoration)

    assert 0 < x < house.width
    assert 0 < y < house.height


def test_seats_do_not_overlap(house):
    assert nearest(house.seats) > 20


def test_outlines_contain_their_seats(house):
    for section in house.sections:
        xs, ys = zip(*section.outline, strict=True)
        assert 0 <= min(xs) <= max(xs) <= house.width
        assert 0 <= min(ys) <= max(ys) <= house.height
        for seat in section.seats:
            assert min(xs) <= seat.x <= max(xs)
            assert min(ys) <= seat.y <= max(ys)
            assert contains(section.outline, seat), f"{section.name} {seat.row}{seat.number}"


def test_outlines_contain_no_seats_of_other_sections(house):
    boxes = [(s, *zip(*s.outline, strict=True)) for s in house.sections]
    for section in house.sections:
        for seat in section.seats:
            for other, xs, ys in boxes:
                near = min(xs) < seat.x < max(xs) and min(ys) < seat.y < max(ys)
                if near and other is not section:
                    assert not contains(other.outline, seat), f"{section.name} in {other.name}"


def test_seat_names_are_unique(house):
    names = [(section.name, s.row, s.number) for section in house.sections for s in section.seats]

    assert len(set(names)) == len(names)
    assert len({seat.guid for seat in house.seats}) == len(names)
    assert len({section.slug for section in house.sections}) == len(house.sections)


def test_every_category_in_use_is_listed(house):
    used = {seat.category for seat in house.seats} | {s.category for s in house.sections}

    assert used - {""} == {category["name"] for category in house.categories}


def test_each_wheelchair_space_has_a_companion_seat(house):
    for section in house.sections:
        spaces = {s.guid for s in section.seats if s.kind == Seat.Kind.WHEELCHAIR}
        assert set(pair_companions(section.seats).values()) == spaces
    if house.seats:
        assert any(seat.kind == Seat.Kind.WHEELCHAIR for seat in house.seats)


def test_it_can_be_exported_and_imported(house):
    assert strict_faults(plan_document(house)) == []

    result = read_plan(write_plan(house))

    assert result.draft == house
    assert result.warnings == ()


def contains(outline, seat):
    """Whether a seat lies inside, by the even-odd rule."""
    inside = False
    for (x1, y1), (x2, y2) in zip(outline, outline[1:] + outline[:1], strict=True):
        if (y1 > seat.y) != (y2 > seat.y):
            inside ^= seat.x < x1 + (seat.y - y1) / (y2 - y1) * (x2 - x1)
    return inside

import dataclasses
import time

import pytest
from django.utils import translation

from venues.drawing import drawing_of, row_sign, standing_name
from venues.models import Seat, SeatingPlan, Section
from venues.tests.factories import make_venue

pytestmark = pytest.mark.django_db


def make_plan(*, decoration=(), width=400, height=400):
    return SeatingPlan.objects.create(
        venue=make_venue(),
        name="Hall",
        width=width,
        height=height,
        categories=[{"name": "Stalls", "color": "#aa0000"}],
        decoration=list(decoration),
        content_hash="0" * 64,
    )


def make_section(plan, seats, *, name="Stalls", slug="stalls", ordinal=0, outline=()):
    """Create a section; `seats` are (row, number, x, y), optionally with a kind."""
    section = Section.objects.create(
        plan=plan,
        name=name,
        slug=slug,
        ordinal=ordinal,
        capacity=len(seats),
        outline=list(outline),
    )
    Seat.objects.bulk_create(
        Seat(
            plan=plan,
            section=section,
            guid=f"{slug}-{ordinal_}",
            row=row,
            number=number,
            ordinal=ordinal_,
            x=x,
            y=y,
            kind=(kind or ["ordinary"])[0],
            category="Stalls",
        )
        for ordinal_, (row, number, x, y, *kind) in enumerate(seats)
    )
    return section


def runs_by_number(drawing, section, row):
    drawn = next(r for r in drawing.by_slug[section].rows if r.name == row)
    return ["".join(drawing.seats[i].number for i in run) for run in drawn.runs]


def test_it_has_sections_rows_and_seats_in_order():
    plan = make_plan()
    circle = make_section(plan, [("A", "1", 0, 90)], name="Circle", slug="circle", ordinal=1)
    stalls = make_section(
        plan,
        [("A", "1", 0, 0), ("A", "2", 10, 0), ("B", "1", 0, 10)],
        outline=[[0, 0], [10, 0], [10, 10]],
    )

    drawing = drawing_of(plan.pk)

    assert [s.slug for s in drawing.sections] == ["stalls", "circle"]
    assert drawing.by_section_id[circle.pk] is drawing.by_slug["circle"]
    drawn = drawing.by_slug["stalls"]
    assert drawn.id == stalls.pk
    assert drawn.outline == ((0, 0), (10, 0), (10, 10))
    assert [row.name for row in drawn.rows] == ["A", "B"]
    assert drawn.seat_ids == tuple(stalls.seats.order_by("ordinal").values_list("pk", flat=True))
    assert drawing.capacity == 4
    assert len(drawing.seats) == 4


def test_the_drawing_is_built_once_with_three_queries(django_assert_num_queries):
    plan = make_plan()
    for number in range(5):
        make_section(plan, [("A", "1", 0, 0)] * 3, slug=f"s{number}", ordinal=number)

    with django_assert_num_queries(3):
        first = drawing_of(plan.pk)
    with django_assert_num_queries(0):
        second = drawing_of(plan.pk)
        assert all(seat.label for seat in second.seats.values())

    assert first is second


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        *[("F", "F"), ("12", "12"), ("AA", "AA"), ("", "")],
        *[("Box 2", "2"), ("Loge A", "A"), ("Tisch 12b", "12b"), ("Row", "Row")],
        *[("Royal Box", ""), ("Balcony", "")],
    ],
)
def test_a_map_shows_no_more_of_a_name_than_fits_beside_the_row(name, sign):
    assert row_sign(name) == sign


def test_an_unknown_plan_is_an_error():
    with pytest.raises(SeatingPlan.DoesNotExist):
        drawing_of(0)


def test_an_aisle_ends_a_run():
    plan = make_plan()
    make_section(plan, [("A", n, x, 0) for n, x in zip("12345", (0, 10, 20, 40, 50), strict=True)])

    assert runs_by_number(drawing_of(plan.pk), "stalls", "A") == ["123", "45"]


def test_a_slightly_wider_gap_does_not():
    plan = make_plan()
    make_section(plan, [("A", n, x, 0) for n, x in zip("1234", (0, 10, 25, 35), strict=True)])

    assert runs_by_number(drawing_of(plan.pk), "stalls", "A") == ["1234"]


def test_curved_rows_are_measured_along_the_curve():
    plan = make_plan()
    points = [(0, 0), (8, 6), (14, 14), (14, 44), (8, 52)]
    make_section(plan, [("A", str(n), x, y) for n, (x, y) in enumerate(points, 1)])

    assert runs_by_number(drawing_of(plan.pk), "stalls", "A") == ["123", "45"]


def test_a_row_of_two_is_judged_by_the_section():
    plan = make_plan()
    make_section(
        plan,
        [("A", "1", 0, 0), ("A", "2", 10, 0), ("A", "3", 20, 0)]
        + [("B", "1", 0, 10), ("B", "2", 40, 10)],
    )

    assert runs_by_number(drawing_of(plan.pk), "stalls", "B") == ["1", "2"]


def test_a_row_numbered_odd_and_even_is_sorted_by_position():
    plan = make_plan()
    make_section(
        plan, [("A", n, x, 0) for n, x in zip("135246", (20, 10, 0, 40, 50, 60), strict=True)]
    )

    assert runs_by_number(drawing_of(plan.pk), "stalls", "A") == ["531", "246"]


def test_it_pairs_wheelchair_spaces_with_their_companions():
    plan = make_plan()
    section = make_section(plan, [("A", "1", 0, 0, "wheelchair"), ("A", "3", 18, 0)])
    space, _other = section.seats.order_by("ordinal")
    companion = Seat.objects.create(
        plan=plan,
        section=section,
        guid="companion",
        row="A",
        number="2",
        ordinal=2,
        x=9,
        y=0,
        kind="companion",
        category="Stalls",
        companion_of=space,
    )

    drawing = drawing_of(plan.pk)

    assert drawing.companions_of == {space.pk: (companion.pk,)}
    assert drawing.seats[companion.pk].companion_of == space.pk


def test_seats_near_the_stage_and_in_the_middle_are_better():
    label = {"shape": "text", "position": {"x": 200, "y": 390}, "text": {"text": "Stage"}}
    plan = make_plan(decoration=[label])
    make_section(
        plan,
        [
            ("A", "middle", 200, 300),
            ("A", "side", 40, 300),
            ("A", "far", 200, 60),
            ("A", "pillar", 200, 300, "restricted"),
        ],
    )

    seats = {seat.number: seat.goodness for seat in drawing_of(plan.pk).seats.values()}

    assert seats["middle"] < seats["side"] < seats["far"]
    assert seats["middle"] < seats["pillar"]


def test_the_stage_may_be_at_the_side_and_seats_behind_it_are_worse():
    stage = {
        "shape": "rectangle",
        "position": {"x": 80, "y": 150},
        "rectangle": {"width": 40, "height": 100},
        "text": {"text": "BÜHNE", "position": {"x": 20, "y": 50}},
    }
    plan = make_plan(decoration=[stage])
    make_section(
        plan,
        [("A", "front", 180, 200), ("A", "behind", 20, 200), ("A", "back", 390, 200)],
    )

    seats = {seat.number: seat.goodness for seat in drawing_of(plan.pk).seats.values()}

    assert seats["front"] < seats["behind"]
    assert seats["front"] < seats["back"]


def test_without_a_stage_it_is_assumed_at_the_top():
    plan = make_plan()
    make_section(plan, [("A", "front", 200, 50), ("Z", "back", 200, 350)])

    seats = {seat.number: seat.goodness for seat in drawing_of(plan.pk).seats.values()}

    assert seats["front"] < seats["back"]


def test_the_label_is_in_the_active_language():
    plan = make_plan()
    make_section(plan, [("F", "12", 0, 0), ("", "3", 0, 0), ("Box 3", "1", 0, 0)])
    seat, without_row, in_a_box = drawing_of(plan.pk).seats.values()

    with translation.override("en"):
        assert seat.label == "Stalls, row F, seat 12"
        assert without_row.label == "Stalls, seat 3"
        assert in_a_box.label == "Stalls, Box 3, seat 1"


def test_it_is_immutable():
    plan = make_plan()
    make_section(plan, [("F", "12", 0, 0)])
    drawing = drawing_of(plan.pk)

    with pytest.raises(dataclasses.FrozenInstanceError):
        drawing.width = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        next(iter(drawing.seats.values())).x = 1


def test_it_draws_twelve_thousand_seats_quickly():
    plan = make_plan()
    for block in range(40):
        make_section(
            plan,
            [(str(n // 20), str(n % 20), n % 20 * 10, n // 20 * 10) for n in range(300)],
            slug=f"block-{block}",
            ordinal=block,
        )

    start = time.process_time()
    drawing = drawing_of(plan.pk)
    spent = time.process_time() - start

    assert len(drawing.seats) == 12_000
    # About 0.15 s; the margin is for slow and busy machines.
    assert spent < 1.5, f"{spent:.2f} s"


@pytest.mark.parametrize(
    ("language", "section", "said"),
    [
        ("en", "Floor", "Floor, standing"),
        ("en", "Front standing", "Front standing"),
        ("de", "Stehplatz vorn", "Stehplatz vorn"),
    ],
)
def test_a_standing_place_is_called_so_once(language, section, said):
    with translation.override(language):
        assert standing_name(section) == said

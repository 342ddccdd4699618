from dataclasses import replace

from venues.drafts import SectionDraft
from venues.plan_diff import compare_plans
from venues.tests.factories import draft, seat, standing_section


def plan_of(*seats, **fields):
    return draft(seats=list(seats), **fields)


A1, A2, A3 = (seat("A", str(n), 20 * n, 50) for n in (1, 2, 3))


def test_equal_plans_have_no_difference():
    assert compare_plans(plan_of(A1, A2), plan_of(A1, A2)).is_empty


def test_it_counts_and_names_what_changed():
    new = plan_of(
        replace(A1, number="1a"),
        replace(A2, kind="restricted"),
        seat("A", "4", 80, 50),
        replace(seat("B", "1", 20, 90), category="Standing"),
    )
    old = plan_of(A1, A2, A3, seat("B", "1", 20, 90))

    assert compare_plans(old, new).lines() == [
        "1 seat added: Stalls A 4",
        "1 seat removed: Stalls A 3",
        "1 seat renamed: Stalls A 1 → Stalls A 1a",
        "1 seat in another price category: Stalls B 1: Stalls → Standing",
        "1 seat with another kind (wheelchair space, companion seat, restricted view): Stalls A 2",
    ]


def test_a_plan_moved_as_a_whole_has_no_moved_seats():
    old = plan_of(A1, A2, A3)
    new = plan_of(*(replace(one, x=one.x + 40, y=one.y + 10) for one in (A1, A2, A3)))

    assert not compare_plans(old, new).moved


def test_only_seats_that_moved_otherwise_count():
    new = plan_of(A1, A2, replace(A3, y=70.0))

    assert [pair[1].seat for pair in compare_plans(plan_of(A1, A2, A3), new).moved] == [
        new.seats[2]
    ]


def test_a_renamed_section_renames_its_seats():
    old = plan_of(A1)
    new = draft(sections=[SectionDraft(name="Parkett", slug="stalls", seats=(A1,))])

    assert compare_plans(old, new).lines()[0] == "1 seat renamed: Stalls A 1 → Parkett A 1"


def test_long_lists_are_cut():
    old = plan_of(*(seat("A", str(n), 2 * n, 50) for n in range(1, 21)))

    lines = compare_plans(old, plan_of(A1)).lines()

    assert lines[0].startswith("19 seats removed: Stalls A 2,")
    assert lines[0].endswith("…")


def test_it_compares_standing_areas():
    floor, smaller = standing_section(), standing_section(standing=300)
    with_floor = draft(sections=[*draft().sections, floor])

    assert "Standing capacity of Floor: 350 → 300" in str(
        compare_plans(with_floor, draft(sections=[*draft().sections, smaller])).lines()
    )
    assert "Standing area removed: Floor (350)" in str(compare_plans(with_floor, draft()).lines())
    assert "Standing area added: Floor (350)" in str(compare_plans(draft(), with_floor).lines())

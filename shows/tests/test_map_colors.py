"""The colours of categories on the map: those of the plan, or else of the palette."""

import re
from itertools import combinations
from pathlib import Path

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from core.colours import contrast
from shows.map_colors import (
    PALETTE,
    PALETTE_BY_NIGHT,
    _are_alike,
    map_colors,
    own_colors,
    text_color_on,
)
from shows.terms import terms_of
from shows.tests.factories import make_performance, make_plan, make_user, seated
from venues.plan_format.values import default_color

STATIC = Path(__file__).resolve().parents[2] / "static" / "css"


def categories(*colors):
    return [{"name": f"C{number}", "color": color} for number, color in enumerate(colors)]


def test_the_palette_is_in_the_style_sheet():
    sheet = (STATIC / "tokens.css").read_text()
    colors = re.findall(r"--category-\d: (#[0-9a-f]{6})", sheet)
    assert (*PALETTE, *PALETTE_BY_NIGHT) == tuple(colors)


def test_the_colours_of_the_plan_are_used():
    plan = categories("#FFEE00", "navy", "#30a060")
    numbers = map_colors(plan)
    assert own_colors(plan) == {
        numbers["C0"]: "#ffee00",
        numbers["C1"]: "#000080",
        numbers["C2"]: "#30a060",
    }


def test_a_category_without_a_colour_or_with_that_of_another_gets_one_of_the_palette():
    plan = categories("#ffee00", "#fff000", default_color(2), "no colour", "#000080")
    numbers = map_colors(plan)
    assert own_colors(plan) == {numbers["C0"]: "#ffee00", numbers["C4"]: "#000080"}


@given(
    st.lists(
        st.sampled_from(["", "#5b1ca3", "#5a1ba2", "#fcd02c", *PALETTE, "#ff0000"]), max_size=8
    )
    | st.lists(st.integers(0, 0xFFFFFF).map("#{:06x}".format), max_size=8)
)
def test_no_two_of_eight_categories_look_alike(colors):
    plan = categories(*colors)
    own = own_colors(plan)
    for palette in (PALETTE, PALETTE_BY_NIGHT):
        shown = [own.get(number, palette[number]) for number in map_colors(plan).values()]
        assert not [pair for pair in combinations(shown, 2) if _are_alike(*pair)]


@given(st.integers(0, 0xFFFFFF).map("#{:06x}".format))
def test_numbers_can_be_read_on_any_colour(color):
    assert contrast(text_color_on(color), color) >= 4.5


@pytest.mark.parametrize("color", ["#7f4a91", "", "no colour"])
def test_categories_of_one_colour_in_the_plan_differ_on_the_map(color):
    numbers = map_colors(categories(*[color] * 32))
    assert sorted(numbers.values()) == list(range(32))


def test_each_category_has_the_number_of_the_palette_colour_closest_to_its_own():
    numbers = map_colors(categories("#e07020", "#0050a0", "#30a060"))
    assert [PALETTE[number] for number in numbers.values()] == ["#c25100", "#002c6a", "#537c63"]
    # Whatever the order of the plan.
    assert map_colors(categories("#0050a0", "#e07020")) == {"C0": 0, "C1": 1}


def test_from_the_ninth_category_on_they_have_patterns():
    numbers = list(map_colors(categories(*["#3355dd"] * 10)).values())
    assert all(number < 8 for number in numbers[:8])
    assert all(8 <= number < 16 for number in numbers[8:])
    sheet = (STATIC / "checkout.css").read_text()
    for number in range(32):
        assert f".category-{number}," in sheet or f".category-{number} {{" in sheet


@pytest.mark.django_db
def test_the_sale_and_the_seat_map_use_them(client):
    names = [f"Row {number}" for number in range(10)]
    plan = make_plan(sections=[seated(name=name, category=name, rows=1) for name in names])
    performance = make_performance(plan=plan)
    colors = map_colors(plan.categories)
    terms = terms_of(performance.pk)
    assert {term.name: term.colour for term in terms.categories.values()} == colors
    page = client.get(reverse("bookings:performance", args=[performance.pk])).content.decode()
    assert {int(n) for n in re.findall(r"swatch category-(\d+)", page)} == set(colors.values())
    assert {int(n) for n in re.findall(r'class="seat category-(\d+)', page)} == set(colors.values())


@pytest.mark.django_db
def test_the_admin_shows_them_read_only(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    performance = make_performance(
        plan=make_plan(sections=[seated(name=f"S{n}", category=f"C{n}", rows=1) for n in range(9)])
    )
    url = reverse("admin:shows_performance_change", args=[performance.pk])
    page = client.get(url).content.decode()
    assert len({color for color in PALETTE if f'fill="{color}"' in page}) == 7
    assert page.count('fill="#7f4a91"') == 2
    assert "pattern 1" in page
    assert "-colour" not in page

"""The colours of categories on the map: distinct, and close to those of the plan."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from shows.map_colors import PALETTE, map_colors
from shows.terms import terms_of
from shows.tests.factories import make_performance, make_plan, make_user, seated

STATIC = Path(__file__).resolve().parents[2] / "static" / "css"


def categories(*colors):
    return [{"name": f"C{number}", "color": color} for number, color in enumerate(colors)]


def test_the_palette_is_in_the_style_sheet():
    sheet = (STATIC / "tokens.css").read_text()
    by_day = sheet[: sheet.index("--category-7") + 30]
    assert tuple(re.findall(r"--category-\d: (#[0-9a-f]{6})", by_day)) == PALETTE


@pytest.mark.parametrize("color", ["#7f4a91", "", "no colour"])
def test_categories_of_one_colour_in_the_plan_differ_on_the_map(color):
    numbers = map_colors(categories(*[color] * 32))
    assert sorted(numbers.values()) == list(range(32))


def test_each_category_gets_the_colour_closest_to_that_of_the_plan():
    numbers = map_colors(categories("#e07020", "#0072b2", "#30a060"))
    assert [PALETTE[number] for number in numbers.values()] == ["#c25100", "#002c6a", "#537c63"]
    # Whatever the order of the plan.
    assert map_colors(categories("#0072b2", "#e07020")) == {"C0": 0, "C1": 1}


def test_from_the_ninth_category_on_they_have_patterns():
    numbers = list(map_colors(categories(*["#3355dd"] * 10)).values())
    assert all(number < 8 for number in numbers[:8])
    assert all(8 <= number < 16 for number in numbers[8:])
    sheet = (STATIC / "seatmap.css").read_text()
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
    assert {color for color in PALETTE if f'fill="{color}"' in page} == set(PALETTE)
    assert "pattern 1" in page
    assert "-colour" not in page

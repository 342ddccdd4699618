"""The style sheet with a plan's own colours: linked by the pages, kept by browsers, legible."""

import re

import pytest

from bookings.seatmap.color_sheet import EDGE, TEXT, color_sheet_of, color_sheet_url
from bookings.staff_operations.put_on_sale import put_on_sale
from core.colours import DAY_PAPER, NIGHT_PAPER, contrast
from core.shared_cache import clear_shared_cache
from shows.map_colors import map_colors
from shows.models import Show
from shows.terms import terms_of
from venues.plan_format.values import default_color

from .browsing import browser_of
from .factories import make_customer, make_hold, make_performance, make_plan, seated

pytestmark = pytest.mark.django_db(transaction=True)


def make_colored(*colors):
    """Make a performance on sale with a category of each colour."""
    names = [f"C{number}" for number in range(len(colors))]
    plan = make_plan(
        sections=[seated(name=name, category=name, rows=1) for name in names],
        categories=[
            {"name": name, "color": color} for name, color in zip(names, colors, strict=True)
        ],
    )
    performance = make_performance(plan=plan, opened=False, prices=dict.fromkeys(names, 45))
    return put_on_sale(performance=performance, actor="test")


def rules_of(sheet):
    """Return {class number: {property: value}} for the light and the dark theme."""
    return tuple(
        {
            int(number): dict(re.findall(r"--([a-z-]+): ([^;]+);", body))
            for number, body in re.findall(r"\.category-(\d+) \{([^}]*)\}", part)
        }
        for part in sheet.split("@media (prefers-color-scheme: dark)")
    )


def test_it_has_the_colours_of_the_plan():
    performance = make_colored("#ffee00", default_color(1), "#000080")
    numbers = map_colors(performance.plan.categories)
    day, _night = rules_of(color_sheet_of(terms_of(performance.pk)))
    assert {number: rule["category"] for number, rule in day.items()} == {
        numbers["C0"]: "#ffee00",
        numbers["C2"]: "#000080",
    }
    assert [rule["on-category"] for rule in day.values()].count("#000000") == 1


@pytest.mark.parametrize(
    "color", ["#fffdf8", "#ffee00", "#808080", "#c25100", "#000080", "#17130f"]
)
def test_text_and_edges_can_be_seen_in_both_themes(color):
    themes = rules_of(color_sheet_of(terms_of(make_colored(color).pk)))
    for rules, paper in zip(themes, [DAY_PAPER, NIGHT_PAPER], strict=True):
        (rule,) = rules.values()
        for name, least in [("category-text", TEXT), ("category-edge", EDGE)]:
            assert rule[name] == "var(--ink)" or contrast(rule[name], paper) >= least


def test_the_pages_link_it_after_the_palette(client):
    performance = make_colored("#ffee00")
    link = f'<link rel="stylesheet" href="{color_sheet_url(terms_of(performance.pk))}">'
    head = client.get(f"/performances/{performance.pk}/").content.decode().partition("<body")[0]
    assert head.index(link) > head.index("seatmap") > head.index("checkout")
    alice = make_customer()
    hold = make_hold(performance=performance, customer=alice)
    head = browser_of(alice).get(hold.get_absolute_url()).content.decode().partition("<body")[0]
    assert head.index(link) > head.index("checkout")


def test_it_is_kept_for_good_under_the_hash_of_its_content(client):
    url = color_sheet_url(terms_of(make_colored("#ffee00").pk))
    response = client.get(url)
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert b"#ffee00" in response.content
    old = client.get(re.sub(r"[^/]+\.css", "old.css", url))
    assert (old.status_code, old["Location"], old["Cache-Control"]) == (302, url, "no-store")


def test_without_colours_of_the_plan_there_is_none(client):
    performance = make_colored(default_color(0), "no colour")
    assert color_sheet_url(terms_of(performance.pk)) == ""
    assert "/colors/" not in client.get(f"/performances/{performance.pk}/").content.decode()
    assert client.get(f"/performances/{performance.pk}/colors/old.css").status_code == 404
    assert client.get("/performances/999999/colors/old.css").status_code == 404


def test_a_hidden_performance_shows_none(client):
    performance = make_colored("#ffee00")
    url = color_sheet_url(terms_of(performance.pk))
    Show.objects.update(is_published=False)
    clear_shared_cache()
    assert client.get(url).status_code == 404

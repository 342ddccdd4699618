"""Suggestions in the search field, by keyboard and by pointer."""

import pytest

from shows.search import index_shows
from shows.tests.factories import make_performance, make_plan, make_show, make_venue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shows():
    plan = make_plan(venue=make_venue(name="Kellerwerk", city="Köln"))
    for title in ("Saltwater Sessions", "Salt and Smoke"):
        make_performance(show=make_show(title=title), plan=plan)
    index_shows()


@pytest.mark.both_sizes
def test_a_name_is_chosen_by_keyboard(page, shows):
    page.goto("/")
    field = page.get_by_role("combobox", name="Search shows, artists and venues")
    field.press_sequentially("saltwatter")
    page.get_by_role("option", name="Saltwater Sessions Show").wait_for()
    # On a phone the field takes the whole line, so that what is typed can be read.
    assert field.bounding_box()["width"] > 330
    assert field.get_attribute("aria-expanded") == "true"
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == "suggestion-1"
    field.press("Enter")
    page.wait_for_url("**/shows/saltwater-sessions*/")


@pytest.mark.both_sizes
def test_a_name_is_chosen_by_pointer_and_the_list_closes(page, shows):
    page.goto("/")
    field = page.get_by_role("combobox")
    field.press_sequentially("salt")
    page.get_by_role("option").first.wait_for()
    assert page.get_by_role("option").count() == 2
    field.press("Escape")
    page.get_by_role("listbox").wait_for(state="hidden")
    assert field.get_attribute("aria-expanded") == "false"
    field.press_sequentially("w")
    page.get_by_role("option", name="Saltwater").click()
    page.wait_for_url("**/shows/saltwater-sessions*/")
    # Enter without a choice searches.
    field.press_sequentially("kelerwerk")
    field.press("Enter")
    page.wait_for_url("**/shows/?q=kelerwerk")
    assert page.get_by_text("Showing results for kellerwerk").is_visible()


def test_a_long_word_on_a_show_without_a_poster_fits_a_narrow_phone(page):
    plan = make_plan(venue=make_venue(name="Kellerwerk", city="Köln"))
    make_performance(show=make_show(title="Sommernachtsphantasien"), plan=plan)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/shows/")
    assert page.locator(".poster-blank").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 320

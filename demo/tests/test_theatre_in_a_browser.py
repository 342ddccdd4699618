"""The seat map of the demo theatre, whose boxes are short rows with long names."""

import pytest
from playwright.sync_api import expect

from bookings.staff_operations.put_on_sale import put_on_sale
from demo.seating_plans import theatre
from shows.terms import clear_cached_terms
from shows.tests.factories import make_performance
from venues.plans import add_plan_version
from venues.tests.factories import make_venue

pytestmark = pytest.mark.django_db(transaction=True)

# The number of names of rows that are drawn, and those whose text covers a seat.
NAMES = """() => {
  const section = document.querySelector('.seat-section:has([aria-label^="Boxes left"])');
  if (!section) return null;
  const boxes = [...section.querySelectorAll('.seat')].map((seat) => seat.getBoundingClientRect());
  const meet = (a, b) =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const boxOf = (name) => {
    const range = new Range();
    range.selectNodeContents(name);
    return range.getBoundingClientRect();
  };
  const names = [...section.querySelectorAll('.row-name')];
  const covering = names.filter((name) => boxes.some((box) => meet(box, boxOf(name))));
  return {number: names.length, covering: covering.map((name) => name.innerText)};
}"""


@pytest.mark.both_sizes
def test_the_names_of_boxes_cover_no_seats(page):
    plan = add_plan_version(venue=make_venue(name="Theatre"), name="Theatre", draft=theatre())
    performance = make_performance(plan=plan, opened=False)
    put_on_sale(performance=performance, actor="test")
    clear_cached_terms(performance.pk)
    found = []
    # They are drawn small on a phone, and on a wide window beside the stalls.
    for section in ("boxes-left", "stalls"):
        page.goto(f"/performances/{performance.pk}/?section={section}")
        expect(page.locator(".seat-section .seat").first).to_be_visible()
        page.wait_for_function("() => !document.querySelector('[data-seatmap]').view.isMoving()")
        expect(page.locator(".seat-row .row-name:visible").nth(11)).to_be_visible()
        found += filter(None, [page.evaluate(NAMES)])
    assert found[0]["number"] == 12
    assert [name for names in found for name in names["covering"]] == []

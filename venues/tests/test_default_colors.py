import json

from venues.plan_format import plan_document, read_plan
from venues.plan_format.values import DEFAULT_COLORS, clean_color, default_color
from venues.simple_plans import SectionSpec, simple_plan


def test_no_two_categories_have_the_same():
    colors = [default_color(index) for index in range(200)]
    assert tuple(colors[:8]) == DEFAULT_COLORS
    assert len(set(colors)) == 200
    assert all(clean_color(color) == color for color in colors)


def test_generated_and_imported_plans_use_them():
    specs = [SectionSpec(name=f"Section {n}", rows=1, seats=2) for n in range(10)]
    draft = simple_plan("Hall", specs)
    assert len({category["color"] for category in draft.categories}) == 10
    document = plan_document(draft)
    for category in document["categories"]:
        del category["color"]
    read = read_plan(json.dumps(document).encode()).draft
    assert read.categories == draft.categories

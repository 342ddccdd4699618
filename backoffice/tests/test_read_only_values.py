"""Values on the pages of the admin."""

from django.contrib import admin
from django.contrib.admin.utils import flatten, flatten_fieldsets


def test_no_page_shows_a_value_that_is_a_label_of_a_list():
    """Such a value is a pair of key and text; only lists draw it as a label."""
    shown = {
        (model.__name__, name)
        for model, page in admin.site._registry.items()
        for name in [
            *flatten(page.fields or []),
            *flatten_fieldsets(page.fieldsets or []),
            *page.readonly_fields,
        ]
        if getattr(getattr(page, name, None), "label", None)
    }
    assert shown == set()

"""Common names are shown in the visitor's language."""

import pytest
from django.template import engines
from django.utils.translation import override

from core.names import COMMON_NAMES, translated_name


def test_common_names_are_translated():
    with override("de"):
        assert translated_name("Classical") == "Klassik"
        assert translated_name("Lisbon") == "Lissabon"
        assert translated_name("Student card") == "Studierendenausweis"
    assert translated_name("Classical") == "Classical"


@pytest.mark.parametrize("name", ["", "Ada & Bo", "Save", "50% off", "Order"])
def test_other_names_are_unchanged(name):
    """They may be texts of the interface: names have a context of their own."""
    with override("de"):
        assert translated_name(name) == name


def test_the_filter_escapes_names():
    template = engines["django"].from_string("{% load names %}{{ name|translated_name }}")
    assert template.render({"name": "<b>"}) == "&lt;b&gt;"
    assert template.render({"name": None}) == ""
    with override("de"):
        assert template.render({"name": "Family"}) == "Familie"


def test_each_name_is_listed_once():
    names = [str(name) for name in COMMON_NAMES]
    assert len(names) == len(set(names))

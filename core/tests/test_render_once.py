import pytest
from django.template import Context, engines
from django.utils.translation import override

from core.templatetags.render_once import MAX_VARIANTS


@pytest.fixture
def render():
    """Compile a template, and return a function that renders it with the values given."""

    def compiled(source):
        template = engines["django"].from_string("{% load i18n render_once %}" + source).template
        return lambda **values: template.render(Context(values))

    return compiled


def test_it_renders_once_for_each_value(render):
    page = render("{% render_once page %}{{ page }}: {{ counted }}{% endrender_once %}")
    assert page(page="a", counted=1) == "a: 1"
    assert page(page="a", counted=2) == "a: 1"
    assert page(page="b", counted=3) == "b: 3"


def test_it_renders_once_for_each_language(render):
    page = render("{% render_once %}{% translate 'Search' %}{% endrender_once %}")
    assert page() == "Search"
    with override("de"):
        assert page() == "Suche"
    assert page() == "Search"


def test_two_blocks_do_not_share_their_cache(render):
    page = render(
        "{% render_once %}one{% endrender_once %}, {% render_once %}two{% endrender_once %}"
    )
    assert page() == "one, two"


def test_variables_set_inside_stay_inside(render):
    page = render("{% render_once %}{% url 'shows:list' as shows %}{% endrender_once %}{{ shows }}")
    assert page(shows="Tosca") == "Tosca"


def test_values_are_escaped(render):
    assert render("{% render_once name %}{{ name }}{% endrender_once %}")(name="<b>") == "&lt;b&gt;"


def test_the_cache_is_bounded(render):
    page = render("{% render_once number %}{{ number }} {{ counted }}{% endrender_once %}")
    for number in range(MAX_VARIANTS):
        page(number=number, counted=1)
    assert page(number=0, counted=2) == "0 1"
    assert page(number=-1, counted=1) == "-1 1"
    assert page(number=-1, counted=2) == "-1 2"

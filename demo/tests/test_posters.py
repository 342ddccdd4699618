import pytest
from PIL import ImageChops

from demo.posters import HOUSES, STYLES, draw_poster, draw_venue
from shows.accents import HUES, accent_of

SMALL = (225, 315)
SHOW = {
    "title": "Night Trains",
    "artists": ["The Low Lanterns", "Maren Holt"],
    "when_where": "Fri 12 Dec · 20:00 · Kesselhaus",
}


@pytest.mark.parametrize("style", STYLES)
def test_it_draws_the_same_poster_for_the_same_seed(style):
    first = draw_poster(**SHOW, seed=4, style=style, size=SMALL)
    again = draw_poster(**SHOW, seed=4, style=style, size=SMALL)
    assert first.size == SMALL
    assert ImageChops.difference(first, again).getbbox() is None


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "words",
    [
        {"title": "Ö", "artists": [], "when_where": ""},
        {"title": "X", "artists": ["X"], "when_where": "Tonight"},
        {
            "title": "An Evening of Extraordinarily Long Titles with Orchestra and Many Friends",
            "artists": [f"The {i}th Band of the Evening" for i in range(6)],
            "when_where": "Saturday 28 February · 20:00 · The Very Grand Old Hall of Music",
        },
    ],
    ids=["least", "one name", "most"],
)
def test_it_copes_with_few_words_and_with_many(style, words):
    poster = draw_poster(**words, seed=1, style=style, size=SMALL)
    assert len(poster.getcolors(SMALL[0] * SMALL[1])) > 3


def test_every_style_lends_an_accent_and_they_differ():
    accents = {
        accent_of(draw_poster(**SHOW, seed=seed, style=style, size=SMALL))
        for style in STYLES
        for seed in range(3)
    }
    assert accents <= set(range(HUES))
    assert len(accents) >= 8


@pytest.mark.parametrize("kind", HOUSES)
def test_it_draws_a_house_for_each_kind(kind):
    house = draw_venue(name="Kesselhaus", kind=kind, size=(300, 200))
    assert house.size == (300, 200)
    again = draw_venue(name="Kesselhaus", kind=kind, size=(300, 200))
    assert ImageChops.difference(house, again).getbbox() is None

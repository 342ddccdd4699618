import pytest
from PIL import Image

from shows.posters import accent_from_image, set_poster

from .factories import make_show

pytestmark = pytest.mark.django_db


def test_a_show_gets_its_poster_in_two_sizes_and_its_accent(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    show = make_show()
    poster = Image.new("RGB", (1000, 1400), "#0b63a8")
    set_poster(show=show, image=poster)
    show.refresh_from_db()
    assert Image.open(show.poster).size == (900, 1260)
    assert Image.open(show.poster_small).size == (450, 630)
    assert show.accent == accent_from_image(poster)


def test_a_small_poster_keeps_its_size(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    show = make_show(title="x" * 90)
    set_poster(show=show, image=Image.new("RGB", (300, 420), "#cc3300"))
    show.refresh_from_db()
    assert Image.open(show.poster).size == (300, 420)
    assert Image.open(show.poster_small).size == (300, 420)

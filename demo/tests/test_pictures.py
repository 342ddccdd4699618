"""The pictures of the demo data: of each show and venue and some views, in the sizes of pages."""

import pytest
from django.utils.text import slugify
from PIL import Image

from demo import seating_plans
from demo.picture_files import (
    FOLDER,
    VIEW_WIDTH,
    VIEWS,
    add_pictures,
    poster_path,
    venue_path,
    view_path,
)
from demo.shows import SHOWS
from demo.venues import VENUES
from shows.models import Show
from shows.posters import LARGE, SMALL, accent_from_image, set_poster
from venues.models import Venue
from venues.pictures import WIDTH

SIZES = {
    **{poster_path(slugify(show.title), LARGE): (LARGE, 1260) for show in SHOWS},
    **{poster_path(slugify(show.title), SMALL): (SMALL, 630) for show in SHOWS},
    **{venue_path(venue.slug): (WIDTH, 800) for venue in VENUES},
    **{view_path(slug, section): (VIEW_WIDTH, 675) for slug, _plan, section in VIEWS},
}


def test_each_show_venue_and_view_has_its_pictures_and_there_are_no_others():
    stored = {path for path in FOLDER.rglob("*.webp") if path.is_file()}
    assert stored == set(SIZES)
    assert sum(path.stat().st_size for path in stored) < 4_000_000


@pytest.mark.parametrize("path", SIZES, ids=lambda path: path.stem)
def test_they_are_webp_in_the_sizes_of_the_pages(path):
    with Image.open(path) as image:
        assert (image.format, image.size) == ("WEBP", SIZES[path])
        image.load()


def test_the_views_are_of_sections_that_exist():
    plans = {venue.slug: getattr(seating_plans, venue.plan)() for venue in VENUES}
    for slug, plan, section in VIEWS:
        assert plans[slug].name == plan
        assert section in {one.name for one in plans[slug].sections}


@pytest.mark.django_db
def test_they_are_added_as_if_uploaded(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    venue = Venue.objects.create(
        slug="teatro-aurora", name="Teatro Aurora", city="Lisbon", country="PT", time_zone="UTC"
    )
    show, other = (
        Show.objects.create(title=title, slug=slugify(title))
        for title in ("Night Bus", "Saltwater")
    )
    add_pictures()
    for thing in (venue, show, other):
        thing.refresh_from_db()
    assert venue.picture.read() == venue_path("teatro-aurora").read_bytes()
    stalls, upper_circle = venue.section_views.all()
    assert stalls.picture.read() == view_path("teatro-aurora", "Stalls").read_bytes()
    assert upper_circle.section_name == "Upper circle"
    assert show.poster.read() == poster_path("night-bus", LARGE).read_bytes()
    assert show.poster_small.read() == poster_path("night-bus", SMALL).read_bytes()
    assert show.accent != other.accent
    with Image.open(poster_path("night-bus", LARGE)) as image:
        assert show.accent == accent_from_image(image)
        set_poster(show=other, image=image)
    assert show.accent == other.accent

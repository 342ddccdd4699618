"""The pictures of the demo data, of shows, venues and views, as WebP in `demo/pictures/`.

They are stored in the sizes that pages use, so that creating the demo data encodes nothing.
"""

from pathlib import Path

from django.utils.text import slugify
from PIL import Image

from core.pictures import webp_file
from shows.models import Show
from shows.posters import LARGE, SMALL, accent_from_image, store_poster
from venues.models import SectionView, Venue
from venues.pictures import WIDTH, store_picture

FOLDER = Path(__file__).parent / "pictures"
VIEW_WIDTH = 1200
# (Slug of the venue, plan, section): what one sees from there.
VIEWS = {
    ("teatro-aurora", "Main hall", "Stalls"): "Close to the stage, a little below it",
    ("teatro-aurora", "Main hall", "Upper circle"): "The whole stage, from high above",
}


def poster_path(slug: str, width: int) -> Path:
    return FOLDER / "posters" / f"{slug}-{width}.webp"


def venue_path(slug: str) -> Path:
    return FOLDER / "venues" / f"{slug}.webp"


def view_path(slug: str, section: str) -> Path:
    return FOLDER / "views" / f"{slug}-{slugify(section)}.webp"


def add_pictures() -> None:
    """Add the pictures of shows, venues and views, as if staff had uploaded them."""
    for venue in Venue.objects.all():
        store_picture(venue=venue, file=webp_file(venue_path(venue.slug).read_bytes(), WIDTH))
        _add_views(venue)
    for show in Show.objects.all():
        large = poster_path(show.slug, LARGE)
        with Image.open(large) as image:
            accent = accent_from_image(image)
        store_poster(
            show=show,
            large=webp_file(large.read_bytes(), LARGE),
            small=webp_file(poster_path(show.slug, SMALL).read_bytes(), SMALL),
            accent=accent,
        )


def _add_views(venue: Venue) -> None:
    for (slug, plan, section), text in VIEWS.items():
        if slug == venue.slug:
            view = SectionView(venue=venue, plan_name=plan, section_name=section, text=text)
            file = webp_file(view_path(slug, section).read_bytes(), VIEW_WIDTH)
            view.picture.save(str(file.name), file)

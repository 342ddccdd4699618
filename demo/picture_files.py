"""The pictures of the demo data: posters and venues, stored as WebP in `demo/pictures/`.

They are stored in the sizes that pages use, so that creating the demo data encodes nothing.
"""

from pathlib import Path

from PIL import Image

from core.pictures import webp_file
from shows.models import Show
from shows.posters import LARGE, SMALL, accent_from_image, store_poster
from venues.models import Venue
from venues.pictures import WIDTH, store_picture

FOLDER = Path(__file__).parent / "pictures"


def poster_path(slug: str, width: int) -> Path:
    return FOLDER / "posters" / f"{slug}-{width}.webp"


def venue_path(slug: str) -> Path:
    return FOLDER / "venues" / f"{slug}.webp"


def add_pictures() -> None:
    """Give every show its poster and every venue its picture, as if staff had uploaded them."""
    for venue in Venue.objects.all():
        store_picture(venue=venue, file=webp_file(venue_path(venue.slug).read_bytes(), WIDTH))
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

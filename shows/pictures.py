"""A show's poster: in two sizes, and with the accent that it lends to the show's pages."""

from django.core.files.base import ContentFile
from PIL import Image

from venues.pictures import as_webp

from .accents import accent_from_image

LARGE, SMALL = 900, 450


def set_poster(*, show, image: Image.Image) -> None:
    """Give a show its poster. The one before stays on disk: letters and caches may show it."""
    store_poster(
        show=show,
        large=as_webp(image, LARGE),
        small=as_webp(image, SMALL),
        accent=accent_from_image(image),
    )


def store_poster(*, show, large: ContentFile, small: ContentFile, accent: int) -> None:
    """Save a poster that has been encoded already (`venues.pictures.webp_file`), and its accent."""
    for field, file in ((show.poster, large), (show.poster_small, small)):
        field.save(f"{show.slug[:50]}-{file.name}", file, save=False)
    show.accent = accent
    show.save(update_fields=["poster", "poster_small", "accent"])

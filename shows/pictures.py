"""A show's poster: in two sizes, and with the accent that it lends to the show's pages."""

from PIL import Image

from venues.pictures import as_webp

from .accents import accent_of

LARGE, SMALL = 900, 450


def hang_poster(*, show, image: Image.Image) -> None:
    """Give a show its poster. The one before stays on disk: letters and caches may show it."""
    for field, width in ((show.poster, LARGE), (show.poster_small, SMALL)):
        file = as_webp(image, width)
        field.save(f"{show.slug[:50]}-{file.name}", file, save=False)
    show.accent = accent_of(image)
    show.save(update_fields=["poster", "poster_small", "accent"])

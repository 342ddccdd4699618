"""Posters of shows: two sizes, and the accent colour taken from them."""

from django.core.files.base import ContentFile
from PIL import Image

from core.pictures import as_webp

from .accents import accent_from_image
from .models import Show

LARGE, SMALL = 900, 450


def set_poster(*, show: Show, image: Image.Image) -> None:
    """Set a show's poster. The previous one stays on disk, as e-mails and caches link to it."""
    store_poster(
        show=show,
        large=as_webp(image, LARGE),
        small=as_webp(image, SMALL),
        accent=accent_from_image(image),
    )


def store_poster(*, show: Show, large: ContentFile, small: ContentFile, accent: int) -> None:
    """Save an encoded poster (see `core.pictures.webp_file`) and its accent colour."""
    for field, file in ((show.poster, large), (show.poster_small, small)):
        field.save(f"{show.slug[:50]}-{file.name}", file, save=False)
    show.accent = accent
    show.save(update_fields=["poster", "poster_small", "accent"])

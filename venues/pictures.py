"""The picture of a venue."""

from django.core.files.base import ContentFile
from PIL import Image

from core.pictures import as_webp

from .models import Venue

WIDTH = 1200


def set_picture(*, venue: Venue, image: Image.Image) -> None:
    """Set a venue's picture. The previous one stays on disk, as e-mails and caches link to it."""
    store_picture(venue=venue, file=as_webp(image, WIDTH))


def store_picture(*, venue: Venue, file: ContentFile) -> None:
    """Save an encoded picture (see `core.pictures.webp_file`) as the venue's."""
    venue.picture.save(f"{venue.slug[:50]}-{file.name}", file, save=False)
    venue.save(update_fields=["picture"])

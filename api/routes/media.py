"""Pictures, media links and performers, as the catalogue renders them."""

from collections.abc import Iterable
from typing import Annotated, Any

from django.db.models.fields.files import FieldFile
from ninja import Field, Schema

from core.links import absolute
from shows.models import MediaLink, Show, ShowPicture
from venues.models import VenuePicture

from ..schemas import OneOf


class Picture(Schema):
    """URLs of a picture; a new upload has new ones."""

    url: str
    small_url: str | None = None


class DescribedPicture(Schema):
    url: str
    text: str = Field(description="What it shows, for those who do not see it.")


class MediaLinkOut(Schema):
    kind: Annotated[str, OneOf.of(MediaLink.Kind.values)]
    title: str
    url: str = Field(description="A page elsewhere.", examples=["https://video.example/live"])


class PerformerOut(Schema):
    slug: str
    name: str
    description: str
    website: str
    url: str = Field(description="The artist's page.")


class ShowMedia(Schema):
    """What the page of a show has besides its description and dates."""

    pictures: list[DescribedPicture] = Field(description="Besides the poster, in their order.")
    media_links: list[MediaLinkOut]
    performers: list[PerformerOut]


def picture_out(file: FieldFile, small: FieldFile | None = None) -> dict[str, Any] | None:
    """Render the URLs of a picture, or None where there is none."""
    if not file:
        return None
    return {"url": absolute(file.url), "small_url": absolute(small.url) if small else None}


def pictures_out(pictures: Iterable[ShowPicture | VenuePicture]) -> list[dict[str, str]]:
    return [{"url": absolute(each.picture.url), "text": each.text} for each in pictures]


def show_media_out(show: Show) -> dict[str, Any]:
    """Render the pictures, links and artists of a show."""
    return {
        "pictures": pictures_out(show.pictures.all()),
        "media_links": [
            {"kind": link.kind, "title": link.title, "url": link.url}
            for link in show.media_links.all()
        ],
        "performers": [
            {
                "slug": artist.slug,
                "name": artist.name,
                "description": artist.description,
                "website": artist.website,
                "url": absolute(artist.get_absolute_url()),
            }
            for artist in show.artists.all()
        ],
    }

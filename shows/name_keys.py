"""Artists and tags by name: the same name, however it is written, is the same artist."""

import unicodedata

from django.db.models import Q

from core.slugs import free_slug_for, slug_of

from .models import Artist, Tag


def get_or_create_by_name(model: type[Artist] | type[Tag], name: str) -> Artist | Tag:
    """Return the artist or tag of this name, added if there is none.

    Names are compared without case and surplus spaces, and never by slug: "44" is not "+44", and
    "C" is not "C++". Needs a transaction.
    """
    name = normalize_name(name)
    return find_by_name(model, name) or _add(model, name)


def find_by_name(model: type[Artist] | type[Tag], name: str) -> Artist | Tag | None:
    """Return the artist or tag of this name: as it is written, or else in other case."""
    if found := model.objects.filter(name__in=[name, normalize_name(name)]).first():
        return found
    stem = slug_of(name) or model._meta.model_name
    alike = model.objects.filter(Q(name__iexact=normalize_name(name)) | Q(slug__startswith=stem))
    return next((one for one in alike.order_by("pk") if name_key(one.name) == name_key(name)), None)


def normalize_name(name: str) -> str:
    """Return a name in composed letters and with single spaces, as it is stored."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def name_key(name: str) -> str:
    """Return what two spellings of the same name have in common."""
    return unicodedata.normalize("NFC", normalize_name(name).casefold())


def _add(model: type[Artist] | type[Tag], name: str) -> Artist | Tag:
    slug = free_slug_for(model(), name)
    # Making the slug may have had to wait for somebody who added this very name.
    return find_by_name(model, name) or model.objects.create(name=name, slug=slug)

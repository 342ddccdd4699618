"""Find artists and genres by name, whatever its case and spacing."""

import unicodedata

from django.db.models import Q

from core.slugs import free_slug_for, slug_of

from .models import Artist, Tag


def get_or_create_by_name(model: type[Artist] | type[Tag], name: str) -> Artist | Tag:
    """Return the artist or genre of this name, added if there is none.

    Names are compared without case and extra spaces, and never by slug: "44" is not "+44", and
    "C" is not "C++". Needs a transaction.
    """
    name = normalize_name(name)
    return find_by_name(model, name) or _add(model, name)


def find_by_name(model: type[Artist] | type[Tag], name: str) -> Artist | Tag | None:
    """Return the artist or genre of exactly this name, else one that differs in case only."""
    if found := model.objects.filter(name__in=[name, normalize_name(name)]).first():
        return found
    stem = slug_of(name) or model._meta.model_name
    alike = model.objects.filter(Q(name__iexact=normalize_name(name)) | Q(slug__startswith=stem))
    return next((one for one in alike.order_by("pk") if name_key(one.name) == name_key(name)), None)


def normalize_name(name: str) -> str:
    """Return a name as it is stored: in Unicode NFC, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def name_key(name: str) -> str:
    """Return the key that spellings of the same name share."""
    return unicodedata.normalize("NFC", normalize_name(name).casefold())


def _add(model: type[Artist] | type[Tag], name: str) -> Artist | Tag:
    slug = free_slug_for(model(), name)
    # `free_slug_for` may have waited for a transaction that added this very name.
    return find_by_name(model, name) or model.objects.create(name=name, slug=slug)

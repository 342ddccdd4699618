"""Slugs for names in any script: ASCII, never empty, unique.

A slug is part of a URL and identifies nothing else: two artists "44" and "+44" have the slugs "44"
and "44-2".
"""

from collections.abc import Callable, Container
from typing import Any

from anyascii import anyascii
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext as _

from .database.locks import lock_names

# The pattern of Django's `slug` path converter.
SLUG_PATTERN = r"^[-a-zA-Z0-9_]+$"


def slug_of(name: str) -> str:
    """Return the transliterated name as a slug; empty if nothing is left."""
    return slugify(anyascii(name))


def free_slug(
    name: str, *, fallback: str, most: int, is_taken: Callable[[str], bool] | Container[str]
) -> str:
    """Return a slug for a name, followed by a number if it is taken.

    A name without usable characters, such as "!!!", gets `fallback`. The slug has at most `most`
    characters. `is_taken` is a set of slugs or a function.
    """
    taken = is_taken if callable(is_taken) else is_taken.__contains__
    base = slug_of(name)[:most].strip("-_") or fallback
    slug, number = base, 1
    while taken(slug):
        number += 1
        end = f"-{number}"
        slug = f"{base[: most - len(end)].rstrip('-_')}{end}"
    return slug


def free_slug_for(row: models.Model, name: str) -> str:
    """Return a slug for a row that no other row of its table has in its field `slug`.

    Takes an advisory lock on the table's slugs until the transaction ends, so that concurrent saves
    of the same name do not choose the same slug.
    """
    lock_names(f"slugs:{type(row)._meta.db_table}")
    model: Any = type(row)
    others = model._default_manager.exclude(pk=row.pk)
    return free_slug(
        name,
        fallback=model._meta.model_name,
        most=model._meta.get_field("slug").max_length,
        is_taken=lambda slug: others.filter(slug=slug).exists(),
    )


class SlugFormMixin:
    """Form mixin for a model with a slug: an empty slug is generated from the name.

    `named_by` is the field with the name. A row that has a slug keeps it.
    """

    named_by = "name"
    fields: Any
    cleaned_data: Any
    instance: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _(
                "Last part of the URL. Leave it empty to generate it."
            )

    def clean_slug(self) -> str:
        """Return the entered or existing slug; empty if it is to be generated."""
        slug: str = self.cleaned_data["slug"] or self.instance.slug
        return slug

    def clean(self) -> Any:
        data = super().clean()  # type: ignore[misc]
        data = self.cleaned_data if data is None else data
        if data.get("slug") == "" and data.get(self.named_by):
            data["slug"] = free_slug_for(self.instance, data[self.named_by])
        return data

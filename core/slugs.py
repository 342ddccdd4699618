"""Slugs for names in any script: always ASCII, never empty, never two alike.

A slug is an address and nothing more. What a thing is, its name says: two artists "44" and "+44"
have slugs that look alike ("44" and "44-2") and are two artists all the same.
"""

from collections.abc import Callable, Container

from anyascii import anyascii
from django.db import connection, models
from django.utils.text import slugify
from django.utils.translation import gettext as _

# What an address of ours may hold; the pattern of Django's `slug` path converter.
SLUG_PATTERN = r"^[-a-zA-Z0-9_]+$"


def slug_of(name: str) -> str:
    """Return the name as an address would spell it, transliterated; empty if nothing is left."""
    return slugify(anyascii(name))


def free_slug(
    name: str, *, fallback: str, most: int, is_taken: Callable[[str], bool] | Container[str]
) -> str:
    """Return a slug for a name, with a number behind it where it is taken.

    A name of which nothing can be spelled, such as "!!!", gets `fallback`. The slug has at most
    `most` letters. `is_taken` is a set of slugs or a function that knows.
    """
    taken = is_taken if callable(is_taken) else is_taken.__contains__
    base = slug_of(name)[:most].strip("-_") or fallback
    slug, number = base, 1
    while taken(slug):
        number += 1
        end = f"-{number}"
        slug = f"{base[: most - len(end)].rstrip('-_')}{end}"
    return slug


def free_slug_for(thing: models.Model, name: str) -> str:
    """Return a slug for a row that no other row of its table has, by its field `slug`.

    Needs a transaction: whoever makes a slug for the same table waits until it ends, so that two
    who save the same name at once do not choose the same slug.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [type(thing)._meta.db_table])
    others = type(thing)._default_manager.exclude(pk=thing.pk)
    return free_slug(
        name,
        fallback=type(thing)._meta.model_name,
        most=type(thing)._meta.get_field("slug").max_length,
        is_taken=lambda slug: others.filter(slug=slug).exists(),
    )


class SlugFormMixin:
    """A form of a model with a slug: one that is left empty is made from the name.

    `named_by` is the field that the slug is made from. A row that has a slug keeps it.
    """

    named_by = "name"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _(
                "Last part of the URL. Leave it empty to generate it."
            )

    def clean_slug(self) -> str:
        """Return the slug as it was entered, or as it was; empty if it is still to be made."""
        return self.cleaned_data["slug"] or self.instance.slug

    def clean(self):
        data = super().clean()
        data = self.cleaned_data if data is None else data
        if data.get("slug") == "" and data.get(self.named_by):
            data["slug"] = free_slug_for(self.instance, data[self.named_by])
        return data

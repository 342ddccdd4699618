"""Export and import the catalogue: venues, shows and performances.

A document is `{"venues": […], "shows": […], "performances": […]}`; a CSV file has the rows of one
of these (`catalogue_tables`). Venues and shows are identified by their slugs, or by their names
where a row has none, performances by show, venue and start. Existing objects are changed, others
added, performances as drafts. Posters, seating plans and sales are not included: a row names its
plan, which the venue must have.
"""

import json
from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.money import amount_text
from venues.models import SeatingPlan, Venue

from .catalogue_columns import COLUMNS, PERFORMANCE, SHOW, VENUE
from .catalogue_tax import TAX, fees_in, tax_of
from .catalogue_write import InvalidCatalogueData, write_performance, write_show, write_venue
from .models import Performance, Show
from .names import name_key

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 20_000
MAX_FAULTS = 50


class InvalidCatalogueFile(Exception):
    """The file cannot be imported. `faults` are sentences, each with its position in the file."""

    def __init__(self, faults: Iterable[str]) -> None:
        super().__init__(faults)
        self.faults = list(faults)

    def __str__(self) -> str:
        return "\n".join(self.faults)


def catalogue_document(*, past: bool = False) -> dict[str, list[dict]]:
    """Return the catalogue as a document, with past performances only if `past`."""
    performances = Performance.objects.all() if past else Performance.objects.upcoming()
    objects = {
        "venues": Venue.objects.order_by("slug"),
        "shows": Show.objects.order_by("slug"),
        "performances": performances.order_by("starts_at", "pk"),
    }
    return {
        kind: [serialize(row) for row in with_related(kind, objects[kind])]
        for kind, serialize in SERIALIZERS.items()
    }


def with_related(kind: str, objects: QuerySet) -> QuerySet:
    """Add to a queryset of this kind the related objects that its serializer reads."""
    if kind == "shows":
        return objects.prefetch_related("artists", "tags")
    if kind == "performances":
        objects = objects.select_related("show", "venue", "plan")
        return objects.prefetch_related("price_categories", "concessions", "channel_fees")
    return objects.prefetch_related("channel_fees")


def parse_catalogue_json(data: bytes) -> dict[str, list[dict]]:
    """Parse a JSON file into a document. Raises `InvalidCatalogueFile`."""
    try:
        document = json.loads(decode_file(data))
    except (ValueError, RecursionError) as error:
        raise InvalidCatalogueFile([_("This is not JSON: %s") % error]) from None
    if not isinstance(document, dict) or not document.keys() <= COLUMNS.keys():
        message = _("The file must be an object with “venues”, “shows” and “performances”.")
        raise InvalidCatalogueFile([message])
    for kind, rows in document.items():
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise InvalidCatalogueFile([_("“%s” must be a list of objects.") % kind])
    return document


def import_catalogue(
    document: dict[str, list[dict]],
    *,
    check: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, int]:
    """Add and change the document's objects, all or none; return the number of rows by kind.

    With `check` nothing is saved. `progress(done, total)` is called after each row. Raises
    `InvalidCatalogueFile` with at most MAX_FAULTS faults.
    """
    total = sum(len(rows) for rows in document.values())
    if total > MAX_ROWS:
        raise InvalidCatalogueFile(
            [_("A file may have at most %d rows. Split it into several.") % MAX_ROWS]
        )
    faults, done, counts = [], 0, {}
    with transaction.atomic():
        for kind, import_row in IMPORTERS.items():
            rows = document.get(kind, [])
            counts[kind] = len(rows)
            for number, row in enumerate(rows):
                faults += [f"{kind}[{number}]{fault}" for fault in _import(kind, import_row, row)]
                done += 1
                if progress:
                    progress(done, total)
                if len(faults) >= MAX_FAULTS:
                    raise InvalidCatalogueFile(faults)
        if faults:
            raise InvalidCatalogueFile(faults)
        if check:
            transaction.set_rollback(True)
    return counts


def _import(kind, import_row, row):
    """Import one row; return its faults."""
    data, faults = {}, []
    for name, value in row.items():
        if name not in COLUMNS[kind]:
            faults.append(_(".%s is not a known field") % name)
            continue
        try:
            data[name] = COLUMNS[kind][name](value)
        except ValueError as error:
            faults.append(f".{name}: {error}")
    if faults:
        return faults
    try:
        with transaction.atomic():
            import_row(data)
    except InvalidCatalogueData as refusal:
        return [f".{field}: {message}".replace(".: ", ": ") for field, message in refusal.faults]
    return []


def _import_venue(data):
    venue = _existing(Venue, data, "name")
    if not _is_unchanged(venue, "venues", data):
        write_venue(venue=venue or Venue(), data=data)


def _import_show(data):
    show = _existing(Show, data, "title")
    if not _is_unchanged(show, "shows", data):
        write_show(show=show or Show(), data=data)


def _existing(model, data, name_field):
    """Return the object with the row's slug, else the only one with its name, else None."""
    if slug := data.get("slug"):
        return model.objects.filter(slug=slug).first()
    name = data.get(name_field) or ""
    alike = model.objects.filter(**{f"{name_field}__iexact": name})
    found = [row for row in alike if name_key(getattr(row, name_field)) == name_key(name)]
    if len(found) > 1:
        raise InvalidCatalogueData([("slug", _("several have this name; give the slug"))])
    return found[0] if found else None


def _is_unchanged(instance, kind, data):
    """Return whether the object already has all the values of the row."""
    if instance is None:
        return False
    current = SERIALIZERS[kind](instance)
    try:
        return all(_has(COLUMNS[kind][name](current[name]), value) for name, value in data.items())
    except ValueError:
        return False  # A stored value that would be rejected today; the row may correct it.


def _has(current, value):
    """Return whether they are equal; in rows of a list, what the file leaves out does not count."""
    is_rows = isinstance(value, list) and all(isinstance(row, dict) for row in value)
    if not is_rows:
        return current == value
    return len(current) == len(value) and all(
        row == {name: known.get(name) for name in row}
        for known, row in zip(current, value, strict=True)
    )


def _import_performance(data):
    show = Show.objects.filter(slug=data.pop("show", "")).first()
    venue = Venue.objects.filter(slug=data.pop("venue", "")).first()
    name, starts_at = data.pop("plan", ""), data.get("starts_at")
    missing = {"show": show, "venue": venue, "starts_at": starts_at}
    if faults := [(field, _("not found")) for field, it in missing.items() if it is None]:
        raise InvalidCatalogueData(faults)
    rows = Performance.objects.filter(show=show, venue=venue, starts_at=starts_at)
    rows = rows.select_related("plan").order_by("pk")
    existing = next((row for row in rows if row.plan.name == name), rows.first())
    if _is_unchanged(existing, "performances", data | ({"plan": name} if name else {})):
        return
    if existing and name in ("", existing.plan.name):
        plan = existing.plan
    else:
        plans = SeatingPlan.objects.current().filter(venue=venue).order_by("-version")
        plan = plans.filter(name=name).first() if name else plans.first()
    if plan is None:
        raise InvalidCatalogueData([("plan", _("the venue has no such seating plan"))])
    write_performance(performance=existing or Performance(), data=data, show=show, plan=plan)


IMPORTERS = {
    "venues": _import_venue,
    "shows": _import_show,
    "performances": _import_performance,
}


def _venue(row):
    plain = [name for name in VENUE if name not in (*TAX, "channel_fees")]
    return {
        **{name: getattr(row, name) for name in plain},
        **tax_of(row),
        "channel_fees": fees_in(row, ""),
    }


def _show(row):
    lists = {name: [part.name for part in getattr(row, name).all()] for name in ("artists", "tags")}
    return {**{name: getattr(row, name) for name in SHOW if name not in lists}, **lists}


def _performance(row):
    times = ("starts_at", "doors_at", "on_sale_from", "on_sale_until")
    lists = ("channel_fees", *times)
    plain = [name for name in PERFORMANCE if hasattr(row, name) and name not in lists]
    return {
        **{name: getattr(row, name) for name in plain},
        **{name: getattr(row, name) and getattr(row, name).isoformat() for name in times},
        "show": row.show.slug,
        "venue": row.venue.slug,
        "plan": row.plan.name,
        "prices": [
            {
                "category": part.name,
                "price": amount_text(part.price, row.currency),
                "fee": amount_text(part.fee, row.currency),
                **tax_of(part),
            }
            for part in row.price_categories.all()
        ],
        "concessions": [
            {
                "name": part.name,
                "percent_off": "" if part.percent_off is None else part.percent_off,
                "proof": part.proof,
                "amount": "" if part.amount is None else amount_text(part.amount, row.currency),
                **tax_of(part),
            }
            for part in row.concessions.all()
        ],
        "channel_fees": fees_in(row, row.currency),
    }


def decode_file(data: bytes) -> str:
    """Decode a file. Raises `InvalidCatalogueFile` for any encoding but UTF-8.

    Encodings are not guessed, as a wrong guess would garble names without notice.
    """
    if len(data) > MAX_BYTES:
        raise InvalidCatalogueFile([_("The file is too large: at most %d MB.") % (MAX_BYTES >> 20)])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = _(
            "The file is not UTF-8 (line %d). Save it as “CSV UTF-8” or “Unicode (UTF-8)” and try"
            " again."
        )
        raise InvalidCatalogueFile([message % line]) from None
    if "\0" in text or "\\u0000" in text:
        raise InvalidCatalogueFile([_("The file contains NUL characters.")])
    return text


SERIALIZERS = {"venues": _venue, "shows": _show, "performances": _performance}

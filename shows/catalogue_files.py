"""The programme as a file: venues, shows and performances out of the house and into it.

A document is `{"venues": […], "shows": […], "performances": […]}`; a table (CSV) has the rows of
one of these (`programme_tables`). Venues and shows are known by their slugs, or where a row has
none by their names, a performance by its show, venue and start; what is known is changed, what is
not is added, performances as drafts. Posters, seating plans and sales are not in it: a plan is
named, and must be at the venue already.
"""

import json
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive
from django.utils.translation import gettext as _

from core.datetimes import FIRST_YEAR, LAST_YEAR, year_needed
from core.money import amount_text
from venues.models import SeatingPlan, Venue

from .catalogue_write import InvalidCatalogueData, write_performance, write_show, write_venue
from .cell_lists import read_list, read_rows
from .models import Performance, Show
from .name_keys import name_key

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 20_000
MAX_FAULTS = 50
MAX_TEXT = 20_000
MAX_ITEMS = 500  # Artists of a show, prices of a performance.


class InvalidCatalogueFile(Exception):
    """A file that cannot be taken in; `faults` are sentences, each with the place in the file."""

    def __init__(self, faults):
        super().__init__(faults)
        self.faults = faults

    def __str__(self):
        return "\n".join(self.faults)


def catalogue_document(*, past=False):
    """Return the whole programme as a document; without `past`, performances to come alone."""
    performances = Performance.objects.all() if past else Performance.objects.upcoming()
    objects = {
        "venues": Venue.objects.order_by("slug"),
        "shows": Show.objects.order_by("slug"),
        "performances": performances.order_by("starts_at", "pk"),
    }
    return {
        kind: [SERIALIZERS[kind](row) for row in with_related(kind, objects[kind])]
        for kind in SERIALIZERS
    }


def with_related(kind, objects):
    """Have a query for objects of this kind load what is told of them."""
    if kind == "shows":
        return objects.prefetch_related("artists", "tags")
    if kind == "performances":
        objects = objects.select_related("show", "venue", "plan")
        return objects.prefetch_related("price_categories", "concessions")
    return objects


def parse_catalogue_json(data):
    """Return the document in a file's bytes, JSON. Raises `InvalidCatalogueFile`."""
    try:
        document = json.loads(decode_file(data))
    except (ValueError, RecursionError) as error:
        raise InvalidCatalogueFile([_("This is not JSON: %s") % error]) from None
    if not isinstance(document, dict) or not document.keys() <= COLUMNS.keys():
        words = _("An object with “venues”, “shows” and “performances” is needed.")
        raise InvalidCatalogueFile([words])
    for kind, rows in document.items():
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise InvalidCatalogueFile([_("“%s” must be a list of objects.") % kind])
    return document


def import_catalogue(document, *, check=False, progress=None):
    """Add and change what the document says, all of it or nothing; return how many of each kind.

    With `check` nothing is kept. `progress(done, total)` is called after each row. Raises
    `InvalidCatalogueFile` with the faults, at most fifty of them.
    """
    total = sum(len(rows) for rows in document.values())
    if total > MAX_ROWS:
        raise InvalidCatalogueFile([_("At most %d rows at once.") % MAX_ROWS])
    faults, done, taken = [], 0, {}
    with transaction.atomic():
        for kind, writer in WRITERS.items():
            rows = document.get(kind, [])
            taken[kind] = len(rows)
            for number, row in enumerate(rows):
                faults += [f"{kind}[{number}]{fault}" for fault in _write(kind, writer, row)]
                done += 1
                if progress:
                    progress(done, total)
                if len(faults) >= MAX_FAULTS:
                    raise InvalidCatalogueFile(faults)
        if faults:
            raise InvalidCatalogueFile(faults)
        if check:
            transaction.set_rollback(True)
    return taken


def _write(kind, writer, row):
    """Write one row; return its faults."""
    said, faults = {}, []
    for name, value in row.items():
        if name not in COLUMNS[kind]:
            faults.append(_(".%s is not known here") % name)
            continue
        try:
            said[name] = COLUMNS[kind][name](value)
        except ValueError as error:
            faults.append(f".{name}: {error}")
    if faults:
        return faults
    try:
        with transaction.atomic():
            writer(said)
    except InvalidCatalogueData as refusal:
        return [f".{field}: {words}".replace(".: ", ": ") for field, words in refusal.faults]
    return []


def _take_venue(said):
    venue = _known(Venue, said, "name")
    if not _says_what_is(venue, "venues", said):
        write_venue(venue=venue or Venue(), data=said)


def _take_show(said):
    show = _known(Show, said, "title")
    if not _says_what_is(show, "shows", said):
        write_show(show=show or Show(), data=said)


def _known(model, said, named_by):
    """The row that is meant: by its slug, or else the only one of its name."""
    if slug := said.get("slug"):
        return model.objects.filter(slug=slug).first()
    name = said.get(named_by) or ""
    alike = model.objects.filter(**{f"{named_by}__iexact": name})
    found = [row for row in alike if name_key(getattr(row, named_by)) == name_key(name)]
    if len(found) > 1:
        raise InvalidCatalogueData(
            [("slug", _("there are several of this name: say which by the slug"))]
        )
    return found[0] if found else None


def _says_what_is(row, kind, said):
    """Whether a row of the file says of a row that is there what is so already."""
    if row is None:
        return False
    told = SERIALIZERS[kind](row)
    try:
        return all(COLUMNS[kind][name](told[name]) == value for name, value in said.items())
    except ValueError:
        return False  # What is there could not be entered today; what the file says may be better.


def _take_performance(said):
    show = Show.objects.filter(slug=said.pop("show", "")).first()
    venue = Venue.objects.filter(slug=said.pop("venue", "")).first()
    name, starts_at = said.pop("plan", ""), said.get("starts_at")
    missing = {"show": show, "venue": venue, "starts_at": starts_at}
    if faults := [(field, _("there is none such")) for field, it in missing.items() if it is None]:
        raise InvalidCatalogueData(faults)
    rows = Performance.objects.filter(show=show, venue=venue, starts_at=starts_at)
    rows = rows.select_related("plan").order_by("pk")
    known = next((row for row in rows if row.plan.name == name), rows.first())
    if _says_what_is(known, "performances", said | ({"plan": name} if name else {})):
        return
    if known and name in ("", known.plan.name):
        plan = known.plan
    else:
        plans = SeatingPlan.objects.current().filter(venue=venue).order_by("-version")
        plan = plans.filter(name=name).first() if name else plans.first()
    if plan is None:
        raise InvalidCatalogueData([("plan", _("the venue has no such seating plan"))])
    write_performance(performance=known or Performance(), data=said, show=show, plan=plan)


WRITERS = {"venues": _take_venue, "shows": _take_show, "performances": _take_performance}


def _venue(row):
    return {name: getattr(row, name) for name in VENUE}


def _show(row):
    lists = {name: [part.name for part in getattr(row, name).all()] for name in ("artists", "tags")}
    return {**{name: getattr(row, name) for name in SHOW if name not in lists}, **lists}


def _performance(row):
    moments = ("starts_at", "doors_at", "on_sale_from", "on_sale_until")
    plain = [name for name in PERFORMANCE if hasattr(row, name) and name not in moments]
    return {
        **{name: getattr(row, name) for name in plain},
        **{name: getattr(row, name) and getattr(row, name).isoformat() for name in moments},
        "show": row.show.slug,
        "venue": row.venue.slug,
        "plan": row.plan.name,
        "prices": [
            {
                "category": part.name,
                "price": amount_text(part.price, row.currency),
                "fee": amount_text(part.fee, row.currency),
            }
            for part in row.price_categories.all()
        ],
        "concessions": [
            {"name": part.name, "percent_off": part.percent_off, "proof": part.proof}
            for part in row.concessions.all()
        ],
    }


def decode_file(data: bytes) -> str:
    """Return the text of a file. Raises `InvalidCatalogueFile` for another encoding than UTF-8.

    None is guessed: read as another one, a name would be wrong and nobody would be told.
    """
    if len(data) > MAX_BYTES:
        raise InvalidCatalogueFile([_("The file is too large: at most %d MB.") % (MAX_BYTES >> 20)])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        words = _(
            "The file is not UTF-8 (line %d). Save it as “CSV UTF-8” or “Unicode (UTF-8)” and try"
            " again."
        )
        raise InvalidCatalogueFile([words % line]) from None
    if "\0" in text or "\\u0000" in text:
        raise InvalidCatalogueFile([_("The file holds NUL characters.")])
    return text


# --- What the columns mean, as JSON has them and as a cell of text ---------------------------


def _text(value):
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ValueError(_("text is needed"))
    return value.strip()


def _number(value):
    if value is None or value == "":
        return None
    try:
        if isinstance(value, bool) or abs(number := int(str(value))) > 2**31 - 1:
            raise ValueError
    except ValueError:
        raise ValueError(_("a whole number is needed")) from None
    return number


# As spreadsheets write them in the languages of their owners.
YES = {"true", "yes", "1", "wahr", "ja", "vrai", "oui", "vero", "sì", "verdadero", "sí", "waar"}
NO = {"", "false", "no", "0", "falsch", "nein", "faux", "non", "falso", "onwaar", "nee"}


def _yes_or_no(value):
    told = str(value).strip().lower()
    if told in YES:
        return True
    if told in NO:
        return False
    raise ValueError(_("true or false is needed, not “%s”") % told[:40])


def _moment(value):
    if value is None or value == "":
        return None
    try:
        moment = parse_datetime(_text(value))
    except ValueError:
        moment = None
    if not isinstance(moment, datetime) or is_naive(moment):
        raise ValueError(_("a time with its zone is needed, such as 2026-12-31T20:00+01:00"))
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(year_needed())
    return moment


def _list(value, read_cell):
    """A list as JSON has it, or the one that stands in a cell."""
    if isinstance(value, str):
        try:
            value = read_cell(value)
        except ValueError:
            raise ValueError(_("a quotation mark is missing")) from None
    if not isinstance(value, list) or len(value) > MAX_ITEMS:
        raise ValueError(_("a list is needed"))
    return value


def _names(value, longest=40):
    names = [_text(part) for part in _list(value, read_list)]
    if not all(0 < len(name) <= longest for name in names):
        raise ValueError(_("names of at most %d letters are needed") % longest)
    return names


def _artists(value):
    return _names(value, longest=120)


def _rows(value, columns):
    """Objects, or in a cell “Regular=45.00=3.00; Student=…”."""
    for part in _list(value, read_rows):
        if isinstance(part, list) and len(part) <= len(columns):
            part = dict(zip(columns, part, strict=False))
        if not isinstance(part, dict) or not part.keys() <= set(columns):
            raise ValueError(_("it needs %s") % ", ".join(columns))
        yield part


def _prices(value):
    return [
        {
            "category": _text(row.get("category"))[:80],
            "price": _amount(row.get("price")),
            "fee": _amount(row.get("fee") or "0"),
        }
        for row in _rows(value, ["category", "price", "fee"])
    ]


def _amount(value):
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount < 10_000_000 or amount != round(amount, 2):
        raise ValueError(_("an amount is needed, such as 45.00"))
    return amount


def _concessions(value):
    found = []
    for row in _rows(value, ["name", "percent_off", "proof"]):
        percent, name = _number(row.get("percent_off")), _text(row.get("name"))
        if percent is None or not 1 <= percent <= 100 or not 0 < len(name) <= 60:
            raise ValueError(_("a name and 1 to 100 percent are needed"))
        found.append({"name": name, "percent_off": percent, "proof": _text(row.get("proof"))[:120]})
    return found


VENUE = dict.fromkeys(
    ["slug", "name", "address", "postcode", "city", "country", "time_zone", "description"], _text
)
SHOW = {
    "slug": _text,
    "title": _text,
    "artists": _artists,
    "tags": _names,
    "description": _text,
    "is_published": _yes_or_no,
    "is_unlisted": _yes_or_no,
    "duration": _number,
    "age_rating": _number,
}
PERFORMANCE = {
    "show": _text,
    "venue": _text,
    "plan": _text,
    "starts_at": _moment,
    "doors_at": _moment,
    "on_sale_from": _moment,
    "on_sale_until": _moment,
    "currency": _text,
    "customer_limit": _number,
    "cancel_until_hours": _number,
    "keep_fee": _yes_or_no,
    "allow_single_gaps": _yes_or_no,
    "accessible_released": _yes_or_no,
    "prices": _prices,
    "concessions": _concessions,
}
COLUMNS = {"venues": VENUE, "shows": SHOW, "performances": PERFORMANCE}
SERIALIZERS = {"venues": _venue, "shows": _show, "performances": _performance}

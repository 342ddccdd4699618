"""From bytes to a document of the right shape: what JSON and the schema can tell."""

import json
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from venues.plan_format.faults import Faults
from venues.plan_format.schema_check import fitting

# An arena of 16,000 places takes 2 MB.
MAX_BYTES = 10 * 1024 * 1024
# Lists longer than this are refused before each of their members is looked at.
MAX_ITEMS = {
    "categories": 200,
    "zones": 1_000,
    "rows": 20_000,
    "seats": 60_000,
    "areas": 5_000,
    "points": 50_000,
}
SCHEMA_FILE = Path(__file__).with_name("seating-plan.schema.json")


def parse_document(data):
    """(document, warnings) of a file's bytes, or InvalidPlan.

    What comes back follows the schema, but for members that it does not know; they are warned of.
    """
    faults = Faults()
    document = faults.document = _load(data, faults)
    _refuse_the_endless(document, faults)
    unknown = {}
    try:
        for error in schema_errors(document):
            if error.validator == "additionalProperties":
                _count_unknown(error, unknown)
            else:
                _tell(error, faults)
    except RecursionError:
        faults.add("", _("The file is nested too deeply."))
    faults.refuse_if_any()
    return document, _unknown_warnings(unknown)


def strict_faults(document):
    """What the schema, taken strictly, has against a document: a list of messages."""
    return [f"{_path(e.absolute_path)}: {e.message}" for e in schema_errors(document)]


def schema_errors(document):
    """Yield each error of a document by the schema, as `jsonschema` tells it."""
    if not _fits_schema()(document):
        yield from _validator().iter_errors(document)


def _load(data, faults):
    if len(data) > MAX_BYTES:
        faults.add("", _("The file is larger than %d MB.") % (MAX_BYTES // 1024**2))
        faults.refuse()
    try:
        text = data.decode("utf-8-sig")
        if not text.strip():
            faults.add("", _("The file is empty."))
            faults.refuse()
        document = json.loads(text, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        faults.add("", _("The file is not UTF-8 text (byte %d).") % error.start)
    except json.JSONDecodeError as error:
        where = {"line": error.lineno, "column": error.colno}
        faults.add("", _("This is not JSON (line %(line)d, column %(column)d).") % where)
    except ValueError as error:
        # A constant such as NaN, or a number of thousands of digits.
        faults.add("", _("This is not JSON: %s") % error)
    except RecursionError:
        faults.add("", _("The file is nested too deeply."))
    else:
        return document
    return faults.refuse()


def _refuse_constant(name):
    raise ValueError(_("%s is not a number.") % name)


def _refuse_the_endless(document, faults):
    """Count before checking: each item costs some microseconds, and a file can hold millions."""
    zones = _items(document, "zones", faults)
    rows = [row for zone in zones for row in _items(zone, "rows", faults)]
    areas = [area for zone in zones for area in _items(zone, "areas", faults)]
    polygons = [area.get("polygon") for area in areas if isinstance(area, dict)]
    _items(document, "categories", faults)
    lists = {
        "rows": len(rows),
        "areas": len(areas),
        "seats": sum(len(_items(row, "seats", faults)) for row in rows),
        "points": sum(len(_items(polygon, "points", faults)) for polygon in polygons),
    }
    for name, count in lists.items():
        _refuse_too_many(name, count, faults)


def _items(parent, name, faults):
    items = parent.get(name) if isinstance(parent, dict) else None
    if not isinstance(items, list):
        return []
    _refuse_too_many(name, len(items), faults)
    return items


def _refuse_too_many(name, count, faults):
    if count > MAX_ITEMS[name]:
        words = {"count": count, "name": name, "most": MAX_ITEMS[name]}
        faults.add("", _("There are %(count)d %(name)s; at most %(most)d can be read.") % words)
        faults.refuse()


@cache
def _schema():
    return json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))


@cache
def _fits_schema():
    return fitting(_schema(), _schema()["definitions"])


@cache
def _validator():
    """The validator of `jsonschema`, but that items without a fault are passed over quickly."""
    from jsonschema import Draft7Validator  # A tenth of a second to load, for the few with faults.
    from jsonschema.validators import extend

    fits = cache(lambda name: fitting({"$ref": name}, _schema()["definitions"]))

    def items(validator, schema, instance, _parent):
        if isinstance(instance, list):
            for index, item in enumerate(instance):
                if not fits(schema["$ref"])(item):
                    yield from validator.descend(item, schema, path=index)

    return extend(Draft7Validator, {"items": items})(_schema())


def _tell(error, faults):
    path = _path(error.absolute_path)
    if error.validator == "required":
        for name in error.validator_value:
            if name not in error.instance:
                faults.add(f"{path}.{name}".lstrip("."), _("this is missing"))
    elif error.validator == "enum":
        choices = ", ".join("null" if v is None else str(v) for v in error.validator_value)
        faults.add(path, _("this must be one of: %s") % choices)
    else:
        faults.add(path, _type_message(error.validator_value))


def _type_message(expected):
    if isinstance(expected, list):
        expected = next(name for name in expected if name != "null")
    return {
        "string": _("this must be a text"),
        "number": _("this must be a number"),
        "integer": _("this must be a whole number"),
        "array": _("this must be a list"),
        "object": _("this must be an object"),
    }[expected]


def _path(parts):
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.lstrip(".")


def _count_unknown(error, unknown):
    path = "".join("[]" if isinstance(p, int) else f".{p}" for p in error.absolute_path)
    for name in error.instance:
        if name not in error.schema["properties"]:
            place = f"{path}.{name}".lstrip(".")
            unknown[place] = unknown.get(place, 0) + 1


def _unknown_warnings(unknown):
    return [
        ngettext(
            "%(path)s is not part of the format and was left out (once).",
            "%(path)s is not part of the format and was left out (%(count)d times).",
            count,
        )
        # A file may call its members what it likes, at any length.
        % {"path": path[:120], "count": count}
        for path, count in sorted(unknown.items())[:20]
    ]

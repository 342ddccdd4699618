"""Parse a plan file and validate it against the JSON schema."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from venues.plan_format.faults import Faults
from venues.plan_format.schema_check import compile_check

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

# An arena with 16,000 places has 2 MB.
MAX_BYTES = 10 * 1024 * 1024
# Longer lists are rejected before their items are checked.
MAX_ITEMS = {
    "categories": 200,
    "zones": 1_000,
    "rows": 20_000,
    "seats": 60_000,
    "areas": 5_000,
    "points": 50_000,
}
SCHEMA_FILE = Path(__file__).with_name("seating-plan.schema.json")


def parse_document(data: bytes) -> tuple[dict[str, Any], list[str]]:
    """Parse a file; return (document, warnings). Raises InvalidPlan.

    The document follows the schema, apart from unknown members, which the warnings name.
    """
    faults = Faults()
    document = faults.document = _load(data, faults)
    _check_list_lengths(document, faults)
    unknown: dict[str, int] = {}
    try:
        for error in schema_errors(document):
            if error.validator == "additionalProperties":
                _count_unknown(error, unknown)
            else:
                _add_fault(error, faults)
    except RecursionError:
        faults.add("", _("The file is nested too deeply."))
    faults.refuse_if_any()
    return document, _unknown_warnings(unknown)


def strict_faults(document: Any) -> list[str]:
    """Return a message for each violation of the schema, unknown members included."""
    return [f"{_path(e.absolute_path)}: {e.message}" for e in schema_errors(document)]


def schema_errors(document: Any) -> Iterator["ValidationError"]:
    """Yield the errors that `jsonschema` finds in a document."""
    if not _fits_schema()(document):
        yield from _validator().iter_errors(document)


def _load(data: bytes, faults: Faults) -> Any:
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
        faults.add("", _("The file is not valid JSON (line %(line)d, column %(column)d).") % where)
    except ValueError as error:
        # A constant such as NaN, or a number with thousands of digits.
        faults.add("", _("The file is not valid JSON: %s") % error)
    except RecursionError:
        faults.add("", _("The file is nested too deeply."))
    else:
        return document
    return faults.refuse()


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(_("%s is not a number.") % name)


def _check_list_lengths(document: Any, faults: Faults) -> None:
    """Reject too long lists early, as validating millions of items would take seconds."""
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


def _items(parent: Any, name: str, faults: Faults) -> list[Any]:
    items = parent.get(name) if isinstance(parent, dict) else None
    if not isinstance(items, list):
        return []
    _refuse_too_many(name, len(items), faults)
    return items


def _refuse_too_many(name: str, count: int, faults: Faults) -> None:
    if count > MAX_ITEMS[name]:
        values = {"count": count, "name": name, "most": MAX_ITEMS[name]}
        faults.add("", _("The file has %(count)d %(name)s; at most %(most)d are allowed.") % values)
        faults.refuse()


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return schema


@cache
def _fits_schema() -> Callable[[Any], bool]:
    return compile_check(_schema(), _schema()["definitions"])


@cache
def _validator() -> "Validator":
    """Return a `jsonschema` validator that skips items without errors quickly."""
    # Imported here, as it takes a tenth of a second, and only files with errors need it.
    from jsonschema import Draft7Validator
    from jsonschema.validators import extend

    @cache
    def fits(name: str) -> Callable[[Any], bool]:
        return compile_check({"$ref": name}, _schema()["definitions"])

    def items(
        validator: Any, schema: Mapping[str, Any], instance: Any, _parent: Any
    ) -> Iterator["ValidationError"]:
        if isinstance(instance, list):
            for index, item in enumerate(instance):
                if not fits(schema["$ref"])(item):
                    yield from validator.descend(item, schema, path=index)

    return extend(Draft7Validator, {"items": items})(_schema())


def _add_fault(error: "ValidationError", faults: Faults) -> None:
    path = _path(error.absolute_path)
    expected: Any = error.validator_value
    if error.validator == "required":
        for name in expected:
            if name not in error.instance:
                faults.add(f"{path}.{name}".lstrip("."), _("is missing"))
    elif error.validator == "enum":
        choices = ", ".join("null" if v is None else str(v) for v in expected)
        faults.add(path, _("must be one of: %s") % choices)
    else:
        faults.add(path, _type_message(expected))


def _type_message(expected: str | list[str]) -> str:
    if isinstance(expected, list):
        expected = next(name for name in expected if name != "null")
    return {
        "string": _("must be text"),
        "number": _("must be a number"),
        "integer": _("must be a whole number"),
        "array": _("must be a list"),
        "object": _("must be an object"),
    }[expected]


def _path(parts: Iterable[str | int]) -> str:
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.lstrip(".")


def _count_unknown(error: "ValidationError", unknown: dict[str, int]) -> None:
    path = "".join("[]" if isinstance(p, int) else f".{p}" for p in error.absolute_path)
    schema: Any = error.schema
    for name in error.instance:
        if name not in schema["properties"]:
            member = f"{path}.{name}".lstrip(".")
            unknown[member] = unknown.get(member, 0) + 1


def _unknown_warnings(unknown: Mapping[str, int]) -> list[str]:
    return [
        ngettext(
            "%(path)s is not part of the format and was ignored (once).",
            "%(path)s is not part of the format and was ignored (%(count)d times).",
            count,
        )
        # Cut, as the names of members in a file may have any length.
        % {"path": path[:120], "count": count}
        for path, count in sorted(unknown.items())[:20]
    ]

"""Faults of a plan file, and where they are in it, as paths and in words."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from django.utils.translation import gettext as _

# Reading stops after so many.
MAX_FAULTS = 20
_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")
MAX_NAME = 40


@dataclass(frozen=True)
class PlanFault:
    # Such as `zones[2].rows[0].seats[14].category`; empty for the file as a whole.
    path: str
    message: str
    # The path in words: `Section “Stalls”, row F, seat 12, category`.
    location: str = ""

    def __str__(self) -> str:
        return f"{self.location}: {self.message}" if self.location else self.message


class InvalidPlan(Exception):
    """The file is not a valid plan; `faults` has one to MAX_FAULTS reasons."""

    def __init__(self, faults: Iterable[PlanFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class Faults:
    """Collect faults, and raise InvalidPlan as soon as there are MAX_FAULTS.

    `document` is the parsed file, as far as it is known, from which faults take names.
    """

    def __init__(self, document: Any = None) -> None:
        self.document = document
        self._faults: dict[PlanFault, None] = {}

    def add(self, path: str, message: str) -> None:
        fault = PlanFault(path, str(message), describe_path(path, self.document))
        self._faults.setdefault(fault)
        if len(self._faults) >= MAX_FAULTS:
            self.refuse()

    def refuse_if_any(self) -> None:
        if self._faults:
            self.refuse()

    def refuse(self) -> NoReturn:
        raise InvalidPlan(self._faults)


def describe_path(path: str, document: Any) -> str:
    """Return a path in words, such as `Section “Stalls”, row F, seat 12, category`.

    Items without a name in the document are called by their number: `row #6`. Members of the plan
    itself keep their names: `size.width`.
    """
    items: list[str] = []
    members: list[str] = []
    value = document
    for name, index in _STEP.findall(path):
        parent, value = value, _child(value, name, index)
        if index and name in _NAMED:
            siblings = parent.get(name) if isinstance(parent, dict) else None
            items.append(_item_name(name, int(index), siblings))
        else:
            members.append(f"{name}[{index}]" if index else name)
    return ", ".join([*items, ".".join(members)] if members else items)


def _child(value: Any, name: str, index: str) -> Any:
    """Return the value at `name` or `name[index]`, or None if there is none."""
    value = value.get(name) if isinstance(value, dict) else None
    if not index:
        return value
    number = int(index)
    return value[number] if isinstance(value, list) and number < len(value) else None


def _item_name(kind: str, index: int, siblings: Sequence[Any] | None) -> str:
    """Return the name of the item at `index`, with its number if a sibling has the same name."""
    get_name, with_name, without_name = _NAMED[kind]
    names = [_clean_name(item, get_name) for item in siblings] if isinstance(siblings, list) else []
    name = names[index] if index < len(names) else ""
    if not name:
        return without_name() % (index + 1)
    label = with_name() % (name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1]}…")
    return label if names.count(name) == 1 else f"{label} (#{index + 1})"


def _clean_name(item: Any, get_name: Callable[[Mapping[str, Any]], Any]) -> str:
    name = get_name(item) if isinstance(item, dict) else ""
    name = " ".join(name.split()) if isinstance(name, str) else ""
    return name if name.isprintable() else ""


def _section_name(zone: Mapping[str, Any]) -> str:
    name, zone_id = zone.get("name"), zone.get("zone_id")
    if isinstance(name, str) and name.strip():
        return name
    return zone_id.partition(";")[0] if isinstance(zone_id, str) else ""


# For each list: how to get an item's name, and the text for items with and without a name.
_NAMED: dict[
    str, tuple[Callable[[Mapping[str, Any]], Any], Callable[[], str], Callable[[], str]]
] = {
    "zones": (_section_name, lambda: _("Section “%s”"), lambda: _("Section #%d")),
    "rows": (lambda row: row.get("row_number"), lambda: _("row %s"), lambda: _("row #%d")),
    "seats": (lambda seat: seat.get("seat_number"), lambda: _("seat %s"), lambda: _("seat #%d")),
    "areas": (lambda area: "", lambda: "%s", lambda: _("shape #%d")),
    "points": (lambda point: "", lambda: "%s", lambda: _("corner #%d")),
    "categories": (
        lambda category: category.get("name"),
        lambda: _("Category “%s”"),
        lambda: _("Category #%d"),
    ),
}

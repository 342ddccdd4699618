"""Where in a plan file something is, said as people know the hall: by section, row and seat."""

import re

from django.utils.translation import gettext as _

_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")
MAX_NAME = 40


def place_of(path, document):
    """Return a path as people say it, such as `Section “Stalls”, row F, seat 12, category`.

    What has no name in the document is called by its number in the file: `row #6`. Members of the
    plan itself stay as the file calls them: `size.width`.
    """
    told, members, value = [], [], document
    for name, index in _STEP.findall(path):
        parent, value = value, _child(value, name, index)
        if index and name in _NAMED:
            siblings = parent.get(name) if isinstance(parent, dict) else None
            told.append(_called(name, int(index), siblings))
        else:
            members.append(f"{name}[{index}]" if index else name)
    return ", ".join([*told, ".".join(members)] if members else told)


def _child(value, name, index):
    """What stands there, or None where the document is not like that."""
    value = value.get(name) if isinstance(value, dict) else None
    if not index:
        return value
    index = int(index)
    return value[index] if isinstance(value, list) and index < len(value) else None


def _called(kind, index, siblings):
    """What the item at `index` is called, with its number if another one is called the same."""
    named, words, unnamed = _NAMED[kind]
    names = [_name_of(item, named) for item in siblings] if isinstance(siblings, list) else []
    name = names[index] if index < len(names) else ""
    if not name:
        return unnamed() % (index + 1)
    told = words() % (name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1]}…")
    return told if names.count(name) == 1 else f"{told} (#{index + 1})"


def _name_of(item, named):
    name = named(item) if isinstance(item, dict) else ""
    name = " ".join(name.split()) if isinstance(name, str) else ""
    return name if name.isprintable() else ""


def _section_name(zone):
    name, zone_id = zone.get("name"), zone.get("zone_id")
    if isinstance(name, str) and name.strip():
        return name
    return zone_id.partition(";")[0] if isinstance(zone_id, str) else ""


# For each list: what a member of it is called by, and the words for one with and without a name.
_NAMED = {
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

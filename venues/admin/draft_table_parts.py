"""The forms beside the tables of a draft: categories, stage and labels, numbering, moving, undo."""

from collections.abc import Callable
from math import isfinite
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from core.exceptions import Refused
from venues import document_edits as edits
from venues import seat_arrangement, section_edits, shape_edits
from venues.document_positions import keep_inside
from venues.numbering import NumberingForm
from venues.plan_format.conventions import split_category
from venues.plan_format.values import clean_color, default_color

Document = dict[str, Any]
Part = Callable[[QueryDict, Document, Document | None, Document | None], forms.Form | None]
MAX_NAME, MAX_TEXT = 80, 200
MAX_DISTANCE = 20_000


class NotPossible(Refused):
    """What was entered in a form beside a table cannot be done; nothing is saved."""


class RenumberForm(NumberingForm):
    """New numbers for the seats of some rows of a section, and new names for the rows."""

    field_order = ["from_row", "to_row", "numbered", "first_seat", "rename"]

    from_row = forms.TypedChoiceField(
        label=gettext_lazy("From row"), coerce=int, widget=UnfoldAdminSelectWidget
    )
    to_row = forms.TypedChoiceField(
        label=gettext_lazy("To row"), coerce=int, widget=UnfoldAdminSelectWidget
    )
    rename = forms.BooleanField(label=gettext_lazy("Rename the rows too"), required=False)

    def __init__(self, zone: Document, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="renumber-%s")
        rows = [(index, row["row_number"] or "–") for index, row in enumerate(zone["rows"])]
        for name in ("from_row", "to_row"):
            self.fields[name].choices = rows  # type: ignore[attr-defined]
        self.fields["to_row"].initial = len(rows) - 1

    def apply(self, zone: Document) -> None:
        """Number the seats; only for a valid form."""
        ends = sorted(self.cleaned_data[name] for name in ("from_row", "to_row"))
        for index, row in enumerate(zone["rows"][ends[0] : ends[1] + 1]):
            if self.cleaned_data["rename"]:
                row["row_number"] = self.row_name(index)
            numbers = self.seat_numbers(len(row["seats"]))
            for seat, number in zip(row["seats"], numbers, strict=True):
                seat["seat_number"] = number


def renumber(
    post: QueryDict, document: Document, zone: Document | None, row: Document | None
) -> forms.Form | None:
    if zone is None:
        return None
    form = RenumberForm(zone, post)
    if not form.is_valid():
        return form
    form.apply(zone)
    return None


def change_categories(
    post: QueryDict, document: Document, zone: Document | None, row: Document | None
) -> None:
    """Rename, recolour and remove price categories, and add one."""
    wanted = {}
    for index, now in enumerate(category_items(document)):
        name = _name(post, f"category-name-{index}") or now["name"]
        color = clean_color(post.get(f"category-color-{index}", "")) or now["color"]
        if f"category-delete-{index}" not in post:
            wanted[now["name"]] = (name, color)
        elif now["name"] in edits.used_categories(document):
            raise NotPossible(
                _("%s still has seats. Paint them in another price category first.") % now["name"]
            )
    names = [name for name, _color in wanted.values()]
    new = _name(post, "new-category")
    if len({*names, new}) < len([*names, new]):
        raise NotPossible(_("Two price categories cannot have the same name."))
    gone = [name for name in edits.category_names(document) if name not in wanted]
    for name in gone:
        edits.remove_category(document, name)
    # By way of names that no category has, so that two can exchange theirs.
    for index, (old, (_new, color)) in enumerate(wanted.items()):
        edits.change_category(document, old, new_name=f"\x00{index}", color=color)
    for index, (name, color) in enumerate(wanted.values()):
        edits.change_category(document, f"\x00{index}", new_name=name, color=color)
    if new:
        edits.add_category(document, new)


def _name(post: QueryDict, name: str) -> str:
    return split_category(" ".join(post.get(name, "").split())[:MAX_NAME])[0]


def category_items(document: Document) -> list[dict[str, Any]]:
    """Return the price categories with their colours, as `#rrggbb`."""
    colors = {category["name"]: category.get("color", "") for category in document["categories"]}
    return [
        {"name": name, "color": clean_color(colors.get(name, "")) or default_color(index)}
        for index, name in enumerate(edits.category_names(document))
    ]


def change_shapes(
    post: QueryDict, document: Document, zone: Document | None, row: Document | None
) -> None:
    """Rename, move, resize and remove shapes; add a stage or a text."""
    for index, (its_zone, area) in enumerate(list(shape_edits.shapes_of(document))):
        if f"shape-delete-{index}" in post:
            shape_edits.remove_shape(its_zone, area)
            continue
        values: dict[str, Any] = {}
        for name in ("x", "y", "width", "height", "size"):
            number = read_number(post, f"shape-{name}-{index}")
            if number is not None and (number > 0 or name in ("x", "y")):
                values[name] = number
        if text := " ".join(post.get(f"shape-text-{index}", "").split()):
            values["text"] = text[:MAX_TEXT]
        shape_edits.change_shape(its_zone, area, values)
    if post["shapes"] == "stage":
        shape_edits.add_stage(document)
    if text := " ".join(post.get("new-text", "").split()):
        shape_edits.add_text(document, text[:MAX_TEXT])
    keep_inside(document)


def shape_items(document: Document) -> list[dict[str, Any]]:
    """Return what the table of shapes shows."""
    return [
        {"index": index, **shape_edits.shape_values(zone, area)}
        for index, (zone, area) in enumerate(shape_edits.shapes_of(document))
    ]


def place(post: QueryDict, document: Document, zone: Document | None, row: Document | None) -> None:
    """Move, rotate, mirror, copy or distribute the section or the row."""
    if zone is None:
        return
    rows = zone["rows"] if row is None else [row]
    if not any(one["seats"] for one in rows) and not edits.is_standing(zone):
        return
    action = post["place"]
    if action == "move":
        section_edits.move(
            zone, row, read_number(post, "right") or 0, read_number(post, "down") or 0
        )
    elif action == "rotate":
        section_edits.rotate(zone, row, read_number(post, "degrees") or 0)
    elif action == "distribute" and row is not None and row["seats"]:
        seat_arrangement.distribute(zone, row["seats"])
    elif row is None and action == "mirror":
        section_edits.mirror(zone)
    elif row is None and action in ("duplicate", "duplicate-mirrored"):
        section_edits.duplicate(document, zone, mirrored=action == "duplicate-mirrored")
    keep_inside(document)


def read_number(post: QueryDict, name: str) -> float | None:
    """Return a submitted number, rounded to two places; None if it is none or too large."""
    try:
        number = float(post.get(name, "").replace(",", "."))
    except ValueError:
        return None
    if not isfinite(number) or abs(number) > MAX_DISTANCE:
        return None
    return int(number) if number == int(number) else round(number, 2)


PARTS: dict[str, Part] = {
    "categories": change_categories,
    "shapes": change_shapes,
    "renumber": renumber,
    "place": place,
}

"""The form of a new section in the plan editor, and the section that is made of it."""

from collections.abc import Sequence
from math import cos, degrees, pi, radians, sin
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from venues.drafts import SectionDraft
from venues.generate import AISLE, SEAT_PITCH, boxes, curved, rectangle, standing
from venues.generate import straight as straight_rows
from venues.numbering import NumberingForm, SmallNumber, Text
from venues.plan_format import MAX_PLACES
from venues.simple_plans import (
    MAX_ROWS,
    MAX_SEATS_IN_A_ROW,
    space_positions,
    split_into_blocks,
)

ROWS, BOXES, STANDING = "rows", "boxes", "standing"
KINDS = [
    (ROWS, gettext_lazy("rows of seats")),
    (BOXES, gettext_lazy("boxes")),
    (STANDING, gettext_lazy("standing area")),
]
SHAPES = [("straight", gettext_lazy("straight")), ("curved", gettext_lazy("curved"))]
MAX_BOXES = 60
MAX_BOX_SEATS = 20
MAX_LENGTH = 20_000
MAX_CORNERS = 200


class NewSectionForm(NumberingForm):
    """A section with rows, boxes or standing places, drawn at a point of the plan.

    The point is the middle of the first row, of the boxes' front or of the area's edge towards the
    stage.
    """

    field_order = ["kind", "name", "category"]

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=KINDS)
    name = Text(label=gettext_lazy("Section"), max_length=60)
    category = Text(label=gettext_lazy("Price category"), max_length=80, required=False)
    rows = SmallNumber(label=gettext_lazy("Rows"), most=MAX_ROWS, initial=10)
    seats = SmallNumber(label=gettext_lazy("Seats per row"), most=MAX_SEATS_IN_A_ROW, initial=20)
    last_seats = SmallNumber(
        label=gettext_lazy("Seats in the last row"),
        most=MAX_SEATS_IN_A_ROW,
        help_text=gettext_lazy("If rows grow or shrink towards the back."),
    )
    aisles = SmallNumber(label=gettext_lazy("Aisles"), least=0, most=10)
    shape = forms.ChoiceField(label=gettext_lazy("Shape"), choices=SHAPES, required=False)
    radius = SmallNumber(
        label=gettext_lazy("Radius of the first row"), most=MAX_LENGTH, initial=500
    )
    arc = SmallNumber(
        label=gettext_lazy("Arc in degrees"),
        most=350,
        help_text=gettext_lazy("Filled with as many seats as fit, instead of seats per row."),
    )
    staggered = forms.BooleanField(
        label=gettext_lazy("Staggered rows"),
        required=False,
        help_text=gettext_lazy("Every second row is moved by half a seat."),
    )
    spaces = SmallNumber(label=gettext_lazy("Wheelchair spaces in the last row"), least=0, most=40)
    boxes = SmallNumber(label=gettext_lazy("Boxes"), most=MAX_BOXES, initial=4)
    box_seats = SmallNumber(label=gettext_lazy("Seats per box"), most=MAX_BOX_SEATS, initial=4)
    first_box = SmallNumber(label=gettext_lazy("Number of the first box"), most=9999, initial=1)
    box_word = Text(
        label=gettext_lazy("Name of a box"),
        max_length=30,
        required=False,
        initial=gettext_lazy("Box"),
    )
    capacity = SmallNumber(label=gettext_lazy("Capacity"), most=MAX_PLACES, initial=200)
    width = SmallNumber(label=gettext_lazy("Width"), most=MAX_LENGTH, initial=400)
    depth = SmallNumber(label=gettext_lazy("Depth"), most=MAX_LENGTH, initial=300)
    corners = Text(
        label=gettext_lazy("Corners"),
        max_length=8000,
        required=False,
        help_text=gettext_lazy(
            "Of an area that is no rectangle, such as “0,0 400,0 300,200”. The editor can draw it."
        ),
    )
    x = forms.FloatField(label=gettext_lazy("From the left"), initial=600)
    y = forms.FloatField(label=gettext_lazy("From the top"), initial=200)
    angle = forms.FloatField(label=gettext_lazy("Rotation in degrees"), initial=0, required=False)

    def clean_corners(self) -> list[tuple[float, float]]:
        text = self.cleaned_data["corners"]
        try:
            pairs = [part.split(",") for part in text.split()]
            corners = [(float(x), float(y)) for x, y in pairs]
        except ValueError:
            raise forms.ValidationError(_("Write each corner as “x,y”.")) from None
        if corners and not 3 <= len(corners) <= MAX_CORNERS:
            raise forms.ValidationError(_("An area has from 3 to %d corners.") % MAX_CORNERS)
        if any(not abs(value) <= MAX_LENGTH for corner in corners for value in corner):
            raise forms.ValidationError(_("A corner is too far away."))
        return corners

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        needed = {
            ROWS: ["rows"],
            BOXES: ["boxes", "box_seats"],
            STANDING: ["capacity"],
        }.get(data.get("kind", ""), [])
        if data.get("kind") == ROWS:
            is_filled = data.get("shape") == "curved" and data.get("arc")
            needed += ["radius"] if data.get("shape") == "curved" else []
            needed += [] if is_filled else ["seats"]
        if data.get("kind") == STANDING and not data.get("corners"):
            needed += ["width", "depth"]
        for name in needed:
            if name in data and data[name] is None:
                self.add_error(name, _("Please enter a number."))
        for name in ("x", "y", "angle"):
            if abs(data.get(name) or 0) > MAX_LENGTH:
                self.add_error(name, _("This is too far away."))
        if data.get("kind") == ROWS and not self.errors:
            self._check_rows(data)
        return data

    def _check_rows(self, data: dict[str, Any]) -> None:
        is_curved, aisles = data["shape"] == "curved", data["aisles"] or 0
        arc = is_curved and data["arc"]
        last = min(data["last_seats"] or data["seats"] or 0, data["seats"] or 0)
        if (data["spaces"] or 0) * 2 > (0 if arc else last):
            message = _("the last row is too short for so many wheelchair spaces")
            self.add_error("spaces", message)
        if aisles >= (MAX_SEATS_IN_A_ROW if arc else last):
            self.add_error("aisles", _("there must be fewer aisles than seats in a row"))
        elif arc and radians(arc) / (aisles + 1) * data["radius"] < 3 * SEAT_PITCH:
            self.add_error("arc", _("This arc is too short for a row of seats."))
        elif is_curved and not arc:
            width = data["seats"] * SEAT_PITCH + aisles * AISLE
            if width > 2 * pi * data["radius"]:
                self.add_error("radius", _("This radius is too small for so many seats."))

    def section(self, slug: str) -> SectionDraft:
        """Return the section; only for a valid form."""
        data = self.cleaned_data
        make = {ROWS: _rows, BOXES: _boxes, STANDING: _standing}[data["kind"]]
        return make(data, data["category"] or data["name"], slug, self)


def _rows(data: dict[str, Any], category: str, slug: str, form: NumberingForm) -> SectionDraft:
    aisles = data["aisles"] or 0
    first = split_into_blocks(data["seats"] or 1, aisles)
    last = split_into_blocks(data["last_seats"] or data["seats"] or 1, aisles)
    common: dict[str, Any] = {
        "slug": slug,
        "category": category,
        "rows": data["rows"],
        "angle": data["angle"] or 0,
        "staggered": data["staggered"],
        "numbered": form.numbering,
        "first_number": form.first_number,
        "row_naming": form.row_name,
        "first_row": 0,
        "spaces": {"last": space_positions(data["spaces"] or 0)},
    }
    blocks = list(zip(first, last, strict=True))
    at = (data["x"], data["y"])
    if data["shape"] != "curved":
        return straight_rows(data["name"], at=at, seats=blocks, **common)
    turn = radians(data["angle"] or 0)
    radius = float(data["radius"])
    centre = (at[0] - radius * sin(turn), at[1] - radius * cos(turn))
    half = (data["arc"] or 0) / 2
    common |= {"wedges": _wedges(half, aisles, radius)} if half else {"seats": blocks}
    return curved(data["name"], centre=centre, radius=radius, **common)


def _wedges(half: float, aisles: int, radius: float) -> Sequence[tuple[float, float]]:
    """Return the angles between aisles of an arc."""
    part = 2 * half / (aisles + 1)
    gap = min(degrees(AISLE / 2 / radius), part / 4) if aisles else 0.0
    return [
        (number * part - half + gap, (number + 1) * part - half - gap)
        for number in range(aisles + 1)
    ]


def _boxes(data: dict[str, Any], category: str, slug: str, form: NumberingForm) -> SectionDraft:
    turn = radians(data["angle"] or 0)
    across = (cos(turn), -sin(turn))
    spacing = (data["box_seats"] + 1) // 2 * SEAT_PITCH + AISLE
    half = spacing * (data["boxes"] - 1) / 2
    x, y = data["x"], data["y"]
    return boxes(
        data["name"],
        slug=slug,
        category=category,
        count=data["boxes"],
        seats=data["box_seats"],
        along=(
            (x - across[0] * half, y - across[1] * half),
            (x + across[0] * half, y + across[1] * half),
        ),
        angle=data["angle"] or 0,
        first=data["first_box"] or 1,
        word=data["box_word"] or str(_("Box")),
        numbered=form.numbering,
    )


def _standing(data: dict[str, Any], category: str, slug: str, form: NumberingForm) -> SectionDraft:
    x, y = data["x"], data["y"]
    outline = data["corners"] or rectangle(
        x - data["width"] / 2, y, x + data["width"] / 2, y + data["depth"]
    )
    return standing(
        data["name"], category=category, capacity=data["capacity"], outline=outline, slug=slug
    )

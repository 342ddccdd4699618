"""Read a plan file into a draft, collecting all faults and warnings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.slugs import free_slug
from venues.drafts import PlanDraft, SeatDraft, SectionDraft, pair_companions
from venues.models import Seat
from venues.plan_format.areas import Area, Point, outline_of, read_areas
from venues.plan_format.conventions import ZoneSettings, split_category, split_zone_id
from venues.plan_format.faults import Faults, describe_path
from venues.plan_format.parsing import parse_document
from venues.plan_format.values import check_number, check_text, clean_color, default_color

# Seats and standing places together. Each performance has a database row for each of them.
MAX_PLACES = 60_000
MAX_SIDE = 100_000
MAX_SLUG = MAX_ROW = 80
MAX_NUMBER = 40


@dataclass(frozen=True)
class ReadPlan:
    draft: PlanDraft
    # What was ignored or looks wrong, but does not prevent the import.
    warnings: tuple[str, ...]


class _Names(TypedDict):
    name: str
    slug: str


def read_plan(data: bytes) -> ReadPlan:
    """Read a plan file. Raises InvalidPlan, whose faults say what to correct.

    Too large, too long and too deeply nested input is rejected before it is checked in detail.
    """
    return read_document(*parse_document(data))


def read_document(document: dict[str, Any], warnings: list[str]) -> ReadPlan:
    """Read a plan that `parse_document` has returned. Raises InvalidPlan."""
    return _Reader(document, warnings).read()


class _Reader:
    def __init__(self, document: dict[str, Any], warnings: list[str]) -> None:
        self.document = document
        self.warnings = warnings
        self.faults = Faults(document)
        self.width = self.height = 0
        self.guids: dict[str, str] = {}
        self.slugs: set[str] = set()
        self.decoration: list[Area] = []
        self.categories: dict[str, str] = {}
        self.known_names: set[str] = set()

    def read(self) -> ReadPlan:
        name = check_text(self.document["name"], "name", 120, self.faults)
        self._read_size()
        self._read_categories()
        sections = [
            section
            for index, zone in enumerate(self.document["zones"])
            if (section := self._read_zone(zone, f"zones[{index}]"))
        ]
        self._check_places(sections)
        self.faults.refuse_if_any()
        self._warn_of_oddities(sections)
        draft = PlanDraft(
            name=name,
            width=self.width,
            height=self.height,
            categories=tuple({"name": n, "color": c} for n, c in self.categories.items()),
            sections=tuple(sections),
            decoration=tuple(self.decoration),
        )
        return ReadPlan(draft, tuple(self.warnings))

    def _read_size(self) -> None:
        for side in ("width", "height"):
            value = self.document["size"][side]
            if 1 <= value <= MAX_SIDE:
                setattr(self, side, int(value))
            else:
                self.faults.add(f"size.{side}", _("must be from 1 to %d") % MAX_SIDE)
        # Without a size, no coordinate can be checked.
        self.faults.refuse_if_any()

    def _read_categories(self) -> None:
        """Read the categories' colours, merging those that differ only in the kind of seat."""
        for index, category in enumerate(self.document["categories"]):
            path = f"categories[{index}]"
            full_name = check_text(category["name"], f"{path}.name", 100, self.faults)
            name, kind = split_category(full_name)
            check_text(name, f"{path}.name", 80, self.faults)
            if full_name in self.known_names:
                self.faults.add(f"{path}.name", _("there are two categories “%s”") % full_name)
            self.known_names.add(full_name)
            color = clean_color(category.get("color", ""))
            if color is None:
                color = default_color(len(self.categories))
                if category.get("color"):
                    location = describe_path(f"{path}.color", self.document)
                    self._warn(
                        _("%(path)s is not a colour; %(color)s is used instead.")
                        % {"path": location, "color": color}
                    )
            if kind == Seat.Kind.ORDINARY:
                self.categories[name] = color
            else:
                self.categories.setdefault(name, color)

    def _read_zone(self, zone: dict[str, Any], path: str) -> SectionDraft | None:
        settings = split_zone_id(zone.get("zone_id", ""))
        origin = (
            check_number(zone["position"]["x"], f"{path}.position.x", self.faults),
            check_number(zone["position"]["y"], f"{path}.position.y", self.faults),
        )
        seats = self._read_rows(zone["rows"], path, origin)
        areas = read_areas(zone.get("areas", []), path, origin, self.faults, self._warn_of_area)
        outline: tuple[Point, ...] = ()
        area_path = f"{path}.areas[0]"
        if areas and (settings.outline or settings.is_standing):
            outline = tuple(
                (check_number(x, area_path, self.faults), check_number(y, area_path, self.faults))
                for x, y in outline_of(areas[0])
            )
        self.decoration += areas[1:] if outline else areas
        if settings.is_standing:
            return self._standing(zone, settings, seats, outline, path)
        return self._seated(zone, settings, seats, outline, path) if seats else None

    def _read_rows(self, rows: list[dict[str, Any]], path: str, origin: Point) -> list[SeatDraft]:
        seats: list[SeatDraft] = []
        for index, row in enumerate(rows):
            row_path = f"{path}.rows[{index}]"
            name = check_text(
                row["row_number"], f"{row_path}.row_number", MAX_ROW, self.faults, least=0
            )
            x, y = self._position(row.get("position"), origin, f"{row_path}.position")
            seats += [
                self._read_seat(seat, name, (x, y), f"{row_path}.seats[{number}]")
                for number, seat in enumerate(row["seats"])
            ]
        return seats

    def _read_seat(self, seat: dict[str, Any], row: str, origin: Point, path: str) -> SeatDraft:
        faults = self.faults
        x, y = self._position(seat["position"], origin, f"{path}.position")
        if not (0 <= x <= self.width and 0 <= y <= self.height):
            where = {"x": x, "y": y, "width": self.width, "height": self.height}
            faults.add(
                f"{path}.position",
                _("(%(x)g, %(y)g) is outside the plan (%(width)d × %(height)d)") % where,
            )
        full_name = seat["category"].strip()
        if full_name not in self.known_names:
            faults.add(f"{path}.category", _("there is no category “%s”") % full_name[:80])
        category, kind = split_category(full_name)
        return SeatDraft(
            guid=self._guid(seat["seat_guid"], f"{path}.seat_guid"),
            row=row,
            number=check_text(seat["seat_number"], f"{path}.seat_number", MAX_NUMBER, faults),
            x=x,
            y=y,
            category=category,
            kind=kind,
        )

    def _guid(self, guid: str, path: str) -> str:
        check_text(guid, path, 100, self.faults)
        if guid != guid.strip():
            self.faults.add(path, _("must not begin or end with a space"))
        if guid in self.guids:
            values = {"guid": guid[:100], "path": describe_path(self.guids[guid], self.document)}
            self.faults.add(path, _("“%(guid)s” is already used by %(path)s") % values)
        self.guids.setdefault(guid, path.removesuffix(".seat_guid"))
        return guid

    def _position(self, position: dict[str, float] | None, origin: Point, path: str) -> Point:
        if position is None:
            return origin
        return (
            origin[0] + check_number(position["x"], f"{path}.x", self.faults),
            origin[1] + check_number(position["y"], f"{path}.y", self.faults),
        )

    def _standing(
        self,
        zone: dict[str, Any],
        settings: ZoneSettings,
        seats: Sequence[SeatDraft],
        outline: tuple[Point, ...],
        path: str,
    ) -> SectionDraft | None:
        path = f"{path}.zone_id"
        given = settings.capacity or ""
        capacity = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
        if seats:
            self.faults.add(path, _("a zone with seats cannot have a capacity"))
        elif not 1 <= capacity <= MAX_PLACES:
            self.faults.add(path, _("the capacity must be from 1 to %d") % MAX_PLACES)
        elif settings.category not in self.categories:
            self.faults.add(path, _("there is no category “%s”") % settings.category[:80])
        elif not outline:
            self.faults.add(path, _("the first area of a standing zone must be its outline"))
        else:
            return SectionDraft(
                **self._names(zone, settings, path),
                outline=outline,
                standing=capacity,
                category=settings.category,
            )
        return None

    def _seated(
        self,
        zone: dict[str, Any],
        settings: ZoneSettings,
        seats: Sequence[SeatDraft],
        outline: tuple[Point, ...],
        path: str,
    ) -> SectionDraft:
        names = self._names(zone, settings, path)
        return SectionDraft(**names, outline=outline, seats=tuple(seats))

    def _names(self, zone: dict[str, Any], settings: ZoneSettings, path: str) -> _Names:
        given = zone.get("name", "").strip() or settings.slug or f"Section {len(self.slugs) + 1}"
        name = check_text(given, f"{path}.name", 80, self.faults)
        slug = free_slug(
            settings.slug or name, fallback="section", most=MAX_SLUG, is_taken=self.slugs
        )
        self.slugs.add(slug)
        return {"name": name, "slug": slug}

    def _check_places(self, sections: Sequence[SectionDraft]) -> None:
        places = sum(section.capacity for section in sections)
        if places > MAX_PLACES:
            values = {"count": places, "most": MAX_PLACES}
            message = _("there are %(count)d places; at most %(most)d are allowed") % values
            self.faults.add("zones", message)
        elif not sections:
            self.faults.refuse_if_any()
            self.faults.add("zones", _("there are neither seats nor standing zones"))

    def _warn_of_oddities(self, sections: Sequence[SectionDraft]) -> None:
        names = [section.name for section in sections]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._warn(
                _("Several sections are called “%s”; customers cannot tell their seats apart.")
                % name
            )
        for section in sections:
            labels = [(seat.row, seat.number) for seat in section.seats]
            duplicates = len(labels) - len(set(labels))
            unpaired = sum(s.kind == Seat.Kind.COMPANION for s in section.seats) - len(
                pair_companions(section.seats)
            )
            if duplicates:
                self._warn(
                    ngettext(
                        "%(section)s: %(count)d seat has the row and number of another one.",
                        "%(section)s: %(count)d seats have the row and number of others.",
                        duplicates,
                    )
                    % {"section": section.name, "count": duplicates}
                )
            if unpaired:
                self._warn(
                    ngettext(
                        "%(section)s: %(count)d companion seat has no wheelchair space in its row"
                        " or beside it.",
                        "%(section)s: %(count)d companion seats have no wheelchair space in their"
                        " row or beside them.",
                        unpaired,
                    )
                    % {"section": section.name, "count": unpaired}
                )

    def _warn_of_area(self, path: str) -> None:
        location = describe_path(path, self.document)
        self._warn(_("%(path)s has no shape and was ignored.") % {"path": location})

    def _warn(self, message: str) -> None:
        self.warnings.append(message)

"""Reading a plan file into a draft, with every fault and warning told by its path."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.slugs import free_slug
from venues.drafts import PlanDraft, SeatDraft, SectionDraft, pair_companions
from venues.models import Seat
from venues.plan_format.areas import outline_of, read_areas
from venues.plan_format.colors import DEFAULT_COLORS, clean_color
from venues.plan_format.conventions import split_category, split_zone_id
from venues.plan_format.faults import Faults
from venues.plan_format.parsing import parse_document
from venues.plan_format.places import place_of
from venues.plan_format.values import check_number, check_text

# Seats and standing places together. One row is made for each, at each performance.
MAX_PLACES = 60_000
MAX_SIDE = 100_000
MAX_SLUG = MAX_ROW = 80
MAX_NUMBER = 40


@dataclass(frozen=True)
class ReadPlan:
    draft: PlanDraft
    # What was left out or looks odd, for whoever imports; nothing that stops the import.
    warnings: tuple[str, ...]


def read_plan(data):
    """The ReadPlan of a file's bytes. Raises InvalidPlan, whose faults say what to mend.

    Never slow and never large for long: oversized, endless or deeply nested input is refused
    before it is looked at closely.
    """
    document, warnings = parse_document(data)
    return _Reader(document, warnings).read()


class _Reader:
    def __init__(self, document, warnings):
        self.document = document
        self.warnings = warnings
        self.faults = Faults(document)
        self.width = self.height = 0
        self.guids = {}
        self.slugs = set()
        self.decoration = []

    def read(self):
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

    def _read_size(self):
        for side in ("width", "height"):
            value = self.document["size"][side]
            if 1 <= value <= MAX_SIDE:
                setattr(self, side, int(value))
            else:
                self.faults.add(f"size.{side}", _("this must be from 1 to %d") % MAX_SIDE)
        # Where nothing is known, no coordinate can be judged.
        self.faults.refuse_if_any()

    def _read_categories(self):
        """Categories by name, with those that only differ by the kind of seat taken together."""
        self.categories, self.known_names = {}, set()
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
                color = DEFAULT_COLORS[len(self.categories) % len(DEFAULT_COLORS)]
                if category.get("color"):
                    self._warn(
                        _("%(path)s is no color that we know; %(color)s was taken instead.")
                        % {"path": place_of(f"{path}.color", self.document), "color": color}
                    )
            if kind == Seat.Kind.ORDINARY:
                self.categories[name] = color
            else:
                self.categories.setdefault(name, color)

    def _read_zone(self, zone, path):
        words = split_zone_id(zone.get("zone_id", ""))
        origin = (
            check_number(zone["position"]["x"], f"{path}.position.x", self.faults),
            check_number(zone["position"]["y"], f"{path}.position.y", self.faults),
        )
        seats = self._read_rows(zone["rows"], path, origin)
        areas = read_areas(zone.get("areas", []), path, origin, self.faults, self._warn_of_area)
        outline, area_path = (), f"{path}.areas[0]"
        if areas and (words.outline or words.is_standing):
            outline = tuple(
                (check_number(x, area_path, self.faults), check_number(y, area_path, self.faults))
                for x, y in outline_of(areas[0])
            )
        self.decoration += areas[1:] if outline else areas
        if words.is_standing:
            return self._standing(zone, words, seats, outline, path)
        return self._seated(zone, words, seats, outline, path) if seats else None

    def _read_rows(self, rows, path, origin):
        seats = []
        for index, row in enumerate(rows):
            row_path = f"{path}.rows[{index}]"
            name = check_text(
                row["row_number"], f"{row_path}.row_number", MAX_ROW, self.faults, least=0
            )
            x, y = self._place(row.get("position"), origin, f"{row_path}.position")
            seats += [
                self._read_seat(seat, name, (x, y), f"{row_path}.seats[{number}]")
                for number, seat in enumerate(row["seats"])
            ]
        return seats

    def _read_seat(self, seat, row, origin, path):
        faults = self.faults
        x, y = self._place(seat["position"], origin, f"{path}.position")
        if not (0 <= x <= self.width and 0 <= y <= self.height):
            where = {"x": x, "y": y, "width": self.width, "height": self.height}
            faults.add(
                f"{path}.position",
                _("(%(x)g, %(y)g) lies outside the plan (%(width)d × %(height)d)") % where,
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

    def _guid(self, guid, path):
        check_text(guid, path, 100, self.faults)
        if guid != guid.strip():
            self.faults.add(path, _("there is a blank at the beginning or the end"))
        if guid in self.guids:
            words = {"guid": guid[:100], "path": place_of(self.guids[guid], self.document)}
            self.faults.add(path, _("“%(guid)s” has been given already, to %(path)s") % words)
        self.guids.setdefault(guid, path.removesuffix(".seat_guid"))
        return guid

    def _place(self, position, origin, path):
        if position is None:
            return origin
        return (
            origin[0] + check_number(position["x"], f"{path}.x", self.faults),
            origin[1] + check_number(position["y"], f"{path}.y", self.faults),
        )

    def _standing(self, zone, words, seats, outline, path):
        path = f"{path}.zone_id"
        digits = words.capacity.isascii() and words.capacity.isdigit() and len(words.capacity) < 9
        if seats:
            self.faults.add(path, _("a zone with seats can't have a capacity of its own"))
        elif not digits or not 1 <= int(words.capacity) <= MAX_PLACES:
            self.faults.add(path, _("the capacity must be from 1 to %d") % MAX_PLACES)
        elif words.category not in self.categories:
            self.faults.add(path, _("there is no category “%s”") % words.category[:80])
        elif not outline:
            self.faults.add(path, _("the first area of a standing zone must be its outline"))
        else:
            return SectionDraft(
                **self._names(zone, words, path),
                outline=outline,
                standing=int(words.capacity),
                category=words.category,
            )
        return None

    def _seated(self, zone, words, seats, outline, path):
        return SectionDraft(**self._names(zone, words, path), outline=outline, seats=tuple(seats))

    def _names(self, zone, words, path):
        given = zone.get("name", "").strip() or words.slug or f"Section {len(self.slugs) + 1}"
        name = check_text(given, f"{path}.name", 80, self.faults)
        slug = free_slug(words.slug or name, fallback="section", most=MAX_SLUG, is_taken=self.slugs)
        self.slugs.add(slug)
        return {"name": name, "slug": slug}

    def _check_places(self, sections):
        places = sum(section.capacity for section in sections)
        if places > MAX_PLACES:
            words = {"count": places, "most": MAX_PLACES}
            self.faults.add("zones", _("there are %(count)d places; at most %(most)d fit") % words)
        elif not sections:
            self.faults.refuse_if_any()
            self.faults.add("zones", _("there is neither a seat nor a standing zone"))

    def _warn_of_oddities(self, sections):
        names = [section.name for section in sections]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._warn(_("There are several sections “%s”; their seats sound alike.") % name)
        for section in sections:
            told = [(seat.row, seat.number) for seat in section.seats]
            twice = len(told) - len(set(told))
            lonely = sum(s.kind == Seat.Kind.COMPANION for s in section.seats) - len(
                pair_companions(section.seats)
            )
            if twice:
                self._warn(
                    ngettext(
                        "%(section)s: %(count)d seat has the row and number of another one.",
                        "%(section)s: %(count)d seats have the row and number of others.",
                        twice,
                    )
                    % {"section": section.name, "count": twice}
                )
            if lonely:
                self._warn(
                    ngettext(
                        "%(section)s: %(count)d companion seat has no wheelchair space in its row.",
                        "%(section)s: %(count)d companion seats have no wheelchair space in their"
                        " row.",
                        lonely,
                    )
                    % {"section": section.name, "count": lonely}
                )

    def _warn_of_area(self, path):
        place = place_of(path, self.document)
        self._warn(_("%(path)s has no shape and was left out.") % {"path": place})

    def _warn(self, message):
        self.warnings.append(message)

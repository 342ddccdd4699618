"""Factories for the tests of this app and of those above it.

All arguments are keyword-only with defaults, so that a test names only what matters to it.
Times are relative to now: a performance is on sale since yesterday and starts in thirty days,
unless a test says otherwise.
"""

from datetime import timedelta
from decimal import Decimal
from itertools import count

from django.db import connection
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from shows.models import (
    Artist,
    Concession,
    ConcessionType,
    Performance,
    PriceCategory,
    Question,
    Review,
    Show,
    Tag,
)
from venues.models import Seat, SeatingPlan, Section, Venue

# Nearly every test makes seats: one statement takes a quarter of the time of fifty objects.
CREATE_ORDINARY_SEATS = """
INSERT INTO venues_seat
  (plan_id, section_id, guid, "row", number, ordinal, x, y, kind, category)
SELECT
  %(plan)s, %(section)s, %(slug)s || '-' || name || number, name, number,
  (row - 1) * %(seats)s + number - 1, 20 * (number - 1), 30 * (row - 1) + %(top)s,
  'ordinary', %(category)s
FROM unnest(%(rows)s::text[]) WITH ORDINALITY AS rows (name, row),
  generate_series(1, %(seats)s) AS number
ORDER BY row, number
"""
_number = count(1)


def make_venue(*, name="Old Gasworks", city="Berlin", time_zone="Europe/Berlin", **fields):
    fields = {"address": "Am Kanal 1", "country": "DE"} | fields
    return Venue.objects.create(
        name=name,
        slug=fields.pop("slug", None) or _slug(name),
        city=city,
        time_zone=time_zone,
        **fields,
    )


def make_plan(*, venue=None, sections=None, **fields):
    """Make a plan from `sections`: see `seated()` and `standing()`.

    Without any: a hall with one section "Stalls", 5 rows (A to E) of 10 seats, category "Regular".
    """
    version = venue.plans.count() + 1 if venue else 1
    venue = venue or make_venue()
    sections = sections or [seated()]
    names = dict.fromkeys(
        name for section in sections for name in (section["category"], section.get("front")) if name
    )
    plan = SeatingPlan.objects.create(
        venue=venue,
        **{
            "name": "Hall",
            "version": version,
            "width": 1000,
            "height": 800,
            "categories": [{"name": name, "color": "#7f4a91"} for name in names],
            "content_hash": f"{next(_number):064x}",
        }
        | fields,
    )
    for ordinal, section in enumerate(sections):
        _make_section(plan, ordinal, section)
    return plan


def seated(*, name="Stalls", category="Regular", rows=5, seats=10, kinds=None, front=""):
    """A seated section for `make_plan`: rows A, B, C… of seats 1, 2, 3….

    `kinds` are the special seats: `{"A1": "wheelchair", "A2": "companion"}`. A companion seat
    belongs to the nearest wheelchair space before it. `front` is another category, of row A.
    """
    return {
        "kind": "seated",
        "name": name,
        "category": category,
        "rows": rows,
        "seats": seats,
        "kinds": kinds or {},
        "front": front,
    }


def standing(*, name="Floor", category="Standing", capacity=100):
    """A standing section for `make_plan`."""
    return {"kind": "standing", "name": name, "category": category, "capacity": capacity}


def make_artist(*, name=None):
    name = name or f"Artist {next(_number)}"
    return Artist.objects.create(name=name, slug=_slug(name))


def make_tag(*, name="Jazz"):
    return Tag.objects.get_or_create(name=name, defaults={"slug": slugify(name)})[0]


def make_show(*, title="Nachtmusik", artists=(), tags=(), **fields):
    """Make a show; `artists` and `tags` are names."""
    show = Show.objects.create(title=title, slug=fields.pop("slug", None) or _slug(title), **fields)
    for name in artists:
        artist = Artist.objects.filter(name=name).first() or make_artist(name=name)
        show.artists.add(artist)
    for name in tags:
        show.tags.add(make_tag(name=name))
    return show


def make_performance(
    *, show=None, venue=None, plan=None, prices=None, concessions=None, opened=True, **fields
):
    """Make a performance with its prices. It has no places; `put_on_sale` creates them.

    `prices` maps a category's name to its price, or to `(price, fee)`; by default each category of
    the plan costs 45 with a fee of 5. `concessions` maps a name to the per cent off. `opened` is
    whether it counts as put on sale; `starts_in` and `on_sale_in` are timedeltas from now.
    """
    now = timezone.now()
    plan = plan or make_plan(venue=venue)
    if prices is None:
        prices = {category["name"]: (45, 5) for category in plan.categories}
    starts_at = now + fields.pop("starts_in", timedelta(days=30))
    on_sale_from = now + fields.pop("on_sale_in", timedelta(days=-1))
    total = sum(section.capacity for section in plan.sections.all()) if opened else 0
    performance = Performance.objects.create(
        **{
            "show": show or make_show(),
            "venue": plan.venue,
            "plan": plan,
            "starts_at": starts_at,
            "on_sale_from": on_sale_from,
            "status": Performance.Status.PUBLISHED,
            "opened_at": now if opened else None,
            "places_total": total,
            "places_left": total,
        }
        | fields
    )
    for ordinal, (name, price) in enumerate(prices.items()):
        price, fee = price if isinstance(price, tuple) else (price, 0)
        PriceCategory.objects.create(
            performance=performance,
            name=name,
            price=Decimal(price),
            fee=Decimal(fee),
            ordinal=ordinal,
        )
    for ordinal, (name, percent) in enumerate((concessions or {}).items()):
        Concession.objects.create(
            performance=performance, name=name, percent_off=percent, ordinal=ordinal
        )
    return performance


def make_concession(*, performance, name="Group", value=20, **fields):
    """Add a concession to the list, and offer it at the performance. `fields` are its rules."""
    kind = ConcessionType.objects.create(name=name, value=value, **fields)
    return Concession.objects.create(performance=performance, kind=kind, name=name)


def make_question(label="How did you hear of us?", **fields):
    """Add a question for every performance, or for a `venue`, `show` or `performance`."""
    labels = {"en": label} if isinstance(label, str) else label
    return Question.objects.create(labels=labels, **fields)


def make_user(*, email=None, **fields):
    email = email or f"person{next(_number)}@example.org"
    return User.objects.create_user(email, fields.pop("password", "sesame"), **fields)


def make_review(*, performance=None, author=None, stars=5, **fields):
    performance = performance or make_performance(starts_in=timedelta(days=-3))
    return Review.objects.create(
        performance=performance,
        show=performance.show,
        author=author or make_user(),
        stars=stars,
        **fields,
    )


def _slug(name):
    return f"{slugify(name)}-{next(_number)}"


def _make_section(plan, ordinal, wanted):
    is_standing = wanted["kind"] == "standing"
    capacity = wanted["capacity"] if is_standing else wanted["rows"] * wanted["seats"]
    section = Section.objects.create(
        plan=plan,
        name=wanted["name"],
        slug=slugify(wanted["name"]),
        kind=wanted["kind"],
        ordinal=ordinal,
        capacity=capacity,
        category=wanted["category"] if is_standing else "",
        outline=[[0, ordinal * 200], [400, ordinal * 200], [400, ordinal * 200 + 180]],
    )
    if not is_standing:
        make_seats = _make_seats if wanted["kinds"] or wanted["front"] else _make_ordinary_seats
        make_seats(section, wanted)


def _make_ordinary_seats(section, wanted):
    values = {
        "plan": section.plan_id,
        "section": section.pk,
        "slug": section.slug,
        "rows": [_row_name(row) for row in range(wanted["rows"])],
        "seats": wanted["seats"],
        "top": 200 * section.ordinal,
        "category": wanted["category"],
    }
    with connection.cursor() as cursor:
        cursor.execute(CREATE_ORDINARY_SEATS, values)


def _make_seats(section, wanted):
    seats, wheelchair = [], None
    for position in range(section.capacity):
        row, number = divmod(position, wanted["seats"])
        label = f"{_row_name(row)}{number + 1}"
        kind = wanted["kinds"].get(label, "ordinary")
        seat = Seat(
            plan=section.plan,
            section=section,
            guid=f"{section.slug}-{label}",
            row=_row_name(row),
            number=str(number + 1),
            ordinal=position,
            x=20.0 * number,
            y=30.0 * row + 200 * section.ordinal,
            kind=kind,
            category=wanted["front"] if wanted["front"] and not row else wanted["category"],
        )
        if kind == "wheelchair":
            seat.save()
            wheelchair = seat
        else:
            seat.companion_of = wheelchair if kind == "companion" else None
            seats.append(seat)
    Seat.objects.bulk_create(seats)


def _row_name(index):
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters

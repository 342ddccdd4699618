"""The seating plans of the demo data."""

from typing import Any

from venues.drafts import PlanDraft
from venues.generate import (
    assemble,
    bowl,
    boxes,
    curved,
    furniture,
    rectangle,
    stage,
    standing,
    straight,
)


def club() -> PlanDraft:
    """Return a plan for 350 people, all standing."""
    return assemble(
        "Club",
        decoration=[
            *stage(width=420, depth=120),
            *furniture("Bar", width=60, depth=260, at=(330, 300)),
            *furniture("Desk", width=90, depth=50, at=(0, 500)),
        ],
        categories={"Standing": "#0072b2", "Gallery": "#d55e00"},
        sections=[
            standing(
                "Floor",
                category="Standing",
                capacity=280,
                outline=rectangle(-280, 30, 280, 460),
            ),
            standing(
                "Gallery",
                category="Gallery",
                capacity=70,
                outline=rectangle(-280, 550, 360, 640),
            ),
        ],
    )


def studio() -> PlanDraft:
    """Return a plan for a small event: 20 VIP and 80 regular tickets, all standing."""
    return assemble(
        "Studio",
        decoration=stage(width=260, depth=80),
        categories={"VIP": "#8a63d2", "Regular": "#0072b2"},
        sections=[
            standing(
                "VIP",
                category="VIP",
                capacity=20,
                outline=rectangle(-180, 30, 180, 120),
            ),
            standing(
                "Regular",
                category="Regular",
                capacity=80,
                outline=rectangle(-180, 150, 180, 380),
            ),
        ],
    )


def theatre() -> PlanDraft:
    """Return a plan of about 1,200 seats around a stage: stalls, two circles and side boxes."""
    around: dict[str, Any] = {"centre": (0, -400)}
    return assemble(
        "Main hall",
        decoration=stage(width=440, depth=130),
        categories={
            "Stalls front": "#8a63d2",
            "Stalls": "#0072b2",
            "Circle": "#009e73",
            "Boxes": "#e69f00",
            "Upper circle": "#d55e00",
        },
        sections=[
            curved(
                "Stalls",
                category=[("Stalls front", 7), ("Stalls", None)],
                rows=20,
                radius=470,
                wedges=[(-26, -9.5), (-8, 8), (9.5, 26)],
                numbered="odd-even",
                spaces={"last": (1, 3, -2, -4)},
                restricted={"A": (1, -1), "B": (1, -1)},
                **around,
            ),
            _circle("Circle", rows=8, radius=1130, spaces={"last": (1, -2)}, **around),
            _circle(
                "Upper circle", rows=5, radius=1440, restricted={"A": (1, 2, -1, -2)}, **around
            ),
            _boxes("Boxes left", side=-1),
            _boxes("Boxes right", side=1, first=7),
        ],
    )


def hall() -> PlanDraft:
    """Return a plan of about 2,400 seats: stalls, choir behind the platform, and balconies."""
    return assemble(
        "Great hall",
        decoration=stage(width=620, depth=260, word="Stage"),
        categories={
            "Stalls": "#0072b2",
            "Rear stalls": "#56b4e9",
            "Balcony": "#009e73",
            "Upper balcony": "#d55e00",
            "Choir": "#cc79a7",
        },
        sections=[
            straight("Stalls", category="Stalls", rows=16, seats=[10, 14, 10], at=(0, 70)),
            straight(
                "Rear stalls",
                category="Rear stalls",
                rows=14,
                seats=[10, 14, 10],
                at=(0, 600),
                first_row=16,
                spaces={"last": (1, 3, -2, -4)},
            ),
            curved(
                "Choir",
                category="Choir",
                rows=6,
                centre=(0, 620),
                radius=950,
                angle=180,
                wedges=[(-18, -1), (1, 18)],
                row_naming="numbers",
            ),
            *_balcony("Balcony", rows=3, rear=8, out=500, back=1090, seats=[12, 20, 12]),
            *_balcony("Upper balcony", rows=3, rear=8, out=650, back=1390, seats=[14, 24, 14]),
        ],
    )


def arena() -> PlanDraft:
    """Return a plan of about 12,000 seats in two tiers around a floor for 4,000 standing."""
    return assemble(
        "Arena",
        decoration=[
            *stage(width=1000, depth=340, at=(0, -960)),
            *furniture("Mixing desk", width=240, depth=110, at=(0, 1_180)),
        ],
        categories={
            "Front standing": "#8a63d2",
            "Standing": "#cc79a7",
            "Lower tier": "#0072b2",
            "Lower tier end": "#56b4e9",
            "Upper tier": "#009e73",
            "Upper tier end": "#e69f00",
        },
        sections=[
            _floor("Front standing", capacity=1_400, front=-900, back=-340),
            _floor("Standing", capacity=2_600, front=-290, back=1_080),
            *_tier(
                "Lower tier",
                first=101,
                rows=19,
                half_width=720,
                half_length=1_400,
                corner=520,
                spaces={"last": (1, 3, 5, 7)},
            ),
            *_tier(
                "Upper tier",
                first=201,
                rows=18,
                half_width=1_350,
                half_length=2_030,
                corner=1_150,
            ),
        ],
    )


def _circle(name, **more):
    """Return a circle of the theatre, in four wedges."""
    return curved(
        name,
        category=name,
        wedges=[(-29, -15.5), (-14.5, -0.5), (0.5, 14.5), (15.5, 29)],
        numbered="odd-even",
        **more,
    )


def _boxes(name, *, side, **more):
    """Return the boxes along one side of the theatre; -1 is left."""
    return boxes(
        name,
        category="Boxes",
        count=6,
        along=((side * 330, 40), (side * 580, 440)),
        angle=side * 62,
        **more,
    )


def _balcony(name, *, rows, rear, out, back, seats):
    """Return one level of the hall: along both walls, and across the back."""
    side = {"category": name, "rows": rows, "seats": [20, 20], "row_naming": "numbers"}
    return [
        straight(f"{name} left", at=(-out, 560), angle=-90, **side),
        straight(
            f"{name} centre",
            category=name,
            rows=rear,
            seats=seats,
            at=(0, back),
            spaces={"A": (1, -2)},
        ),
        straight(f"{name} right", at=(out, 560), angle=90, **side),
    ]


def _floor(name, *, capacity, front, back):
    """Return a standing part of the arena."""
    outline = rectangle(-600, front, 600, back)
    return standing(name, category=name, capacity=capacity, outline=outline)


def _tier(name, **more):
    return bowl(category=name, end_category=f"{name} end", **more)

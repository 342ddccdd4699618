"""The venues of the demo data. Names are invented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoVenue:
    """A venue of the demo data.

    `plan` names its function in `demo.seating_plans`. `prices` maps each category of the plan to
    (price including fee, fee); `limit` is the customer limit.
    """

    slug: str
    name: str
    address: str
    postcode: str
    city: str
    country: str
    time_zone: str
    currency: str
    plan: str
    description: str
    prices: dict
    limit: int = 8
    concessions: tuple = (("Student", 20, "Student card"), ("Child under 14", 50, ""))


VENUES = [
    DemoVenue(
        "kellerwerk",
        "Kellerwerk",
        "Gleisdreieck 14",
        "10963",
        "Berlin",
        "DE",
        "Europe/Berlin",
        "EUR",
        "club",
        "Three hundred and fifty people under a railway arch. The bar is at the back, the "
        "loudspeakers are everywhere, and the last train leaves after the last song.",
        {"Standing": ("24.00", "2.00"), "Gallery": ("32.00", "2.50")},
        limit=6,
        concessions=(("Student", 25, "Student card"),),
    ),
    DemoVenue(
        "teatro-aurora",
        "Teatro Aurora",
        "Rua das Gaivotas 8",
        "1200-202",
        "Lisbon",
        "PT",
        "Europe/Lisbon",
        "EUR",
        "theatre",
        "A horseshoe of red plush from 1894, restored with a quiet lift, hearing loops in every "
        "row and wheelchair spaces where the view is best.",
        {
            "Stalls front": ("68.00", "5.00"),
            "Stalls": ("54.00", "4.00"),
            "Circle": ("46.00", "4.00"),
            "Boxes": ("72.00", "5.00"),
            "Upper circle": ("28.00", "2.50"),
        },
    ),
    DemoVenue(
        "northlight-hall",
        "Northlight Hall",
        "2 Castle Wynd",
        "EH1 2NG",
        "Edinburgh",
        "GB",
        "Europe/London",
        "GBP",
        "hall",
        "A shoebox of pale ash and stone with an acoustic that forgives nothing and rewards "
        "everything. The choir stalls behind the platform are the best secret in town.",
        {
            "Stalls": ("58.00", "4.50"),
            "Rear stalls": ("46.00", "4.00"),
            "Balcony": ("39.00", "3.50"),
            "Upper balcony": ("24.00", "2.50"),
            "Choir": ("18.00", "2.00"),
        },
    ),
    DemoVenue(
        "lakeside-arena",
        "Lakeside Arena",
        "1400 Shore Drive",
        "60611",
        "Chicago",
        "US",
        "America/Chicago",
        "USD",
        "arena",
        "Sixteen thousand people around one stage, between the lake and the elevated line. "
        "Every gate is step-free.",
        {
            "Front standing": ("145.00", "14.00"),
            "Standing": ("98.00", "10.00"),
            "Lower tier": ("129.00", "12.00"),
            "Lower tier end": ("89.00", "9.00"),
            "Upper tier": ("69.00", "7.00"),
            "Upper tier end": ("49.00", "5.00"),
        },
        limit=6,
        concessions=(),
    ),
    DemoVenue(
        "kellerwerk-studio",
        "Kellerwerk Studio",
        "Gleisdreieck 16",
        "10963",
        "Berlin",
        "DE",
        "Europe/Berlin",
        "EUR",
        "studio",
        "A hundred people in a former rehearsal room next door to the Kellerwerk. Twenty of them "
        "stand right at the stage.",
        {"VIP": ("45.00", "3.00"), "Regular": ("22.00", "2.00")},
        limit=6,
        concessions=(),
    ),
]

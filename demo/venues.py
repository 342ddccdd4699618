"""The venues of the demo data. Names are invented."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class DemoVenue:
    """A venue of the demo data.

    `plan` names its function in `demo.seating_plans`. `prices` maps each category of the plan to
    (price including fee, fee); `limit` is the customer limit; `order_fee` is charged online.
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
    # The name of its seller in SELLERS, tax in per cent on tickets and fees, and the reason if the
    # former is zero. None: no tax is stated, as in the United States.
    seller: str = "northlight"
    taxes: tuple = (None, None, "")
    order_fee: str = "0.00"
    # Names of CONCESSIONS with the per cent off.
    # Field of the venue: what visitors read about getting there and access.
    visitors: dict = field(default_factory=dict)
    concessions: tuple = (("Student", 20), ("Child under 14", 50))


# The list of concessions.
CONCESSIONS: dict[str, dict] = {
    "Student": {"value": 20, "proof": "Student card"},
    "Child under 14": {"value": 50},
    "Group": {"value": 15, "group_from": 10},
    "Member": {"value": 30, "members_only": True, "max_per_order": 2},
}


SELLERS = {
    "kellerwerk": {
        "name": "Kellerwerk Konzerte GmbH",
        "address": "Gleisdreieck 14",
        "postcode": "10963",
        "city": "Berlin",
        "country": "DE",
        "tax_number": "37/123/45678",
        "vat_id": "DE136695976",
        "iban": "DE89370400440532013000",
        "bank": "Commerzbank",
        "email": "rechnung@kellerwerk.example",
        "document_prefix": "KW",
        "language": "de",
    },
    "northlight": {
        "name": "Northlight Presents Ltd",
        "address": "2 Castle Wynd",
        "postcode": "EH1 2NG",
        "city": "Edinburgh",
        "country": "GB",
        "vat_id": "GB980780684",
        "iban": "GB82WEST12345698765432",
        "email": "accounts@northlight.example",
        "document_prefix": "NL",
    },
}

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
        visitors={
            "latitude": "52.499290",
            "longitude": "13.374410",
            "directions": "U1, U2 and U3 to Gleisdreieck, then five minutes on foot.",
            "is_step_free": True,
            "has_accessible_toilets": True,
        },
        concessions=(("Student", 25), ("Group", 15), ("Member", 30)),
        seller="kellerwerk",
        taxes=(7, 19, ""),
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
        visitors={
            "latitude": "38.709150",
            "longitude": "-9.147260",
            "directions": "Tram 28 to Calhariz, or metro to Baixa-Chiado.",
            "is_step_free": True,
            "has_lifts": True,
            "has_hearing_loop": True,
            "has_accessible_toilets": True,
            "access_notes": "Assistance dogs are welcome. Tell us when you book.",
        },
        taxes=(6, 23, ""),
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
        visitors={
            "latitude": "55.947300",
            "longitude": "-3.197400",
            "directions": "Ten minutes on foot from Waverley station, or bus 2 to the Grassmarket. "
            "There is no parking at the hall.",
            "is_step_free": True,
            "has_lifts": True,
            "has_hearing_loop": True,
            "has_accessible_toilets": True,
            "companions_are_free": False,
            "access_notes": "Call us on +44 131 496 0123 for a space beside your companion.",
        },
        taxes=(0, 20, "VATA 1994, Schedule 9, Group 13"),
        order_fee="1.50",
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
        visitors={
            "entrances": "Front standing: Gate A\nStanding: Gate B\nGate C",
            "latitude": "41.891000",
            "longitude": "-87.611000",
            "directions": "Red line to Grand, then bus 65 to the shore. Car parks A and B open two "
            "hours before the doors.",
            "is_step_free": True,
            "has_lifts": True,
            "has_hearing_loop": True,
            "has_accessible_toilets": True,
        },
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
        visitors={
            "latitude": "52.499350",
            "longitude": "13.374700",
            "directions": "Next door to the Kellerwerk, five minutes from Gleisdreieck station.",
            "is_step_free": True,
            "has_accessible_toilets": True,
        },
        concessions=(),
        seller="kellerwerk",
        taxes=(7, 19, ""),
    ),
]

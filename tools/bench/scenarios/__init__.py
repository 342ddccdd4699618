"""The scenarios, each a module with `run(context)`.

`run` returns plain values: `title`, `figures` ({label: value}), and those of `steps`, `errors`,
`sold`, `meter` and `checks` (see `tools.bench.report.check_rules`) that apply.
"""

from importlib import import_module

# In the order of `make bench ARGS=all`.
SCENARIOS = {
    "baseline": "operations, purchases and snapshots compared with hand-written SQL (the default)",
    "crowd": "1,000 buyers at once for 200 tickets, without a waiting room",
    "sellout": "20,000 customers at once for 2,000 seats, through the waiting room",
    "arena": "16,000 seats and standing places, sold as fast as possible",
    "trade": "an ordinary day: people browse 300 performances, and some buy",
    "provider": "a payment provider that takes three seconds: its effect on other customers",
    "payments": "purchases through Stripe and through the demo bank, taking turns",
    "api": "purchases through the API by accounts, guests and a staff integration",
    "queue": "100,000 people in the waiting room",
    "plans": "query plans of a purchase, in a database with years of sales",
    "lists": "queries, processor time and size of each list of the admin, at 50,000 orders",
    "pages": "requests and compressed bytes of customers' pages, in a browser",
    "lighthouse": "Lighthouse's scores of customers' pages, if it is installed (npm)",
    "map": "frames of the seat map of 16,000 places in Chromium, with a slow processor",
    "reads": "public pages, availability and queue status, from the application and through nginx",
}


def run(name, context):
    """Run the scenario of that name and return its result."""
    return import_module(f"tools.bench.scenarios.{name}").run(context)

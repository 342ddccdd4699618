"""The scenarios, each a module with `run(context)`.

`run` returns plain values: `title`, `figures` ({label: value}), and those of `steps`, `errors`,
`sold`, `meter` and `checks` (see `tools.bench.report.check_rules`) that apply.
"""

from importlib import import_module

# In the order of `make bench ARGS=all`.
SCENARIOS = {
    "baseline": "operations, purchases and snapshots beside the hand-written SQL (the default)",
    "crowd": "1,000 buyers at once for 200 tickets, without a waiting room",
    "sellout": "20,000 customers at once for 2,000 seats, through the waiting room",
    "arena": "16,000 seats and standing places, sold as fast as it goes",
    "trade": "steady trade: browsing and buying among 300 performances",
    "provider": "paying through a provider that takes three seconds, and everybody else",
    "payments": "purchases through Stripe and through the demo bank, taking turns",
    "api": "buying through the API: accounts, guests and a till, with repeated requests",
    "queue": "100,000 people who wait and poll",
    "plans": "how the server carries a purchase out, beside millions of rows of the past",
    "lists": "queries, processor time and size of each list of the admin, at 50,000 orders",
    "pages": "requests and compressed bytes of customers' pages, in a browser",
    "map": "frames of the seat map of 16,000 places in Chromium, with a slow processor",
    "reads": "public pages, free places and marks, by the application and through nginx",
}


def run(name, context):
    """Run the scenario of that name and return its result."""
    return import_module(f"tools.bench.scenarios.{name}").run(context)

"""Figures: medians, percentiles, and how they are printed and kept."""

import json
import statistics
from datetime import UTC, datetime


def median(values):
    return statistics.median(values) if values else 0.0


def percentile(values, share):
    """Return the value below which `share` (0 to 1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def milliseconds(seconds):
    return f"{seconds * 1000:.0f} ms"


def table(title, rows):
    """Print (name, value, remark) rows under a title."""
    print(f"\n{title}")
    for name, value, remark in rows:
        print(f"  {name:<44}{value:>12}  {remark}")


def keep(results, folder):
    """Write the results as JSON into the folder; return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"bench-{datetime.now(UTC):%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps(results, indent=2))
    return path

"""Medians and percentiles."""

import statistics


def median(values):
    return statistics.median(values) if values else 0.0


def percentile(values, share):
    """Return the value below which `share` (0 to 1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def milliseconds(seconds):
    return f"{seconds * 1000:.0f} ms"

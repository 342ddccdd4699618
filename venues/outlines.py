"""The outline of a section, from where its seats are."""

from math import cos, pi, sin

# Room for a seat around the middle of the outermost ones, in the plan's unit.
PADDING = 14.0


def padded_hull(points, padding=PADDING):
    """The convex outline of points, `padding` around them, as ((x, y), …) to a tenth of a unit.

    Works for one point and for points in a line, which get an outline too.
    """
    ring = [
        (x + padding * cos(k * pi / 4), y + padding * sin(k * pi / 4))
        for x, y in _hull(points)
        for k in range(8)
    ]
    return tuple((round(x, 1), round(y, 1)) for x, y in _hull(ring))


def _hull(points):
    """The corners of the convex hull, by Andrew's monotone chain."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered
    return _half(ordered) + _half(reversed(ordered))


def _half(points):
    chain = []
    for point in points:
        while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
            chain.pop()
        chain.append(point)
    return chain[:-1]


def _turn(a, b, c):
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

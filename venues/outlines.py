"""The outline of a section, from where its seats are."""

from math import cos, degrees, pi, radians, sin

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


def arc_outline(centre, arcs):
    """Around curved rows: along the first, up the right side, back along the last, down the left.

    `arcs` are the rows as (radius, angles). A convex outline would cover the section in front.
    """
    (first_radius, first), (last_radius, last) = arcs[0], arcs[-1]
    rows = [arcs[0], arcs[len(arcs) // 2], arcs[-1]] if len(arcs) > 2 else arcs
    front = [
        on_circle(centre, first_radius - PADDING, turn)
        for turn in _sweep(_left(arcs[0]), _right(arcs[0]), first)
    ]
    right = [on_circle(centre, arc[0], _right(arc)) for arc in rows]
    back = [
        on_circle(centre, last_radius + PADDING, turn)
        for turn in _sweep(_right(arcs[-1]), _left(arcs[-1]), last)
    ]
    left = [on_circle(centre, arc[0], _left(arc)) for arc in reversed(rows)]
    return tuple((round(x, 1), round(y, 1)) for x, y in front + right + back + left)


def on_circle(centre, radius, angle):
    """A point around a centre; 0 degrees are straight down the plan, 90 to the right."""
    return centre[0] + radius * sin(radians(angle)), centre[1] + radius * cos(radians(angle))


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


def _left(arc):
    return min(arc[1]) - degrees(PADDING / arc[0])


def _right(arc):
    return max(arc[1]) + degrees(PADDING / arc[0])


def _sweep(start, end, turns):
    steps = max(2, int(abs(end - start) / 4))
    return [start + (end - start) * step / steps for step in range(steps + 1)]

"""Calculate the outlines of sections from the positions of their seats."""

from collections.abc import Iterable, Sequence
from math import cos, degrees, pi, radians, sin

# Between the centres of the outermost seats and the outline, in the plan's unit.
PADDING = 14.0

Point = tuple[float, float]
# One curved row: its radius, and the angles of its seats.
Arc = tuple[float, Sequence[float]]


def padded_hull(points: Iterable[Point], padding: float = PADDING) -> tuple[Point, ...]:
    """Return the convex outline of points with `padding` around, rounded to a tenth of a unit.

    Also works for a single point and for points on a line.
    """
    ring = [
        (x + padding * cos(k * pi / 4), y + padding * sin(k * pi / 4))
        for x, y in _hull(points)
        for k in range(8)
    ]
    return tuple((round(x, 1), round(y, 1)) for x, y in _hull(ring))


def arc_outline(centre: Point, arcs: Sequence[Arc]) -> tuple[Point, ...]:
    """Return the outline of curved rows, which is concave towards the stage.

    A convex outline would cover the section in front.
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


def on_circle(centre: Point, radius: float, angle: float) -> Point:
    """Return a point on a circle; 0 degrees is straight down the plan, 90 to the right."""
    return centre[0] + radius * sin(radians(angle)), centre[1] + radius * cos(radians(angle))


def _hull(points: Iterable[Point]) -> list[Point]:
    """Return the corners of the convex hull, by Andrew's monotone chain."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered
    return _half(ordered) + _half(reversed(ordered))


def _half(points: Iterable[Point]) -> list[Point]:
    chain: list[Point] = []
    for point in points:
        while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
            chain.pop()
        chain.append(point)
    return chain[:-1]


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _left(arc: Arc) -> float:
    return min(arc[1]) - degrees(PADDING / arc[0])


def _right(arc: Arc) -> float:
    return max(arc[1]) + degrees(PADDING / arc[0])


def _sweep(start: float, end: float, turns: Sequence[float]) -> list[float]:
    steps = max(2, int(abs(end - start) / 4))
    return [start + (end - start) * step / steps for step in range(steps + 1)]

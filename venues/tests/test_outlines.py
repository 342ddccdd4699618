from math import hypot

import pytest

from venues.outlines import padded_hull


@pytest.mark.parametrize(
    "points",
    [
        [(5, 5)],
        [(0, 0), (10, 0), (20, 0)],
        [(0, 0), (0, 0)],
        [(x * 10, y * 10) for x in range(6) for y in range(4)],
    ],
    ids=["one seat", "one row", "the same seat twice", "a block"],
)
def test_it_surrounds_every_seat_with_padding(points):
    outline = padded_hull(points, padding=8)

    assert len(outline) >= 4
    for point in points:
        for a, b in zip(outline, outline[1:] + outline[:1], strict=True):
            assert distance_to_line(point, a, b) >= 7


def test_it_is_convex_and_ignores_inner_points():
    outline = padded_hull([(0, 0), (100, 0), (100, 100), (0, 100), (50, 50)], padding=1)

    assert all(x < 10 or x > 90 for x, _y in outline)


def test_it_is_empty_for_no_points():
    assert padded_hull([]) == ()


def distance_to_line(point, a, b):
    """Return a signed distance: positive inside an outline that runs counter-clockwise."""
    cross = (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])
    return cross / hypot(b[0] - a[0], b[1] - a[1])

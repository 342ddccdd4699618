"""How the name of a place is written in large letters."""

from bookings.templatetags.bookings import nowrap_parts


def test_seat_labels_break_only_between_their_parts():
    assert nowrap_parts("Circle <b>, row F") == (
        '<span class="whole">Circle &lt;b&gt;,</span> <span class="whole">row F</span>'
    )
    assert nowrap_parts("Floor") == '<span class="whole">Floor</span>'

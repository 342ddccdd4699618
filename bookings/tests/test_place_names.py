"""How the name of a place is written in large letters."""

from bookings.templatetags.places import whole_parts


def test_lines_end_between_its_parts_alone():
    assert whole_parts("Circle <b>, row F") == (
        '<span class="whole">Circle &lt;b&gt;,</span> <span class="whole">row F</span>'
    )
    assert whole_parts("Floor") == '<span class="whole">Floor</span>'

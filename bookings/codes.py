"""What the door scans."""

import segno


def code_of(ticket):
    """Return the text in a ticket's QR code: stable for as long as the ticket is valid."""
    return ticket.secret


def qr_svg(ticket):
    """Return a ticket's QR code as an inline SVG without colours, styles or a fixed size."""
    # Any mask reads well on a screen and on paper; trying all eight would cost four times the rest.
    code = segno.make(code_of(ticket), error="m", boost_error=False, micro=False, mask=3)
    return code.svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None)

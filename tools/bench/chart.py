"""Draw a result as SVG: tickets by second, the spread of each step, processor use.

Uses the colours of docs/look.md, readable in print and on screens.
"""

import math
from html import escape

WIDTH, LEFT, RIGHT = 840, 150, 110
INK, PAPER, SOFT, LINE = "#1c1815", "#f6f3ec", "#6f665c", "#d6cfc1"
COLOURS = ["#cb1707", "#0072b2", "#009e73", "#e69f00", "#8a63d2", "#56b4e9", "#9c9184"]
SPREAD = (("p50", "#1c1815"), ("p95", "#cb1707"), ("p99", "#ff9483"))
FONT = "system-ui, sans-serif"


def chart_of(name, result):
    """Return the SVG of a result, with the parts that it has figures for."""
    parts, top = [], 56
    for draw, figures in (
        (_bars, result.get("bars")),
        (_by_second, result.get("sold")),
        (_steps, result.get("steps")),
        (_processors, result.get("meter")),
    ):
        if figures:
            drawn, height = draw(figures, top)
            parts.append(drawn)
            top += height + 28
    body = "\n".join(parts)
    title = escape(result.get("title", name))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" width="{WIDTH}" '
        f'height="{top}" font-family="{FONT}" font-size="13" role="img" aria-label="{title}">\n'
        f'<rect width="{WIDTH}" height="{top}" fill="{PAPER}"/>\n'
        f"{_text(24, 34, title, size=19, weight=700)}\n{body}\n</svg>\n"
    )


def _bars(bars, top):
    """Draw {"title", "unit", "rows": [(name, value)], "aim": value or None}."""
    rows, aim = bars["rows"], bars.get("aim")
    most = max([value for _name, value in rows] + [aim or 0]) or 1
    drawn = [_text(24, top + 12, bars["title"], weight=700)]
    for number, (name, value) in enumerate(rows):
        y = top + 26 + 24 * number
        drawn.append(_text(LEFT - 10, y + 13, name, anchor="end"))
        drawn.append(_rect(LEFT, y, _wide(value, most), 17, COLOURS[1]))
        label = f"{value:,.0f} {bars['unit']}"
        drawn.append(_text(LEFT + _wide(value, most) + 6, y + 13, label))
    height = 26 + 24 * len(rows)
    if aim:
        x = LEFT + _wide(aim, most)
        drawn.append(_line(x, top + 22, x, top + height, COLOURS[0], dashed=True))
    return "\n".join(drawn), height


def _by_second(sold, top):
    """Draw the tickets sold in each second as columns."""
    height, most = 110, max(sold) or 1
    wide = (WIDTH - LEFT - RIGHT) / len(sold)
    drawn = [_text(24, top + 12, "Tickets sold in each second", weight=700)]
    base = top + 26 + height
    for number, count in enumerate(sold):
        tall = height * count / most
        x = LEFT + wide * number
        drawn.append(_rect(x, base - tall, max(wide - 1, 0.6), tall, COLOURS[0]))
    drawn.append(_line(LEFT, base, WIDTH - RIGHT, base, INK))
    drawn.append(_text(LEFT - 10, top + 36, f"{most:,}", anchor="end", fill=SOFT))
    drawn.append(_text(LEFT, base + 16, "0 s", fill=SOFT))
    drawn.append(_text(WIDTH - RIGHT, base + 16, f"{len(sold)} s", anchor="end", fill=SOFT))
    return "\n".join(drawn), height + 44


def _steps(steps, top):
    """Draw the 50th, 95th and 99th percentile of each step on a logarithmic scale."""
    least = 0.0005
    times = [spread["p99"] for spread in steps.values()]
    decades = math.log10(max(max(times), 0.01) / least)

    def at(seconds):
        share = math.log10(max(seconds, least) / least) / decades
        return LEFT + (WIDTH - LEFT - RIGHT) * min(share, 1.0)

    drawn = [_text(24, top + 12, "How long each step took: p50, p95, p99", weight=700)]
    height = 26 + 22 * len(steps)
    for power in range(-3, 3):
        seconds = 10.0**power
        if seconds <= max(times):
            drawn.append(_line(at(seconds), top + 22, at(seconds), top + height, LINE))
            label = f"{seconds:g} s" if seconds >= 1 else f"{seconds * 1000:g} ms"
            drawn.append(_text(at(seconds), top + height + 14, label, anchor="middle", fill=SOFT))
    for number, (step, spread) in enumerate(steps.items()):
        y = top + 36 + 22 * number
        drawn.append(_text(LEFT - 10, y + 4, step, anchor="end"))
        drawn.append(_line(at(spread["p50"]), y, at(spread["p99"]), y, LINE, wide=5))
        for name, colour in reversed(SPREAD):
            drawn.append(f'<circle cx="{at(spread[name]):.1f}" cy="{y}" r="5" fill="{colour}"/>')
        p99 = spread["p99"]
        label = f"{p99:.1f} s" if p99 >= 1 else f"{p99 * 1000:.0f} ms"
        drawn.append(_text(WIDTH - RIGHT + 12, y + 4, label, fill=SOFT))
    return "\n".join(drawn), height + 18


def _processors(meter, top):
    """Draw the processor use as one bar, whose length is the number of processors."""
    whole = meter["processors"]
    drawn = [_text(24, top + 12, f"Processors used, of {whole}", weight=700)]
    x, y = LEFT, top + 26
    drawn.append(_rect(LEFT, y, WIDTH - LEFT - RIGHT, 20, LINE))
    shares = sorted(meter["cpu"].items(), key=lambda pair: -pair[1])
    for number, (_kind, share) in enumerate(shares):
        wide = _wide(share, whole)
        drawn.append(_rect(x, y, wide, 20, COLOURS[number % len(COLOURS)]))
        x += wide
    for number, (kind, share) in enumerate(shares):
        column, row = number % 4, number // 4
        legend = LEFT + column * 155
        drawn.append(_rect(legend, y + 32 + 20 * row, 10, 10, COLOURS[number % len(COLOURS)]))
        drawn.append(_text(legend + 16, y + 41 + 20 * row, f"{kind} {share:.2f}"))
    return "\n".join(drawn), 54 + 20 * math.ceil(len(shares) / 4)


def _wide(value, most):
    return (WIDTH - LEFT - RIGHT) * min(value / most, 1.0)


def _rect(x, y, wide, high, fill):
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{fill}"/>'


def _line(x1, y1, x2, y2, stroke, wide=1, dashed=False):
    dash = ' stroke-dasharray="4 3"' if dashed else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}" '
        f'stroke-width="{wide}"{dash}/>'
    )


def _text(x, y, label, *, size=13, weight=400, anchor="start", fill=INK):
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" '
        f'text-anchor="{anchor}" fill="{fill}">{escape(str(label))}</text>'
    )

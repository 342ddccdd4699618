"""Posters of the concert hall: thread, staves and rings, and a fine serif."""

import math

from .lettering import even_block, height_of
from .sheet import Sheet
from .words import Words, set_line


def recital(words: Words, size, seed) -> Sheet:
    """Stretched thread and a fine serif: straight lines that together make a curve."""
    palettes = [
        ("#f6f1e6", "#1d1a17", "#9b2226"),
        ("#1b2430", "#f2e9da", "#d9a441"),
        ("#e9e4f0", "#231942", "#c44569"),
        ("#17332d", "#f3ecd8", "#e0a458"),
        ("#f3ebdd", "#142850", "#c8553d"),
    ]
    sheet = Sheet("#ffffff", size, seed)
    rng = sheet.random
    paper, ink, tone = rng.choice(palettes)
    sheet.fill(paper)
    rng.choice([_thread, _staves, _discs])(sheet, rng, paper, ink, tone)
    block = even_block(words.title, "didone", 780, 190, leading=1.02, tracking=-8, most=2)
    title = sheet.stencil()
    title.block(450, 862, block, "didone", anchor="m", tracking=-8)
    sheet.ink(title, ink)
    base = 862 + height_of(block) + max(62, block[-1].size * 0.26 + 46)
    set_line(sheet, 450, base, words.names, "didone-bold", 40, tone, width=760)
    rule = sheet.stencil()
    rule.rect(425, 1140, 475, 1143)
    sheet.ink(rule, tone)
    facts = "   ".join(words.facts).upper()
    set_line(sheet, 450, 1196, facts, "text", 25, ink, width=740, tracking=90)
    return sheet


def _thread(sheet, rng, paper, ink, tone):
    """Parabolas of thread, as sewn through card."""
    ink_lines, tone_lines = sheet.stencil(), sheet.stencil()
    corners = [(90, 90), (810, 90), (810, 790), (90, 790)]
    first = rng.randrange(4)
    for fan, lines in enumerate((ink_lines, tone_lines)):
        a, b, c = (corners[(first + fan * 2 + turn) % 4] for turn in range(3))
        for step in range(35):
            t = step / 34
            start = (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)
            end = (b[0] + (c[0] - b[0]) * t, b[1] + (c[1] - b[1]) * t)
            lines.line([start, end], 2.2)
    sheet.ink(ink_lines, ink)
    sheet.ink(tone_lines, tone)


def _staves(sheet, rng, paper, ink, tone):
    """Five lines that swing, and the notes that swing with them."""
    staves, notes, bright = sheet.stencil(), sheet.stencil(), sheet.stencil()
    phase = rng.uniform(0, math.tau)

    def height(x, line):
        spread = 34 + 22 * math.sin(x / 210 + phase * 2)
        return 440 + 150 * math.sin(x / 240 + phase) + (line - 2) * spread

    for line in range(5):
        staves.line([(x, height(x, line)) for x in range(-20, 921, 8)], 3.2)
    for note in range(9):
        x = 80 + note * 92 + rng.uniform(-16, 16)
        line = rng.randrange(-1, 11) / 2 - 0.25
        y = height(x, line)
        target = bright if note in (2, 6) else notes
        target.ellipse(x, y, 33, 25)
        stem = -170 if line > 2 else 170
        target.line(
            [(x + (31 if stem < 0 else -31), y), (x + (31 if stem < 0 else -31), y + stem)], 5
        )
    sheet.ink(staves, ink)
    sheet.ink(notes, ink)
    sheet.ink(bright, tone)


def _discs(sheet, rng, paper, ink, tone):
    """Rings of one pitch and then another, where they meet they are silent."""
    low, high = sheet.stencil(), sheet.stencil()
    for ring in range(22):
        low.ring(330, 430, 16 + ring * 13, 5)
        high.ring(580, 430, 16 + ring * 13, 5)
    sheet.ink(low, ink)
    sheet.ink(high, tone)
    dot = sheet.stencil()
    dot.circle(330, 430, 10)
    dot.circle(580, 430, 10)
    sheet.ink(dot, ink)

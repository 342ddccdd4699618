"""Posters of the jazz cellar: a cropped instrument, one ink beside black, type that swings."""

import math

from PIL import Image

from .lettering import filled_block
from .sheet import Sheet
from .words import Words, set_lines, set_lines_up


def blue_note(words: Words, size, seed) -> Sheet:
    """A sleeve at poster size: one ink beside black, a cropped instrument, type that swings."""
    palettes = [
        ("#f1ead9", "#0e1116", "#1664a8"),
        ("#f2e8d3", "#14110f", "#d2601a"),
        ("#eae6da", "#101414", "#1c7c6b"),
        ("#f4ead8", "#17120f", "#b8282c"),
    ]
    sheet = Sheet("#ffffff", size, seed)
    rng = sheet.random
    paper, black, tone = rng.choice(palettes)
    sheet.fill(paper)
    motif = rng.choice([_keys, _trumpet, _bass])
    motif(sheet, rng, paper, black, tone)
    title = sheet.stencil()
    block = filled_block(words.title.lower(), "grotesk-narrow", 640, 250, gap=0.3, most=3)
    title.block(50, 838, block, "grotesk-narrow")
    sheet.ink(title, black)
    bars = sheet.stencil()
    bars.rect(726, 838, 850, 852)
    bars.rect(726, 862, 850, 866)
    sheet.ink(bars, tone)
    set_lines(sheet, 726, 902, words.facts, "text-bold", 25, black, width=150)
    who = words.names.lower().replace(" · ", " / ")
    set_lines_up(sheet, 52, 1212, [who], "text-bold", 31, tone, width=640)
    sheet.worn(0.3)
    return sheet


def _keys(sheet, rng, paper, black, tone):
    """A keyboard from above, run through by one colour."""
    ground, gaps, sharps = sheet.stencil(), sheet.stencil(), sheet.stencil()
    ground.rect(0, 0, 900, 790)
    sheet.ink(ground, black)
    white = sheet.stencil()
    pressed = set(rng.sample(range(9), 3))
    for key in range(9):
        x = key * 100
        if key not in pressed:
            white.rect(x + 4, 0, x + 96, 740)
        else:
            gaps.rect(x + 4, 0, x + 96, 770)
    sheet.ink(white, paper)
    sheet.ink(gaps, tone)
    for key in range(9):
        if key % 7 not in (2, 6):
            sharps.rect(key * 100 + 68, 0, key * 100 + 132, 440)
    sheet.ink(sharps, black)
    edges = sheet.stencil()
    for key in range(9):
        if key % 7 not in (2, 6):
            edges.rect(key * 100 + 78, 0, key * 100 + 84, 420)
    sheet.ink(edges, tone)


def _trumpet(sheet, rng, paper, black, tone):
    """A bell so near that the rest of the horn has to hide behind it."""
    ground = sheet.stencil()
    ground.rect(0, 0, 900, 790)
    sheet.ink(ground, tone)
    lit = sheet.stencil()
    lit.polygon([(900, 0), (380, 0), (900, 640)])
    lit.graded(Image.new("L", (1, 1), 120)).screened(12)
    sheet.ink(lit, paper)
    horn, brass = sheet.stencil(), sheet.stencil()
    upper = [(250 + t * 6.5, 452 - 26 - 190 * (1 - t / 100) ** 5) for t in range(101)]
    lower = [(x, 904 - y) for x, y in upper[::-1]]
    horn.polygon(upper + lower)
    horn.line([(560, 442), (900, 442)], 34)
    for valve in range(3):
        x = 630 + valve * 74
        horn.rect(x - 25, 320, x + 25, 640)
        horn.line([(x, 320), (x, 262)], 12)
        horn.rect(x - 22, 246, x + 22, 264)
    horn.arc(690, 560, 120, 20, 340, 26)
    sheet.ink(horn.turn(-16, 500, 452), black)
    brass.ellipse(246, 520, 96, 238)
    sheet.ink(brass.turn(-16, 500, 452), paper)
    throat = sheet.stencil()
    throat.ellipse(250, 520, 82, 214)
    shade = Image.linear_gradient("L").rotate(90).point(lambda v: 60 + v * 0.76)
    sheet.ink(throat.turn(-16, 500, 452).graded(shade).screened(8), black)


def _bass(sheet, rng, paper, black, tone):
    """The side of a double bass, its f-hole and four strings that still ring."""
    ground, body = sheet.stencil(), sheet.stencil()
    ground.rect(0, 0, 900, 790)
    sheet.ink(ground, black)
    outline = []
    for step in range(101):
        t = step / 100
        waist = 300 + 120 * math.cos(t * math.tau * 1.1 + 0.5) - 40 * t
        outline.append((waist + 150, -20 + t * 830))
    body.polygon([(900, -20), *outline, (900, 810)])
    sheet.ink(body, tone)
    shade = sheet.stencil()
    shade.polygon([(900, -20), *[(x + 60, y) for x, y in outline], (900, 810)])
    grey = Image.linear_gradient("L").rotate(90).point(lambda v: v * 0.8)
    sheet.ink(shade.graded(grey).screened(10), black)
    hole = sheet.stencil()
    curve = [
        (560 + 58 * math.sin(t / 50 * math.tau * 0.75 - 0.9) + t * 0.9, 250 + t * 6.2)
        for t in range(51)
    ]
    for index, (x, y) in enumerate(curve):
        thick = 11 + 22 * math.sin(index / 50 * math.pi)
        hole.ellipse(x, y, thick * 0.62, thick * 0.62)
    hole.circle(curve[0][0] + 20, curve[0][1] + 4, 27)
    hole.circle(curve[-1][0] - 20, curve[-1][1] - 4, 34)
    sheet.ink(hole, black)
    strings = sheet.stencil()
    for string in range(4):
        x = 690 + string * 46
        for echo in (-1, 0, 1):
            points = [
                (x + echo * 9 * math.sin(y / 790 * math.pi * 2) + string * y * 0.012, y)
                for y in range(-10, 801, 20)
            ]
            strings.line(points, 4.5 if echo == 0 else 1.6)
    sheet.ink(strings, paper)

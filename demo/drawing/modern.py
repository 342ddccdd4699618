"""Posters of the grid: Swiss arcs, Bauhaus tiles, op art, stacked type."""

import math

from .lettering import even_block, filled_block, height_of, lines_of
from .sheet import Sheet
from .words import Words, set_credits, set_lines, set_lines_up


def swiss(words: Words, size, seed) -> Sheet:
    """Rings cut into pieces on a strict angle, each twice as thick as the one inside it."""
    grounds = [
        ("#e9e6df", "#111111", "#e03a1e"), ("#f2c230", "#141414", "#ffffff"),
        ("#0f4c9c", "#f3efe6", "#ffcf2e"), ("#e4432a", "#fbf5e9", "#151515"),
    ]  # fmt: skip
    sheet = Sheet("#ffffff", size, seed)
    paper, ink, spot = sheet.random.choice(grounds)
    sheet.fill(paper)
    rng = sheet.random
    x, y = rng.choice([(300, 470), (600, 420), (330, 400)])
    step, radius, thick = 11.25, 62.0, 13.0
    special = rng.randrange(3, 6)
    for ring in range(8):
        arcs = sheet.stencil()
        at = rng.randrange(32) * step
        for _ in range(3 if ring < 4 else 2):
            span = rng.choice([4, 6, 8, 10]) * step
            arcs.arc(x, y, radius + thick, at, at + span, thick)
            at += span + rng.choice([2, 3, 4]) * step
        sheet.ink(arcs, spot if ring == special else ink)
        radius += thick * 1.55
        thick *= 1.36
    # The type stands on a clear field, its left edge on the axis of the sheet.
    field = sheet.stencil()
    field.rect(0, 858, 900, 1260)
    sheet.ink(field, paper)
    block = even_block(words.title.lower(), "grotesk", 780, 168, leading=0.92, most=2)
    title = sheet.stencil()
    title.block(58, 900, block, "grotesk")
    sheet.ink(title, ink)
    names = [words.names] if words.names else []
    set_lines_up(sheet, 62, 1208, names, "text-bold", 26, ink, width=400)
    set_lines_up(sheet, 500, 1208, words.facts, "text", 26, ink, width=345)
    return sheet


def bauhaus(words: Words, size, seed) -> Sheet:
    """A wall of tiles: quarters, halves, discs and stairs in four colours."""
    palettes = [
        ("#f3ead7", "#1b1b1b", "#d8342b", "#f0b323", "#1d5fa8"),
        ("#f1e7dc", "#20283a", "#e4572e", "#76b39d", "#f3c14b"),
        ("#efe9e1", "#2b1b3d", "#e23e57", "#ff9a3c", "#3f72af"),
    ]
    sheet = Sheet("#ffffff", size, seed)
    rng = sheet.random
    paper, ink, *colours = rng.choice(palettes)
    sheet.fill(ink)
    tile = 225
    last = None
    for row in range(4):
        for column in range(4):
            ground, figure = rng.sample([paper, ink, *colours], 2)
            if ground == last:
                ground, figure = figure, ground
            last = ground
            _tile(sheet, rng, column * tile, row * tile, tile, ground, figure, rng.choice(colours))
    band = sheet.stencil()
    band.rect(0, 900, 900, 1260)
    sheet.ink(band, paper)
    block = even_block(words.title, "grotesk-black", 560, 196, leading=0.92, most=3)
    title = sheet.stencil()
    title.block(40, 944, block, "grotesk-black")
    sheet.ink(title, ink)
    if words.names:
        set_lines_up(sheet, 42, 1222, [words.names], "text-bold", 24, ink, width=560)
    bar = sheet.stencil()
    bar.rect(640, 944, 646, 1222)
    sheet.ink(bar, ink)
    set_lines(sheet, 668, 966, words.facts, "text-bold", 27, ink, width=200)
    return sheet


def _tile(sheet, rng, x, y, side, ground, figure, third):
    back, front, dot = sheet.stencil(), sheet.stencil(), sheet.stencil()
    back.rect(x, y, x + side, y + side)
    corner = rng.randrange(4)
    cx, cy = x + side * (corner % 2), y + side * (corner // 2)
    start = {0: 0, 1: 90, 3: 180, 2: 270}[corner]
    kind = rng.randrange(7)
    if kind == 0:
        front.slice(cx, cy, side, start, start + 90)
        dot.slice(cx, cy, side * 0.45, start, start + 90)
    elif kind == 1:
        front.circle(x + side / 2, y + side / 2, side * 0.5)
        dot.circle(x + side / 2, y + side / 2, side * 0.2)
    elif kind == 2:
        turn = rng.randrange(4) * 90
        front.slice(x + side / 2, y + side / 2, side / 2, turn, turn + 180)
    elif kind == 3:
        for ring in range(5, 0, -1):
            front.slice(cx, cy, side * ring / 5, start, start + 90, on=255 if ring % 2 else 0)
    elif kind == 4:
        front.polygon([(x, y), (x + side, y), (x, y + side)])
        dot.circle(x + side * 0.72, y + side * 0.72, side * 0.16)
    elif kind == 5:
        for bar in range(0, 5, 2):
            front.rect(x, y + side * bar / 5, x + side, y + side * (bar + 1) / 5)
    else:
        front.slice(x, y, side, 0, 90)
        front.within(_quarter(sheet, x + side, y + side, side))
    sheet.ink(back, ground)
    sheet.ink(front, figure)
    sheet.ink(dot, third if third not in (ground, figure) else ground)


def _quarter(sheet, x, y, side):
    other = sheet.stencil()
    other.slice(x, y, side, 180, 270)
    return other


def waves(words: Words, size, seed) -> Sheet:
    """Op art: even lines, and a ball beneath them that is only there because they bend."""
    palettes = [
        ("#f7f4ec", "#101010", "#ff4f2e"), ("#0d1b4c", "#f5efe0", "#ff5c8a"),
        ("#f5d90a", "#111111", "#ffffff"), ("#e7f0ea", "#0b3d2e", "#ff6a3d"),
    ]  # fmt: skip
    sheet = Sheet("#ffffff", size, seed)
    rng = sheet.random
    paper, ink, spot = rng.choice(palettes)
    sheet.fill(paper)
    balls = [(rng.uniform(320, 580), rng.uniform(330, 470), 300), (rng.uniform(150, 760), 800, 150)]
    lines = _bent_lines(sheet, balls)
    sheet.ink(lines, ink)
    disc = sheet.stencil()
    disc.circle(*balls[1][:2], balls[1][2] * 0.62)
    sheet.ink(disc, spot)
    block = filled_block(words.title.upper(), "grotesk-wide", 780, 200, gap=0.16, most=2)
    top = 1260 - 170 - height_of(block) - 60
    field = sheet.stencil()
    field.rect(0, top - 46, 900, 1260)
    sheet.ink(field, paper)
    title = sheet.stencil()
    title.block(60, top, block, "grotesk-wide")
    sheet.ink(title, ink)
    base = top + height_of(block) + 58
    set_credits(sheet, words, base, ink, left=60, right=840, size=28)
    return sheet


def _bent_lines(sheet, balls):
    """Even waves; over a ball they part and swell."""
    lines, rng = sheet.stencil(), sheet.random
    wobble, phase = rng.uniform(14, 30), rng.uniform(0, 6)
    for row in range(-6, 66):
        y0 = row * 17.5
        upper, lower = [], []
        for x in range(-10, 921, 10):
            y, thick = y0 + wobble * math.sin(x / 130 + phase + y0 / 260), 4.6
            for bx, by, radius in balls:
                away = math.hypot(x - bx, y0 - by) / radius
                if away < 1:
                    lift = math.cos(away * math.pi / 2)
                    y += (y0 - by) * 0.5 * lift - wobble * 1.2 * lift
                    thick += 4.8 * lift
            upper.append((x, y - thick))
            lower.append((x, y + thick))
        lines.polygon(upper + lower[::-1])
    return lines


def stacked(words: Words, size, seed) -> Sheet:
    """One word, over and over, squeezed and stretched as the bass goes."""
    palettes = [
        ("#0a0a0a", ["#d7ff3e", "#8df2c8", "#ffffff"]),
        ("#2a0a5e", ["#ff5ea8", "#ffb36b", "#fff1d6"]),
        ("#ff4b1f", ["#140a05", "#140a05", "#fff3e3"]),
        ("#d9ff00", ["#101010", "#3a2bff", "#101010"]),
    ]
    sheet = Sheet("#ffffff", size, seed)
    rng = sheet.random
    ground, inks = rng.choice(palettes)
    sheet.fill(ground)
    lines = lines_of(words.title.upper(), 2 if len(words.title) > 11 and " " in words.title else 1)
    rows = 8
    phase = rng.uniform(0, math.tau)
    weights = [1.32 + math.sin(phase + row * math.tau / rows * 1.5) for row in range(rows)]
    y, room = 44.0, 1030.0
    for row, weight in enumerate(weights):
        high = room * weight / sum(weights)
        stencil = sheet.stencil()
        stencil.stretched(lines[row % len(lines)], "grotesk-black", 40, y, 860, y + high - 9)
        sheet.ink(stencil, inks[(row * len(inks)) // rows])
        y += high
    base = set_lines_up(sheet, 42, 1212, words.facts, "text-bold", 27, inks[-1], width=400)
    if words.names:
        set_lines(sheet, 858, base, [words.names], "text-bold", 27, inks[0], width=420, anchor="rs")
    return sheet

"""Posters from the wood type drawer: each line as wide as the sheet, two inks, rules and stars."""

import math

from .lettering import cap_height, lines_of, width_of
from .sheet import Sheet
from .words import Words, set_line, shrunk


def letterpress(words: Words, size, seed) -> Sheet:
    """A bill for one night."""
    pairs = [
        ("#f1e3c4", "#20242b", "#b3301f"),
        ("#efe6d6", "#173a34", "#c4541a"),
        ("#f3dfb5", "#2a1c14", "#1d5b73"),
    ]
    sheet = Sheet("#ffffff", size, seed)
    rng = sheet.random
    paper, dark, bright = rng.choice(pairs)
    sheet.fill(paper)
    _frame(sheet, dark)
    _small(sheet, "★  LIVE IN CONCERT  ★", 118, bright, 30)
    y = _lines(sheet, words.title.upper(), dark, bright)
    y = max(y, 560)
    ornament = sheet.stencil()
    _ornament(ornament, rng, 450, (y + 1010) / 2 - 6, min(170, (1000 - y) / 2))
    if 1000 - y > 110:
        sheet.ink(ornament.rough(0.8), bright)
    rules = sheet.stencil()
    rules.rect(90, 1010, 810, 1018)
    rules.rect(90, 1024, 810, 1027)
    sheet.ink(rules.rough(0.6), dark)
    names = (words.names or "One night only").upper()
    set_line(sheet, 450, 1086, names, "grotesk-narrow", 62, bright, width=720)
    _small(sheet, "  ★  ".join(words.facts).upper(), 1160, dark, 40)
    sheet.worn(0.45)
    return sheet


def _frame(sheet, ink):
    frame = sheet.stencil()
    frame.rect(36, 36, 864, 1224)
    frame.rect(44, 44, 856, 1216, on=0)
    frame.rect(54, 54, 846, 1206)
    frame.rect(57, 57, 843, 1203, on=0)
    sheet.ink(frame.rough(0.7), ink)


def _lines(sheet, title, dark, bright):
    """The title, a face for each line, with rules between; returns where it ends."""
    faces = ["fat", "condensed", "grotesk-wide", "didone-bold", "grotesk-narrow"]
    sheet.random.shuffle(faces)
    words = len(title.split())
    rows = lines_of(title, 3 if words > 3 and len(title) < 22 else min(4, words))
    rules = sheet.stencil()
    y, room = 156.0, min(330, 640 / len(rows))
    for index, text in enumerate(rows):
        face = faces[index % len(faces)]
        # Wood type came in many widths; a line may be drawn up to twice its own height.
        natural = shrunk(text, face, 600, 720) * cap_height(face)
        high = min(room, natural * 2)
        half = min(360, 360 * high / natural)
        stencil = sheet.stencil()
        stencil.stretched(text, face, 450 - half, y, 450 + half, y + high)
        # Hairlines would not survive being worn.
        worn = stencil if face in ("fat", "didone-bold") else stencil.rough(0.9)
        sheet.ink(worn, bright if index % 2 else dark)
        y += high + 40
        if index < len(rows) - 1:
            rules.rect(90, y - 22, 810, y - 18)
    sheet.ink(rules.rough(0.6), dark)
    return y


def _small(sheet, text, y, colour, size):
    """A centred line, its stars drawn because no face has them all."""
    parts = text.split("★")
    face = "grotesk-narrow"
    star = size * 0.9
    size = shrunk(text.replace("★", "MM"), face, size, 740)
    total = sum(width_of(part, face, size) for part in parts) + star * (len(parts) - 1)
    stencil = sheet.stencil()
    x = 450 - total / 2
    for index, part in enumerate(parts):
        if index:
            stencil.polygon(_star(x + star / 2, y - size * 0.34, star * 0.5))
            x += star
        stencil.text(x, y, part, face, size)
        x += width_of(part, face, size)
    sheet.ink(stencil.rough(0.5), colour)


def _star(x, y, radius):
    corners = [(radius if point % 2 == 0 else radius * 0.42, point) for point in range(10)]
    turn = math.pi / 5
    return [(x + far * math.sin(n * turn), y - far * math.cos(n * turn)) for far, n in corners]


def _ornament(stencil, rng, x, y, radius):
    """A rose of points, or a row of three stars."""
    if rng.random() < 0.5:
        for petal in range(24):
            angle = petal * math.tau / 24
            far = radius if petal % 2 == 0 else radius * 0.66
            corners = ((far, angle), (radius * 0.3, angle + 0.15), (radius * 0.3, angle - 0.15))
            stencil.polygon([(x + r * math.cos(a), y + r * math.sin(a)) for r, a in corners])
        stencil.circle(x, y, radius * 0.22)
    else:
        for at, share in ((-1.7, 0.62), (0, 1), (1.7, 0.62)):
            stencil.polygon(_star(x + at * radius, y, radius * share * 0.9))

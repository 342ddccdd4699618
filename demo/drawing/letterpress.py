"""Posters from the wood type drawer: each line as wide as the sheet, two inks, rules and stars."""

import math

from .lettering import cap_height, lines_of, width_of
from .sheet import Sheet
from .words import Words, shrunk


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
    frame = sheet.stencil()
    frame.rect(36, 36, 864, 1224)
    frame.rect(44, 44, 856, 1216, on=0)
    frame.rect(54, 54, 846, 1206)
    frame.rect(57, 57, 843, 1203, on=0)
    sheet.ink(frame.rough(0.7), dark)
    names = words.names or "One night only"
    faces = ["fat", "condensed", "grotesk-wide", "didone-bold", "grotesk-narrow"]
    rng.shuffle(faces)
    rows = lines_of(words.title.upper(), min(4, len(words.title.split())))
    if len(rows) == 4 and len(words.title) < 22:
        rows = lines_of(words.title.upper(), 3)
    y = 118.0
    _small(sheet, "★  Live in concert  ★".upper(), y, bright, 30)
    y += 38
    star_rule = sheet.stencil()
    room = min(330, 640 / len(rows))
    for index, text in enumerate(rows):
        face = faces[index % len(faces)]
        # Wood type came in many widths; a line may be drawn up to twice its own height.
        natural = shrunk(text, face, 600, 720) * cap_height(face)
        high = min(room, natural * 2)
        half = min(360, 360 * high / natural)
        stencil = sheet.stencil()
        stencil.stretched(text, face, 450 - half, y, 450 + half, y + high)
        fine = face in ("fat", "didone-bold")
        sheet.ink(stencil if fine else stencil.rough(0.9), bright if index % 2 else dark)
        y += high + 40
        if index < len(rows) - 1:
            star_rule.rect(90, y - 22, 810, y - 18)
    y = max(y, 560)
    ornament = sheet.stencil()
    _ornament(ornament, rng, 450, (y + 1010) / 2 - 6, min(170, (1000 - y) / 2))
    if 1000 - y > 110:
        sheet.ink(ornament.rough(0.8), bright)
    star_rule.rect(90, 1010, 810, 1018)
    star_rule.rect(90, 1024, 810, 1027)
    sheet.ink(star_rule.rough(0.6), dark)
    size_names = shrunk(names.upper(), "grotesk-narrow", 62, 720)
    sheet.text(450, 1086, names.upper(), "grotesk-narrow", size_names, bright, anchor="ms")
    facts = "  ★  ".join(words.facts)
    _small(sheet, facts.upper(), 1160, dark, 40)
    sheet.worn(0.45)
    return sheet


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
    return [
        (
            x + radius * (1 if point % 2 == 0 else 0.42) * math.sin(point * math.pi / 5),
            y - radius * (1 if point % 2 == 0 else 0.42) * math.cos(point * math.pi / 5),
        )
        for point in range(10)
    ]


def _ornament(stencil, rng, x, y, radius):
    """A rose of points, or a row of three stars."""
    if rng.random() < 0.5:
        for petal in range(24):
            angle = petal * math.tau / 24
            far = radius if petal % 2 == 0 else radius * 0.66
            stencil.polygon(
                [
                    (x + far * math.cos(angle), y + far * math.sin(angle)),
                    (
                        x + radius * 0.3 * math.cos(angle + 0.15),
                        y + radius * 0.3 * math.sin(angle + 0.15),
                    ),
                    (
                        x + radius * 0.3 * math.cos(angle - 0.15),
                        y + radius * 0.3 * math.sin(angle - 0.15),
                    ),
                ]
            )
        stencil.circle(x, y, radius * 0.22)
    else:
        for at, share in ((-1.7, 0.62), (0, 1), (1.7, 0.62)):
            stencil.polygon(_star(x + at * radius, y, radius * share * 0.9))

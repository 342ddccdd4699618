"""Posters cut with scissors from coloured paper: nothing is straight and nothing is by chance."""

import math

from .lettering import even_block, height_of, width_of
from .sheet import Sheet
from .words import Words, set_lines


def cut_paper(words: Words, size, seed) -> Sheet:
    """Scissors and coloured paper: nothing is straight and nothing is by chance."""
    palettes = [
        ("#e8452c", "#16120f", "#f6ead2", "#f2b632"), ("#f0a818", "#1c1a17", "#f9f0dc", "#cf3a2b"),
        ("#1f7a8c", "#121619", "#f7ead3", "#f26b38"), ("#d9c7a0", "#1a1512", "#c8321f", "#27486b"),
    ]  # fmt: skip
    sheet = Sheet("#ffffff", size, seed)
    rng = sheet.random
    ground, black, white, spot = rng.choice(palettes)
    sheet.fill(ground)
    block_colour, figure = rng.choice([(white, black), (spot, black), (black, white)])
    slab = sheet.stencil()
    slab.polygon(cut(rng, [(95, 85), (815, 60), (790, 780), (120, 820)], 16))
    sheet.ink(slab, block_colour)
    side = sheet.stencil()
    side.polygon(cut(rng, [(0, 470), (235, 510), (205, 835), (0, 810)], 12))
    side.polygon(cut(rng, [(700, 30), (900, 0), (900, 330), (730, 300)], 12))
    sheet.ink(side, spot if block_colour != spot else white)
    rng.choice([_guitar, _eye, _bird])(
        sheet, rng, figure, ground, white if figure == black else black
    )
    ink = black if ground != black else white
    words_up = words.title.lower().split()
    rows = even_block(" ".join(words_up), "grotesk-black", 800, 180, leading=0.98, most=2)
    title = sheet.stencil()
    for line in rows:
        x = 52
        for letter in line.text:
            step = width_of(letter, "grotesk-black", line.size)
            lift = rng.uniform(-0.05, 0.05) * line.size
            title.stamp(
                letter,
                "grotesk-black",
                line.size,
                x + step / 2,
                900 + line.baseline + lift,
                rng.uniform(-4, 4),
            )
            x += step
    sheet.ink(title, ink)
    base = 900 + height_of(rows) + 66
    facts = [words.names] if words.names else []
    set_lines(sheet, 56, base, facts or words.facts[:1], "text-bold", 28, ink, width=400)
    set_lines(
        sheet,
        846,
        base,
        words.facts if facts else words.facts[1:],
        "text-bold",
        28,
        ink,
        width=380,
        anchor="rs",
    )
    return sheet


def cut(rng, corners, jitter):
    """The outline as scissors make it: short straight cuts that miss a little."""
    outline = []
    for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
        cuts = max(1, round(math.hypot(x1 - x0, y1 - y0) / 170))
        for cut in range(cuts):
            share = cut / cuts
            outline.append(
                (
                    x0 + (x1 - x0) * share + rng.uniform(-jitter, jitter),
                    y0 + (y1 - y0) * share + rng.uniform(-jitter, jitter),
                )
            )
    return outline


def _guitar(sheet, rng, figure, ground, other):
    body = sheet.stencil()
    left = [
        (450, 395),
        (372, 400),
        (322, 448),
        (330, 505),
        (362, 545),
        (318, 590),
        (300, 660),
        (342, 742),
        (450, 776),
    ]
    right = [(900 - x, y) for x, y in left[::-1]]
    body.polygon(cut(rng, left + right, 7))
    body.polygon(cut(rng, [(428, 120), (474, 116), (484, 430), (418, 430)], 4))
    body.polygon(cut(rng, [(408, 40), (496, 46), (482, 140), (420, 140)], 5))
    for peg in range(3):
        body.polygon(
            cut(
                rng,
                [
                    (384, 54 + peg * 28),
                    (410, 52 + peg * 28),
                    (410, 66 + peg * 28),
                    (384, 70 + peg * 28),
                ],
                2,
            )
        )
        body.polygon(
            cut(
                rng,
                [
                    (492, 54 + peg * 28),
                    (520, 52 + peg * 28),
                    (520, 66 + peg * 28),
                    (492, 70 + peg * 28),
                ],
                2,
            )
        )
    hole = sheet.stencil()
    hole.polygon(
        cut(
            rng,
            [
                (450 + 62 * math.cos(a), 500 + 62 * math.sin(a))
                for a in [i * 0.785 for i in range(8)]
            ],
            4,
        )
    )
    hole.polygon(cut(rng, [(392, 668), (508, 664), (506, 692), (394, 694)], 3))
    strings = sheet.stencil()
    for string in range(4):
        strings.line([(436 + string * 9, 120), (430 + string * 13, 676)], 2.4)
    lean = rng.choice([-24, 22])
    for piece, colour in ((body, figure), (hole, ground), (strings, other)):
        sheet.ink(piece.turn(lean, 450, 470), colour)


def _eye(sheet, rng, figure, ground, other):
    lens = sheet.stencil()
    upper = [(150, 450), (270, 330), (450, 268), (640, 330), (760, 455)]
    lower = [(630, 560), (450, 622), (270, 560)]
    lens.polygon(cut(rng, upper + lower, 9))
    sheet.ink(lens, figure)
    iris, pupil, glint = sheet.stencil(), sheet.stencil(), sheet.stencil()
    ring = [i * math.tau / 9 for i in range(9)]
    iris.polygon(cut(rng, [(450 + 150 * math.cos(a), 446 + 150 * math.sin(a)) for a in ring], 7))
    pupil.polygon(cut(rng, [(450 + 82 * math.cos(a), 446 + 82 * math.sin(a)) for a in ring], 6))
    glint.polygon(cut(rng, [(470, 396), (506, 402), (500, 436), (472, 430)], 4))
    sheet.ink(iris, ground)
    sheet.ink(pupil, figure)
    sheet.ink(glint, other)
    lashes = sheet.stencil()
    for lash in range(9):
        angle = math.radians(204 + lash * 16.5)
        x, y = 450 + 330 * math.cos(angle), 452 + 200 * math.sin(angle)
        far_x, far_y = 450 + 455 * math.cos(angle), 452 + 345 * math.sin(angle)
        lashes.polygon(
            cut(rng, [(x - 15, y), (x + 15, y), (far_x + 4, far_y), (far_x - 4, far_y)], 3)
        )
    sheet.ink(lashes, figure)
    tear = sheet.stencil()
    for row in range(3):
        tear.polygon(
            cut(
                rng,
                [
                    (250 + row * 170, 640),
                    (300 + row * 170, 640 + 6),
                    (290 + row * 170, 770 - row * 20),
                    (262 + row * 170, 764),
                ],
                6,
            )
        )
    sheet.ink(tear, figure)


def _bird(sheet, rng, figure, ground, other):
    bird, wing, detail = sheet.stencil(), sheet.stencil(), sheet.stencil()
    bird.polygon(
        cut(
            rng,
            [
                (170, 420),
                (250, 330),
                (350, 330),
                (430, 420),
                (620, 470),
                (780, 620),
                (560, 610),
                (420, 640),
                (300, 570),
                (250, 470),
            ],
            7,
        )
    )
    bird.polygon(cut(rng, [(180, 396), (70, 420), (182, 452)], 4))
    for leg in (380, 450):
        bird.polygon(cut(rng, [(leg, 610), (leg + 14, 610), (leg + 26, 770), (leg + 6, 772)], 3))
        bird.polygon(
            cut(rng, [(leg - 44, 768), (leg + 76, 762), (leg + 74, 778), (leg - 42, 784)], 3)
        )
    wing.polygon(
        cut(
            rng,
            [
                (360, 440),
                (560, 180),
                (640, 150),
                (600, 300),
                (690, 250),
                (620, 400),
                (720, 390),
                (560, 520),
                (440, 560),
            ],
            8,
        )
    )
    detail.polygon(cut(rng, [(272, 376), (302, 372), (304, 402), (276, 404)], 3))
    sheet.ink(bird, figure)
    sheet.ink(wing, ground)
    sheet.ink(detail, other)

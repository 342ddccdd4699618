"""Posters cut with scissors from coloured paper: nothing is straight and nothing is by chance."""

import math

from .lettering import even_block, height_of, width_of
from .sheet import Sheet, points
from .words import Words, set_credits


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
    other = white if figure == black else black
    rng.choice([_guitar, _eye, _bird])(sheet, rng, figure, ground, other)
    rows = even_block(words.title.lower(), "grotesk-black", 800, 180, leading=0.98, most=2)
    _title(sheet, rows, black)
    set_credits(sheet, words, 900 + height_of(rows) + 66, black, left=56, right=846, size=28)
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


def _title(sheet, rows, ink):
    """Letters cut one by one, none quite upright."""
    rng, face = sheet.random, "grotesk-black"
    title = sheet.stencil()
    for line in rows:
        x = 52
        for letter in line.text:
            step = width_of(letter, face, line.size)
            y = 900 + line.baseline + rng.uniform(-0.05, 0.05) * line.size
            title.stamp(letter, face, line.size, x + step / 2, y, rng.uniform(-4, 4))
            x += step
    sheet.ink(title, ink)


def _guitar(sheet, rng, figure, ground, other):
    body, hole, strings = sheet.stencil(), sheet.stencil(), sheet.stencil()
    left = points("450,395 372,400 322,448 330,505 362,545 318,590 300,660 342,742 450,776")
    body.polygon(cut(rng, left + [(900 - x, y) for x, y in left[::-1]], 7))
    body.polygon(cut(rng, points("428,120 474,116 484,430 418,430"), 4))
    body.polygon(cut(rng, points("408,40 496,46 482,140 420,140"), 5))
    for y in (54, 82, 110):
        body.polygon(cut(rng, [(384, y), (410, y - 2), (410, y + 12), (384, y + 16)], 2))
        body.polygon(cut(rng, [(492, y), (520, y - 2), (520, y + 12), (492, y + 16)], 2))
    hole.polygon(cut(rng, _ring(450, 500, 62, 8), 4))
    hole.polygon(cut(rng, points("392,668 508,664 506,692 394,694"), 3))
    for string in range(4):
        strings.line([(436 + string * 9, 120), (430 + string * 13, 676)], 2.4)
    lean = rng.choice([-24, 22])
    for piece, colour in ((body, figure), (hole, ground), (strings, other)):
        sheet.ink(piece.turn(lean, 450, 470), colour)


def _ring(x, y, radius, corners):
    turns = [corner * math.tau / corners for corner in range(corners)]
    return [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns]


def _eye(sheet, rng, figure, ground, other):
    lens, iris, pupil = sheet.stencil(), sheet.stencil(), sheet.stencil()
    glint, lashes = sheet.stencil(), sheet.stencil()
    lens.polygon(
        cut(rng, points("150,450 270,330 450,268 640,330 760,455 630,560 450,622 270,560"), 9)
    )
    iris.polygon(cut(rng, _ring(450, 446, 150, 9), 7))
    pupil.polygon(cut(rng, _ring(450, 446, 82, 9), 6))
    glint.polygon(cut(rng, points("470,396 506,402 500,436 472,430"), 4))
    for lash in range(9):
        angle = math.radians(204 + lash * 16.5)
        x, y = 450 + 330 * math.cos(angle), 452 + 200 * math.sin(angle)
        far_x, far_y = 450 + 455 * math.cos(angle), 452 + 345 * math.sin(angle)
        lashes.polygon(
            cut(rng, [(x - 15, y), (x + 15, y), (far_x + 4, far_y), (far_x - 4, far_y)], 3)
        )
    for x, foot in ((250, 770), (420, 750), (590, 730)):
        lashes.polygon(cut(rng, [(x, 640), (x + 50, 646), (x + 40, foot), (x + 12, 764)], 6))
    sheet.ink(lens, figure)
    sheet.ink(iris, ground)
    sheet.ink(pupil, figure)
    sheet.ink(glint, other)
    sheet.ink(lashes, figure)


def _bird(sheet, rng, figure, ground, other):
    bird, wing, eye = sheet.stencil(), sheet.stencil(), sheet.stencil()
    body = "170,420 250,330 350,330 430,420 620,470 780,620 560,610 420,640 300,570 250,470"
    bird.polygon(cut(rng, points(body), 7))
    bird.polygon(cut(rng, points("180,396 70,420 182,452"), 4))
    for x in (380, 450):
        bird.polygon(cut(rng, [(x, 610), (x + 14, 610), (x + 26, 770), (x + 6, 772)], 3))
        bird.polygon(cut(rng, [(x - 44, 768), (x + 76, 762), (x + 74, 778), (x - 42, 784)], 3))
    feathers = "360,440 560,180 640,150 600,300 690,250 620,400 720,390 560,520 440,560"
    wing.polygon(cut(rng, points(feathers), 8))
    eye.polygon(cut(rng, points("272,376 302,372 304,402 276,404"), 3))
    sheet.ink(bird, figure)
    sheet.ink(wing, ground)
    sheet.ink(eye, other)

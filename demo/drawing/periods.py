"""Posters of their time: San Francisco 1967, Moscow 1925, Paris 1930."""

import math

from PIL import Image

from .lettering import even_block, height_of, lines_of
from .sheet import Sheet
from .words import Words, shrunk


def psychedelic(words: Words, size, seed) -> Sheet:
    """Rays that sway, flowers in flowers, and letters poured into the space above them."""
    palettes = [
        ("#f9c22e", "#d7263d", "#1b998b", "#2e294e", "#f46036"),
        ("#ff8c42", "#6a0572", "#ffd23f", "#ab83a1", "#ee4266"),
        ("#f7d6a2", "#0e5c63", "#e2543e", "#f0a202", "#581845"),
        ("#a8e06c", "#3d1e6d", "#ff5d8f", "#ffc53a", "#21897e"),
    ]
    sheet = Sheet("#ffffff", size, seed)
    rng = sheet.random
    light, deep, one, two, three = rng.choice(palettes)
    sheet.fill(light)
    cx, cy, rays = 450, 760, rng.choice([14, 16, 18])
    sway, turns = rng.uniform(0.10, 0.2), rng.choice([150, 190])
    swaying = sheet.stencil()
    for ray in range(rays):
        edges = []
        for side in (0, 1):
            start = (ray + side * 0.5) * math.tau / rays
            edges.append(
                [
                    (
                        cx + r * math.cos(start + sway * math.sin(r / turns * math.tau / 2)),
                        cy + r * math.sin(start + sway * math.sin(r / turns * math.tau / 2)),
                    )
                    for r in range(0, 1240, 16)
                ]
            )
        swaying.polygon(edges[0] + edges[1][::-1])
    sheet.ink(swaying, one)
    petals = rng.choice([8, 10, 12])
    colours = [deep, three, light, deep, two, three, deep, light]
    for ring, colour in enumerate(colours):
        flower = sheet.stencil()
        flower.polygon(_flower(cx, cy, 330 - ring * 41, petals, 0.13, ring % 2 * math.pi / petals))
        sheet.ink(flower, colour)
    eye = sheet.stencil()
    eye.circle(cx, cy, 16)
    sheet.ink(eye, deep)
    cloud = sheet.stencil()
    cloud.polygon(
        [
            (0, 0),
            (900, 0),
            *[(x, 400 + 60 * math.cos((x - 450) / 900 * math.pi * 3)) for x in range(900, -1, -10)],
        ]
    )
    sheet.ink(cloud, deep)
    rows = lines_of(words.title.upper(), min(2, len(words.title.split())))
    title = sheet.stencil()
    edges = [
        lambda x: 46 + 10 * math.sin(x / 60),
        lambda x: 205 + 44 * math.cos((x - 450) / 900 * math.pi * 3),
        lambda x: 372 + 60 * math.cos((x - 450) / 900 * math.pi * 3),
    ]
    if len(rows) == 1:
        title.curved(rows[0], "groovy", 40, 860, edges[0], edges[2])
    else:
        title.curved(rows[0], "groovy", 40, 860, edges[0], lambda x: edges[1](x) - 9)
        title.curved(rows[1], "groovy", 40, 860, lambda x: edges[1](x) + 9, edges[2])
    sheet.ink(title, light)
    foot = sheet.stencil()
    foot.polygon(
        [
            (0, 1260),
            (900, 1260),
            *[
                (x, 1130 + 24 * math.cos((x - 450) / 900 * math.pi * 4))
                for x in range(900, -1, -10)
            ],
        ]
    )
    sheet.ink(foot, deep)
    facts = "  ·  ".join(words.facts)
    sheet.text(450, 1232, facts, "groovy", shrunk(facts, "groovy", 38, 820), light, anchor="ms")
    if words.names:
        sheet.text(
            450,
            1184,
            words.names,
            "groovy",
            shrunk(words.names, "groovy", 40, 560),
            light,
            anchor="ms",
        )
    return sheet


def _flower(x, y, radius, petals, depth, turn):
    return [
        (
            x
            + radius
            * (1 - depth + depth * abs(math.cos(petals * (a / 100 * math.tau + turn) / 2)) * 2)
            * math.cos(a / 100 * math.tau),
            y
            + radius
            * (1 - depth + depth * abs(math.cos(petals * (a / 100 * math.tau + turn) / 2)) * 2)
            * math.sin(a / 100 * math.tau),
        )
        for a in [step * 0.25 for step in range(400)]
    ]


def agitprop(words: Words, size, seed) -> Sheet:
    """Wedges, discs and slogans on the diagonal."""
    palettes = [
        ("#ecdfc4", "#15120f", "#d1281f"),
        ("#efe4cd", "#12233b", "#e0482a"),
        ("#f0e3c0", "#1a1713", "#e39a1b"),
    ]
    sheet = Sheet("#ffffff", size, seed)
    rng = sheet.random
    paper, black, red = rng.choice(palettes)
    sheet.fill(paper)
    lean = rng.choice([-22, -18])
    wedge, bars, disc = sheet.stencil(), sheet.stencil(), sheet.stencil()
    disc.circle(600, 400, 270)
    sheet.ink(disc, black)
    inner = sheet.stencil()
    inner.circle(600, 400, 262)
    dots = Image.linear_gradient("L").rotate(180).point(lambda v: v * 0.85)
    sheet.ink(inner.graded(dots).screened(12), paper)
    wedge.polygon([(-60, 930), (-60, 330), (690, 420)])
    sheet.ink(wedge, red)
    for bar in range(5):
        bars.rect(-300, 60 + bar * 38, 420 - bar * 50, 82 + bar * 38)
    sheet.ink(bars.turn(lean, 200, 200), black)
    sound = sheet.stencil()
    for ring in range(4):
        sound.arc(640, 410, 110 + ring * 46, -52, 16, 17)
    sheet.ink(sound, red)
    band = sheet.stencil()
    band.rect(-300, 700, 1300, 950)
    sheet.ink(band.turn(lean, 450, 760), black)
    block = even_block(words.title.upper(), "condensed", 790, 190, leading=1.08, most=2)
    title = sheet.stencil()
    title.block(450, 825 - height_of(block) / 2, block, "condensed", anchor="m")
    sheet.ink(title.turn(lean, 450, 760), paper)
    low = sheet.stencil()
    low.polygon(
        [(0, 1260), (0, 1140), (900, 1140 + 900 * math.tan(math.radians(lean)) * 0.18), (900, 1260)]
    )
    sheet.ink(low, red)
    if words.names:
        names = words.names.upper()
        fitted = shrunk(names, "condensed", 44, 470)
        sheet.text(858, 1050, names, "condensed", fitted, black, anchor="rs")
    facts = "  ".join(words.facts).upper()
    fitted = shrunk(facts, "condensed", 52, 810)
    sheet.text(
        450, 1222, facts, "condensed", fitted, black if red == "#e39a1b" else paper, anchor="ms"
    )
    sheet.worn(0.4)
    return sheet


def deco(words: Words, size, seed) -> Sheet:
    """Gold on night: fans, a stepped arch, and letters with room around them."""
    palettes = [
        ("#10182b", "#d9b25f", "#f4e9cf", "#26395f"),
        ("#0f2a26", "#d8a657", "#f3e8cc", "#1f5148"),
        ("#2a0f1e", "#e0ab72", "#f8e8d4", "#5c1f3d"),
    ]
    sheet = Sheet("#ffffff", size, seed)
    rng = sheet.random
    night, gold, pale, mid = rng.choice(palettes)
    sheet.fill(night)
    cx, cy = 450, 760
    fan = sheet.stencil()
    for ray in range(37):
        if ray % 2 == 0:
            fan.slice(cx, cy, 1150, 180 + ray * 5, 180 + ray * 5 + 5)
    arch = sheet.stencil()
    arch.rect(0, 0, 900, cy)
    sheet.ink(fan.within(arch), mid)
    for ring, colour in ((400, gold), (388, night), (372, gold), (366, night)):
        disc = sheet.stencil()
        disc.slice(cx, cy, ring, 180, 360)
        sheet.ink(disc, colour)
    scales = sheet.stencil()
    for row in range(9):
        for column in range(-6, 7):
            x, y = cx + column * 72 + (row % 2) * 36, cy - 318 + row * 38
            for radius, on in ((36, 255), (31, 0), (24, 255), (20, 0), (12, 255)):
                scales.slice(x, y + 36, radius, 180, 360, on=on)
    dome = sheet.stencil()
    dome.slice(cx, cy, 352, 180, 360)
    sheet.ink(scales.within(dome), gold)
    rng.choice([_skyscraper, _moon])(sheet, night, gold, pale, cx, cy)
    frame = sheet.stencil()
    for inset, thick in ((30, 5), (44, 2)):
        frame.rect(inset, inset, 900 - inset, 1260 - inset)
        frame.rect(inset + thick, inset + thick, 900 - inset - thick, 1260 - inset - thick, on=0)
    base = sheet.stencil()
    base.rect(0, cy, 900, 1260)
    sheet.ink(base, night)
    rules = sheet.stencil()
    rules.rect(50, cy, 850, cy + 7)
    rules.rect(50, cy + 14, 850, cy + 17)
    sheet.ink(frame.plus(rules), gold)
    block = even_block(
        words.title.upper(), "deco-bold", 720, 190, leading=1.12, tracking=60, most=3
    )
    title = sheet.stencil()
    title.block(450, 838, block, "deco-bold", anchor="m", tracking=60)
    sheet.ink(title, pale)
    bottom = 838 + height_of(block)
    if words.names:
        names = words.names.upper()
        sheet.text(
            450,
            bottom + 66,
            names,
            "deco-bold",
            shrunk(names, "deco-bold", 32, 700, 120),
            gold,
            anchor="ms",
            tracking=120,
        )
    facts = "  ·  ".join(words.facts).upper()
    sheet.text(
        450,
        1180,
        facts,
        "deco-bold",
        shrunk(facts, "deco-bold", 29, 720, 120),
        pale,
        anchor="ms",
        tracking=120,
    )
    return sheet


def _skyscraper(sheet, night, gold, pale, cx, cy):
    tower, lines = sheet.stencil(), sheet.stencil()
    for half, top in ((170, 210), (120, 330), (74, 440), (34, 530)):
        tower.rect(cx - half, cy - top, cx + half, cy)
        for line in range(-half + 14, half - 6, 24):
            lines.rect(cx + line, cy - top + 14, cx + line + 7, cy)
    tower.polygon([(cx - 8, cy - 530), (cx + 8, cy - 530), (cx, cy - 660)])
    sheet.ink(tower, night)
    edge = sheet.stencil()
    for half, top in ((170, 210), (120, 330), (74, 440), (34, 530)):
        edge.rect(cx - half - 5, cy - top - 5, cx + half + 5, cy)
    edge.polygon([(cx - 12, cy - 530), (cx + 12, cy - 530), (cx, cy - 672)])
    sheet.ink(edge.without(tower), pale)
    sheet.ink(lines, gold)


def _moon(sheet, night, gold, pale, cx, cy):
    """A moon over steps, with a saxophone's worth of light around it."""
    halo, moon = sheet.stencil(), sheet.stencil()
    halo.circle(cx, cy - 330, 190)
    sheet.ink(halo, night)
    moon.circle(cx, cy - 330, 165)
    sheet.ink(moon, pale)
    steps = sheet.stencil()
    for step in range(6):
        steps.rect(cx - 330 + step * 55, cy - step * 34 - 34, cx + 330 - step * 55, cy - step * 34)
    sheet.ink(steps, night)
    lines = sheet.stencil()
    for step in range(6):
        lines.rect(
            cx - 330 + step * 55, cy - step * 34 - 34, cx + 330 - step * 55, cy - step * 34 - 29
        )
    sheet.ink(lines, gold)

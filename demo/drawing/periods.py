"""Posters of their time: San Francisco 1967, Moscow 1925, Paris 1930."""

import math

from PIL import Image

from .lettering import even_block, height_of, lines_of
from .sheet import Sheet
from .words import Words, set_line


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
    _rays(sheet, 450, 760, one)
    petals = rng.choice([8, 10, 12])
    for ring, colour in enumerate([deep, three, light, deep, two, three, deep, light]):
        flower = sheet.stencil()
        flower.polygon(_flower(450, 760, 330 - ring * 41, petals, ring % 2 * math.pi / petals))
        sheet.ink(flower, colour)
    eye, cloud = sheet.stencil(), sheet.stencil()
    eye.circle(450, 760, 16)
    sheet.ink(eye, deep)
    cloud.polygon([(0, 0), (900, 0), *_wave(400, 60, 3)])
    cloud.polygon([(0, 1260), (900, 1260), *_wave(1122, 24, 4)])
    sheet.ink(cloud, deep)
    _poured(sheet, words.title.upper(), light)
    facts = "  ·  ".join(words.facts)
    set_line(sheet, 450, 1234, facts, "groovy", 38, light, width=820)
    if words.names:
        set_line(sheet, 450, 1188, words.names, "groovy", 38, light, width=560)
    return sheet


def _rays(sheet, cx, cy, ink):
    rng, swaying = sheet.random, sheet.stencil()
    rays = rng.choice([14, 16, 18])
    sway, turns = rng.uniform(0.10, 0.2), rng.choice([150, 190])

    def edge(start):
        bent = [(r, start + sway * math.sin(r / turns * math.pi)) for r in range(0, 1240, 16)]
        return [(cx + r * math.cos(a), cy + r * math.sin(a)) for r, a in bent]

    for ray in range(rays):
        left, right = edge(ray * math.tau / rays), edge((ray + 0.5) * math.tau / rays)
        swaying.polygon(left + right[::-1])
    sheet.ink(swaying, ink)


def _flower(x, y, radius, petals, turn):
    outline = []
    for step in range(400):
        angle = step / 400 * math.tau
        far = radius * (0.87 + 0.26 * abs(math.cos(petals * (angle + turn) / 2)))
        outline.append((x + far * math.cos(angle), y + far * math.sin(angle)))
    return outline


def _wave(y, height, bends):
    return [
        (x, y + height * math.cos((x - 450) / 900 * math.pi * bends)) for x in range(900, -1, -10)
    ]


def _poured(sheet, text, ink):
    """The title between the edge of the sheet and the edge of the cloud."""

    def top(x):
        return 46 + 10 * math.sin(x / 60)

    def middle(x):
        return 205 + 44 * math.cos((x - 450) / 900 * math.pi * 3)

    def bottom(x):
        return 372 + 60 * math.cos((x - 450) / 900 * math.pi * 3)

    rows = lines_of(text, min(2, len(text.split())))
    title = sheet.stencil()
    if len(rows) == 1:
        title.curved(rows[0], "groovy", 40, 860, top, bottom)
    else:
        title.curved(rows[0], "groovy", 40, 860, top, lambda x: middle(x) - 9)
        title.curved(rows[1], "groovy", 40, 860, lambda x: middle(x) + 9, bottom)
    sheet.ink(title, ink)


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
    _shapes(sheet, lean, paper, black, red)
    band = sheet.stencil()
    band.rect(-300, 700, 1300, 950)
    sheet.ink(band.turn(lean, 450, 760), black)
    block = even_block(words.title.upper(), "condensed", 790, 190, leading=1.08, most=2)
    title = sheet.stencil()
    title.block(450, 825 - height_of(block) / 2, block, "condensed", anchor="m")
    sheet.ink(title.turn(lean, 450, 760), paper)
    low = sheet.stencil()
    right = 1140 + 162 * math.tan(math.radians(lean))
    low.polygon([(0, 1260), (0, 1140), (900, right), (900, 1260)])
    sheet.ink(low, red)
    names, facts = words.names.upper(), "  ".join(words.facts).upper()
    set_line(sheet, 858, 1050, names, "condensed", 44, black, width=470, anchor="rs")
    # Paper does not read on amber.
    on_red = black if red == "#e39a1b" else paper
    set_line(sheet, 450, 1222, facts, "condensed", 52, on_red, width=810)
    sheet.worn(0.4)
    return sheet


def _shapes(sheet, lean, paper, black, red):
    """A disc in dots, the wedge that drives into it, and what is heard of it."""
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
    _dome(sheet, cx, cy, night, gold, mid)
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
    names, facts = words.names.upper(), "  ·  ".join(words.facts).upper()
    y = 838 + height_of(block) + 66
    set_line(sheet, 450, y, names, "deco-bold", 32, gold, width=700, tracking=120)
    set_line(sheet, 450, 1180, facts, "deco-bold", 29, pale, width=720, tracking=120)
    return sheet


def _dome(sheet, cx, cy, night, gold, mid):
    """Rays behind a half round of scales."""
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

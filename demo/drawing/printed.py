"""Posters of the print shop: risograph and photocopier."""

import math

from PIL import Image

from .lettering import even_block, height_of, width_of
from .scissors import cut
from .sheet import Sheet
from .words import Words, set_credits, set_line, shrunk


def risograph(words: Words, size, seed) -> Sheet:
    """Two inks, one over the other, in dots; the second a hair out of register."""
    pairs = [
        ("#f7f1e3", "#ff4f79", "#0a5fb4"), ("#f9f3df", "#ffb511", "#e23d80"),
        ("#f4f0e8", "#ff6a3d", "#11746b"), ("#f7efe9", "#5ec8b0", "#e5405e"),
    ]  # fmt: skip
    sheet = Sheet("#ffffff", size, seed)
    rng = sheet.random
    paper, light, dark = rng.choice(pairs)
    sheet.fill(paper)
    sun_x, sun_y, radius = rng.uniform(330, 570), rng.uniform(380, 450), 285
    sky = sheet.stencil()
    sky.rect(50, 50, 850, 900)
    sky.graded(Image.linear_gradient("L").point(lambda v: 20 + v * 0.42)).screened(11)
    sun = sheet.stencil()
    sun.circle(sun_x, sun_y, radius)
    sheet.ink(sky.without(sun), light, overprint=True)
    sheet.ink(sun, light, overprint=True)
    motif = rng.choice([_hills, _leaves, _record])
    motif(sheet, rng, dark, sun_x, sun_y)
    frame = sheet.stencil()
    frame.rect(0, 900, 900, 1260)
    sheet.ink(frame, paper)
    block = even_block(words.title.upper(), "condensed", 800, 160, leading=1.06, most=2)
    title = sheet.stencil()
    title.block(50, 936, block, "condensed")
    sheet.ink(title, light, overprint=True, offset=(5, 4))
    sheet.ink(title, dark, overprint=True)
    base = 936 + height_of(block) + 56
    set_credits(sheet, words, base, dark, left=52, right=848, size=26)
    sheet.worn(0.35)
    return sheet


def _hills(sheet, rng, ink, *_):
    for layer in range(4):
        hill = sheet.stencil()
        base, phase = 560 + layer * 95, rng.uniform(0, 9)
        ridge = [
            (
                x,
                base
                + 70 * math.sin(x / (150 - layer * 18) + phase)
                + 26 * math.sin(x / 47 + phase),
            )
            for x in range(50, 851, 10)
        ]
        hill.polygon([(50, 900), *ridge, (850, 900)])
        grey = Image.linear_gradient("L").point(lambda v, k=layer: max(0, 250 - k * 30 - v * 0.5))
        sheet.ink(hill.graded(grey).screened(9), ink, overprint=True, offset=(3, 2))


def _leaves(sheet, rng, ink, *_):
    for stem in range(9):
        x = 100 + stem * 88
        lean, high = rng.uniform(-0.35, 0.35), rng.uniform(330, 700)
        leaf = sheet.stencil()
        for pair in range(9):
            along = 0.18 + pair * 0.095
            cx, cy = x + lean * high * along, 900 - high * along
            long = high * 0.2 * (1.15 - along) + 18
            for side in (-1, 1):
                leaf.polygon(_leaf(cx, cy, long, side * 0.95 + lean))
        leaf.line([(x, 905), (x + lean * high * 1.04, 900 - high * 1.04)], 7)
        if stem % 2:
            leaf.graded(Image.new("L", (1, 1), 150)).screened(8)
        frame = sheet.stencil()
        frame.rect(50, 50, 850, 900)
        sheet.ink(leaf.within(frame), ink, overprint=True, offset=(3, 2))


def _leaf(x, y, long, turn):
    """A lens that starts at a point and leans by so many radians from upright."""
    outline = [(t / 12, 0.17 * math.sin(math.pi * t / 12)) for t in range(13)]
    outline += [(t / 12, -0.17 * math.sin(math.pi * t / 12)) for t in range(12, -1, -1)]
    sin, cos = math.sin(turn), math.cos(turn)
    return [(x + long * (a * sin + b * cos), y + long * (b * sin - a * cos)) for a, b in outline]


def _record(sheet, rng, ink, sun_x, sun_y):
    """A record that slides over the sun, its grooves and a tone arm."""
    x, y = 900 - sun_x + rng.uniform(-30, 30), sun_y + 170
    disc = sheet.stencil()
    disc.circle(x, y, 270)
    for groove in range(118, 262, 8):
        disc.ring(x, y, groove, 2.2, on=0)
    shine = sheet.stencil()
    for start in (200, 20):
        shine.slice(x, y, 262, start, start + 34)
    core = sheet.stencil()
    core.circle(x, y, 104)
    shine.without(core).graded(Image.new("L", (1, 1), 150)).screened(7)
    disc.without(shine)
    disc.circle(x, y, 96, on=0)
    disc.ring(x, y, 62, 5)
    disc.circle(x, y, 13)
    disc.line([(x + 250, y - 330), (x + 262, y - 60), (x + 165, y + 70)], 15)
    disc.circle(x + 250, y - 330, 34)
    frame = sheet.stencil()
    frame.rect(50, 50, 850, 900)
    sheet.ink(disc.within(frame), ink, overprint=True, offset=(3, 2))


def photocopy(words: Words, size, seed) -> Sheet:
    """A flyer made in an hour: loud paper, torn black, a marker pen."""
    papers = ["#ff5fa2", "#f4ff3a", "#4dff9a", "#ff8a1f", "#62d6ff"]
    sheet = Sheet("#ffffff", size, seed)
    rng = sheet.random
    paper, ink = rng.choice(papers), "#111111"
    sheet.fill(paper)
    _burst(sheet, ink)
    photo = sheet.stencil()
    photo.polygon(cut(rng, [(110, 215), (760, 170), (800, 730), (80, 770)], 22))
    sheet.ink(photo.rough(5), ink)
    scene = sheet.stencil()
    rng.choice([_skyline, _amp])(scene, rng)
    sheet.ink(scene.rough(1.6), paper)
    strip = sheet.stencil()
    strip.polygon([(-20, 800), (920, 760), (920, 1010), (-20, 1050)])
    sheet.ink(strip.rough(6), "#f8f6f0")
    block = even_block(words.title.upper(), "marker", 800, 175, leading=0.95, most=2)
    title = sheet.stencil()
    top = 905 - height_of(block) / 2
    title.block(450, top, block, "marker", anchor="m")
    title.turn(-2.5, 450, 905)
    sheet.ink(title.rough(0.8), ink)
    if words.names:
        _label(sheet, words.names.upper(), ink)
    low = sheet.stencil()
    low.rect(48, 1150, 852, 1218)
    sheet.ink(low.rough(2), ink)
    facts = " / ".join(words.facts).upper()
    set_line(sheet, 450, 1199, facts, "text-bold", 34, paper, width=760)
    sheet.worn(0.5)
    return sheet


def _burst(sheet, ink):
    """Spikes from somewhere near the middle, fading outwards in coarse dots."""
    rng, burst, spikes = sheet.random, sheet.stencil(), []
    cx, cy = rng.uniform(340, 560), rng.uniform(400, 500)
    count = rng.choice([15, 19, 23])
    for spike in range(count * 2):
        angle = spike * math.pi / count
        far = rng.uniform(700, 950) if spike % 2 == 0 else rng.uniform(240, 300)
        spikes.append((cx + far * math.cos(angle), cy + far * math.sin(angle)))
    burst.polygon(spikes)
    grey = Image.radial_gradient("L").point(lambda v: 255 - v * 0.95)
    sheet.ink(burst.graded(grey).screened(13), ink)


def _label(sheet, text, ink):
    """A strip of paper glued on, as long as what is written on it."""
    fitted = shrunk(text, "marker", 38, 740)
    half = width_of(text, "marker", fitted) / 2 + 26
    left, right = 450 - half, 450 + half
    strip = sheet.stencil()
    strip.polygon([(left, 1062), (right, 1052), (right, 1112), (left, 1120)])
    sheet.ink(strip.rough(3), "#f8f6f0")
    sheet.text(450, 1101, text, "marker", fitted, ink, anchor="ms")


def _skyline(stencil, rng):
    """Blocks of flats with some windows lit."""
    x = 140
    while x < 670:
        wide, high = rng.uniform(60, 110), rng.uniform(120, 390)
        top = 690 - high
        stencil.rect(x, top, min(x + wide, 745), 690)
        for row in range(int(high // 34)):
            for column in range(int(wide // 26)):
                if rng.random() < 0.6:
                    wx, wy = x + 9 + column * 26, top + 12 + row * 34
                    stencil.rect(wx, wy, wx + 13, wy + 18, on=0)
        x += wide + 12


def _amp(stencil, rng):
    """A guitar amplifier, as loud as it goes."""
    stencil.rect(190, 270, 710, 700)
    stencil.rect(210, 350, 690, 682, on=0)
    for knob in range(7):
        stencil.circle(240 + knob * 70, 311, 20, on=0)
        angle = rng.uniform(2.2, 7.2)
        stencil.line(
            [
                (240 + knob * 70, 311),
                (240 + knob * 70 + 18 * math.cos(angle), 311 + 18 * math.sin(angle)),
            ],
            6,
        )
    for x in (329, 571):
        stencil.circle(x, 516, 116)
        stencil.circle(x, 516, 103, on=0)
        for ring in (88, 70, 52):
            stencil.ring(x, 516, ring, 8)
        stencil.circle(x, 516, 28)

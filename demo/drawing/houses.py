"""Houses for music, drawn at dusk in few colours: a club, a theatre, a concert hall, an arena.

All stand on a sheet 900 wide and 600 high, their feet at 500.
"""

import math

from PIL import Image

from .lettering import cap_height
from .sheet import Sheet
from .words import set_line, shrunk

GROUND = 500


def club(name: str, size, seed) -> Sheet:
    """A boiler house of brick with a chimney, and a sign that can be read from the tram."""
    sheet = _evening(size, seed, "#1d1b3a", "#f26a4b", "#f7b267")
    walls, saw, dark = sheet.stencil(), sheet.stencil(), sheet.stencil()
    walls.rect(150, 290, 760, GROUND)
    for tooth in range(4):
        x = 150 + tooth * 152.5
        saw.polygon([(x, 290), (x, 215), (x + 152.5, 290)])
    walls.rect(640, 90, 690, 300)
    walls.polygon([(634, 90), (696, 90), (690, 76), (640, 76)])
    sheet.ink(walls.plus(saw), "#5b2333")
    _bricks(sheet, 150, 290, 760, GROUND, "#713043")
    glass = sheet.stencil()
    for tooth in range(4):
        x = 150 + tooth * 152.5
        glass.polygon([(x + 9, 282), (x + 9, 232), (x + 110, 282)])
    for window in range(5):
        if window != 2:
            x = 180 + window * 116
            glass.rect(x, 400, x + 82, 458)
            glass.slice(x + 41, 401, 41, 180, 360)
    sheet.ink(glass, "#ffd08a")
    for window in range(5):
        if window != 2:
            x = 180 + window * 116
            dark.rect(x + 38, 362, x + 43, 458)
            dark.rect(x, 414, x + 82, 418)
    dark.rect(404, 392, 500, GROUND)
    sheet.ink(dark, "#2b1020")
    door = sheet.stencil()
    door.rect(412, 402, 449, GROUND)
    door.rect(455, 402, 492, GROUND)
    sheet.ink(door, "#ff8552")
    _sign(sheet, name.upper(), 455, 343, 330, 44, "#ff4f79", "#2b1020")
    smoke = sheet.stencil()
    for puff in range(5):
        smoke.circle(668 + puff * 34, 60 - puff * 9, 15 + puff * 7)
    smoke.graded(Image.new("L", (1, 1), 90)).screened(7)
    sheet.ink(smoke, "#f7d9c4")
    _street(sheet, "#150f26", [230, 262, 300, 330, 352, 590, 622, 668, 700])
    return sheet


def theatre(name: str, size, seed) -> Sheet:
    """Columns, a pediment, red banners, and light behind every door."""
    sheet = _evening(size, seed, "#0f2f4f", "#2e7f91", "#f6c48a")
    wings, front, shade = sheet.stencil(), sheet.stencil(), sheet.stencil()
    wings.rect(90, 250, 810, GROUND)
    wings.rect(80, 236, 820, 252)
    sheet.ink(wings, "#c9a27a")
    front.rect(255, 205, 645, GROUND)
    front.polygon([(232, 205), (668, 205), (450, 108)])
    front.rect(232, 200, 668, 222)
    sheet.ink(front, "#f1dfc1")
    shade.polygon([(278, 192), (622, 192), (450, 122)])
    shade.rect(255, 246, 645, 254)
    sheet.ink(shade, "#d8bd95")
    rose = sheet.stencil()
    rose.polygon(_lyre(450, 168, 23))
    sheet.ink(rose, "#8c3b2e")
    _windows(sheet)
    _columns(sheet)
    banners = sheet.stencil()
    for x in (140, 728):
        banners.polygon([(x, 262), (x + 34, 262), (x + 34, 470), (x + 17, 452), (x, 470)])
    sheet.ink(banners, "#b3262a")
    steps = sheet.stencil()
    for step in range(3):
        steps.rect(225 - step * 16, GROUND - 8 + step * 8, 675 + step * 16, GROUND + step * 8)
    sheet.ink(steps, "#e6d0aa")
    text = name.upper()
    set_line(sheet, 450, 217, text, "didone-bold", 20, "#7a3428", width=330, tracking=140)
    _street(sheet, "#0a1d33", [130, 165, 205, 690, 716, 748, 300, 590])
    return sheet


def hall(name: str, size, seed) -> Sheet:
    """A wave of glass on a dark plinth by the water."""
    sheet = _evening(size, seed, "#10213f", "#5a5fa8", "#f4a7a0")
    glass, roof, plinth = sheet.stencil(), sheet.stencil(), sheet.stencil()

    def crest(x):
        return 190 + 46 * math.sin((x - 120) / 118) - 62 * math.sin((x - 90) / 330)

    edge = [(x, crest(x)) for x in range(140, 761, 5)]
    glass.polygon([*edge, (748, 400), (152, 400)])
    grey = Image.linear_gradient("L").point(lambda v: 120 + v * 0.5)
    sheet.ink(glass, "#24467a")
    sheet.ink(_copy(glass).graded(grey), "#ffcf8f")
    roof.polygon([*edge, *[(x, y + 11) for x, y in edge[::-1]]])
    sheet.ink(roof, "#f5f1ea")
    _facade(sheet, glass)
    plinth.polygon([(120, 400), (780, 400), (768, GROUND), (132, GROUND)])
    sheet.ink(plinth, "#4a2438")
    holes = sheet.stencil()
    for row in range(3):
        for column in range(18):
            if (row * 5 + column * 3) % 7:
                x, y = 168 + column * 32, 424 + row * 24
                holes.rect(x, y, x + 15, y + 9)
    sheet.ink(holes, "#8a4a57")
    band = sheet.stencil()
    band.rect(220, 446, 680, 484)
    sheet.ink(band, "#4a2438")
    set_line(sheet, 450, 474, name.upper(), "grotesk-wide", 26, "#ffe6c4", width=400, tracking=60)
    _water(sheet)
    return sheet


def arena(name: str, size, seed) -> Sheet:
    """A bowl under a ring of masts, its rim alight."""
    sheet = _evening(size, seed, "#190f2e", "#7a2a8c", "#ff7a59")
    beams = sheet.stencil()
    for beam in range(7):
        x = 210 + beam * 80
        lean = (beam - 3) * 95
        beams.polygon([(x - 5, 270), (x + 5, 270), (x + lean + 48, -20), (x + lean - 48, -20)])
    grey = Image.linear_gradient("L").point(lambda v: v * 0.55)
    sheet.ink(beams.graded(grey), "#ffe1c9")
    masts = sheet.stencil()
    for x, top in ((150, 160), (270, 118), (630, 118), (750, 160)):
        masts.line([(x, top), (x + (450 - x) * 0.06, 330)], 7)
        masts.line([(x, top), (450 + (x - 450) * 0.35, 262)], 2)
        masts.line([(x, top), (450 + (x - 450) * 1.18, 310)], 2)
    sheet.ink(masts, "#f4e9f7")
    _bowl(sheet)
    screen = sheet.stencil()
    screen.rect(250, 372, 650, 446)
    sheet.ink(screen, "#12091f")
    fitted = shrunk(name.upper(), "grotesk-wide", 46, 356)
    baseline = 409 + fitted * cap_height("grotesk-wide") / 2
    sheet.text(450, baseline, name.upper(), "grotesk-wide", fitted, "#ffd166", anchor="ms")
    gates = sheet.stencil()
    for gate in range(9):
        x = 178 + gate * 62
        gates.rect(x, 464, x + 44, GROUND)
    sheet.ink(gates, "#ffc48a")
    left = [100, 122, 150, 171, 188, 214, 240, 262, 300, 330, 352, 400]
    right = [431, 470, 520, 541, 580, 612, 650, 690, 724, 750, 781, 803]
    _street(sheet, "#0d0719", left + right)
    return sheet


def _windows(sheet):
    """Light behind the doors and windows of the theatre, and the bars across it."""
    lit = sheet.stencil()
    for door in range(5):
        x = 278 + door * 71
        lit.rect(x, 392, x + 44, GROUND)
        lit.slice(x + 22, 393, 22, 180, 360)
        lit.rect(x + 4, 282, x + 40, 342)
    for side in (112, 170, 682, 740):
        lit.rect(side, 400, side + 36, 456)
        lit.rect(side, 292, side + 36, 350)
        lit.slice(side + 18, 293, 18, 180, 360)
    sheet.ink(lit, "#ffd67e")
    bars = sheet.stencil()
    for door in range(5):
        x = 278 + door * 71
        bars.rect(x + 20, 370, x + 24, GROUND)
        bars.rect(x + 20, 282, x + 24, 342)
    sheet.ink(bars, "#a87b43")


def _columns(sheet):
    columns, flutes = sheet.stencil(), sheet.stencil()
    for column in range(6):
        x = 251 + column * 71
        columns.rect(x, 262, x + 23, GROUND)
        columns.rect(x - 5, 254, x + 28, 264)
        columns.rect(x - 5, GROUND - 10, x + 28, GROUND)
        flutes.rect(x + 15, 266, x + 23, GROUND - 10)
    sheet.ink(columns, "#fbeed6")
    sheet.ink(flutes, "#dcc29a")


def _facade(sheet, glass):
    """Panes and their frames; behind some, somebody is rehearsing."""
    frame = sheet.stencil()
    for x in range(160, 750, 26):
        frame.rect(x, 90, x + 3, 400)
    for y in range(150, 400, 38):
        frame.rect(140, y, 760, y + 2.5)
    sheet.ink(frame.within(glass), "#1c2f57")
    panes = sheet.stencil()
    for _ in range(26):
        column, row = sheet.random.randrange(22), sheet.random.randrange(6)
        panes.rect(163 + column * 26, 152 + row * 38, 186 + column * 26, 188 + row * 38)
    sheet.ink(panes.within(glass).without(frame), "#fff3d6")


def _water(sheet):
    """The harbour, with the light of the house broken in it."""
    water = sheet.stencil()
    water.rect(0, GROUND, 900, 600)
    sheet.ink(water, "#0c1830")
    glints = sheet.stencil()
    for row in range(9):
        y = GROUND + 8 + row * 11
        for _ in range(15):
            x = sheet.random.uniform(120, 760)
            long = sheet.random.uniform(12, 64)
            glints.rect(x, y, x + long, y + 2.6)
    sheet.ink(
        glints.graded(Image.linear_gradient("L").rotate(180).point(lambda v: 60 + v)), "#f4b18e"
    )


def _bowl(sheet):
    """The arena's outside, its lit rim, and the roof that is stretched over it."""
    bowl, rim, ribs = sheet.stencil(), sheet.stencil(), sheet.stencil()
    bowl.polygon([(72, 322), *_bow(72, 828, 322, 46), (828, 322), (772, GROUND), (128, GROUND)])
    sheet.ink(bowl, "#2c1b4d")
    for rib in range(29):
        t = rib / 28
        top, foot = 72 + 756 * t, 128 + 644 * t
        ribs.polygon([(top - 2, 280), (top + 2, 280), (foot + 2, GROUND), (foot - 2, GROUND)])
        if rib % 2 and 0 < rib < 28:
            ribs.polygon([(top - 2, 322), (top + 25, 322), (foot + 21, GROUND), (foot - 2, GROUND)])
    sheet.ink(ribs.within(bowl), "#43286e")
    upper = _bow(72, 828, 322, 46)
    rim.polygon([*upper, *[(x, y + 13) for x, y in upper[::-1]]])
    sheet.ink(rim, "#ffb199")
    crown = sheet.stencil()
    crown.polygon([*_bow(72, 828, 322, 46), *_bow(72, 828, 322, -34)[::-1]])
    sheet.ink(crown, "#f0e2f2")
    lines = sheet.stencil()
    for x in range(90, 830, 30):
        lines.line([(450 + (x - 450) * 0.55, 268), (x, 350)], 2)
    sheet.ink(lines.within(crown), "#c9aed6")


def _evening(size, seed, high, low, glow) -> Sheet:
    """A sky that goes from night to the last light, with a sun or moon in dots."""
    sheet = Sheet(high, size, seed)
    sheet.fade(high, low)
    light = sheet.stencil()
    x = sheet.random.choice([180, 700])
    light.circle(x, 250, 150)
    shade = Image.linear_gradient("L").point(lambda v: 40 + v * 0.84)
    sheet.ink(light.graded(shade).screened(9), glow)
    haze = sheet.stencil()
    haze.rect(0, 300, 900, GROUND)
    fall = Image.linear_gradient("L").point(lambda v: max(0, (v - 110)) * 1.2)
    sheet.ink(haze.graded(fall).screened(8), glow)
    stars = sheet.stencil()
    for _ in range(46):
        stars.circle(
            sheet.random.uniform(0, 900),
            sheet.random.uniform(0, 210),
            sheet.random.uniform(0.8, 1.9),
        )
    sheet.ink(stars, "#fff4dd")
    return sheet


def _bricks(sheet, left, top, right, bottom, colour):
    bricks = sheet.stencil()
    for row, y in enumerate(range(int(top) + 6, int(bottom) - 6, 13)):
        for x in range(int(left) + 6 + row % 2 * 15, int(right) - 26, 30):
            if sheet.random.random() < 0.4:
                bricks.rect(x, y, x + 24, y + 7)
    sheet.ink(bricks, colour)


def _sign(sheet, text, x, y, width, high, colour, back):
    """A board with the name on it."""
    fitted = shrunk(text, "condensed", high, width)
    board = sheet.stencil()
    board.rect(x - width / 2 - 18, y - high / 2 - 8, x + width / 2 + 18, y + high / 2 + 8)
    sheet.ink(board, back)
    sheet.text(
        x, y + fitted * cap_height("condensed") / 2, text, "condensed", fitted, colour, anchor="ms"
    )


def _street(sheet, colour, people):
    """The pavement, lamps, and people on their way in."""
    road, crowd = sheet.stencil(), sheet.stencil()
    road.rect(0, GROUND, 900, 600)
    sheet.ink(road, colour)
    for x in people:
        tall = sheet.random.uniform(30, 40)
        foot = GROUND + sheet.random.uniform(6, 22)
        crowd.circle(x, foot - tall, 5.4)
        crowd.polygon(
            [(x - 7, foot - tall + 8), (x + 7, foot - tall + 8), (x + 5, foot), (x - 5, foot)]
        )
    sheet.ink(crowd, "#05030a")
    lamps, lights = sheet.stencil(), sheet.stencil()
    for x in (48, 852):
        lamps.rect(x - 2.5, 356, x + 2.5, GROUND + 14)
        lights.circle(x, 346, 13)
    sheet.ink(lamps, "#05030a")
    sheet.ink(lights, "#fff0c9")
    strip = sheet.stencil()
    strip.rect(0, GROUND + 56, 900, GROUND + 60)
    strip.graded(Image.new("L", (1, 1), 70))
    sheet.ink(strip, "#ffffff")


def _bow(left, right, y, rise):
    """A shallow arc from left to right, bent upwards by so much."""
    steps = 60
    return [
        (left + (right - left) * t / steps, y - rise * math.sin(math.pi * t / steps))
        for t in range(steps + 1)
    ]


def _lyre(x, y, radius):
    """The sign of a house of music, simple enough to be carved in stone."""
    outer = [(x + radius * math.sin(a) * 0.8, y + radius * math.cos(a)) for a in _turns(-2.4, 2.4)]
    inner = [
        (x + radius * 0.62 * math.sin(a) * 0.8, y + radius * 0.62 * math.cos(a))
        for a in _turns(2.3, -2.3)
    ]
    return outer + inner


def _turns(start, end, steps=24):
    return [start + (end - start) * step / steps for step in range(steps + 1)]


def _copy(stencil):
    other = stencil.sheet.stencil()
    return other.plus(stencil)

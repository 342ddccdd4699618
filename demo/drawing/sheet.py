"""A sheet of paper to print on: stencils are cut in one shape after the other, then inked.

All measures are in points of a sheet 900 wide; the sheet itself is larger and is scaled down at the
end, which is what makes edges smooth.
"""

import math
import random
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from .lettering import font, width_of

WIDTH = 900
OVERSIZE = 2


class Sheet:
    def __init__(self, paper: str, size: tuple[int, int] = (900, 1260), seed: int = 0):
        self.scale = size[0] * OVERSIZE / WIDTH
        self.size = (size[0] * OVERSIZE, size[1] * OVERSIZE)
        self.width, self.height = WIDTH, size[1] * WIDTH / size[0]
        self.image = Image.new("RGB", self.size, paper)
        self.random = random.Random(seed)

    def stencil(self) -> "Stencil":
        return Stencil(self)

    def ink(self, stencil: "Stencil", colour: str, *, overprint=False, offset=(0, 0)):
        """Print a stencil; overprinted ink lets what is below shine through, as on a press."""
        mask = stencil.mask
        if offset != (0, 0):
            mask = ImageChops.offset(mask, *(round(part * self.scale) for part in offset))
        box = mask.getbbox()
        if box is None:
            return
        mask = mask.crop(box)
        solid = Image.new("RGB", mask.size, colour)
        if overprint:
            solid = ImageChops.multiply(self.image.crop(box), solid)
        self.image.paste(solid, box[:2], mask)

    def fill(self, colour: str):
        self.image.paste(colour, (0, 0, *self.size))

    def fade(self, top: str, bottom: str):
        """The whole ground from one colour to another."""
        mask = Image.linear_gradient("L").resize(self.size)
        self.image = Image.composite(
            Image.new("RGB", self.size, bottom), Image.new("RGB", self.size, top), mask
        )

    def text(self, x, y, text, face, size, colour, *, anchor="ls", tracking=0):
        """Set one line straight in a colour."""
        stencil = self.stencil()
        stencil.text(x, y, text, face, size, anchor=anchor, tracking=tracking)
        self.ink(stencil, colour)

    def worn(self, strength=0.06):
        """Paper and press leave traces: specks and a little unevenness."""
        grain = noise(self.random, self.size, 2).point(lambda v: 128 + (v - 128) * strength / 2)
        self.image = ImageChops.soft_light(self.image, Image.merge("RGB", [grain] * 3))

    def finished(self) -> Image.Image:
        return self.image.reduce(OVERSIZE)


class Stencil:
    """A shape: white where ink goes through. Each method adds to it, or cuts with ``on=0``."""

    def __init__(self, sheet: Sheet):
        self.sheet, self.scale = sheet, sheet.scale
        self.mask = Image.new("L", sheet.size, 0)
        self.draw = ImageDraw.Draw(self.mask)

    def polygon(self, points, on=255):
        self.draw.polygon([(x * self.scale, y * self.scale) for x, y in points], fill=on)

    def rect(self, left, top, right, bottom, on=255):
        if right > left and bottom > top:
            s = self.scale
            self.draw.rectangle((left * s, top * s, right * s - 1, bottom * s - 1), fill=on)

    def circle(self, x, y, radius, on=255):
        self.ellipse(x, y, radius, radius, on)

    def ellipse(self, x, y, wide, high, on=255):
        s = self.scale
        if wide > 0 and high > 0:
            self.draw.ellipse(
                ((x - wide) * s, (y - high) * s, (x + wide) * s, (y + high) * s), fill=on
            )

    def ring(self, x, y, radius, thick, on=255):
        s = self.scale
        box = ((x - radius) * s, (y - radius) * s, (x + radius) * s, (y + radius) * s)
        self.draw.ellipse(box, outline=on, width=max(1, round(thick * s)))

    def slice(self, x, y, radius, start, end, on=255):
        """A piece of cake; angles in degrees, clockwise from three o'clock."""
        s = self.scale
        box = ((x - radius) * s, (y - radius) * s, (x + radius) * s, (y + radius) * s)
        self.draw.pieslice(box, start, end, fill=on)

    def arc(self, x, y, radius, start, end, thick, on=255):
        s = self.scale
        box = ((x - radius) * s, (y - radius) * s, (x + radius) * s, (y + radius) * s)
        self.draw.arc(box, start, end, fill=on, width=max(1, round(thick * s)))

    def line(self, points, thick, on=255):
        """A line with round joints and ends."""
        s = self.scale
        points = [(x * s, y * s) for x, y in points]
        self.draw.line(points, fill=on, width=max(1, round(thick * s)), joint="curve")
        radius = thick * s / 2
        if radius > 1:
            for x, y in (points[0], points[-1]):
                self.draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=on)

    def text(self, x, y, text, face, size, *, anchor="ls", tracking=0, on=255):
        s = self.scale
        cut = font(face, max(1, round(size * s)))
        if not tracking:
            self.draw.text((x * s, y * s), text, font=cut, fill=on, anchor=anchor)
            return
        total = width_of(text, face, size, tracking)
        x -= {"l": 0, "m": total / 2, "r": total}[anchor[0]]
        for letter in text:
            self.draw.text((x * s, y * s), letter, font=cut, fill=on, anchor="l" + anchor[1])
            x += width_of(letter, face, size) + tracking * size / 1000

    def block(self, x, y, block, face, *, anchor="l", tracking=0, on=255):
        """Set the lines of a block with its top at y."""
        for line in block:
            self.text(
                x, y + line.baseline, line.text, face, line.size,
                anchor=anchor + "s", tracking=tracking, on=on,
            )  # fmt: skip

    def stamp(self, text, face, size, x, y, angle, *, on=255):
        """Text with the middle of its baseline at a point, turned clockwise."""
        s = self.scale
        cut = font(face, max(1, round(size * s)))
        half = round(max(cut.getlength(text) / 2, size * s)) + 8
        piece = Image.new("L", (2 * half, 2 * half), 0)
        ImageDraw.Draw(piece).text((half, half), text, font=cut, fill=255, anchor="ms")
        piece = piece.rotate(-angle, Image.Resampling.BICUBIC)
        self.mask.paste(on, (round(x * s) - half, round(y * s) - half), piece)

    def stretched(self, text, face, left, top, right, bottom, *, on=255):
        """A line pulled to fill a box exactly."""
        s = self.scale
        cut = font(face, 400)
        box = cut.getbbox(text, anchor="ls")
        piece = Image.new("L", (round(box[2] - box[0]), round(box[3] - box[1])), 0)
        ImageDraw.Draw(piece).text((-box[0], -box[1]), text, font=cut, fill=255, anchor="ls")
        room = (max(1, round((right - left) * s)), max(1, round((bottom - top) * s)))
        piece = piece.resize(room, Image.Resampling.BICUBIC)
        self.mask.paste(on, (round(left * s), round(top * s)), piece)

    def curved(self, text, face, left, right, top, bottom, *, on=255):
        """A line pulled between two curves: `top` and `bottom` give the edges for each x."""
        s = self.scale
        cut = font(face, 400)
        box = cut.getbbox(text, anchor="ls")
        piece = Image.new("L", (round(box[2] - box[0]), round(box[3] - box[1])), 0)
        ImageDraw.Draw(piece).text((-box[0], -box[1]), text, font=cut, fill=255, anchor="ls")
        wide = round((right - left) * s)
        piece = piece.resize((wide, piece.height), Image.Resampling.BICUBIC)
        for x in range(0, wide, 2):
            y0, y1 = top(left + x / s), bottom(left + x / s)
            strip = piece.crop((x, 0, x + 2, piece.height))
            strip = strip.resize((2, max(1, round((y1 - y0) * s))), Image.Resampling.BILINEAR)
            self.mask.paste(on, (round(left * s) + x, round(y0 * s)), strip)

    def turn(self, angle, x=WIDTH / 2, y=None):
        """Turn all that has been cut so far, clockwise about a point."""
        y = self.sheet.height / 2 if y is None else y
        self._become(
            self.mask.rotate(
                -angle, Image.Resampling.BICUBIC, center=(x * self.scale, y * self.scale)
            )
        )
        return self

    def without(self, other):
        self._become(ImageChops.subtract(self.mask, other.mask))
        return self

    def within(self, other):
        self._become(ImageChops.multiply(self.mask, other.mask))
        return self

    def plus(self, other):
        self._become(ImageChops.lighter(self.mask, other.mask))
        return self

    def opposite(self):
        self._become(ImageChops.invert(self.mask))
        return self

    def graded(self, image):
        """Let the grey of a picture decide how much ink each place gets."""
        self._become(ImageChops.multiply(self.mask, image.resize(self.mask.size)))
        return self

    def screened(self, cell=9.0, *, lines=False):
        """Break greys into dots (or lines), as printing does."""
        screen = _screen(self.mask.size, max(4, round(cell * self.scale)), lines)
        dots = ImageChops.subtract(self.mask, screen)
        self._become(dots.point(lambda v: 255 if v > 0 else 0))
        return self

    def rough(self, amount=2.0):
        """Edges as of torn or worn paper."""
        box = self.mask.getbbox()
        if box is None:
            return self
        margin = round(6 * amount * self.scale)
        box = (
            max(0, box[0] - margin), max(0, box[1] - margin),
            min(self.mask.width, box[2] + margin), min(self.mask.height, box[3] + margin),
        )  # fmt: skip
        part = self.mask.crop(box)
        speck = noise(self.sheet.random, part.size, 3)
        soft = part.filter(ImageFilter.BoxBlur(amount * self.scale))
        mixed = ImageChops.add(soft, speck, scale=2)
        edged = mixed.point(lambda v: min(255, max(0, (v - 122) * 24)))
        self.mask.paste(edged, box[:2])
        return self

    def _become(self, mask):
        self.mask = mask
        self.draw = ImageDraw.Draw(self.mask)


def points(text: str) -> list[tuple[float, float]]:
    """An outline as SVG writes it: "450,395 372,400 …"."""
    return [tuple(float(part) for part in pair.split(",")) for pair in text.split()]


def noise(rng: random.Random, size, coarse=1) -> Image.Image:
    """Grey noise around 128, in specks of so many pixels."""
    wide, high = size[0] // coarse + 1, size[1] // coarse + 1
    speck = Image.frombytes("L", (wide, high), rng.randbytes(wide * high))
    return speck.resize(size, Image.Resampling.BILINEAR)


def clouds(rng: random.Random, size, cells=4, octaves=4) -> Image.Image:
    """Soft noise: hills and valleys, stretched to all the greys."""
    total = None
    for octave in range(octaves):
        across = cells * 2**octave
        down = max(2, round(across * size[1] / size[0]))
        layer = Image.frombytes("L", (across, down), rng.randbytes(across * down))
        layer = layer.resize(size, Image.Resampling.BICUBIC)
        total = layer if total is None else Image.blend(total, layer, 0.5 ** (octave + 0.6))
    low, high = total.getextrema()
    return total.point(lambda v: (v - low) * 255 / max(1, high - low))


@lru_cache(maxsize=16)
def _screen(size, cell, lines) -> Image.Image:
    """A threshold for each pixel, low in the middle of each dot, turned by 45 degrees."""
    tile = Image.new("L", (cell, cell))
    turn = 2 * math.pi / cell
    heights = {}
    for x in range(cell):
        for y in range(cell):
            if lines:
                heights[x, y] = math.cos(turn * (x + y))
            else:
                heights[x, y] = math.cos(turn * (x + y)) + math.cos(turn * (x - y))
    ranked = sorted(heights, key=lambda at: (-heights[at], at))
    for rank, at in enumerate(ranked):
        tile.putpixel(at, 1 + rank * 253 // len(ranked))
    whole = Image.new("L", size)
    for x in range(0, size[0], cell):
        whole.paste(tile, (x, 0))
    strip = whole.crop((0, 0, size[0], cell))
    for y in range(cell, size[1], cell):
        whole.paste(strip, (0, y))
    return whole

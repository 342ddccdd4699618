"""Posters that are a place: a map of contour lines, and soft light with grain."""

from PIL import Image, ImageChops, ImageFilter

from .lettering import even_block, height_of
from .sheet import Sheet, clouds, noise
from .words import Words, set_lines, set_lines_up


def contours(words: Words, size, seed) -> Sheet:
    """A landscape of sound as its map: contour lines, closer where it is steep."""
    palettes = [
        ("#0d1f1c", "#f4ead2", "#ff7a45"), ("#1a1333", "#f5e9ff", "#3ee6c1"),
        ("#f0e6d2", "#1f2d3d", "#d6452b"), ("#12263f", "#ffe9c9", "#ffb000"),
    ]  # fmt: skip
    sheet = Sheet("#ffffff", size, seed)
    ground, ink, spot = sheet.random.choice(palettes)
    sheet.fill(ground)
    # In floating point, or the lines would run along the steps of the 256 greys.
    hills = clouds(sheet.random, (225, 315), cells=3, octaves=3).convert("F")
    hills = hills.resize((30, 42), Image.Resampling.BOX)
    hills = hills.resize(sheet.size, Image.Resampling.BICUBIC)
    low, high = hills.getextrema()
    levels = 17
    share = levels / (high - low + 1)
    bands = hills.point(lambda v: v * share - low * share).convert("L")
    # The highest ground is inked: as many levels as make up about a fifth of the sheet.
    counts = bands.resize((90, 126)).histogram()
    summit = next(level for level in range(levels, 0, -1) if sum(counts[level:]) > 90 * 126 * 0.2)
    edges = ImageChops.difference(bands, ImageChops.offset(bands, 3, 0))
    edges = ImageChops.lighter(edges, ImageChops.difference(bands, ImageChops.offset(bands, 0, 3)))
    lines = sheet.stencil()
    lines._become(edges.point(lambda v: 255 if v else 0))
    peaks = sheet.stencil()
    peaks._become(bands.point(lambda v: 255 if v >= summit else 0))
    sheet.ink(peaks, spot)
    sheet.ink(lines, ink)
    block = even_block(words.title, "arty", 660, 250, leading=0.98, most=3)
    field = sheet.stencil()
    field.rect(0, 1260 - 250 - height_of(block), 900, 1260)
    sheet.ink(field, ground)
    title = sheet.stencil()
    title.block(60, 1260 - 202 - height_of(block), block, "arty")
    sheet.ink(title, ink)
    set_lines(
        sheet, 62, 1130, [words.names] if words.names else [], "text-bold", 27, spot, width=740
    )
    set_lines(sheet, 62, 1196, [" · ".join(words.facts)], "text", 27, ink, width=740)
    return sheet


def glow(words: Words, size, seed) -> Sheet:
    """Light and grain: soft discs that run into each other, and very little type."""
    palettes = [
        ("#180c2b", ["#ff3d71", "#ff9a3c", "#5b2be0"], "#fff4e6"),
        ("#07222b", ["#18c8b5", "#f6e05e", "#0b61ff"], "#f3fff9"),
        ("#f2dfd3", ["#ff5533", "#ff9ebb", "#ffd166"], "#2a0f12"),
        ("#0b0b10", ["#4361ee", "#b5179e", "#f72585"], "#ffffff"),
    ]
    sheet = Sheet("#ffffff", size, seed)
    rng = sheet.random
    ground, lights, ink = rng.choice(palettes)
    small = Sheet(ground, (150, 210), seed)
    for index, light in enumerate(lights * 2):
        blob = small.stencil()
        blob.ellipse(
            rng.uniform(60, 840),
            rng.uniform(120, 1000),
            rng.uniform(130, 300),
            rng.uniform(130, 330),
        )
        blob._become(blob.mask.filter(ImageFilter.GaussianBlur(22 if index % 2 else 34)))
        small.ink(blob, light)
    sheet.image = small.image.resize(sheet.size, Image.Resampling.BICUBIC)
    # The disc goes from one light to another, and so never sinks into what is behind it.
    shade = Image.linear_gradient("L").rotate(rng.choice([0, 180]))
    for light, grey in ((lights[0], shade), (lights[1], ImageChops.invert(shade))):
        orb = sheet.stencil()
        orb.circle(450, 560, 290)
        sheet.ink(orb.graded(grey), light)
    grain = noise(rng, sheet.size, 3).point(lambda v: 128 + (v - 128) * 0.34)
    sheet.image = ImageChops.overlay(sheet.image, Image.merge("RGB", [grain] * 3))
    block = even_block(words.title, "grotesk-light", 780, 190, leading=1.0, tracking=-25, most=3)
    title = sheet.stencil()
    title.block(60, 70, block, "grotesk-light", tracking=-25)
    sheet.ink(title, ink)
    bottom = 1200
    if words.names:
        set_lines_up(sheet, 62, bottom, [words.names], "text-bold", 27, ink, width=380)
    set_lines_up(sheet, 838, bottom, words.facts, "text-bold", 27, ink, width=380, anchor="rs")
    return sheet

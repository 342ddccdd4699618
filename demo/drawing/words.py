"""What stands on a poster, and the ways of setting the smaller part of it."""

from dataclasses import dataclass

from .lettering import width_of, wrapped


@dataclass(frozen=True)
class Words:
    title: str
    artists: tuple[str, ...]
    when_where: str

    @property
    def names(self) -> str:
        """The artists, unless the title says it already."""
        others = [name for name in self.artists if name.casefold() != self.title.casefold()]
        return " · ".join(others)

    @property
    def facts(self) -> list[str]:
        return [part.strip() for part in self.when_where.split("·") if part.strip()]


def shrunk(text: str, face: str, size: float, width: float, tracking: float = 0) -> float:
    """The size, or the smaller one at which the line is not wider than the space."""
    return min(size, size * width / max(width_of(text, face, size, tracking), 1))


def set_line(sheet, x, y, text, face, size, colour, *, width, anchor="ms", tracking=0):
    """One line, made smaller where it would be too wide."""
    fitted = shrunk(text, face, size, width, tracking)
    sheet.text(x, y, text, face, fitted, colour, anchor=anchor, tracking=tracking)


def set_credits(sheet, words, y, colour, *, left, right, size=27):
    """Who on the left, when and where on the right; without names, the facts are shared out."""
    who = [words.names] if words.names else words.facts[:1]
    when = words.facts if words.names else words.facts[1:]
    set_lines(sheet, left, y, who, "text-bold", size, colour, width=400)
    set_lines(sheet, right, y, when, "text-bold", size, colour, width=370, anchor="rs")


def set_lines(sheet, x, y, lines, face, size, colour, *, width, anchor="ls", leading=1.25):
    """Running text from a first baseline downwards; returns the last baseline."""
    stencil = sheet.stencil()
    for line in lines:
        for piece in wrapped(line, face, size, width):
            stencil.text(x, y, piece, face, shrunk(piece, face, size, width), anchor=anchor)
            y += size * leading
    sheet.ink(stencil, colour)
    return y - size * leading


def set_lines_up(sheet, x, bottom, lines, face, size, colour, *, width, anchor="ls", leading=1.25):
    """The same, ending on a last baseline."""
    pieces = [piece for line in lines for piece in wrapped(line, face, size, width)]
    top = bottom - (len(pieces) - 1) * size * leading
    set_lines(
        sheet, x, top, pieces, face, size, colour, width=width, anchor=anchor, leading=leading
    )
    return top

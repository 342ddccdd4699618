"""Pictures for the demo world: posters and houses, always the same for a seed.

A poster is drawn in one of fifteen manners. Which one a show gets is its promoter's choice
(``style``), or follows from the seed.
"""

from PIL import Image

from .drawing import houses, landscapes, modern, periods, printed
from .drawing.jazz import blue_note
from .drawing.letterpress import letterpress
from .drawing.recital import recital
from .drawing.scissors import cut_paper
from .drawing.words import Words

STYLES = {
    "agitprop": periods.agitprop,
    "bauhaus": modern.bauhaus,
    "blue note": blue_note,
    "contours": landscapes.contours,
    "cut paper": cut_paper,
    "deco": periods.deco,
    "glow": landscapes.glow,
    "letterpress": letterpress,
    "photocopy": printed.photocopy,
    "psychedelic": periods.psychedelic,
    "recital": recital,
    "risograph": printed.risograph,
    "stacked": modern.stacked,
    "swiss": modern.swiss,
    "waves": modern.waves,
}

HOUSES = {
    "club": houses.club,
    "theatre": houses.theatre,
    "hall": houses.hall,
    "arena": houses.arena,
}


def draw_poster(
    *,
    title: str,
    artists: list[str],
    when_where: str,
    seed: int,
    style: str | None = None,
    size: tuple[int, int] = (900, 1260),
) -> Image.Image:
    """A poster, 5 by 7. The parts of `when_where` are divided by " · "."""
    draw = STYLES[style] if style else list(STYLES.values())[seed % len(STYLES)]
    return draw(Words(title, tuple(artists), when_where), size, seed).finished()


def draw_venue(
    *, name: str, kind: str, seed: int = 1, size: tuple[int, int] = (1200, 800)
) -> Image.Image:
    """A house at dusk, 3 by 2. Kinds: club, theatre, hall, arena."""
    return HOUSES[kind](name, size, seed).finished()

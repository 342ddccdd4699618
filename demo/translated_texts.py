"""The demo data in German, French and Spanish: `demo/translations/<language>.toml`."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from organisation.models import Translation
from organisation.translations import renew_token

from .artists_and_media import ARTISTS
from .shows import SHOWS
from .venues import VENUES

FOLDER = Path(__file__).parent / "translations"
DESCRIPTIONS = {show.title: show.description for show in SHOWS}


def write_translations() -> None:
    """Store the translations, as if staff had entered them."""
    texts: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for file in sorted(FOLDER.glob("*.toml")):
        for text, translation in translations_in(file):
            texts[text][file.stem] = translation
    Translation.objects.bulk_create(
        Translation(text=text, texts=by_language) for text, by_language in texts.items()
    )
    renew_token()


def translations_in(file: Path) -> Iterator[tuple[str, str]]:
    """Yield each text of the demo data with its translation. Raises KeyError for another text."""
    stored = tomllib.loads(file.read_text("utf-8"))
    for title, text in stored["shows"].items():
        yield DESCRIPTIONS[title], text
    for name, text in stored["artists"].items():
        yield ARTISTS[name][0], text
    venues = {venue.name: {"description": venue.description} | venue.visitors for venue in VENUES}
    for name, fields in stored["venues"].items():
        for field, text in fields.items():
            yield venues[name][field], text
    yield from stored["names"].items()

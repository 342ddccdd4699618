"""The names of the demo data are shown in the visitor's language."""

from core.names import COMMON_NAMES
from demo.shows import SHOWS
from demo.venues import CONCESSIONS


def test_genres_and_concessions_are_translated():
    names = {genre for show in SHOWS for genre in show.tags}
    for concession, fields in CONCESSIONS.items():
        names |= {concession, fields.get("proof", "")}
    assert names - {""} <= {str(name) for name in COMMON_NAMES}

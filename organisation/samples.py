"""Sample legal texts to start from. They are marked as samples until staff have replaced them."""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "sample_texts"
# "[Name]" is to be filled in; "[text](link)" is a link.
PLACEHOLDER = re.compile(r"\[[^\]\n]+\](?!\()")


@cache
def sample_of(kind: str, language: str) -> str:
    """Return the sample of a text; in English where there is none in that language."""
    path = FOLDER / f"{kind}.{language}.md"
    if not path.exists():
        path = FOLDER / f"{kind}.en.md"
    return path.read_text()


def is_sample(kind: str, language: str, body: str) -> bool:
    """Return whether a text is the sample, or has one of its placeholders left."""
    sample = sample_of(kind, language)
    if body.split() == sample.split():
        return True
    return any(placeholder in body for placeholder in PLACEHOLDER.findall(sample))

"""Write catalogues of two made-up languages, which show what a layout cannot hold.

    pseudo_languages.py    write them into var/pseudo-languages

`PSEUDO_LANGUAGES=true make run` then offers them in the footer, in local mode only. Each has every
text of the site in English with accents, so that a text without accents was never translatable:
"Australian English" is longer by half, "Algerian Arabic" is written from right to left.
"""

import os
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

CHECKOUT = Path(__file__).resolve().parent.parent
LONG, RIGHT_TO_LEFT = "en_AU", "ar_DZ"
ACCENTS = str.maketrans("aceinouyACEINOUY", "àçéîñöüýÀÇÉÎÑÖÜÝ")
# Placeholders, tags and entities, which stay as they are.
KEPT = re.compile(r"(%\(\w+\)[a-z]|%[a-z%]|\{\w*\}|<[^>]*>|&\w+;|#+)")
# Texts that are no words but a choice of the translator.
CHOICES = {"name in greetings"}


def write_pseudo_languages(folder, found):
    """Write both catalogues of the messages into the folder."""
    for code in (LONG, RIGHT_TO_LEFT):
        catalog = Catalog(locale=code, fuzzy=False)
        for message in found:
            if message.id and message.context not in CHOICES:
                text = _translated(message.id, code, catalog.num_plurals)
                catalog.add(message.id, text, context=message.context)
        path = folder / code / "LC_MESSAGES" / "django.mo"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_mo(file, catalog)


def pseudo(text, code):
    """Return the text with accents; in the long language with words of half its length."""
    parts = KEPT.split(text)
    parts[::2] = [part.translate(ACCENTS) for part in parts[::2]]
    accented = "".join(parts)
    if code != LONG:
        return accented
    length = sum(len(part) for part in parts[::2])
    return accented + (" lôrémîpsüm dölör sît" * length)[: length // 2 + 1]


def _translated(message, code, plurals):
    if isinstance(message, str):
        return pseudo(message, code)
    one, many = (pseudo(text, code) for text in message)
    return (one, *[many] * (plurals - 1))


def main():
    sys.path.insert(0, str(CHECKOUT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concert.settings")
    import django
    from django.conf import settings

    from tools.messages import read_messages

    django.setup()
    write_pseudo_languages(Path(settings.VAR_DIR) / "pseudo-languages", read_messages())


if __name__ == "__main__":
    main()

"""Extract and compile the translations.

    messages.py            read the messages of code and templates into locale/*/django.po,
                           and compile them
    messages.py it pt-br   add these languages
    messages.py --check    fail if a translation is missing, fuzzy or invalid, or if the compiled
                           file is out of date

`locale/coverage.toml` says which part of the messages a language has. Needs no gettext tools:
Django turns templates into Python, and Babel reads Python.
"""

import io
import os
import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

CHECKOUT = Path(__file__).resolve().parent.parent
LOCALES = CHECKOUT / "locale"
SHOWN = 20
LAZY = ("gettext", "ngettext", "pgettext", "npgettext")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **{f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in LAZY},
    "gettext_noop": None,
}
ADVICE = """\
To mend this: run `.venv/bin/python tools/messages.py`, which adds what is new to
locale/<language>/LC_MESSAGES/django.po with an empty translation (msgstr ""), fill in the empty
ones, and run it again to compile them. Words to use: docs/glossary.md."""


def main():
    options = {argument for argument in sys.argv[1:] if argument.startswith("-")}
    if options - {"--check"}:
        sys.exit(__doc__)
    sys.path.insert(0, str(CHECKOUT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concert.settings")
    import django

    django.setup()
    messages, added = read_messages(), sys.argv[1:]
    if "--check" not in added:
        for language in dict.fromkeys([*languages(), *added]):
            write(language, part_of(messages, language))
        return 0
    faults = [
        fault
        for language in languages()
        for fault in faults_of(language, part_of(messages, language))
    ]
    for fault in faults:
        print(fault)
    if faults:
        print(ADVICE)
    return 1 if faults else 0


def languages():
    from core.languages import languages_in

    return [code for code, _name in languages_in(LOCALES)[1:]]


def part_of(messages, language):
    """Return the messages that a language has: all, or those that customers read."""
    coverage = tomllib.loads((LOCALES / "coverage.toml").read_text())
    if language in coverage["complete"]:
        return messages
    part = Catalog(fuzzy=False)
    for message in messages:
        if any(is_for_customers(path, coverage["staff"]) for path, _line in message.locations):
            part[message.id] = message
    return part


def is_for_customers(path, staff):
    """Return whether customers read texts of the file: the last pattern that matches decides."""
    matching = [pattern for pattern in staff if fnmatch(path, pattern.removeprefix("!"))]
    return not matching or matching[-1].startswith("!")


def read_messages():
    """Return a catalogue of all messages in the code and the templates of the repository."""
    catalog = Catalog(fuzzy=False)
    for path in sources():
        for line, message, comments, context in _messages_in(CHECKOUT / path):
            catalog.add(message, None, [(path, line)], auto_comments=comments, context=context)
    return catalog


def write(language, messages):
    """Update the language's files; new messages have an empty translation."""
    catalog = read_catalogue(language)
    catalog.update(messages, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    po, mo = _files(language)
    po.parent.mkdir(parents=True, exist_ok=True)
    # Without line numbers, which would change with the code.
    with po.open("wb") as file:
        write_po(file, catalog, include_lineno=False, sort_output=True, width=100)
    mo.write_bytes(_compiled(read_catalogue(language)))
    missing = [m for m in catalog if m.id and not _is_complete(m)]
    print(f"{language}: {len(catalog)} messages, {len(missing)} without translation")
    for message in missing[:SHOWN]:
        print(f"  {message.id!r}{_where(message)}")
    if missing:
        shown = po.relative_to(LOCALES.parent)
        print(f"Translate them in {shown} (msgstr), and run this again.")


def faults_of(language, messages):
    """Yield the errors in the language's files as text."""
    catalog = read_catalogue(language)
    for message in messages:
        known = message.id and catalog.get(message.id, message.context)
        if message.id and (known is None or not _is_complete(known)):
            yield f"{language}: not translated: {message.id!r}{_where(message)}"
    for message, errors in catalog.check():
        yield f"{language}: {message.id!r}: {errors[0]}"
    compiled = _files(language)[1]
    if not compiled.exists() or compiled.read_bytes() != _compiled(catalog):
        yield f"{language}: django.mo is out of date; run tools/messages.py"


def sources():
    """Yield the paths of the files in which messages are, relative to the repository."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    found = subprocess.run(listing, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    for path in sorted(set(found.stdout.splitlines())):
        name = Path(path)
        if name.suffix not in {".py", ".html", ".txt"} or not (CHECKOUT / path).exists():
            continue
        if "tests" in name.parts or name.parts[0] in {"docs", "tools"}:
            continue
        if name.suffix == ".py" or "templates" in name.parts:
            yield path


def _messages_in(path):
    source = path.read_text()
    if path.suffix != ".py":
        from django.utils.translation.template import templatize

        # Text at the start of a line must not be read as Python's indentation.
        source = re.sub(r"^[ \t]+", "", templatize(source), flags=re.MULTILINE)
    return extract(
        "python", io.BytesIO(source.encode()), KEYWORDS, ["Translators:"], strip_comment_tags=True
    )


def read_catalogue(language):
    """Return the catalogue of a language as it is stored, or an empty one."""
    po, _mo = _files(language)
    locale = po.parent.parent.name
    if not po.exists():
        return Catalog(locale=locale, project="Concert", fuzzy=False)
    with po.open("rb") as file:
        return read_po(file, locale=locale)


def _files(language):
    from django.utils.translation import to_locale

    folder = LOCALES / to_locale(language) / "LC_MESSAGES"
    return folder / "django.po", folder / "django.mo"


def _compiled(catalog):
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def _where(message):
    return "".join(f" ({path}:{line})" for path, line in message.locations[:1])


def _is_complete(message):
    texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return all(texts) and not message.fuzzy


if __name__ == "__main__":
    sys.exit(main())

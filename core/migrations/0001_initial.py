"""Functions by which people are found by name: see `core.name_search`.

They are in the database so that the index and the question are written by the same lines. Their
bodies are of the SQL standard's kind (PostgreSQL 14), which are bound when they are made and so do
not depend on a search path, in a restore least of all. Whoever changes them must make the indexes
that use them anew.
"""

import unicodedata

from django.db import migrations, models
from django.db.models.functions import Now

APOSTROPHES = "'’‘‛ʼʻʹʽʾʿ′`´＇"  # noqa: RUF001
# Marks that are left of a letter once it has been taken apart: accents, points, vowel signs.
MARKS = (
    "\\u0300-\\u036f\\u0483-\\u0487\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7"
    "\\u0610-\\u061a\\u064b-\\u065f\\u0670\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff"
    "\\u3099\\u309a\\ufe20-\\ufe2f"
)
# What parts words in ASCII, and beyond it: signs and spaces of Latin-1 and the general blocks.
ASCII_SIGNS = "".join(chr(code) for code in range(1, 128) if not chr(code).isalnum())
SIGNS = (
    "\\u00a1-\\u00a9\\u00ab-\\u00b1\\u00b4\\u00b6-\\u00b8\\u00bb-\\u00bf\\u00d7\\u00f7"
    "\\u2000-\\u2bff\\u3000-\\u3004\\u3008-\\u3020\\u30fb\\ufe30-\\ufe6f\\uff00-\\uff0f"
)
# Letters as they are typed without what makes them special.
TYPED = {"Ø": "o", "ø": "o", "Ł": "l", "ł": "l", "Đ": "d", "đ": "d", "Ð": "d", "ð": "d"} | {
    "ı": "i",
    "Ħ": "h",
    "ħ": "h",
    "Ŧ": "t",
    "ŧ": "t",
    "Ŋ": "n",
    "ŋ": "n",
}
WRITTEN_OUT = {"ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe"} | {
    "þ": "th",
    "Þ": "th",
}
UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue"}


def _lower_case():
    """Greek, Cyrillic and Armenian letters, whatever the locale of the database knows of them."""
    for code in range(0x370, 0x590):
        letter, small = chr(code), chr(code).casefold()
        if small != letter and len(small) == 1 and unicodedata.normalize("NFKD", letter) == letter:
            yield letter, small


def _translated(expression, letters, others):
    return f"translate({expression}, {_quoted(letters)}, {_quoted(others)})"


def _quoted(text):
    return "'" + text.replace("'", "''") + "'"


def _replaced(expression, pairs):
    for letter, letters in pairs.items():
        expression = f"replace({expression}, '{letter}', '{letters}')"
    return expression


def _search_text():
    """Most names are ASCII and need no more than to be cut; others are taken apart first."""
    pairs = dict(_lower_case()) | TYPED
    text = f"normalize({_translated('said', APOSTROPHES, '')}, NFKD)"
    text = f"regexp_replace({text}, '[{MARKS}]+', '', 'g')"
    text = _translated(text, "".join(pairs), "".join(pairs.values()))
    text = f"regexp_replace({_replaced(text, WRITTEN_OUT)}, '[{SIGNS}]', ' ', 'g')"
    return f"CASE WHEN octet_length(said) = length(said) THEN {_cut('said')} ELSE {_cut(text)} END"


def _cut(text):
    """Small letters and figures, with a space for each sign; apostrophes fall away."""
    apart = ASCII_SIGNS.replace("'", "").replace("`", "")
    letters = apart + "'`"
    return f"""lower({_translated(text, letters, " " * len(apart))} COLLATE "C")"""


# Not STRICT: only so is the body of such a function written into the question that calls it.
FUNCTION = "LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN"
SQL = f"""
-- Words without case, accents and apostrophes, parted by spaces.
CREATE FUNCTION search_text(said text) RETURNS text {FUNCTION} {_search_text()};

-- The same, with German umlauts written out as well: Köln as "koln" and as "koeln".
CREATE FUNCTION search_words(said text) RETURNS text {FUNCTION}
    CASE WHEN octet_length(said) > length(said)
              AND normalize(said, NFC) ~ '[{"".join(UMLAUTS)}]'
    THEN ' ' || search_text(said) || ' ' || search_text({_replaced("normalize(said, NFC)", UMLAUTS)})
    ELSE ' ' || search_text(said) END;

-- What the index holds of such words: all threes of letters, with two spaces before each word, so that
-- short ones are found by their beginning; of letters beyond ASCII, whose words may be short, also ones
-- and twos. It calls nothing of ours, so that no search path matters.
CREATE FUNCTION search_grams(words text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    apart text := '  ' || replace(words, ' ', '  ');
    grams text[] := ARRAY(
        SELECT substr(apart, place, 3) FROM generate_series(1, length(apart) - 2) place
        WHERE substr(apart, place + 2, 1) <> ' '
    );
BEGIN
    IF octet_length(words) > length(words) THEN
        grams := grams || ARRAY(
            SELECT substr(words, place, size)
            FROM generate_series(1, length(words)) place, generate_series(1, 2) size
            WHERE octet_length(substr(words, place, size)) > size
                  AND strpos(substr(words, place, size), ' ') = 0
        );
    END IF;
    RETURN grams;
END $$;

-- Which of them a question asks for.
CREATE FUNCTION search_keys(said text) RETURNS text[] {FUNCTION} (
    SELECT coalesce(array_agg(DISTINCT key), '{{}}') FROM (
        SELECT CASE WHEN length(word) > 2 THEN substr(word, place, 3)
                    WHEN octet_length(word) > length(word) THEN word
                    ELSE repeat(' ', 3 - length(word)) || word END AS key
        FROM unnest(string_to_array(search_text(said), ' ')) word,
             generate_series(1, greatest(length(word) - 2, 1)) place
        WHERE word <> ''
    ) keys
);

-- And what its words look like among `search_words`: no wildcard is left in them.
CREATE FUNCTION search_patterns(said text) RETURNS text[] {FUNCTION} (
    SELECT coalesce(array_agg(CASE WHEN octet_length(word) < 3 THEN '% ' || word || '%'
                                   ELSE '%' || word || '%' END), '{{}}')
    FROM unnest(string_to_array(search_text(said), ' ')) word
    WHERE word <> ''
);
"""

BACK = """
DROP FUNCTION search_patterns(text);
DROP FUNCTION search_keys(text);
DROP FUNCTION search_grams(text);
DROP FUNCTION search_words(text);
DROP FUNCTION search_text(text);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.RunSQL([(SQL, None)], BACK),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_default=Now())),
            ],
        ),
    ]

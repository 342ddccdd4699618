"""Read `.env`."""

import pytest

from core import dotenv


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("NAME=plain", "plain"),
        ("  NAME = spaced  ", "spaced"),
        ("export NAME=exported", "exported"),
        ("NAME='single # quoted'", "single # quoted"),
        ('NAME="Concert <tickets@example.org>"', "Concert <tickets@example.org>"),
        ("NAME=postgres://user:p=ss@host/name", "postgres://user:p=ss@host/name"),
        ("NAME=", ""),
        ("NAME='", "'"),
    ],
)
def test_it_reads_a_value(line, value):
    assert list(dotenv.parse(line)) == [("NAME", value)]


@pytest.mark.parametrize("line", ["", "# NAME=value", "#NAME=value", "no value here"])
def test_it_skips_lines_without_an_assignment(line):
    assert list(dotenv.parse(line)) == []


def test_the_environment_takes_precedence(tmp_path):
    (tmp_path / ".env").write_text("PORT=8001\nBIND=0.0.0.0\n")
    environment = {"PORT": "9000"}
    dotenv.load(tmp_path / ".env", environment)
    assert environment == {"PORT": "9000", "BIND": "0.0.0.0"}


def test_it_works_without_a_file(tmp_path):
    environment = {}
    dotenv.load(tmp_path / ".env", environment)
    assert environment == {}

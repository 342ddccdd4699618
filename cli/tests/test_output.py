"""Tables on terminals, in files and in pipes."""

from io import StringIO
from types import SimpleNamespace

from cli.output import bar, print_result, table

ROWS = [{"email": "somebody@with-a-long-name.example", "full": bar(1, 4)}]


def drawn():
    command = SimpleNamespace(stdout=StringIO())
    print_result(
        command,
        ROWS,
        as_json=False,
        draw=lambda rows: table(rows, {"email": "E-mail", "full": ""}),
    )
    return command.stdout.getvalue()


def test_in_a_narrow_window_values_are_wrapped_and_bars_are_whole(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    assert "…" not in drawn() and ROWS[0]["full"] in drawn()
    assert ROWS[0]["email"] not in drawn()


def test_in_a_file_values_are_in_one_line(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    assert ROWS[0]["email"] in drawn()

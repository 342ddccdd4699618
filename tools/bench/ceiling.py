"""The ceiling: the rows of a purchase written by hand with pgbench, on the same server."""

import re
import subprocess
from pathlib import Path

from django.db import connection

from devserver.embedded.engines import binary_of_postgres

SCRIPT = Path(__file__).with_name("ceiling.sql")


def measure_ceiling(world, *, clients, seconds):
    """Return purchases a second of two seats each, by `clients` connections at once."""
    _number_pairs(world)
    settings = connection.settings_dict
    command = [
        binary_of_postgres("pgbench"), "--no-vacuum", "--protocol=prepared", f"--file={SCRIPT}",
        f"--define=performance={world.performance_id}", f"--client={clients}", "--jobs=1",
        f"--time={seconds}", f"--host={settings['HOST']}", f"--username={settings['USER']}",
        settings["NAME"],
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
    found = re.search(r"tps = ([\d.]+) \(without", done.stdout)
    if done.returncode or not found:
        raise RuntimeError(f"pgbench failed: {done.stderr[-500:]}")
    return float(found[1])


def _number_pairs(world):
    """Lay the pairs out in a table of the bench's own, and start counting them anew."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_pair_of")
        cursor.execute("DROP SEQUENCE IF EXISTS bench_pair")
        cursor.execute("CREATE SEQUENCE bench_pair")
        cursor.execute("CREATE TABLE bench_pair_of (pair bigint PRIMARY KEY, ids bigint[])")
        cursor.executemany(
            "INSERT INTO bench_pair_of VALUES (%s, %s)",
            [(number, list(pair)) for number, pair in enumerate(world.places, start=1)],
        )
        cursor.execute("ANALYZE")

"""The upper bound: the rows of a purchase written by hand with pgbench, on the same server."""

import re
import subprocess
from pathlib import Path

from django.db import connection

from devserver.embedded.engines import binary_of_postgres

SCRIPT = Path(__file__).with_name("ceiling.sql")


def measure_ceiling(hall, *, clients, seconds):
    """Return purchases a second of two seats each, by `clients` concurrent connections."""
    _number_pairs(hall)
    settings = connection.settings_dict
    command = [
        binary_of_postgres("pgbench"), "--no-vacuum", "--protocol=prepared", f"--file={SCRIPT}",
        f"--define=performance={hall.performance_id}", f"--client={clients}", "--jobs=1",
        f"--time={seconds}", f"--host={settings['HOST']}", f"--username={settings['USER']}",
        settings["NAME"],
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
    found = re.search(r"tps = ([\d.]+) \(without", done.stdout)
    if done.returncode or not found:
        raise RuntimeError(f"pgbench failed: {done.stderr[-500:]}")
    return float(found[1])


def _number_pairs(hall):
    """Store the pairs in a table of the benchmark, and restart the counter."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_pair_of")
        cursor.execute("DROP SEQUENCE IF EXISTS bench_pair")
        cursor.execute("CREATE SEQUENCE bench_pair")
        cursor.execute("CREATE TABLE bench_pair_of (pair bigint PRIMARY KEY, ids bigint[])")
        cursor.executemany(
            "INSERT INTO bench_pair_of VALUES (%s, %s)",
            [(number, list(pair)) for number, pair in enumerate(hall.places, start=1)],
        )
        cursor.execute("ANALYZE")

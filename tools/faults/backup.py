"""Backing up while people buy, and restoring, with PostgreSQL's own programs."""

import subprocess
import time

from devserver.embedded.engines import binary_of_postgres


def take_backup(house, database):
    """Dump the house's database and restore it as `database`; return how many seconds it took.

    These are the commands of docs/deploying.md.
    """
    began, file = time.monotonic(), house.folder / "concert.dump"
    _run("pg_dump", "--format=custom", f"--file={file}", house.home.database_url)
    _run("createdb", f"--maintenance-db={house.home.database_url}", database)
    target = house.settings_of(database)["DATABASE_URL"]
    _run("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={target}", str(file))
    return time.monotonic() - began


def _run(program, *words):
    subprocess.run([binary_of_postgres(program), *words], check=True)

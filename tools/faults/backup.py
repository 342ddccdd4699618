"""Take a backup during sales and restore it, with PostgreSQL's own programs."""

import subprocess
import time

from devserver.embedded.engines import binary_of_postgres


def take_backup(system, database):
    """Dump the database and restore it as `database`; return the seconds it took.

    These are the commands of docs/deploying.md.
    """
    began, file = time.monotonic(), system.folder / "concert.dump"
    _run("pg_dump", "--format=custom", f"--file={file}", system.home.database_url)
    _run("createdb", f"--maintenance-db={system.home.database_url}", database)
    target = system.settings_of(database)["DATABASE_URL"]
    _run("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={target}", str(file))
    return time.monotonic() - began


def _run(program, *words):
    subprocess.run([binary_of_postgres(program), *words], check=True)

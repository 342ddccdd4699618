"""A refresh token works once, also when it is used twice at the same time."""

import threading
import time
from contextlib import nullcontext

import pytest
from allauth.headless.tokens.strategies.jwt import strategy

from api import allauth_steps
from api.tests.callers import Program, make_account, tokens_of
from core.testing.races import PATIENCE, race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def slow_reading(monkeypatch):
    """Wait between reading the session and writing it, so that races happen."""
    original = strategy.internal.validate_refresh_token

    def slowly(token):
        found = original(token)
        time.sleep(0.2)
        return found

    monkeypatch.setattr(strategy.internal, "validate_refresh_token", slowly)


def refresh(token):
    return Program().post("/auth/refresh", {"refresh_token": token})


def statuses(outcomes):
    assert all(outcome.error is None for outcome in outcomes)
    return sorted(outcome.result.status_code for outcome in outcomes)


def test_of_eight_requests_with_the_same_token_one_succeeds():
    token = tokens_of(make_account())["refresh_token"]
    outcomes = race(*[lambda: refresh(token)] * 8)
    assert statuses(outcomes) == [200] + [401] * 7
    (pair,) = (outcome.result.json() for outcome in outcomes if outcome.result.status_code == 200)
    assert refresh(pair["refresh_token"]).status_code == 200


def test_without_the_lock_several_succeed(monkeypatch):
    """The control."""
    monkeypatch.setattr(allauth_steps, "_lock_login", lambda session_key: nullcontext())
    token = tokens_of(make_account())["refresh_token"]
    outcomes = race(*[lambda: refresh(token)] * 8)
    assert statuses(outcomes).count(200) > 1


def test_logging_out_meanwhile_ends_the_session(monkeypatch):
    pair = tokens_of(make_account())
    program = Program(Authorization=f"Bearer {pair['access_token']}")
    has_read, is_logged_out = threading.Event(), threading.Event()
    read = strategy.internal.validate_refresh_token

    def read_and_wait(token):
        found = read(token)
        has_read.set()
        is_logged_out.wait(PATIENCE)
        return found

    def log_out():
        has_read.wait(PATIENCE)
        try:
            return program.post("/auth/logout")
        finally:
            is_logged_out.set()

    monkeypatch.setattr(strategy.internal, "validate_refresh_token", read_and_wait)
    refreshed, out = race(lambda: refresh(pair["refresh_token"]), log_out)
    assert out.result.status_code == 204
    assert refreshed.result.status_code == 401
    assert program.get("/account").status_code == 401

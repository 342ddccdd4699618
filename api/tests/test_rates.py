import pytest

from api.tests.callers import Program
from bookings.tests.factories import make_sale

pytestmark = pytest.mark.django_db


def test_it_returns_the_remaining_requests_and_limits_them(settings):
    settings.API_RATE_LIMITS = {"reads": 2, "writes": 1, "auth": 1}
    answers = [Program().get("/shows") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0]["RateLimit-Policy"] == '"reads";q=2;w=60'
    assert answers[0]["RateLimit"].startswith('"reads";r=1;t=')
    assert 0 < int(answers[2]["Retry-After"]) <= 60
    assert answers[2].json()["type"] == "urn:concert:problem:too-many-requests"


def test_nobody_is_limited_while_redis_is_unavailable(settings, redis_unavailable):
    settings.API_RATE_LIMITS = {"reads": 1, "writes": 1, "auth": 1}
    make_sale()
    assert {Program().get("/performances").status_code for _ in range(3)} == {200}

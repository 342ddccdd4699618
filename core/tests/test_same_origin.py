"""Forms on pages without a CSRF token."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import RequestFactory

from core.same_origin import same_origin_post


@same_origin_post
def view(request):
    return HttpResponse("done")


def send(*, method="post", session=False, token=False, host="shop.example", **headers):
    names = {"site": "HTTP_SEC_FETCH_SITE", "origin": "HTTP_ORIGIN"}
    extra = {names[name]: value for name, value in headers.items()}
    request = getattr(RequestFactory(), method)("/hold/", HTTP_HOST=host, **extra)
    request.user = AnonymousUser()
    if session:
        request.COOKIES["sessionid"] = "s" * 32
    if token:
        secret = get_token(request)
        request.COOKIES["csrftoken"] = request.META["CSRF_COOKIE"]
        request.META["HTTP_X_CSRFTOKEN"] = secret
    return view(request)


@pytest.fixture(autouse=True)
def hosts(settings):
    settings.ALLOWED_HOSTS = ["*"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://tickets.example", "https://*.arena.example"]


@pytest.mark.parametrize("site", ["same-origin", "none"])
@pytest.mark.parametrize("session", [True, False])
def test_it_accepts_forms_of_its_own_pages(site, session):
    assert send(site=site, session=session).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "same-origin, cross-site"])
@pytest.mark.parametrize("session", [True, False])
def test_it_rejects_forms_of_other_sites(site, session):
    with pytest.raises(PermissionDenied):
        send(site=site, session=session)


def test_sec_fetch_site_takes_precedence_over_origin():
    with pytest.raises(PermissionDenied):
        send(site="cross-site", origin="http://shop.example")


@pytest.mark.parametrize(
    "origin", ["http://shop.example", "https://tickets.example", "https://a.arena.example"]
)
def test_its_own_origin_is_accepted_without_sec_fetch_site(origin):
    assert send(origin=origin, session=True).status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        "https://shop.example",
        "http://shop.example:8000",
        "http://shop.example.evil.example",
        "http://tickets.example",
        "https://nottickets.example",
        "https://evilarena.example",
        "null",
        "",
        "http://[",
    ],
)
def test_it_rejects_other_origins(origin):
    with pytest.raises(PermissionDenied):
        send(origin=origin)


def test_it_accepts_requests_without_headers_and_without_a_session():
    assert send().status_code == 200


def test_it_rejects_requests_without_headers_but_with_a_session():
    assert send(session=True).status_code == 403


def test_it_accepts_a_csrf_token_instead():
    assert send(session=True, token=True).status_code == 200


def test_it_allows_safe_methods():
    assert send(method="get", site="cross-site").status_code == 200

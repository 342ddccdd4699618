"""The error pages and the security headers."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path

pytestmark = pytest.mark.django_db


def broken(request):
    raise RuntimeError("A string broke.")


def fine(request):
    return HttpResponse("fine")


urlpatterns = [path("broken/", broken), path("fine/", fine)]


def test_status_404_has_a_page(client):
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "Page not found" in response.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "orders/%00/",
        "orders/%00/tickets.pdf",
        "basket/%00/",
        "media/%00",
        "artists/%00/",
        "pay/demo/%00/",
    ],
)
def test_a_url_with_a_null_character_is_not_found(client, address):
    response = client.get(f"/{address}")
    assert response.status_code == 404
    assert "Page not found" in response.content.decode()


def test_status_500_has_a_page(settings):
    settings.ROOT_URLCONF = __name__
    response = Client(raise_request_exception=False).get("/broken/")
    assert response.status_code == 500
    assert "This is our mistake" in response.content.decode()


def test_status_400_has_a_page(client, settings):
    settings.ALLOWED_HOSTS = ["tickets.example.org"]
    response = client.get("/accounts/login/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "Your browser sent a request we couldn't process." in response.content.decode()


def test_a_csrf_error_explains_how_to_send_the_form_again():
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {})
    assert response.status_code == 403
    assert "This page has expired" in response.content.decode()


@pytest.mark.parametrize("address", ["/accounts/login/", "/nowhere/", "/healthz"])
def test_only_the_door_may_use_the_camera(client, address):
    policy = client.get(address).headers.get("Permissions-Policy", "")
    if address == "/healthz":
        assert not policy
    else:
        assert "geolocation=()" in policy
        assert "camera=(self)" in policy


def test_the_csp_of_the_admin_allows_only_what_its_theme_needs(admin_client):
    policy = admin_client.get("/admin/").headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives == {
        "default-src": "'self'",
        "script-src": "'self' 'unsafe-eval'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }


def test_it_sends_the_security_headers(client):
    headers = client.get("/accounts/login/").headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"

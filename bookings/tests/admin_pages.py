"""Pages of the admin, opened by staff."""

from django.test import Client
from django.urls import reverse

from accounts.roles import Role, appoint
from shows.tests.factories import make_user


def staff(role=Role.BOX_OFFICE):
    user = make_user()
    appoint(user=user, role=role)
    browser = Client()
    browser.force_login(user)
    browser.staff = user
    return browser


def url(name, *args):
    return reverse(f"admin:bookings_{name}", args=args)


def text_of(response):
    assert response.status_code == 200
    return response.content.decode()

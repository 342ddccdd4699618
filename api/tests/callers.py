"""Clients of the API for tests."""

import json

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from api.keys import make_key
from api.tests.conformance import check_conformance
from shows.tests.factories import make_user

PASSWORD = "a-long-enough-sesame"


class Program:
    """An API client that sends these headers and reads JSON. Checks each response by the schema."""

    def __init__(self, **headers):
        self.client = Client(raise_request_exception=False)
        self.headers = headers

    def get(self, path, data=None, **headers):
        response = self.client.get(f"/api/v1{path}", data, headers=self.headers | headers)
        return checked(response)

    def send(self, method, path, body=None, **headers):
        response = self.client.generic(
            method,
            f"/api/v1{path}",
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers=self.headers | headers,
        )
        return checked(response)

    def post(self, path, body=None, **headers):
        return self.send("POST", path, {} if body is None else body, **headers)

    def delete(self, path, **headers):
        return self.send("DELETE", path, **headers)

    def upload(self, path, content, **headers):
        file = SimpleUploadedFile("picture.png", content, content_type="image/png")
        response = self.client.post(
            f"/api/v1{path}", {"file": file}, headers=self.headers | headers
        )
        return checked(response)

    def patch(self, path, body, **headers):
        return self.send("PATCH", path, body, **headers)


def checked(response):
    check_conformance(response)
    return response


def make_account(**fields):
    """Create an account with a verified address."""
    user = make_user(password=PASSWORD, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def tokens_of(user):
    response = Program().post("/auth/login", {"email": user.email, "password": PASSWORD})
    assert response.status_code == 200, response.content
    return response.json()


def logged_in(user):
    return Program(Authorization=f"Bearer {tokens_of(user)['access_token']}")


def make_staff(*permissions, **fields):
    """Create a member of staff with these permissions, such as "shows.add_show"."""
    user = make_account(is_staff=True, **fields)
    for name in permissions:
        app_label, codename = name.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app_label, codename=codename)
        )
    return User.objects.get(pk=user.pk)


def with_key(*scopes, owner=None):
    """Return a client with an API key, of a superuser unless an owner is given."""
    owner = owner or make_account(is_staff=True, is_superuser=True)
    _key, text = make_key(owner=owner, name="Till", scopes=scopes)
    return Program(**{"X-API-Key": text})

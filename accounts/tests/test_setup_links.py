"""The one-time link for the first superuser."""

import logging
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, connection, models

from accounts import setup_links
from accounts.models import SetupLink, User
from accounts.setup_links import (
    SetupLinkRefused,
    create_first_superuser,
    create_setup_link,
    digest_of,
)
from accounts.tests.factories import PASSWORD, make_user
from core.logs import hide_tokens
from core.testing.races import losers, meet_after, race, winners

FORM = {"email": "Boss@Example.org", "password1": PASSWORD, "password2": PASSWORD}


def new_path(**options):
    return urlsplit(create_setup_link(**options).url).path


def token_in(path):
    return path.split("/")[-2]


@pytest.mark.django_db
class TestTheLink:
    def test_it_creates_the_superuser_and_logs_in(self, client):
        opened = client.get(new_path())
        assert opened.status_code == 302 and opened["Location"] == "/accounts/setup/"
        answer = client.post("/accounts/setup/", FORM)
        assert answer.status_code == 302 and answer["Location"] == "/admin/setup/"
        assert client.get("/admin/").status_code == 200
        user = User.objects.get()
        assert (user.email, user.is_staff, user.is_superuser) == ("boss@example.org", True, True)
        assert user.check_password(PASSWORD) and user.may_book
        assert EmailAddress.objects.get().verified
        assert apps.get_model("staff_activity.SignIn").objects.get(kind="in").user == user

    def test_it_leaves_a_line_in_the_staff_activity(self, client):
        client.get(new_path())
        client.post("/accounts/setup/", FORM)
        line = LogEntry.objects.get()
        assert line.user == User.objects.get() and "set-up link" in line.get_change_message()
        page = client.get("/admin/staff_activity/staffaction/").content.decode()
        assert "boss@example.org" in page

    def test_it_works_once(self, client, django_user_model):
        path = new_path()
        client.get(path)
        client.post("/accounts/setup/", FORM)
        client.logout()
        answer = client.get(path)
        assert answer.status_code == 410
        assert "has a superuser already" in answer.content.decode()
        client.post("/accounts/setup/", FORM | {"email": "second@example.org"})
        assert django_user_model.objects.count() == 1

    def test_opening_it_does_not_use_it_up(self, client):
        path = new_path()
        for _ in range(2):
            assert client.get(path).status_code == 302
        assert client.post(path).status_code == 405

    def test_it_expires(self, client):
        path = new_path(valid_for=timedelta(seconds=-1))
        answer = client.get(path)
        assert answer.status_code == 410 and "has expired" in answer.content.decode()

    def test_it_expires_while_the_form_is_open(self, client):
        client.get(new_path())
        SetupLink.objects.update(expires_at=models.F("expires_at") - timedelta(hours=25))
        answer = client.post("/accounts/setup/", FORM)
        assert answer.status_code == 410 and not User.objects.exists()

    def test_a_newer_link_replaces_it(self, client):
        path = new_path()
        new_path()
        answer = client.get(path)
        assert answer.status_code == 410 and "is not valid" in answer.content.decode()

    @pytest.mark.parametrize("token", ["x", "x:y", "%00", "ü"])
    def test_a_forged_link_is_refused_without_a_query(self, client, token):
        create_setup_link()
        assert client.get(f"/accounts/setup/{token}/").status_code in (404, 410)
        with pytest.raises(SetupLinkRefused):
            digest_of(token)

    def test_the_form_needs_a_link(self, client):
        create_setup_link()
        assert client.get("/accounts/setup/").status_code == 410
        assert client.post("/accounts/setup/", FORM).status_code == 410
        assert not User.objects.exists()

    def test_the_first_visitor_does_not_become_superuser(self, client):
        for path in ("/", "/admin/", "/accounts/signup/"):
            client.get(path)
        assert not User.objects.superusers().exists() and not SetupLink.objects.exists()

    def test_there_is_none_beside_a_superuser(self, client):
        path = new_path()
        make_user("boss@example.org", is_superuser=True)
        assert client.get(path).status_code == 410
        with pytest.raises(SetupLinkRefused):
            create_setup_link()
        assert client.get(path).status_code == 410


@pytest.mark.django_db
class TestTheForm:
    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"email": "nobody"}, "Enter a valid e-mail address."),
            ({"email": ""}, "This field is required."),
            ({"email": "alice@example.com"}, "Another account uses this e-mail address."),
            ({"password1": "short", "password2": "short"}, "This password is too short."),
            ({"password1": "password", "password2": "password"}, "This password is too common."),
            ({"password1": "boss@example.org", "password2": "boss@example.org"}, "too similar"),
            ({"password2": "another one"}, "The two passwords are not the same."),
            ({"password2": ""}, "This field is required."),
            ({"email": "a\0@example.org"}, "e-mail"),
        ],
    )
    def test_errors_stand_beside_the_field_and_nothing_is_lost(self, client, changes, error):
        make_user("alice@example.com")
        client.get(new_path())
        answer = client.post("/accounts/setup/", FORM | changes)
        page = answer.content.decode()
        assert answer.status_code == 422 and error in page
        assert not User.objects.superusers().exists()
        assert PASSWORD not in page
        assert client.post("/accounts/setup/", FORM).status_code == 302

    def test_published_passwords_are_refused_in_production(self, client, settings):
        settings.LOCAL_MODE = False
        client.get(new_path())
        changes = {"email": "admin@concert.example"}
        changes |= dict.fromkeys(["password1", "password2"], "concert-demo")
        answer = client.post("/accounts/setup/", FORM | changes)
        assert answer.status_code == 422 and "is published" in answer.content.decode()


@pytest.mark.django_db
class TestTheToken:
    def test_only_its_digest_is_stored(self, client):
        path = new_path()
        client.get(path)
        client.post("/accounts/setup/", FORM)
        secret = token_in(path).split(":")[0]
        tables = connection.introspection.table_names()
        with connection.cursor() as cursor:
            for table in tables:
                quoted = connection.ops.quote_name(table)
                cursor.execute(
                    f"SELECT count(*) FROM {quoted} t WHERE t::text LIKE %s", [f"%{secret}%"]
                )
                assert cursor.fetchone()[0] == 0, table
        assert secret not in str(client.session.items())

    def test_it_is_in_no_log_and_no_referrer(self, client, caplog):
        path = new_path(valid_for=timedelta(seconds=-1))
        caplog.set_level(logging.DEBUG)
        answer = client.get(path)
        assert answer["Referrer-Policy"] == "no-referrer"
        logged = [record for record in caplog.records if "setup" in record.getMessage()]
        assert logged, "The refusal is logged."
        assert hide_tokens(path) == "/accounts/setup/…/"
        opened, form = client.get(new_path()), client.get("/accounts/setup/")
        assert opened["Referrer-Policy"] == "no-referrer"
        assert form["Referrer-Policy"] == "same-origin", "Its address has no token."
        for page in (opened, form):
            assert "no-store" in page["Cache-Control"]

    def test_admin_pages_do_not_show_it(self, client):
        path = new_path()
        client.get(path)
        client.post("/accounts/setup/", FORM)
        secret = token_in(path)
        for page in ("", "staff_activity/staffaction/", "staff_activity/fieldchange/"):
            answer = client.get(f"/admin/{page}")
            assert answer.status_code == 200 and secret not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def contest(self):
        digest = digest_of(token_in(new_path()))

        def use(number):
            return lambda: create_first_superuser(
                digest=digest, email=f"boss{number}@example.org", password=PASSWORD
            )

        return race(*(use(number) for number in range(4)))

    def test_one_of_several_uses_at_once_succeeds(self):
        outcomes = self.contest()
        assert len(winners(outcomes)) == 1
        assert len(losers(outcomes, SetupLinkRefused)) == 3
        assert User.objects.superusers().count() == 1

    def test_without_the_lock_several_would(self, monkeypatch):
        """Control: the test above fails without the guard."""
        monkeypatch.setattr(models.QuerySet, "select_for_update", lambda links: links)
        meet_after(monkeypatch, setup_links, "_check", 4)
        self.contest()
        assert User.objects.superusers().count() == 4

    def test_a_link_that_is_replaced_while_it_is_used_creates_one_superuser(self):
        digest = digest_of(token_in(new_path()))
        outcomes = race(
            lambda: create_first_superuser(
                digest=digest, email="boss@example.org", password=PASSWORD
            ),
            create_setup_link,
        )
        assert len(winners(outcomes)) == 1
        assert len(losers(outcomes, SetupLinkRefused)) == 1

    def test_a_taken_address_leaves_the_link_valid(self):
        digest = digest_of(token_in(new_path()))
        make_user("alice@example.com")
        with pytest.raises(IntegrityError):
            create_first_superuser(digest=digest, email="alice@example.com", password=PASSWORD)
        create_first_superuser(digest=digest, email="boss@example.org", password=PASSWORD)

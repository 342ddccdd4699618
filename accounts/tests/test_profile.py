import pytest
from django.utils import translation

from organisation.tests.factories import set_organisation

from .factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

URL = "/accounts/profile/"
FORM = {"name": "Alice B.", "language": "de", "time_zone": "Europe/Berlin"}


def test_it_saves_the_profile(client, alice):
    client.force_login(alice)
    response = client.post(URL, FORM)
    assert response.url == URL
    alice.refresh_from_db()
    assert (alice.name, alice.language, alice.time_zone) == ("Alice B.", "de", "Europe/Berlin")


def test_the_site_is_in_the_chosen_language_from_then_on(client, alice):
    client.force_login(alice)
    client.post(URL, FORM)
    assert client.cookies["django_language"].value == "de"
    with translation.override("de"):
        response = client.get(URL)
    assert response.headers["Content-Language"] == "de"


def test_it_writes_only_its_own_fields(client, alice, django_assert_max_num_queries):
    client.force_login(alice)
    client.post(URL, {**FORM, "is_staff": "on", "email": "root@example.com", "approved_at": "now"})
    alice.refresh_from_db()
    assert (alice.is_staff, alice.email) == (False, "alice@example.com")


@pytest.mark.parametrize("field", ["language", "time_zone"])
def test_it_rejects_invalid_values(client, alice, field):
    client.force_login(alice)
    response = client.post(URL, {**FORM, field: "Middle/Earth"})
    assert response.status_code == 422
    alice.refresh_from_db()
    assert alice.name == "Alice"


def test_only_the_owner_can_open_it(client):
    make_user("bob@example.com")
    for method in (client.get, client.post):
        assert method(URL).url == f"/accounts/login/?next={URL}"


def test_it_is_never_cached(client, alice):
    client.force_login(alice)
    assert "private" in client.get(URL).headers["Cache-Control"]


def test_it_rejects_other_methods(client, alice):
    client.force_login(alice)
    assert client.delete(URL).status_code == 405


def test_it_rejects_unknown_time_zones():
    assert make_user("a@example.com", time_zone="Europe/Berlin").zone.key == "Europe/Berlin"
    assert make_user("b@example.com", time_zone="").zone is None
    assert make_user("c@example.com", time_zone="Middle/Earth").zone is None


class TestWaiting:
    @pytest.fixture(autouse=True)
    def approval_required(self, settings):
        set_organisation(account_approval_required=True)

    def test_a_new_account_sees_the_notice_and_continues(self, client, alice):
        form = {"login": alice.email, "password": PASSWORD, "next": "/basket/abc/"}
        response = client.post("/accounts/login/", form)
        assert response.url == "/accounts/waiting/?next=%2Fbasket%2Fabc%2F"
        page = client.get(response.url).content.decode()
        assert "Almost there!" in page
        assert 'href="/basket/abc/"' in page

    def test_the_profile_says_so(self, client, alice):
        client.force_login(alice)
        assert "waiting for approval" in client.get(URL).content.decode()

    def test_it_redirects_once_approved(self, client):
        user = make_user(approved_at="2026-01-01T00:00Z")
        client.force_login(user)
        assert client.get("/accounts/waiting/?next=/basket/abc/").url == "/basket/abc/"
        assert "waiting for approval" not in client.get(URL).content.decode()

    def test_it_does_not_redirect_to_other_sites(self, client, alice):
        client.force_login(alice)
        page = client.get("/accounts/waiting/?next=https://evil.example/").content.decode()
        assert "evil.example" not in page

    def test_it_requires_an_account(self, client):
        assert client.get("/accounts/waiting/").url.startswith("/accounts/login/")

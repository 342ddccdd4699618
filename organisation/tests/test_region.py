"""Default language and currency."""

import pytest
from django.urls import reverse

from accounts.tests.factories import make_user
from organisation.forms import OrganisationForm
from organisation.language import offered_languages
from organisation.models import Organisation
from organisation.tests.factories import set_organisation
from shows.models import Performance

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "de"),
        ("", "de"),
        ("*", "de"),
        ("it-IT,it;q=0.9", "de"),
        ("it,en;q=0.1", "en"),
        ("de-AT", "de"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/accounts/login/"])
def test_visitors_whose_language_we_do_not_have_get_the_default(client, accepted, language, path):
    set_organisation(language="de")
    headers = {} if accepted is None else {"accept-language": accepted}
    assert client.get(path, headers=headers).headers["Content-Language"] == language


def test_a_chosen_language_comes_first(client, settings):
    set_organisation(language="de")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert client.get("/accounts/login/").headers["Content-Language"] == "en"


@pytest.mark.parametrize("path", ["/", "/accounts/login/"])
@pytest.mark.parametrize("accepted", ["en", "en-GB,en;q=0.9", "EN;q=0.5, it", ""])
def test_other_languages_than_the_offered_ones_are_not_shown(client, settings, path, accepted):
    set_organisation(language="de", languages=["de"])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    response = client.get(path, headers={"accept-language": accepted})
    assert response.headers["Content-Language"] == "de"
    assert 'name="language"' not in response.content.decode()
    assert client.post("/accounts/language/", {"language": "en"}).status_code == 400


def test_a_language_that_is_offered_is_shown_as_asked(client, settings):
    set_organisation(language="de", languages=["de", "en"])
    response = client.get("/", headers={"accept-language": "en-GB,de;q=0.5"})
    assert response.headers["Content-Language"] == "en"
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"
    assert client.get("/").headers["Content-Language"] == "de"


def test_accounts_choose_among_the_offered_languages(client):
    client.force_login(make_user("a@b.example"))
    set_organisation(language="de", languages=["de"])
    form = client.get(reverse("accounts:profile")).context["form"]
    assert [code for code, _name in form.fields["language"].choices] == ["de"]


def test_the_default_language_is_offered():
    set_organisation(language="de", languages=["en"])
    assert [code for code, _name in offered_languages()] == ["en", "de"]
    form = OrganisationForm({"language": "de", "languages": ["en"]}, instance=Organisation())
    assert "languages" in form.errors


def test_its_currency_is_proposed_for_new_performances(client):
    assert Performance().currency == "EUR"
    set_organisation(currency="CHF")
    assert Performance().currency == "CHF"
    client.force_login(make_user("a@b.example", is_staff=True, is_superuser=True))
    page = client.get(reverse("admin:shows_performance_add"))
    assert page.context["adminform"].form["currency"].value() == "CHF"

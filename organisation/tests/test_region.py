"""Default language and currency."""

import pytest
from django.urls import reverse

from accounts.tests.factories import make_user
from organisation.tests.factories import set_organisation
from shows.models import Performance

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "de"),
        ("", "de"),
        ("*", "de"),
        ("fr-FR,fr;q=0.9", "de"),
        ("fr,en;q=0.1", "en"),
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


def test_its_currency_is_proposed_for_new_performances(client):
    assert Performance().currency == "EUR"
    set_organisation(currency="CHF")
    assert Performance().currency == "CHF"
    client.force_login(make_user("a@b.example", is_staff=True, is_superuser=True))
    page = client.get(reverse("admin:shows_performance_add"))
    assert page.context["adminform"].form["currency"].value() == "CHF"

import pytest
from django.db import IntegrityError
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role, appoint
from organisation.models import Seller
from organisation.tests.factories import make_seller
from organisation.tests.test_admin_organisation import picture
from shows.tests.factories import make_show, make_user
from staff_activity.models import FieldChange

pytestmark = pytest.mark.django_db

LIST = reverse("admin:organisation_seller_changelist")
ADD = reverse("admin:organisation_seller_add")

FIELDS = {
    "name": "Gasworks Konzert GmbH",
    "address": "Am Kanal 1",
    "postcode": "10179",
    "city": "Berlin",
    "country": "de",
    "email": "",
    "language": "de",
    "tax_number": "",
    "vat_id": "de 136 695 976",
    "iban": "DE89 3704 0044 0532 0130 00",
    "bank": "",
    "document_prefix": "OGW",
    "keep_documents_years": "8",
}


@pytest.fixture(params=[Role.MANAGER, Role.FINANCE])
def staff(client, request):
    user = make_user()
    appoint(user=user, role=request.param)
    client.force_login(user)
    return client


def test_managers_and_finance_add_a_seller(staff, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    response = staff.post(ADD, FIELDS | {"logo": picture()})
    assert response.status_code == 302, response.context["errors"]
    seller = Seller.objects.get()
    assert (seller.country, seller.vat_id) == ("DE", "DE136695976")
    assert seller.iban == "DE89370400440532013000"
    assert (seller.logo.width, seller.logo.height) == (400, 100)
    assert "Gasworks Konzert GmbH" in staff.get(LIST).content.decode()


def test_each_change_is_in_the_change_history(staff):
    seller = make_seller()
    address = reverse("admin:organisation_seller_change", args=[seller.pk])
    assert staff.post(address, FIELDS | {"name": "Kanal Musik GmbH"}).status_code == 302
    change = FieldChange.objects.filter(content_type__model="seller").latest("pk")
    assert change.changes["name"] == [seller.name, "Kanal Musik GmbH"]
    assert change.changes["keep_documents_years"] == ["10", "8"]
    assert change.actor == User.objects.get(pk=staff.session["_auth_user_id"])


def test_the_environment_decides_how_long_documents_are_kept(staff, settings):
    assert 'name="keep_documents_years"' in staff.get(ADD).content.decode()
    settings.KEEP_DOCUMENTS_YEARS = 12
    page = staff.get(ADD).content.decode()
    assert "12. Set by KEEP_DOCUMENTS_YEARS in the environment." in page
    assert 'name="keep_documents_years"' not in page
    assert staff.post(ADD, FIELDS).status_code == 302
    assert Seller.objects.get().keep_documents_years == 10


@pytest.mark.parametrize("role", [Role.BOX_OFFICE, Role.DOOR])
def test_others_cannot_see_sellers(client, role):
    user = make_user()
    appoint(user=user, role=role)
    client.force_login(user)
    assert client.get(LIST).status_code == 403
    assert client.post(ADD, FIELDS).status_code == 403


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("vat_id", "DE136695975"),
        ("iban", "DE88370400440532013000"),
        ("country", "Germany"),
        ("country", "4!"),
        ("document_prefix", "o/1"),
        ("document_prefix", ""),
        ("language", "xx"),
        ("keep_documents_years", "0"),
        ("keep_documents_years", "31"),
        ("keep_documents_years", "7.5"),
    ],
)
def test_it_refuses_a_bad_value_at_its_field(staff, field, value):
    response = staff.post(ADD, FIELDS | {field: value})
    assert field in response.context["adminform"].form.errors
    assert not Seller.objects.exists()


def test_it_needs_a_tax_number_or_a_vat_number(staff):
    response = staff.post(ADD, FIELDS | {"vat_id": ""})
    assert "tax_number" in response.context["adminform"].form.errors
    assert staff.post(ADD, FIELDS | {"vat_id": "", "tax_number": "37/1"}).status_code == 302


def test_two_sellers_cannot_share_a_prefix(staff):
    make_seller(document_prefix="OGW")
    response = staff.post(ADD, FIELDS)
    assert "document_prefix" in response.context["adminform"].form.errors


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"document_prefix": "a"}, "seller_prefix_is_capitals_and_digits"),
        ({"document_prefix": ""}, "seller_prefix_is_capitals_and_digits"),
        ({"country": "de"}, "seller_country_is_a_code"),
        ({"keep_documents_years": 0}, "seller_keeps_documents_for_up_to_30_years"),
    ],
)
def test_the_database_refuses(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        make_seller(**fields)


def test_a_show_that_names_no_seller_is_sold_by_the_first():
    show = make_show()
    assert show.sold_by() is None
    first = make_seller()
    second = make_seller()
    assert show.sold_by() == first
    show.seller = second
    assert show.sold_by() == second

"""The keys of wallets in the admin: write-only, encrypted, checked before they are saved."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.second_factor import SET_UP_HERE
from accounts.tests.factories import make_user
from bookings.tests.factories import make_paid_order
from staff_activity.models import FieldChange
from wallets.apple import web_service
from wallets.configuration import apple_signer, clear_cached_keys, google_account
from wallets.models import AppleWallet, GoogleWallet, WalletPass
from wallets.passes import passes_of
from wallets.tests import authority
from wallets.tests.conftest import ACCOUNT, ISSUER, key_file

pytestmark = pytest.mark.django_db(transaction=True)

APPLE, GOOGLE = "wallets_applewallet", "wallets_googlewallet"


@pytest.fixture(autouse=True)
def nothing_read():
    clear_cached_keys()
    yield
    clear_cached_keys()


def log_in(client, *, verified):
    user = make_user("root@staff.example", is_staff=True, is_superuser=True)
    client.force_login(user)
    if verified:
        session = client.session
        session[SET_UP_HERE] = user.pk
        session.save()
    return client


@pytest.fixture
def superuser(client):
    return log_in(client, verified=True)


def apple_form(issued=None, **changes):
    issued = issued or authority.current()
    files = {
        "certificate_file": issued.p12(),
        "issuer_file": authority.intermediate().der,
    } | {name: content for name, content in changes.items() if name.endswith("_file")}
    fields = {"pass_type_id": authority.PASS_TYPE, "secret": "secret"}
    fields |= {name: text for name, text in changes.items() if not name.endswith("_file")}
    return fields | {name: SimpleUploadedFile(name, data) for name, data in files.items()}


def google_form(**changes):
    content = key_file(**changes)
    return {"issuer_id": ISSUER, "account_file": SimpleUploadedFile("key.json", content)}


def text_of(response):
    return response.content.decode()


def test_apples_certificate_is_stored_encrypted_and_never_shown(superuser):
    assert superuser.post(reverse(f"admin:{APPLE}_add"), apple_form()).status_code == 302
    row = AppleWallet.objects.get()
    assert "PRIVATE KEY" not in row.private_key
    assert apple_signer().pass_type_id == row.pass_type_id == authority.PASS_TYPE
    for name in ("changelist", "change", "history"):
        args = [] if name == "changelist" else [1]
        page = text_of(superuser.get(reverse(f"admin:{APPLE}_{name}", args=args)))
        assert row.private_key not in page and "PRIVATE KEY" not in page
    [change] = FieldChange.objects.filter(content_type__model="applewallet")
    assert row.private_key not in str(change.changes)
    assert superuser.get(reverse(f"admin:{APPLE}_add")).status_code == 403  # There is one.


def test_googles_key_is_stored_encrypted_and_never_shown(superuser):
    assert superuser.post(reverse(f"admin:{GOOGLE}_add"), google_form()).status_code == 302
    row = GoogleWallet.objects.get()
    assert "PRIVATE KEY" not in row.private_key
    assert (google_account().email, row.issuer_id) == (ACCOUNT, ISSUER)
    page = text_of(superuser.get(reverse(f"admin:{GOOGLE}_change", args=[1])))
    assert row.private_key not in page and "PRIVATE KEY" not in page


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"secret": "wrong"}, "Is its password right?"),
        ({"pass_type_id": "pass.org.other"}, "not for “pass.org.other”"),
        ({"certificate_file": b"x" * 70_000}, "too large"),
        ({"key_file": authority.issue("Another").key_pem}, "cannot be read"),
        (
            {"certificate_file": authority.pass_certificate(days=(-9, -1)).p12()},
            "The certificate expired on",
        ),
    ],
)
def test_what_cannot_sign_is_refused_with_the_reason(superuser, changes, message):
    response = superuser.post(reverse(f"admin:{APPLE}_add"), apple_form(**changes))
    assert response.status_code == 200 and message in text_of(response)
    assert not AppleWallet.objects.exists()


def test_a_wrong_key_file_is_refused_with_the_reason(superuser):
    response = superuser.post(reverse(f"admin:{GOOGLE}_add"), google_form(type="user"))
    assert "not the key file (JSON) of a service account" in text_of(response)
    assert not GoogleWallet.objects.exists()


def test_the_type_stays_while_passes_are_on_devices(superuser, settings):
    superuser.post(reverse(f"admin:{APPLE}_add"), apple_form())
    for one in passes_of(make_paid_order(), WalletPass.Kind.APPLE):
        web_service.register(wallet_pass=one, device="phone", push_token="cafe")
    other = authority.pass_certificate("Other", "pass.org.other")
    change = reverse(f"admin:{APPLE}_change", args=[1])
    response = superuser.post(change, apple_form(other, pass_type_id="pass.org.other"))
    assert "There are passes of “pass.org.example.tickets” on devices." in text_of(response)
    renewed = authority.pass_certificate("Renewed", days=(-1, 600))
    assert superuser.post(change, apple_form(renewed)).status_code == 302
    assert apple_signer().certificate == renewed.certificate


def test_deleting_the_row_ends_the_offer_at_once(superuser):
    superuser.post(reverse(f"admin:{APPLE}_add"), apple_form())
    assert apple_signer()
    superuser.post(reverse(f"admin:{APPLE}_delete", args=[1]), {"post": "yes"})
    assert apple_signer() is None


def test_only_superusers_with_a_second_factor_see_them(client):
    log_in(client, verified=False)
    for model in (APPLE, GOOGLE):
        assert client.get(reverse(f"admin:{model}_changelist")).status_code == 403

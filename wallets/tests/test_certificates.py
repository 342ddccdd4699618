"""Keys of wallets are refused by name when they cannot be used."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.checks import run_checks

from core.exceptions import Refused
from wallets.apple.certificates import check_signer, read_signer
from wallets.configuration import clear_cached_keys
from wallets.google.accounts import read_account

from . import authority
from .conftest import ISSUER, key_file


def signer_of(issued, *, password="", issuer=None, **files):
    files = {"certificate": issued.pem, "private_key": issued.key_pem} | files
    issuer = (issuer or authority.intermediate()).pem
    return read_signer(issuer=issuer, password=password, **files)


def refusal_of(signer, pass_type=authority.PASS_TYPE):
    with pytest.raises(Refused) as refusal:
        check_signer(signer, pass_type)
    return str(refusal.value)


def test_a_certificate_can_come_as_pem_der_or_p12():
    issued = authority.current()
    for signer in (
        signer_of(issued),
        signer_of(issued, certificate=issued.der),
        signer_of(issued, private_key=issued.encrypted_key("secret"), password="secret"),
        signer_of(issued, certificate=issued.p12(), private_key=b"", password="secret"),
    ):
        check_signer(signer, authority.PASS_TYPE)
        assert (signer.pass_type_id, signer.team_id) == (authority.PASS_TYPE, authority.TEAM)


@pytest.mark.parametrize(
    ("days", "message"),
    [((-400, -1), "The certificate expired on"), ((1, 9), "The certificate is valid from")],
)
def test_a_certificate_out_of_date_is_refused(days, message):
    assert refusal_of(signer_of(authority.pass_certificate(days=days))).startswith(message)


def test_an_issuer_out_of_date_is_refused():
    old = authority.issue("Test WWDR", by=authority.root(), is_authority=True, days=(-9, -1))
    assert "The issuer’s certificate expired on" in refusal_of(
        signer_of(authority.current(), issuer=old)
    )


def test_certificates_that_do_not_fit_together_are_refused():
    issued, other = authority.current(), authority.pass_certificate("Other")
    assert "does not belong" in refusal_of(signer_of(issued, private_key=other.key_pem))
    assert "was not issued by" in refusal_of(signer_of(issued, issuer=authority.root()))
    assert "names no pass type ID" in refusal_of(
        signer_of(authority.issue("Push", by=authority.intermediate()))
    )
    assert refusal_of(signer_of(issued), "pass.org.other") == (
        "The certificate is for “pass.org.example.tickets”, not for “pass.org.other”."
    )


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"certificate": b"nonsense"}, "The certificate cannot be read."),
        ({"private_key": b"nonsense"}, "The private key cannot be read."),
        ({"private_key": authority.current().encrypted_key("x")}, "needs its password"),
        (
            {"private_key": authority.current().encrypted_key("x"), "password": "y"},
            "Is its password right",
        ),
        ({"certificate": b"nonsense", "private_key": b""}, "The file cannot be read."),
        (
            {"certificate": authority.current().p12(), "private_key": b"", "password": "y"},
            "The file cannot be read. Is its password right",
        ),
    ],
)
def test_files_that_cannot_be_read_are_named(files, message):
    with pytest.raises(Refused, match=message):
        signer_of(authority.current(), **files)


@pytest.mark.parametrize(
    ("issuer", "content", "message"),
    [
        (ISSUER, b"{", "not the key file"),
        (ISSUER, key_file(type="user"), "not the key file"),
        (ISSUER, key_file(client_email="nobody"), "names no service account"),
        (ISSUER, key_file(private_key="x"), "cannot be read"),
        ("BCR2", key_file(), "The issuer ID is a number."),
    ],
)
def test_accounts_that_cannot_sign_are_refused(issuer, content, message):
    with pytest.raises(Refused, match=message):
        read_account(key_file=content, issuer_id=issuer)


def test_a_key_of_another_kind_is_refused():
    issued = authority.Issued(None, ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(Refused, match="RSA key of at least 2048 bits"):
        read_account(key_file=key_file(private_key=issued.key_pem.decode()), issuer_id=ISSUER)


def test_the_checks_for_production_name_the_variable(apple, google, settings):
    def found():
        clear_cached_keys()
        checks = run_checks(tags=["security"], include_deployment_checks=True)
        return [one.msg for one in checks if str(one.id).startswith("wallets.")]

    assert found() == []
    settings.APPLE_WALLET = settings.APPLE_WALLET | {"pass_type_id": "pass.org.other"}
    settings.GOOGLE_WALLET = settings.GOOGLE_WALLET | {"issuer_id": "x"}
    apple_problem, google_problem = found()
    assert apple_problem.startswith("APPLE_WALLET_CERTIFICATE cannot be used: The certificate is")
    assert google_problem == "GOOGLE_WALLET_KEY_FILE cannot be used: The issuer ID is a number."

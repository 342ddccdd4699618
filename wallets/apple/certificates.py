"""Certificates of Apple Wallet: read, and checked before they are used.

A pass type ID certificate has the pass type ID as its UID and the team as its organisational unit.
It is issued by one of Apple's intermediate certificates, which every pass includes.
"""

from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509.oid import NameOID
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.exceptions import Refused

PASS_PREFIX = "pass."
PEM = b"-----BEGIN"


class UnusableCertificate(Refused):
    """The certificates do not fit together. `str()` says which and why."""

    status = 422


@dataclass(frozen=True)
class Signer:
    """What passes are signed with."""

    certificate: x509.Certificate
    private_key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = field(repr=False)
    issuer: x509.Certificate

    @property
    def pass_type_id(self) -> str:
        return _name_of(self.certificate, NameOID.USER_ID)

    @property
    def team_id(self) -> str:
        return _name_of(self.certificate, NameOID.ORGANIZATIONAL_UNIT_NAME)

    @property
    def certificate_pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def issuer_pem(self) -> str:
        return self.issuer.public_bytes(Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        """The private key, unencrypted."""
        return self.private_key.private_bytes(
            Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()


def read_signer(
    *, certificate: bytes, private_key: bytes, issuer: bytes, password: str = ""
) -> Signer:
    """Return the signer of these files, in PEM or DER; the certificate can be a .p12 with its key.

    Raises UnusableCertificate for what cannot be read. Does not check whether they fit together.
    """
    secret = password.encode() or None
    if private_key:
        found, key = _certificate(certificate, _("certificate")), _key(private_key, secret)
    else:
        found, key = _from_p12(certificate, secret)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise UnusableCertificate(_("The private key is of a kind that Apple does not use."))
    return Signer(found, key, _certificate(issuer, _("issuer’s certificate")))


def check_signer(signer: Signer, pass_type_id: str) -> None:
    """Raise UnusableCertificate if passes of this type cannot be signed now, with the reason."""
    if signer.certificate.public_key() != signer.private_key.public_key():
        raise UnusableCertificate(_("The private key does not belong to the certificate."))
    if not signer.pass_type_id.startswith(PASS_PREFIX) or not signer.team_id:
        raise UnusableCertificate(
            _("This is not a pass type ID certificate: it names no pass type ID and team.")
        )
    if signer.pass_type_id != pass_type_id:
        raise UnusableCertificate(
            _("The certificate is for “%(found)s”, not for “%(wanted)s”.")
            % {"found": signer.pass_type_id, "wanted": pass_type_id}
        )
    try:
        signer.certificate.verify_directly_issued_by(signer.issuer)
    except (ValueError, TypeError, InvalidSignature):
        raise UnusableCertificate(
            _("The certificate was not issued by the issuer’s certificate.")
        ) from None
    _check_dates(signer.certificate, _("certificate"))
    _check_dates(signer.issuer, _("issuer’s certificate"))


def _check_dates(certificate, name):
    until, since = certificate.not_valid_after_utc, certificate.not_valid_before_utc
    if until <= timezone.now():
        text = _("The %(name)s expired on %(date)s.")
    elif since > timezone.now():
        text = _("The %(name)s is valid from %(date)s only.")
        until = since
    else:
        return
    date = date_format(until, "LONG_DATE")
    raise UnusableCertificate(text % {"name": name, "date": date})


def _certificate(content, name):
    try:
        if content.lstrip().startswith(PEM):
            return x509.load_pem_x509_certificate(content)
        return x509.load_der_x509_certificate(content)
    except ValueError:
        raise UnusableCertificate(_("The %s cannot be read.") % name) from None


def _key(content, password):
    load = serialization.load_der_private_key
    if content.lstrip().startswith(PEM):
        load = serialization.load_pem_private_key
    try:
        return load(content, password)
    except TypeError:
        if password is None:
            raise UnusableCertificate(_("The private key needs its password.")) from None
        return _key(content, None)  # It is not encrypted.
    except ValueError:
        raise UnusableCertificate(
            _("The private key cannot be read. Is its password right?")
        ) from None


def _from_p12(content, password):
    try:
        key, certificate, _others = pkcs12.load_key_and_certificates(content, password)
    except ValueError:
        raise UnusableCertificate(
            _("The file cannot be read. Is its password right? A .pem needs the private key, too.")
        ) from None
    if key is None or certificate is None:
        raise UnusableCertificate(_("The file lacks the certificate or its private key."))
    return certificate, key


def _name_of(certificate, oid):
    values = certificate.subject.get_attributes_for_oid(oid)
    return str(values[0].value) if values else ""

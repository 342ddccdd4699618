"""A certificate authority for tests, built like Apple's: a root, an intermediate, passes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509.oid import NameOID

PASS_TYPE, TEAM = "pass.org.example.tickets", "A1B2C3D4E5"


@dataclass(frozen=True)
class Issued:
    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    @property
    def pem(self):
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def der(self):
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def key_pem(self):
        return self.encrypted_key()

    def encrypted_key(self, password=None):
        encryption = serialization.NoEncryption()
        if password:
            encryption = serialization.BestAvailableEncryption(password.encode())
        return self.key.private_bytes(Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)

    def p12(self, password="secret"):
        encryption = serialization.BestAvailableEncryption(password.encode())
        return pkcs12.serialize_key_and_certificates(
            b"pass", self.key, self.certificate, None, encryption
        )


@cache
def key(name):
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def issue(name, *, by=None, days=(-1, 300), is_authority=False, names=(), hosts=()):
    """Return a certificate, by default signed by itself, valid between days from now."""
    own, now = key(name), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name), *names])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
    )
    if hosts:
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        builder = builder.add_extension(names, critical=False)
    return Issued(builder.sign(by.key if by else own, hashes.SHA256()), own)


@cache
def root():
    return issue("Test root", is_authority=True)


@cache
def intermediate():
    return issue("Test WWDR", by=root(), is_authority=True)


def pass_names(pass_type=PASS_TYPE, team=TEAM):
    return [
        x509.NameAttribute(NameOID.USER_ID, pass_type),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, team),
    ]


def pass_certificate(name="Pass", pass_type=PASS_TYPE, **options):
    return issue(name, by=intermediate(), names=pass_names(pass_type), **options)


@cache
def current():
    return pass_certificate()

"""A certificate of our own making, for a server that has none yet: browsers warn of it, and it encrypts as well."""

import datetime
import ipaddress
import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from casm.errors import CasmError

# What browsers still accept of a certificate's life.
DAYS = 397
RENEW_DAYS = 30


def ensure_own_certificate(certificate: Path, key: Path, host: str, now: datetime.datetime) -> bool:
    """Make a self-signed certificate for a host and its key, unless one is there that still holds; whether made."""
    if holds_for(certificate, host, now) and key.exists():
        return False
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([_general_name(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(private, hashes.SHA256())
    )
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(key, pem, 0o600)
    _write(certificate, made.public_bytes(serialization.Encoding.PEM), 0o644)
    return True


def holds_for(certificate: Path, host: str, now: datetime.datetime) -> bool:
    """Whether the file is a certificate for the host that lasts another month."""
    try:
        found = x509.load_pem_x509_certificate(certificate.read_bytes())
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (FileNotFoundError, ValueError, x509.ExtensionNotFound):
        return False
    return _general_name(host) in names and found.not_valid_after_utc > now + datetime.timedelta(days=RENEW_DAYS)


def check_pair(certificate: Path, key: Path, now: datetime.datetime) -> None:
    """CasmError when an operator's files cannot be read, do not belong together, or have run out."""
    try:
        found = x509.load_pem_x509_certificate(certificate.read_bytes())
        private = serialization.load_pem_private_key(key.read_bytes(), password=None)
    except OSError as error:
        raise CasmError(
            f"{error.filename} cannot be read: {error.strerror}.", "let the server's user read it"
        ) from None
    except (TypeError, ValueError):
        raise CasmError(
            f"{certificate} or {key} is no PEM file, or the key needs a password.",
            "give the certificate with its chain, and the key without a password, as PEM",
        ) from None
    if found.public_key() != private.public_key():
        raise CasmError(f"{key} is not the key of {certificate}.", "give the two that belong together")
    if found.not_valid_after_utc <= now:
        raise CasmError(f"{certificate} ran out on {found.not_valid_after_utc:%Y-%m-%d}.", "renew it")


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _write(file: Path, content: bytes, mode: int) -> None:
    """Write a file that never exists with wider rights than it shall have."""
    written = file.with_suffix(".new")
    written.unlink(missing_ok=True)
    descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
    os.replace(written, file)

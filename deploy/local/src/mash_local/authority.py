"""The certificate authority of one hub: who is who to its broker and its database."""

import datetime as dt
import ipaddress
import secrets
from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mash_local.run_folder import write_whole

ADMINISTRATOR, BROKER, MEMBER = "provision", "broker", "mongod"
"""Who may do everything; the broker and the database themselves."""
HOLDS_FOR = dt.timedelta(days=2)
"""No run is as long; a certificate that is found later opens nothing."""
_OURS_ALONE = 0o600
_EARLIER = dt.timedelta(minutes=5)
_USES = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH)


class Authority:
    """Signs certificates and draws passwords into a folder that only its user may read.

    The key that signs is never written down: it ends with the process that made it.
    """

    def __init__(self, folder: Path, holds_for: dt.timedelta = HOLDS_FOR) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self._holds_for = holds_for
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("mash-local-authority")
        self.ca = folder / "ca.pem"
        own = self._builder(self._name, self._key.public_key(), holds_for)
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        write_whole(self.ca, _pem(own.sign(self._key, hashes.SHA256())), mode=_OURS_ALONE)

    def certificate(
        self,
        name: str,
        hosts: Iterable[str] = (),
        *,
        organisation: str | None = None,
        holds_for: dt.timedelta | None = None,
    ) -> Path:
        """Sign a key for somebody; gives the file with key and certificate, in PEM.

        `hosts` are the addresses at which a server shows it. It holds as long as its authority; a
        `holds_for` that is negative gives one that has ended.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        holds_for = self._holds_for if holds_for is None else holds_for
        builder = self._builder(_named(name, organisation), key.public_key(), holds_for)
        builder = builder.add_extension(x509.ExtendedKeyUsage(_USES), critical=False)
        if names := [_host(host) for host in hosts]:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        signed = builder.sign(self._key, hashes.SHA256())
        file = self.folder / f"{name}.pem"
        write_whole(file, _private(key) + _pem(signed), mode=_OURS_ALONE)
        return file

    def of(self, name: str) -> Path:
        """Give somebody's certificate, signed now where there is none."""
        file = self.folder / f"{name}.pem"
        return file if file.exists() else self.certificate(name)

    def password_of(self, name: str) -> Path:
        """Give the file of somebody's password, drawn now where there is none."""
        file = self.folder / f"{name}.password"
        return file if file.exists() else self.password(name)

    def password(self, name: str) -> Path:
        """Draw a password for somebody; gives its file."""
        file = self.folder / f"{name}.password"
        write_whole(file, secrets.token_urlsafe(24), mode=_OURS_ALONE)
        return file

    def _builder(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        holds_for: dt.timedelta,
    ) -> x509.CertificateBuilder:
        now = dt.datetime.now(dt.UTC)
        return x509.CertificateBuilder(
            issuer_name=self._name,
            subject_name=subject,
            public_key=key,
            serial_number=x509.random_serial_number(),
            not_valid_before=min(now, now + holds_for) - _EARLIER,
            not_valid_after=now + holds_for,
        )


def _named(name: str, organisation: str | None = None) -> x509.Name:
    said = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if organisation is not None:
        said.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name(said)


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _private(key: ec.EllipticCurvePrivateKey) -> str:
    written = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return written.decode()

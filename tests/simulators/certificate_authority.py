"""A simulator of certificate authorities with OCSP, CRL and timestamps. Nothing signed with it is legally valid.

PyPI ``certomancer`` answers as authorities do (RFC 5280, 6960, 3161) over plain HTTP on loopback. Keys are made anew
at each start and lie in a folder, beside a trust list as the province's programs read one and PKCS#12 files of
signers that do not exist.

    python -m tests.simulators.certificate_authority --port 9003 --folder var/ca
    python -m tests.simulators.certificate_authority --folder var/ca --certify request.csr > certificate.cer
    trust/trust.toml            the trust list: TINHSO_TRUST=var/ca/trust
    chu-tich.p12                a person's key, password “minh-hoa”
    con-dau.p12                 an organisation's
    thu-hoi.p12, het-han.p12    revoked and expired ones
    la.p12                      one of an authority that nobody trusts
"""

import argparse
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any, cast
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, PKIArchitecture
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import NameOID

NOTICE = "certificate-authority simulator: nothing signed with its keys is legally valid"
NO_VALUE = "KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
PASSWORD = "minh-hoa"
ARCHITECTURE = "minh-hoa"
SIGNERS = {
    "chu-tich": ("Nguyễn Văn Ví Dụ", "root-issuer"),
    "con-dau": ("Ủy ban nhân dân tỉnh Hai Sông", "root-issuer"),
    "thu-hoi": ("Trần Thị Thu Hồi", "root-issuer"),
    "het-han": ("Lê Văn Hết Hạn", "root-issuer"),
    "la": ("Người Lạ", "stranger"),
}
BEFORE, LONG_AFTER = timedelta(days=400), timedelta(days=3000)


@dataclass(frozen=True)
class Authorities:
    """The authorities at an address, with their files in a folder."""

    folder: Path
    origin: str
    architecture: PKIArchitecture

    @property
    def trust(self) -> Path:
        """The folder of the trust list."""
        return self.folder / "trust"

    @property
    def timestamps(self) -> str:
        """Where timestamps are given."""
        return f"{self.origin}/{ARCHITECTURE}/tsa/tsa"

    def p12(self, name: str) -> bytes:
        """A signer's key with its certificates."""
        return (self.folder / f"{name}.p12").read_bytes()

    def certificate(self, name: str) -> bytes:
        """A certificate, DER."""
        made: bytes = self.architecture.get_cert(CertLabel(name)).dump()
        return made

    def certify(self, request: bytes) -> bytes:
        """A certificate for the key of a request (PKCS #10, DER); neither OCSP nor CRL is told in it."""
        return certify(self.folder, request)


def establish(folder: Path, origin: str, *, now: datetime | None = None) -> Authorities:
    """Make keys, certificates, the trust list and the signers' files anew in ``folder``."""
    at = (now or datetime.now(UTC)).replace(microsecond=0)
    keys = folder / "keys"
    keys.mkdir(parents=True, exist_ok=True)
    names = ["root", "root-issuer", "stranger", "ocsp", "tsa", *SIGNERS]
    for name in names:
        (keys / f"{name}.pem").write_bytes(_a_key(name))
    config = CertomancerConfig(
        {
            "keysets": {ARCHITECTURE: {"path-prefix": "keys", "keys": {one: {"path": f"{one}.pem"} for one in names}}},
            "pki-architectures": {ARCHITECTURE: _architecture(at)},
        },
        key_search_dir=str(folder),
        external_url_prefix=origin,
    )
    made = Authorities(folder, origin, config.get_pki_arch(ArchLabel(ARCHITECTURE)))
    _write_files(made, at)
    return made


def certify(folder: Path, request: bytes) -> bytes:
    """A certificate of the authority in ``folder`` for the key of a request; its name says that it is worth nothing."""
    asked = x509.load_der_x509_csr(request)
    if not asked.is_signature_valid:
        raise ValueError("not signed by the key that it is about")
    issuer = load_pem_private_key((folder / "keys" / "root-issuer.pem").read_bytes(), None)
    said = asked.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    subject = [one for one in asked.subject if one.oid != NameOID.COMMON_NAME]
    subject.append(x509.NameAttribute(NameOID.COMMON_NAME, f"{str(said)[:30]} ({NO_VALUE})"))
    above = x509.load_der_x509_certificate((folder / "root-issuer.cer").read_bytes())
    now = datetime.now(UTC).replace(microsecond=0)
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"), False
    ) | {"encipher_only": False, "decipher_only": False}
    made = (
        x509.CertificateBuilder(above.subject, x509.Name(subject), asked.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .sign(cast(Any, issuer), hashes.SHA256())
    )
    return made.public_bytes(Encoding.DER)


def _a_key(name: str) -> bytes:
    """RSA for signers, as smart cards have it; curves for authorities, which are made faster."""
    key: Any = rsa.generate_private_key(65537, 2048) if name in SIGNERS else ec.generate_private_key(ec.SECP256R1())
    pem: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem


def _architecture(at: datetime) -> dict[str, Any]:
    people: dict[str, Any] = {
        name: {"common-name": f"{said} ({NO_VALUE})"} for name, (said, _issuer) in SIGNERS.items()
    }
    authorities = {
        "root": {"common-name": f"CA gốc minh họa ({NO_VALUE})"},
        "root-issuer": {"common-name": f"CA cấp dưới minh họa ({NO_VALUE})"},
        "stranger": {"common-name": f"CA lạ ({NO_VALUE})"},
        "ocsp": {"common-name": f"OCSP minh họa ({NO_VALUE})"},
        "tsa": {"common-name": f"Dấu thời gian minh họa ({NO_VALUE})"},
    }
    return {
        "keyset": ARCHITECTURE,
        "entity-defaults": {"country-name": "VN", "organization-name": "Tỉnh Hai Sông (minh họa)"},
        "entities": authorities | people,
        "certs": _certificates(at),
        "services": _services(),
    }


def _certificates(at: datetime) -> dict[str, Any]:
    lasting = {"valid-from": _said(at - BEFORE), "valid-to": _said(at + LONG_AFTER)}
    over = {"valid-from": _said(at - BEFORE), "valid-to": _said(at - timedelta(days=30))}
    authority = {"id": "simple-ca", "params": {"crl-repo": "root"}}
    certs: dict[str, Any] = {
        "root": {"subject": "root", "issuer": "root", "validity": lasting, "profiles": [{"id": "simple-ca"}]},
        "stranger": {
            "subject": "stranger",
            "issuer": "stranger",
            "validity": lasting,
            "profiles": [{"id": "simple-ca"}],
        },
        "root-issuer": {"subject": "root-issuer", "issuer": "root", "validity": lasting, "profiles": [authority]},
        "ocsp": {"subject": "ocsp", "issuer": "root-issuer", "validity": lasting, "profiles": ["ocsp-responder"]},
        "tsa": {
            "subject": "tsa",
            "issuer": "root",
            "validity": lasting,
            "extensions": [
                _crl("root"),
                {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]},
                _usage("digital_signature"),
            ],
        },
    }
    for name, (_said_name, issuer) in SIGNERS.items():
        extensions = [_usage("digital_signature", "non_repudiation")]
        if issuer == "root-issuer":
            extensions += [_crl("root-issuer"), _ocsp()]
        certs[name] = {
            "subject": name,
            "issuer": issuer,
            "validity": over if name == "het-han" else lasting,
            "extensions": extensions,
        }
    certs["thu-hoi"]["revocation"] = {"revoked-since": _said(at - timedelta(days=10)), "reason": "key_compromise"}
    return certs


def _usage(*uses: str) -> dict[str, Any]:
    return {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": list(uses)}}


def _crl(repository: str) -> dict[str, Any]:
    return {
        "id": "crl_distribution_points",
        "smart-value": {"schema": "crl-dist-url", "params": {"crl-repo-names": [repository]}},
    }


def _ocsp() -> dict[str, Any]:
    return {
        "id": "authority_information_access",
        "smart-value": {"schema": "aia-urls", "params": {"ocsp-responder-names": ["root-issuer"]}},
    }


def _services() -> dict[str, Any]:
    return {
        "ocsp": {"root-issuer": {"for-issuer": "root-issuer", "responder-cert": "ocsp", "signing-key": "ocsp"}},
        "crl-repo": {
            "root": {"for-issuer": "root", "signing-key": "root", "simulated-update-schedule": "P90D"},
            "root-issuer": {
                "for-issuer": "root-issuer",
                "signing-key": "root-issuer",
                "simulated-update-schedule": "P90D",
            },
        },
        "time-stamping": {"tsa": {"signing-key": "tsa", "signing-cert": "tsa"}},
    }


def _said(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def _write_files(made: Authorities, at: datetime) -> None:
    made.trust.mkdir(exist_ok=True)
    (made.trust / "root.cer").write_bytes(made.certificate("root"))
    (made.folder / "root-issuer.cer").write_bytes(made.certificate("root-issuer"))
    (made.trust / "trust.toml").write_text(
        f'[[anchor]]\nname = "CA gốc minh họa ({NO_VALUE})"\nfile = "root.cer"\nillustrative = true\n'
        f'since = {(at - BEFORE).date().isoformat()}\nsource = "{NOTICE}"\n',
        encoding="utf-8",
    )
    for name in SIGNERS:
        packed = made.architecture.package_pkcs12(CertLabel(name), password=PASSWORD.encode())
        (made.folder / f"{name}.p12").write_bytes(packed)


class Server(ThreadingMixIn, WSGIServer):
    """Answers several at once, and says nothing of each."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """A handler that does not write a line a request."""

    def log_message(self, *args: object) -> None:
        """Say nothing of each request."""


def serve(folder: Path, *, port: int = 0) -> tuple[Server, Authorities]:
    """A server that listens but does not serve yet, and its authorities."""
    server = make_server("127.0.0.1", port, lambda *_args: [], server_class=Server, handler_class=Quiet)
    made = establish(folder, f"http://127.0.0.1:{server.server_port}")
    server.set_app(Animator(AnimatorArchStore({ArchLabel(ARCHITECTURE): made.architecture}), with_web_ui=False))
    return server, made


def main() -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=NOTICE)
    parser.add_argument("--port", type=int, default=9003)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--certify", type=Path, help="a request (PKCS #10) that the authority of the folder answers")
    asked = parser.parse_args()
    if asked.certify:
        sys.stdout.buffer.write(certify(asked.folder, asked.certify.read_bytes()))
        return 0
    server, made = serve(asked.folder, port=asked.port)
    host = made.origin.removeprefix("http://")
    print(f"{NOTICE}\nTINHSO_TRUST={made.trust} TINHSO_SIGNING_HOSTS={host} TINHSO_TIMESTAMP_URL={made.timestamps}")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())

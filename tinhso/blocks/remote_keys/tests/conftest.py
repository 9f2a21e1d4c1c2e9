import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.simulators.certificate_authority import Authorities
from tinhso.blocks.remote_keys import services
from tinhso.blocks.signatures.tests.conftest import Once, authorities, offline, province, trusted

__all__ = ["authorities", "offline", "province", "trusted"]  # the same authorities and body

DEVICE = Once()
SEALS_PIN = "con-dau-73195"


@contextmanager
def _device(module: str, authorities: Authorities, folder: Path) -> Iterator[dict[str, str]]:
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        told = ["--init-token", "--free", "--label", "tinh", "--so-pin", "1234", "--pin", SEALS_PIN]
        subprocess.run(["softhsm2-util", *told], check=True, capture_output=True)
        _put_into(module, authorities)
        yield {"module": module, "token": "tinh", "label": "con-dau", "pin": SEALS_PIN}
        services.keeper.stop()


@pytest.fixture(scope="session")
def token(authorities: Authorities, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A SoftHSM token that holds the organisation's key, as an HSM would."""
    found = sorted(Path("/usr/lib").glob("**/softhsm/libsofthsm2.so"))
    if not found or not shutil.which("softhsm2-util"):
        pytest.skip("máy không có SoftHSM2 (apt install softhsm2)")
    with DEVICE.of(lambda: _device(str(found[0]), authorities, tmp_path_factory.mktemp("token"))) as told:
        yield told


@pytest.fixture
def hsm(token: dict[str, str], trusted: Authorities, settings: Any) -> Authorities:
    """The same device, in which people's keys are made; the province trusts who certifies them."""
    settings.PKCS11_MODULE = token["module"]
    return trusted


@pytest.fixture
def seals(token: dict[str, str], settings: Any, tmp_path: Path) -> Path:
    """The province whose seal lies in that device; the folder of its rules, with the file of the PIN."""
    named = f'[[seal_key]]\nunit = "p"\ntoken = "{token["token"]}"\nlabel = "{token["label"]}"\n'
    (tmp_path / "remote_keys.toml").write_text(named)
    (tmp_path / "pin").write_text(f"{token['pin']}\n")
    settings.PROVINCE_DIR, settings.PKCS11_MODULE = str(tmp_path), token["module"]
    settings.PKCS11_PIN_FILE = str(tmp_path / "pin")
    return tmp_path


def _put_into(module: str, authorities: Authorities) -> None:
    import pkcs11
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
    from pkcs11.util.rsa import decode_rsa_private_key
    from pkcs11.util.x509 import decode_x509_certificate

    from tests.simulators.certificate_authority import PASSWORD

    key, _certificate, _chain = pkcs12.load_key_and_certificates(authorities.p12("con-dau"), PASSWORD.encode())
    assert key is not None
    der = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    library = pkcs11.lib(module)
    library.reinitialize()  # another test may have had it look at another device
    with library.get_token(token_label="tinh").open(rw=True, user_pin=SEALS_PIN) as session:
        about = {pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: "con-dau"}
        session.create_object(decode_rsa_private_key(der) | about)
        for label, name in (("con-dau", "con-dau"), ("issuer", "root-issuer")):
            about = {pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: label}
            session.create_object(decode_x509_certificate(authorities.certificate(name)) | about)

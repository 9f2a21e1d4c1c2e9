"""The remote signing service is asked for what its standard does not describe: it refuses, and never falls over."""

from typing import Any

import pytest
from django.test import Client

from tests.conformance.strange import Asking, Door, must_be_strict
from tests.simulators.certificate_authority import Authorities
from tinhso.blocks.remote_keys.tests.conftest import hsm, token
from tinhso.blocks.remote_keys.tests.csc import SHA256, SIGNS, Csc, hashed
from tinhso.blocks.remote_keys.tests.makers import PIN, a_signer
from tinhso.blocks.signatures.tests.conftest import authorities, trusted

__all__ = ["authorities", "hsm", "token", "trusted"]
pytestmark = [pytest.mark.conformance, pytest.mark.django_db]


def test_signing_for_programs_takes_nothing_strange(hsm: Authorities, client: Client) -> None:
    one, program = a_signer(hsm), Csc(client, version="v2")
    key: dict[str, Any] = {"credentialID": one.ref}
    hashes: dict[str, Any] = {"hashes": [hashed("một")], "hashAlgorithmOID": SHA256}
    secrets = [{"id": "PIN", "value": PIN}, {"id": "OTP", "value": "000000"}]
    document = {"document": "JVBERi0=", "signature_format": "P", "conformance_level": "Ades-B-B", "hashAlgo": SHA256}
    bodies = {
        "info": {"lang": "vi"},
        "credentials/list": {"onlyValid": True, "credentialInfo": True, "certificates": "chain"},
        "credentials/info": key | {"certificates": "chain", "certInfo": True, "authInfo": True, "lang": "vi"},
        "credentials/authorize": key | hashes | {"numSignatures": 1, "authData": secrets, "description": "x"},
        "credentials/getChallenge": key | {"authObjectID": "MAIL"},
        "credentials/extendTransaction": key | hashes | {"SAD": "x"},
        "signatures/signHash": key | hashes | {"SAD": "x", "signAlgo": SIGNS["ec"], "operationMode": "S"},
        "signatures/signDoc": key | {"SAD": "x", "documents": [document]},
        "auth/revoke": {"token": "x", "token_type_hint": "access_token"},
    }

    must_be_strict(
        Door({"Authorization": f"Bearer {program.token}"}),
        [Asking("POST", f"/csc/v2/{method}", {}, body) for method, body in bodies.items()],
        is_open=lambda asking: not asking.path.endswith(("info", "list")),
    )

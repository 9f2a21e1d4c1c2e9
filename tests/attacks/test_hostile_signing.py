"""Whoever sends nonsense to the remote signing service gets the standard's error; secrets rest nowhere."""

import json
import logging
from typing import Any

import pytest
from django.conf import settings as deployed
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.simulators.certificate_authority import Authorities
from tinhso.blocks.messaging.services import wire
from tinhso.blocks.remote_keys.api.csc import METHODS
from tinhso.blocks.remote_keys.services import mss
from tinhso.blocks.remote_keys.tests.conftest import authorities, hsm, token, trusted  # noqa: F401 - the same devices
from tinhso.blocks.remote_keys.tests.csc import Csc, hashed
from tinhso.blocks.remote_keys.tests.makers import PIN, a_code, a_signer
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

NAMES = [
    "credentialID",
    "SAD",
    "hash",
    "hashes",
    "numSignatures",
    "PIN",
    "OTP",
    "authData",
    "signAlgo",
    "hashAlgo",
    "token",
    "documents",
    "documentDigests",
    "certificates",
    "certInfo",
    "userID",
    "nonce",
    "refresh_token",
    "operationMode",
]
PLAIN = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from([hashed("x"), "\0", "\ud800"])
)
NESTED = st.recursive(
    PLAIN, lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=5), one, max_size=3)
)


@pytest.fixture
def csc(hsm: Authorities, db: None, client: Client) -> Csc:  # noqa: F811
    """A program that somebody with a key let in."""
    a_signer(hsm)
    return Csc(client)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(sorted(METHODS)),
    version=st.sampled_from(["v1", "v2"]),
    body=st.dictionaries(st.sampled_from(NAMES), NESTED, max_size=6) | NESTED,
)
def test_nonsense_is_answered_with_the_standards_error(csc: Csc, method: str, version: str, body: Any) -> None:
    answer = csc.post(method, json.dumps(body), version=version)

    assert answer["status"] in (200, 204, 400, 401, 429, 503)
    assert answer["status"] in (200, 204) or answer["error"]


@pytest.mark.parametrize(
    "body", [b"\xff", b"{", b"[" * 100_000, b'{"a":' * 50_000], ids=["bytes", "half", "deep", "deeper"]
)
def test_what_is_no_json_is_refused(csc: Csc, body: bytes) -> None:
    assert csc.post("credentials/list", body)["error"] == "invalid_request"


@settings(max_examples=60, deadline=None)
@given(
    content=st.binary(max_size=200) | st.text(max_size=100).map(lambda said: f"<a>{said}</a>".encode("utf-8", "ignore"))
)
def test_an_operator_that_answers_nonsense_is_not_believed(content: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wire, "request_url", lambda *_a, **_m: wire.WireAnswer(200, content))
        patch.setattr(deployed, "MSS_URL", "http://127.0.0.1:9")

        with pytest.raises(Refused) as refused:
            mss.request_status("t1", clock.now())

    assert refused.value.code == "operator"


def test_pin_code_and_what_activates_rest_in_no_log_and_no_table(csc: Csc, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    one = a_signer_of(csc)
    code = a_code(one)
    sad = csc.authorize(one, [hashed("một"), hashed("hai")], OTP=code)["SAD"]
    csc.authorize(one, [hashed("một")], PIN="sai-987654")
    csc.sign(one, sad, [hashed("một")])

    kept = _everything() + caplog.text
    assert one.ref in kept
    for secret in (PIN, sad, csc.token, "sai-987654", f'"{code}"'):
        assert secret not in kept


def a_signer_of(csc: Csc) -> Any:
    """The key that the program knows of."""
    from tinhso.blocks.remote_keys.models import Credential

    return Credential.objects.get(ref=csc.post("credentials/list", {})["credentialIDs"][0])


def _everything() -> str:
    """Every row of every table as text."""
    with connection.cursor() as cursor:
        told = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT one::text FROM "{table}" AS one')
            told += [row[0] for row in cursor.fetchall()]
    return "\n".join(told)

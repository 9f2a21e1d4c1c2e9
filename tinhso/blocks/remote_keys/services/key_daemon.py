"""Keeps keys: the only process that talks to tokens, those of people and those of seals, so that no page's process ever
holds a key.

Run as a program with the token's library (PKCS #11) and the file with the PIN of seals as arguments: a request a line
on standard input, an answer a line on standard output, both JSON. It keeps neither PIN nor session: each request opens
the token and closes it; the PIN of seals is read for that and told to nobody. Nothing of the project is imported here,
and of its environment only what the library needs is given to it.
"""

import base64
import ctypes
import json
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pkcs11
from asn1crypto.algos import DigestAlgorithm, DigestInfo
from asn1crypto.keys import PublicKeyInfo, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key

LABEL = "ky"
LENGTHS = {"sha256": 32, "sha384": 48, "sha512": 64}
Asked = dict[str, Any]


def main() -> None:
    """Answer until nobody asks any more."""
    library = pkcs11.lib(sys.argv[1])
    for line in sys.stdin:
        print(json.dumps(_answer_request(library, json.loads(line))), flush=True)


def _answer_request(library: Any, values: Asked) -> Asked:
    try:
        return DOES[values["do"]](library, values)
    except (pkcs11.PinIncorrect, pkcs11.PinLenRange, pkcs11.PinInvalid):
        return {"error": "pin"}
    except pkcs11.PinLocked:
        return {"error": "locked"}
    except (pkcs11.PKCS11Error, RuntimeError, OSError, LookupError, ValueError) as problem:
        return {"error": "token", "why": type(problem).__name__}


def _token_by_label(library: Any, label: str) -> Any:
    tokens = list(library.get_tokens(token_label=label))
    if not tokens:
        library.reinitialize()  # made by another process since
        tokens = list(library.get_tokens(token_label=label))
    if not tokens:
        raise KeyError(label)
    return tokens[0]


def make(library: Any, values: Asked) -> Asked:
    """A new token with a new key that cannot leave it; the PIN that could unlock it is made up and forgotten."""
    if list(library.get_tokens(token_label=values["token"])):
        raise ValueError(values["token"])
    master = secrets.token_hex(16)
    slot = next(
        candidate
        for candidate in library.get_slots()
        if not candidate.get_token().flags & pkcs11.TokenFlag.TOKEN_INITIALIZED
    )
    code = ctypes.CDLL(sys.argv[1]).C_InitToken(
        ctypes.c_ulong(slot.slot_id), master.encode(), ctypes.c_ulong(len(master)), values["token"].encode().ljust(32)
    )
    if code:
        raise OSError(code)
    with _token_by_label(library, values["token"]).open(rw=True, so_pin=master) as session:
        session.init_pin(values["pin"])
    with _token_by_label(library, values["token"]).open(rw=True, user_pin=values["pin"]) as session:
        private_attributes = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
        more: dict[str, Any] = {"store": True, "label": LABEL, "private_template": private_attributes}
        if values["algorithm"] == "rsa":
            public, _private = session.generate_keypair(KeyType.RSA, values["bits"], **more)
            der = PublicKeyInfo.wrap(RSAPublicKey.load(encode_rsa_public_key(public)), "rsa").dump()
        else:
            parameters = {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
            curve = session.create_domain_parameters(KeyType.EC, parameters, local=True)
            public, _private = curve.generate_keypair(**more)
            der = encode_ec_public_key(public)
    return {"public": base64.b64encode(der).decode()}


def sign(library: Any, values: Asked) -> Asked:
    """Signatures over hashes, in their order: RSA PKCS #1 v1.5, or ECDSA as DER."""
    return _signatures_by_key(library, values, LABEL, values["pin"])


def seal(library: Any, values: Asked) -> Asked:
    """The same with a seal's key, called ``label``; its PIN comes from the file that the operator wrote."""
    return _signatures_by_key(library, values, values["label"], _seals_pin())


def _signatures_by_key(library: Any, values: Asked, label: str, pin: str) -> Asked:
    hashes = [base64.b64decode(encoded_hash) for encoded_hash in values["hashes"]]
    if any(len(hash) != LENGTHS[values["digest"]] for hash in hashes):
        raise ValueError(values["digest"])
    with _token_by_label(library, values["token"]).open(user_pin=pin) as session:
        private = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=label)
        contents = [_sign_digest(private, hash, values["digest"]) for hash in hashes]
    return {"signatures": [base64.b64encode(content).decode() for content in contents]}


def _seals_pin() -> str:
    return Path(sys.argv[2]).read_text(encoding="utf-8").strip()


def seals_certificates(library: Any, values: Asked) -> Asked:
    """The certificate that lies beside a seal's key, and the others of its token."""
    with _token_by_label(library, values["token"]).open(user_pin=_seals_pin()) as session:
        session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=values["label"])
        certificate_objects = list(session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}))
        labelled_certificates = [
            (certificate_object[Attribute.LABEL], base64.b64encode(bytes(certificate_object[Attribute.VALUE])).decode())
            for certificate_object in certificate_objects
        ]
    mine = [certificate for label, certificate in labelled_certificates if label == values["label"]]
    return {
        "certificate": mine[0],
        "chain": [certificate for label, certificate in labelled_certificates if label != values["label"]],
    }


def _sign_digest(private: Any, digest: bytes, algorithm: str) -> bytes:
    if private.key_type is KeyType.RSA:
        named = DigestInfo({"digest_algorithm": DigestAlgorithm({"algorithm": algorithm}), "digest": digest})
        return bytes(private.sign(named.dump(), mechanism=Mechanism.RSA_PKCS))
    raw = bytes(private.sign(digest[:32], mechanism=Mechanism.ECDSA))
    half = len(raw) // 2
    return encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))


def check(library: Any, values: Asked) -> Asked:
    """Whether the PIN opens the token."""
    with _token_by_label(library, values["token"]).open(user_pin=values["pin"]):
        return {"open": True}


DOES: dict[str, Callable[[Any, Asked], Asked]] = {
    "make": make,
    "sign": sign,
    "check": check,
    "seal": seal,
    "seals_certificates": seals_certificates,
}

if __name__ == "__main__":
    main()

"""OAuth 2 with PKCE for programs that sign for people (RFC 6749, 7636, 7009), by the library oauthlib.

Scope ``service`` lets a program list keys; scope ``credential`` is itself a permission: its person gave PIN and code on
our page, and what the program gets for its code is the SAD.
"""

import base64
import binascii
import logging
from collections.abc import Mapping
from datetime import timedelta
from hmac import compare_digest
from types import SimpleNamespace
from typing import Any

from oauthlib.oauth2 import RequestValidator, WebApplicationServer

from tinhso.blocks.identity import queries as people
from tinhso.blocks.remote_keys import queries
from tinhso.blocks.remote_keys.models import Access
from tinhso.blocks.remote_keys.services import authorisations, oauth_tokens, vault
from tinhso.kernel import clock, refs

logging.getLogger("oauthlib").setLevel(logging.INFO)  # finer, it writes tokens down
OUR = "https://here"  # the library wants an address; who we are is the proxy's business
CODE_SECONDS = 60
SCOPES = ("service", "credential")


class _Validator(RequestValidator):  # type: ignore[misc]
    """Our programs, people and tokens as the library asks for them."""

    def validate_client_id(self, client_id: str, request: Any, *args: Any, **more: Any) -> bool:
        """Whether such a program may ask."""
        return self._client(client_id, request)

    def _client(self, client_id: str | None, request: Any) -> bool:
        application = queries.application_by_ref(client_id or "")
        if application is not None:
            request.client = SimpleNamespace(client_id=application.ref, row=application)
        return application is not None

    def client_authentication_required(self, request: Any, *args: Any, **more: Any) -> bool:
        """Programs that were given a secret show it."""
        basic = _basic_credentials(request.headers)
        application = queries.application_by_ref(basic[0] if basic else request.client_id or "")
        return bool(basic) or application is None or bool(application.secret)

    def authenticate_client(self, request: Any, *args: Any, **more: Any) -> bool:
        """By secret, in the header or in the body."""
        name, secret = _basic_credentials(request.headers) or (request.client_id or "", request.client_secret or "")
        if not self._client(name, request):
            return False
        request.client_id = name
        stored_digest = request.client.row.secret
        return bool(stored_digest) and compare_digest(vault.secret_digest(secret), stored_digest)

    def authenticate_client_id(self, client_id: str, request: Any, *args: Any, **more: Any) -> bool:
        """A program that cannot keep a secret: PKCE stands in for it."""
        return self._client(client_id, request) and not request.client.row.secret

    def validate_redirect_uri(self, client_id: str, redirect_uri: str, request: Any, *args: Any, **more: Any) -> bool:
        """Only the very addresses that were registered."""
        return redirect_uri in request.client.row.addresses

    def get_default_redirect_uri(self, client_id: str, request: Any, *args: Any, **more: Any) -> str | None:
        """The only one, where there is one only."""
        addresses: list[str] = request.client.row.addresses
        return addresses[0] if len(addresses) == 1 else None

    def get_default_scopes(self, client_id: str, request: Any, *args: Any, **more: Any) -> list[str]:
        """As the standard has it."""
        return ["service"]

    def validate_scopes(
        self, client_id: str, scopes: list[str], client: Any, request: Any, *args: Any, **more: Any
    ) -> bool:
        """One scope at a time: letting in and letting sign are two acts."""
        return len(scopes) == 1 and scopes[0] in SCOPES

    def validate_response_type(
        self, client_id: str, response_type: str, client: Any, request: Any, *args: Any, **more: Any
    ) -> bool:
        """Codes only."""
        return response_type == "code"

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Any, request: Any, *args: Any, **more: Any
    ) -> bool:
        """Codes and refresh tokens."""
        return grant_type in ("authorization_code", "refresh_token")

    def is_pkce_required(self, client_id: str, request: Any) -> bool:
        """Always."""
        return True

    def save_authorization_code(
        self, client_id: str, code: Mapping[str, str], request: Any, *args: Any, **more: Any
    ) -> None:
        """Keep what the person let this program do."""
        now, granted_values = clock.now(), request.given
        Access.objects.create(
            digest=vault.secret_digest(code["code"]),
            kind=Access.CODE,
            family=refs.new_ref("TC"),
            application=request.client.row,
            person=granted_values["person"],
            scope=request.scopes[0],
            address=request.redirect_uri,
            challenge=request.code_challenge,
            credential=granted_values.get("credential"),
            allowed=granted_values.get("allowed", {}),
            created_at=now,
            expires_at=now + timedelta(seconds=CODE_SECONDS),
            sealed=vault.sealed_text(granted_values["pin"], code["code"]) if granted_values.get("pin") else b"",
        )

    def validate_code(self, client_id: str, code: str, client: Any, request: Any, *args: Any, **more: Any) -> bool:
        """Ends the code: it is tried once."""
        access = oauth_tokens.taken_once(code, Access.CODE, client.row, now=clock.now())
        if access is None or not access.person.is_active:
            return False
        request.row, request.user, request.scopes = access, access.person, [access.scope]
        return True

    def get_code_challenge(self, code: str, request: Any) -> str:
        """What the program's secret of this very request must hash to."""
        challenge: str = request.row.challenge
        return challenge

    def get_code_challenge_method(self, code: str, request: Any) -> str:
        """The only one."""
        return "S256"

    def confirm_redirect_uri(
        self, client_id: str, code: str, redirect_uri: str, client: Any, request: Any, *args: Any, **more: Any
    ) -> bool:
        """The address that the code was sent to."""
        return bool(redirect_uri == request.row.address)

    def invalidate_authorization_code(self, client_id: str, code: str, request: Any, *args: Any, **more: Any) -> None:
        """It ended when it was shown."""

    def save_bearer_token(self, token: dict[str, Any], request: Any, *args: Any, **more: Any) -> None:
        """Make our tokens in place of the library's: for ``credential``, a permission whose SAD is the token."""
        row, now = request.row, clock.now()
        by = people.actor_for(row.person)
        if row.scope == "credential":
            pin = vault.unsealed_text(bytes(row.sealed), request.code)
            authorisations.must_be_usable(row.credential, now)
            signature_scope = authorisations.SignatureScope(
                row.allowed["count"], tuple(row.allowed["hashes"]), row.allowed["algorithm"]
            )
            _permission, sad = authorisations.insert_permission(
                one=row.credential, wanted=signature_scope, secret=pin, application=row.application, by=by, now=now
            )
            Access.objects.filter(pk=row.pk).update(sealed=b"")
            token.pop("refresh_token", None)
            token |= {"access_token": sad, "token_type": "SAD", "expires_in": queries.rules().remote.sad_seconds}
            return
        issued_tokens = oauth_tokens.let_in(
            person=row.person, application=row.application, family=row.family, refresh=True, by=by, now=now
        )
        token |= {
            "access_token": issued_tokens.access,
            "refresh_token": issued_tokens.refresh,
            "expires_in": issued_tokens.seconds,
        }

    def validate_refresh_token(self, refresh_token: str, client: Any, request: Any, *args: Any, **more: Any) -> bool:
        """Ends it: each refresh token is shown once, and gets another."""
        access = oauth_tokens.taken_once(refresh_token, Access.REFRESH, client.row, now=clock.now())
        if access is None or not access.person.is_active:
            return False
        request.row, request.user = access, access.person
        return True

    def get_original_scopes(self, refresh_token: str, request: Any, *args: Any, **more: Any) -> list[str]:
        """Refresh tokens are of scope ``service`` only."""
        return ["service"]

    def revoke_token(self, token: str, token_type_hint: str, request: Any, *args: Any, **more: Any) -> None:
        """End a token of this program."""
        oauth_tokens.end_token(token=token, mine=None, application=request.client.row, now=clock.now())


def _basic_credentials(headers: Mapping[str, str]) -> tuple[str, str] | None:
    kind, _, text = headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ("", "")
    return name, secret


server = WebApplicationServer(_Validator())
server.auth_grant._code_challenge_methods = {
    "S256": server.auth_grant._code_challenge_methods["S256"]  # a challenge in the clear protects nothing
}

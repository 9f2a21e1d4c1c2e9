"""Every address asks who is there, unless it is listed here with a reason; the API's description is a decision."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

SNAPSHOT = Path(__file__).resolve().parents[1] / "snapshots" / "openapi.json"
# address pattern → why nobody needs to be known there
PUBLIC = {
    r"^accounts/(login|logout|signup|reauthenticate|password|confirm-email|inactive|demo|2fa)": "logging in and out",
    r"^accounts/(oidc|social|outside)": "logging in with an outside provider",
    r"^(healthz|readyz|metrics)": "asked by the machine that watches, behind the proxy",
    r"^(i18n|language)/": "choosing a language",
    r"^(theme\.css|mark\.svg|robots\.txt|favicon\.ico)$": "what the log-in page itself looks like",
    r"^($|(about|privacy|accessibility|contact|he-thong|loading)/|sitemap\.xml$)": "which pages there are",
    r"^(manifest\.webmanifest|sw\.js|icons/|phone/offline/)": "what a browser installs; holds nobody's figures",
    r"^apply/": "applying without an account; what is filed is opened with the key that only the applicant gets",
    r"^offers/": "what the state offered to somebody, opened by the key in its address",
    r"^track/": "following a dossier with its code and key",
    r"^reports/": "telling what is broken without an account, following it with its key; others see what was released",
    r"^support/": "applying for support without an account; opened with the key that only the applicant gets",
    r"^community/find/$": "which team is in my hamlet; nobody in it is named",
    r"^services/": "what the law lets everybody apply for, with papers, time and fees",
    r"^govstack/registration/(services(/<str:service>(/eForms)?)?|eForms/<str:form>)$": "the same, for programs",
    r"^api/v1/signatures/check$": "whoever holds a signed file may check it; keeps nothing, counts by address",
    r"^csc/v[12]/(?!oauth2/authorize)": "programs that sign from afar: each call shows a token; wrong ones count",
    r"^verify/": "whoever holds a document with our code may check it; shows no personal data, keeps nothing",
    r"^open-data/": "figures that the province published for everybody",
    r"^open311/": "reports that the desk has released; writing asks for a key and answers without one in its own words",
    r"^channels/(zalo|messenger)/webhook$": "what platforms call; each call is signed over its bytes",
    r"^ogc/": "open columns of open registers as OGC API – Features; more for those who log in or send a token",
    r"^odk/v1/sessions$": "a program shows its key here; wrong ones count",
    r"^service-outages/": "what will stop of services for the public, announced by law",
    r"^self-assessment/": "a firm answers with the code it was given; the code is for that firm alone",
    r"^pay/": "a payer's own page, opened by the secret in its address; signed notices of gateways and banks",
    r"^styleguide/": "how components look; holds samples only",
    r"^sdmx/3\.0/": "public figures in SDMX; what is not public is for those who log in or send a token",
    r"^api/$": "how programs use the API; its examples come from an invented province",
    r"^api/v1/(openapi\.json|docs|$)": "the description of the API is public",
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SAMPLE = {"int": "1", "str": "x", "slug": "x", "uuid": "00000000-0000-0000-0000-000000000000", "path": "x"}


def _addresses(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        here = before + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern, here)
        elif isinstance(pattern, URLPattern):
            yield here.rstrip("$").replace(r"\Z", "")


def _filled(address: str) -> str:
    filled = re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLE.get(found[1] or "str", "x"), address)
    return re.sub(r"\(\?P<\w+>[^)]*\)", "x", filled)


def _is_public(address: str) -> bool:
    return any(re.search(pattern, address) for pattern in PUBLIC)


GUARDED = sorted({address for address in _addresses(get_resolver()) if not _is_public(address)})


@pytest.mark.django_db
@pytest.mark.parametrize("address", GUARDED)
def test_a_stranger_is_sent_to_log_in(address: str, client: Client) -> None:
    answers = {method: client.generic(method, "/" + _filled(address)) for method in METHODS}

    served = {method: answer for method, answer in answers.items() if answer.status_code != 405}
    open_to_all = {method: answer.status_code for method, answer in served.items() if not _is_refused(answer)}
    assert served
    assert open_to_all == {}


def _is_refused(answer: HttpResponseBase) -> bool:
    sent_to_log_in = answer.status_code == 302 and "/accounts/login" in answer.headers["Location"]
    return sent_to_log_in or answer.status_code in {401, 403}


def test_there_are_addresses_to_guard() -> None:
    assert GUARDED


def test_the_openapi_snapshot_is_what_the_api_offers() -> None:
    api = pytest.importorskip("tinhso.project.api").api
    offered = json.dumps(api.get_openapi_schema(), indent=2, ensure_ascii=False, sort_keys=True, default=str) + "\n"

    if os.environ.get("TINHSO_WRITE_SNAPSHOTS") == "1":
        SNAPSHOT.parent.mkdir(exist_ok=True)
        SNAPSHOT.write_text(offered, encoding="utf-8")

    assert SNAPSHOT.read_text(encoding="utf-8") == offered, "xem thay đổi; nếu đúng ý: make snapshots"

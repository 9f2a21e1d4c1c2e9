"""The demo's own keys: any process of the demo finds them valid and worth nothing in law, nobody else trusts them."""

from pathlib import Path
from typing import Any

from tinhso.blocks.signatures import queries, services
from tinhso.blocks.signatures.contract import CheckVerdict, PadesLevel
from tinhso.blocks.signatures.services import illustrative_keys
from tinhso.blocks.signatures.tests.makers import a_pdf, an_ask
from tinhso.kernel import clock


def signed_with_a_demo_key() -> bytes:
    key = services.illustrative_key("Nguyễn Văn Ví Dụ", "Xã Một")
    return services.sign_pdf(content=a_pdf(), signer=key, ask=an_ask(level=PadesLevel.B_B), now=clock.now()).content


def test_what_one_process_of_the_demo_signs_another_finds_valid_and_illustrative(settings: Any, tmp_path: Path) -> None:
    settings.DEMO, settings.VAR, settings.TRUST_DIR = True, tmp_path, str(tmp_path)
    first = signed_with_a_demo_key()
    illustrative_keys._stored_authority.cache_clear()
    illustrative_keys._temporary_authority.cache_clear()
    second = signed_with_a_demo_key()

    reports = [services.check_file(content=one, now=clock.now()) for one in (first, second)]

    assert [report.verdict for report in reports] == [CheckVerdict.VALID_BUT] * 2
    assert [report.signatures[0].why for report in reports] == [("illustrative",)] * 2
    assert queries.illustrative_authority().stat().st_mode & 0o077 == 0


def test_nobody_but_a_demo_trusts_a_demos_key(settings: Any, tmp_path: Path) -> None:
    settings.DEMO, settings.VAR, settings.TRUST_DIR = True, tmp_path, str(tmp_path)
    content = signed_with_a_demo_key()
    settings.DEMO = False

    report = services.check_file(content=content, now=clock.now())

    assert queries.trust_anchors() == ()
    assert (report.verdict, report.signatures[0].why) == (CheckVerdict.UNKNOWN, ("unknown_issuer",))

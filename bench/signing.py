"""``python -m bench.signing``: sealing and checking many small PDFs, as a ratio to pyHanko alone in a bare loop.

Run a demo once before. Nothing stays: rows are rolled back, the simulated authority's files lie in a folder that is
removed. Both sides take turns in small batches, so that a busy machine slows both alike.
"""

import argparse
import logging
import os
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

from tinhso.project.cli.place import database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.project.settings")
BATCH = 20


def main() -> None:
    """Print seconds and ratios of this machine."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=200)
    files = parser.parse_args().files
    with database(), tempfile.TemporaryDirectory() as folder:
        from django.conf import settings
        from django.db import connection, transaction

        from tests.simulators.certificate_authority import serve

        logging.disable(logging.CRITICAL)
        server, authorities = serve(Path(folder))
        Thread(target=server.serve_forever, daemon=True).start()
        settings.TRUST_DIR = str(authorities.trust)
        with transaction.atomic():
            sealed = _seal(authorities, files)
            transaction.set_rollback(True)
        _check(authorities, "PDFs with a bare seal", sealed[: max(BATCH, files // 4)])
        settings.SIGNING_HOSTS = [authorities.origin.removeprefix("http://")]
        settings.TIMESTAMP_URL = authorities.timestamps
        _check(authorities, "PDFs with timestamp and proofs", _proven(authorities, BATCH))
        connection.close()
        server.shutdown()


def _seal(authorities: Any, files: int) -> list[bytes]:
    from tests.simulators.certificate_authority import PASSWORD
    from tinhso.blocks.signing import services
    from tinhso.blocks.signing.contract import Ask, Kind
    from tinhso.blocks.units.models import Unit
    from tinhso.kernel import clock
    from tinhso.kernel.actor import program

    clerk, unit = program("bench", rights=["seal"]), Unit.objects.earliest("pk")
    key = services.from_file(authorities.p12("con-dau"), PASSWORD)
    given = [_a_pdf(number) for number in range(files)]
    bare = _bare_signer(authorities)
    made: list[bytes] = []

    def ours(number: int) -> None:
        ask = Ask(f"bench-{number}", f"bench-{number}", Kind.SEAL, visible=False, alone=True)
        row = services.sign(
            content=given[number], signer=key, ask=ask, unit=unit, right="seal", by=clerk, now=clock.now()
        )
        made.append(bytes(row.result))

    _side_by_side(f"sealing {files} PDFs", ours, lambda number: bare(given[number]), files)
    return made


def _bare_signer(authorities: Any) -> Callable[[bytes], bytes]:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    from tests.simulators.certificate_authority import PASSWORD

    signer = signers.SimpleSigner.load_pkcs12_data(authorities.p12("con-dau"), [], PASSWORD.encode())
    about = signers.PdfSignatureMetadata(
        field_name="S", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, signer_key_usage=set()
    )

    def bare(content: bytes) -> bytes:
        writer = IncrementalPdfFileWriter(BytesIO(content))
        signed: bytes = signers.sign_pdf(writer, about, signer=signer).getvalue()
        return signed

    return bare


def _proven(authorities: Any, files: int) -> list[bytes]:
    """Official documents of a page, signed so that they can be checked for years."""
    from tests.simulators.certificate_authority import PASSWORD
    from tinhso.blocks.documents.queries import as_pdf
    from tinhso.blocks.documents.tests.makers import a_report
    from tinhso.blocks.signing import services
    from tinhso.blocks.signing.contract import Ask, Kind, Level
    from tinhso.kernel import clock

    key, document = services.from_file(authorities.p12("chu-tich"), PASSWORD), as_pdf(a_report())
    ask = Ask("bench", "bench", Kind.PERSON, Level.B_LT)
    return [
        services.sign_pdf(content=document, signer=key, ask=ask, now=clock.now()).content for _number in range(files)
    ]


def _check(authorities: Any, what: str, sealed: list[bytes]) -> None:
    from tinhso.blocks.signing import services
    from tinhso.kernel import clock

    services.check(content=sealed[0], now=clock.now())  # the program starts once
    bare = _bare_checker(authorities)
    _side_by_side(
        f"checking {len(sealed)} {what}",
        lambda number: services.check(content=sealed[number], now=clock.now()),
        lambda number: bare(sealed[number]),
        len(sealed),
    )
    services.programs.stop()


def _bare_checker(authorities: Any) -> Callable[[bytes], object]:
    """What the library's users write: read, judge by EN 319 102-1, look at what changed."""
    import asyncio

    from asn1crypto import x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import ades
    from pyhanko.sign.validation.policy_decl import (
        PdfSignatureValidationSpec,
        RevinfoOnlineFetchingRule,
        RevocationInfoGatheringSpec,
        SignatureValidationSpec,
    )
    from pyhanko_certvalidator.context import CertValidationPolicySpec
    from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule
    from pyhanko_certvalidator.registry import SimpleTrustManager

    root = x509.Certificate.load(authorities.certificate("root"))
    rule = RevocationCheckingRule.CHECK_IF_DECLARED
    spec = SignatureValidationSpec(
        CertValidationPolicySpec(
            SimpleTrustManager.build(trust_roots=[root]), CertRevTrustPolicy(RevocationCheckingPolicy(rule, rule))
        ),
        RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY),
    )

    def bare(content: bytes) -> object:
        one = PdfFileReader(BytesIO(content)).embedded_signatures[0]
        one.compute_integrity_info()
        whole = PdfSignatureValidationSpec(spec)
        return asyncio.run(ades.ades_lta_validation(one, whole))

    return bare


def _a_pdf(number: int) -> bytes:
    import pikepdf

    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        page.Contents = pdf.make_stream(f"% {number}".encode())
        out = BytesIO()
        pdf.save(out)
    return out.getvalue()


def _side_by_side(name: str, ours: Callable[[int], object], bare: Callable[[int], object], many: int) -> None:
    spent = {"ours": 0.0, "bare": 0.0}
    for begin in range(0, many, BATCH):
        for side, act in (("bare", bare), ("ours", ours)):
            began = time.perf_counter()
            for number in range(begin, min(begin + BATCH, many)):
                act(number)
            spent[side] += time.perf_counter() - began
    ratio = spent["ours"] / spent["bare"]
    each = {side: 1000 * seconds / many for side, seconds in spent.items()}
    print(f"{name}: ours {each['ours']:.1f} ms, pyHanko alone {each['bare']:.1f} ms each; ratio {ratio:.2f}")


if __name__ == "__main__":
    main()

"""``python -m bench.signing``: sealing, checking and remote signing of many small PDFs, as ratios to what is bare.

Sealing and checking: to pyHanko alone in a loop. Each file is checked in a process of its own, which the loop does not
have: so the judging by itself, in one process as the loop's, is a line of its own, and so is the loop's judging in a
process for each file. All look at the same proofs of revocation (those in the file) with the same rules of difference.
Remote signing (CSC): to the token alone, asked for the same signatures.

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

from tinhso.project.cli.place import open_database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.project.settings")
BATCH = 20


def main() -> None:
    """Print seconds and ratios of this machine."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=200)
    files = parser.parse_args().files
    with open_database(), tempfile.TemporaryDirectory() as folder:
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
        with transaction.atomic():
            _sign_remotely(authorities, Path(folder))
            transaction.set_rollback(True)
        connection.close()
        server.shutdown()


def _seal(authorities: Any, files: int) -> list[bytes]:
    from tests.simulators.certificate_authority import PASSWORD
    from tinhso.blocks.identity.tests.makers import a_unit
    from tinhso.blocks.signatures import services
    from tinhso.blocks.signatures.contract import SignatureAsk, SignatureKind
    from tinhso.blocks.units.models import Unit
    from tinhso.kernel import clock
    from tinhso.kernel.actor import program_actor

    clerk, unit = program_actor("bench", rights=["seal"]), Unit.objects.order_by("pk").first() or a_unit("bench")
    key = services.from_file(authorities.p12("con-dau"), PASSWORD)
    given = [_a_pdf(number) for number in range(files)]
    bare = _bare_signer(authorities)
    made: list[bytes] = []

    def ours(number: int) -> None:
        ask = SignatureAsk(f"bench-{number}", f"bench-{number}", SignatureKind.SEAL, visible=False, alone=True)
        row = services.sign_content(
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
    from tinhso.blocks.signatures import services
    from tinhso.blocks.signatures.contract import PadesLevel, SignatureAsk, SignatureKind
    from tinhso.kernel import clock

    key, document = services.from_file(authorities.p12("chu-tich"), PASSWORD), as_pdf(a_report())
    ask = SignatureAsk("bench", "bench", SignatureKind.PERSON, PadesLevel.B_LT)
    return [
        services.sign_pdf(content=document, signer=key, ask=ask, now=clock.now()).content for _number in range(files)
    ]


def _check(authorities: Any, what: str, sealed: list[bytes]) -> None:
    from tinhso.blocks.signatures import queries, services
    from tinhso.blocks.signatures.queries import pdf_validation
    from tinhso.blocks.signatures.services.validation import anchor_data
    from tinhso.kernel import clock
    from tinhso.kernel.apart import Programs

    services.check_file(content=sealed[0], now=clock.now())  # the program starts once
    bare, many = _bare_checker(authorities), len(sealed)
    by_itself: Any = Programs(1, [str(Path(__file__).with_name("bare_checking.py"))])
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.pdf" for number in range(many)]
        for path, content in zip(paths, sealed, strict=True):
            path.write_bytes(content)
        about = {"at": clock.now().isoformat(), "anchors": [anchor_data(one) for one in queries.trust_anchors()]}
        asked = [about | {"by": "bare_checking", "path": str(path)} for path in paths]
        assert by_itself.ask(asked[0])["state"] == "ok"

        def ours(number: int) -> object:
            return services.check_file(content=sealed[number], now=clock.now())

        _side_by_side(f"checking {many} {what}", ours, lambda number: bare(sealed[number]), many)
        _side_by_side(
            " the judging alone",
            lambda number: pdf_validation.look(asked[number]),
            lambda number: bare(sealed[number]),
            many,
        )
        _side_by_side(" both with a process for each file", ours, lambda number: by_itself.ask(asked[number]), many)
    by_itself.stop()
    services.programs.stop()


def _sign_remotely(authorities: Any, folder: Path) -> None:
    """Permissions for twenty hashes each, and their signatures, through the standard's API; beside the token alone."""
    import base64
    from hashlib import sha256

    from django.conf import settings
    from django.test import Client

    from tinhso.blocks.remote_keys import services as remote_keys
    from tinhso.blocks.remote_keys.tests.csc import SHA256, Csc
    from tinhso.blocks.remote_keys.tests.makers import PIN, a_signer

    found = sorted(Path("/usr/lib").glob("**/softhsm/libsofthsm2.so"))
    if not found:
        print("remote signing: not measured, no SoftHSM2 here")
        return
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"], settings.PKCS11_MODULE = str(folder / "softhsm2.conf"), str(found[0])
    settings.ALLOWED_HOSTS = ["testserver"]
    one = a_signer(authorities, "bench")
    csc = Csc(Client(), "bench")
    hashes = [base64.b64encode(sha256(bytes([number])).digest()).decode() for number in range(BATCH)]

    def ours(_number: int) -> None:
        sad = csc.authorize(one, hashes)["SAD"]
        assert len(csc.sign(one, sad, hashes, hashAlgo=SHA256)["signatures"]) == BATCH

    def bare(_number: int) -> None:
        remote_keys.keeper.ask(do="sign", token=one.ref, pin=PIN, digest="sha256", hashes=hashes)

    each = _side_by_side(f"remote signing, {BATCH} documents under one permission", ours, bare, BATCH)
    print(f" {1000 * BATCH / each:.0f} documents a second, one after another")
    remote_keys.keeper.stop()


def _bare_checker(authorities: Any) -> Callable[[bytes], object]:
    from bench import bare_checking

    spec = bare_checking.policy([authorities.certificate("root")])
    return lambda content: bare_checking.judged(content, spec)


def _a_pdf(number: int) -> bytes:
    import pikepdf

    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        page.Contents = pdf.make_stream(f"% {number}".encode())
        out = BytesIO()
        pdf.save(out)
    return out.getvalue()


def _side_by_side(name: str, ours: Callable[[int], object], bare: Callable[[int], object], many: int) -> float:
    """Print both and their ratio; gives ours in milliseconds each."""
    spent = {"ours": 0.0, "bare": 0.0}
    for begin in range(0, many, BATCH):
        for side, act in (("bare", bare), ("ours", ours)):
            began = time.perf_counter()
            for number in range(begin, min(begin + BATCH, many)):
                act(number)
            spent[side] += time.perf_counter() - began
    ratio = spent["ours"] / spent["bare"]
    each = {side: 1000 * seconds / many for side, seconds in spent.items()}
    print(f"{name}: ours {each['ours']:.1f} ms, bare {each['bare']:.1f} ms each; ratio {ratio:.2f}")
    return each["ours"]


if __name__ == "__main__":
    main()

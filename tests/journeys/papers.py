"""Documents of the tiny province that wait for a signature, for the seal, or are issued."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from tests.journeys.world import person, somebody
from tinhso.blocks.signature_requests import queries as requests
from tinhso.blocks.signature_requests import services as signing
from tinhso.blocks.signature_requests.contract import RequestDraft, SignerPlace
from tinhso.blocks.signatures.services import illustrative_key
from tinhso.blocks.signatures.tests.makers import a_pdf
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock


def a_request(title: str = "Cử cán bộ đi học", *, signed: bool = False, issued: bool = False) -> str:
    """A document of the province that waits for its chairman, or for the seal, or is issued; its reference."""
    drafter, now = somebody("thong-ke"), clock.now()
    key = f"world:{title}:{signed}:{issued}"
    draft = RequestDraft(
        key=key,
        about=key,
        kind="Quyết định",
        title=title,
        content=a_pdf(title.encode("ascii", "ignore").decode()),
        notation="QĐ-HS",
        signers=(SignerPlace(person("chu-tich").ref, "TM.", "CHỦ TỊCH"),),
    )
    one = signing.draft_request(draft=draft, unit=Unit.objects.get(ref="T"), by=drafter, now=now)
    if one.state == "draft":
        one = signing.send_request(ref=one.ref, by=drafter, now=now)
        with ThreadPoolExecutor(1) as apart:  # the browser's driver keeps an event loop in this thread
            apart.submit(_sign_request, one.ref, signed or issued, issued).result()
    return one.ref


def _sign_request(ref: str, signed: bool, issued: bool) -> None:
    chairman, clerk, now = somebody("chu-tich"), somebody("van-thu"), clock.now()
    key = illustrative_key("Minh họa", "Minh họa")
    if signed:
        seen = requests.bytes_of(requests.visible_request(ref, by=chairman)).sha256
        signing.sign_turn(ref=ref, sha256=seen, signer=key, by=chairman, now=now)
    if issued:
        signing.seal_document(ref=ref, signer=key, by=clerk, now=now)
    connections.close_all()


def a_signed_document() -> str:
    """The reference by which everybody can check a document that was signed and issued."""
    ref = a_request("Khen thưởng", issued=True)
    return requests.document_of(requests.visible_request(ref, by=somebody("chu-tich")))

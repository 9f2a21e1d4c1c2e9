"""Speaking with a mobile operator (ETSI TS 102 204, SOAP 1.2): who a subscriber is, and asking for a signature.

Messages are written and read with lxml itself: four of them, in one form, do not need a library that builds clients out
of a description fetched from elsewhere. Answers are bounded, entities and the network stay shut.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from lxml import etree

from tinhso.blocks.messaging.services import wire
from tinhso.blocks.remote_keys import queries
from tinhso.blocks.remote_keys.contract import PhoneTrouble
from tinhso.kernel import refs
from tinhso.kernel.errors import Refused

SOAP = "http://www.w3.org/2003/05/soap-envelope"
MSS = "http://uri.etsi.org/TS102204/v1.1.2#"
DS = "http://www.w3.org/2000/09/xmldsig#"
NAMES = {"s": SOAP, "m": MSS, "ds": DS}
PORTS = {
    "MSS_Signature": "MSS_SignaturePort",
    "MSS_StatusQuery": "MSS_StatusQueryPort",
    "MSS_Receipt": "MSS_ReceiptPort",
    "MSS_ProfileQuery": "MSS_ProfilePort",
}
ROOTS = {
    "MSS_Signature": "MSS_SignatureReq",
    "MSS_StatusQuery": "MSS_StatusReq",
    "MSS_Receipt": "MSS_ReceiptReq",
    "MSS_ProfileQuery": "MSS_ProfileReq",
}
SIGNED, OUTSTANDING, OK = ("500", "502"), ("504", "100"), "100"


@dataclass(frozen=True)
class PhoneAnswer:
    """What the operator says of a request: its name for it, a code, and the signature once there is one."""

    transaction: str
    code: str
    signature: bytes = b""


def subscriber_certificates(phone: str, now: datetime) -> list[bytes]:
    """The certificates of a subscriber, DER, the signer's first; refuses a number that cannot sign."""
    message = _mss_message("MSS_ProfileQuery", now)
    _add_mobile_user(message, phone)
    etree.SubElement(message, f"{{{MSS}}}Params").text = "certs"
    answer = _operator_answer("MSS_ProfileQuery", message)
    contents = [
        base64.b64decode(certificate_element.text or "")
        for certificate_element in answer.iterfind(".//ds:X509Certificate", NAMES)
    ]
    if not contents:
        raise phone_refusal(PhoneTrouble.NO_KEY)
    return contents


def ask_phone(*, phone: str, digest: bytes, shown: str, wait: bool, now: datetime) -> PhoneAnswer:
    """Ask for a signature over a SHA-256; ``shown`` is what the handset shows. ``wait``: for the answer itself."""
    seconds = queries.rules().remote.phone_seconds
    mode = "synch" if wait else "asynchClientServer"
    message = _mss_message("MSS_Signature", now, MessagingMode=mode, TimeOut=str(seconds))
    _add_mobile_user(message, phone)
    data = etree.SubElement(message, f"{{{MSS}}}DataToBeSigned", MimeType="application/x-sha256", Encoding="base64")
    data.text = base64.b64encode(digest).decode()
    display = etree.SubElement(message, f"{{{MSS}}}DataToBeDisplayed", MimeType="text/plain", Encoding="UTF-8")
    display.text = shown
    return _phone_answer(_operator_answer("MSS_Signature", message))


def request_status(transaction: str, now: datetime) -> PhoneAnswer:
    """What became of a request."""
    answer = _operator_answer("MSS_StatusQuery", _mss_message("MSS_StatusQuery", now, MSSP_TransID=transaction))
    phone_answer = _phone_answer(answer)
    return PhoneAnswer(transaction, phone_answer.code, phone_answer.signature)


def send_receipt(*, transaction: str, phone: str, words: str, now: datetime) -> None:
    """Let the handset say how it ended."""
    message = _mss_message("MSS_Receipt", now, MSSP_TransID=transaction)
    _add_mobile_user(message, phone)
    etree.SubElement(message, f"{{{MSS}}}Message", MimeType="text/plain", Encoding="UTF-8").text = words
    _operator_answer("MSS_Receipt", message)


def _mss_message(operation: str, now: datetime, **attributes: str) -> Any:
    message = etree.Element(f"{{{MSS}}}{ROOTS[operation]}", MajorVersion="1", MinorVersion="1", nsmap={"mss": MSS})
    for name, value in attributes.items():
        message.set(name, value)
    instant = now.isoformat(timespec="seconds")
    etree.SubElement(
        message,
        f"{{{MSS}}}AP_Info",
        AP_ID=settings.MSS_AP_ID,
        AP_PWD=settings.MSS_AP_PASSWORD,
        AP_TransID=refs.new_ref("T").replace("-", "_"),
        Instant=instant,
    )
    operator = etree.SubElement(etree.SubElement(message, f"{{{MSS}}}MSSP_Info"), f"{{{MSS}}}MSSP_ID")
    etree.SubElement(operator, f"{{{MSS}}}URI").text = settings.MSS_OPERATOR_ID or settings.MSS_URL
    return message


def _add_mobile_user(asked: Any, phone: str) -> None:
    etree.SubElement(etree.SubElement(asked, f"{{{MSS}}}MobileUser"), f"{{{MSS}}}MSISDN").text = phone


def _operator_answer(operation: str, asked: Any) -> Any:
    if not settings.MSS_URL:
        raise Refused("no_operator", _("Chưa cấu hình nhà mạng để ký bằng SIM (TINHSO_MSS_URL)."))
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"s": SOAP})
    etree.SubElement(etree.SubElement(envelope, f"{{{SOAP}}}Body"), operation).append(asked)
    headers = {"Content-Type": "application/soap+xml; charset=utf-8"}
    address = f"{settings.MSS_URL.rstrip('/')}/{PORTS[operation]}"
    seconds = queries.rules().remote.phone_seconds + wire.SECONDS
    try:
        answer = wire.request_url("POST", address, etree.tostring(envelope), headers, seconds=seconds)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        root = etree.fromstring(answer.body, parser)
        if not answer.is_whole or root.getroottree().docinfo.doctype:
            raise ValueError
    except (wire.NotReached, etree.XMLSyntaxError, ValueError) as problem:
        raise phone_refusal(PhoneTrouble.OPERATOR) from problem
    fault = root.find("s:Body/s:Fault", NAMES)
    if fault is not None:
        raise phone_refusal(_phone_trouble(_fault_code(fault)))
    answer_element = root.find("s:Body/*/*", NAMES)
    if answer_element is None:
        raise phone_refusal(PhoneTrouble.OPERATOR)
    return answer_element


def _fault_code(fault: Any) -> str:
    """``mss:_401`` in the innermost subcode."""
    values = [value_element.text or "" for value_element in fault.iterfind(".//s:Subcode/s:Value", NAMES)]
    return values[-1].rpartition(":")[2].lstrip("_") if values else ""


def _phone_answer(told: Any) -> PhoneAnswer:
    code = told.find("m:Status/m:StatusCode", NAMES)
    signature = told.find("m:MSS_Signature/m:Base64Signature", NAMES)
    if code is None:
        raise phone_refusal(PhoneTrouble.OPERATOR)
    value = code.get("Value") or ""
    try:
        content = (
            base64.b64decode("".join((signature.text or "").split()), validate=True) if signature is not None else b""
        )
    except ValueError as problem:
        raise phone_refusal(PhoneTrouble.OPERATOR) from problem
    if value not in (*SIGNED, *OUTSTANDING):
        raise phone_refusal(_phone_trouble(value))
    if value in SIGNED and not content:
        raise phone_refusal(PhoneTrouble.OPERATOR)
    return PhoneAnswer(told.get("MSSP_TransID") or "", value, content)


def _phone_trouble(code: str) -> PhoneTrouble:
    return PhoneTrouble(queries.rules().phone_codes.get(code, PhoneTrouble.OPERATOR))


def phone_refusal(kind: PhoneTrouble) -> Refused:
    """Why a phone did not sign, in words of its own."""
    return Refused(kind, _trouble_texts()[kind])


def words_of(code: str) -> str:
    """The same for a code that was kept; whatever else it is, the operator could not be asked."""
    return _trouble_texts()[PhoneTrouble(code) if code in [*PhoneTrouble] else PhoneTrouble.OPERATOR]


def _trouble_texts() -> Mapping[PhoneTrouble, str]:
    return {
        PhoneTrouble.TIMED_OUT: _("Đã hết giờ chờ: chưa ai trả lời trên điện thoại. Hãy ký lại."),
        PhoneTrouble.REFUSED: _("Người giữ điện thoại đã từ chối ký."),
        PhoneTrouble.WRONG_PIN: _("PIN trên điện thoại sai nhiều lần nên SIM không ký nữa. Hãy hỏi nhà mạng."),
        PhoneTrouble.PHONE_OFF: _("Không liên lạc được điện thoại: tắt máy hoặc ngoài vùng phủ sóng."),
        PhoneTrouble.UNKNOWN_NUMBER: _("Nhà mạng không biết số điện thoại này."),
        PhoneTrouble.NO_KEY: _("SIM của số này chưa đăng ký chữ ký số."),
        PhoneTrouble.NOT_ALLOWED: _("Nhà mạng không nhận yêu cầu của tỉnh; hãy báo người vận hành."),
        PhoneTrouble.OPERATOR: _("Nhà mạng không trả lời đúng; hãy thử lại sau."),
        PhoneTrouble.BAD_SIGNATURE: _("Chữ ký nhận được không khớp với chứng thư của số này; không dùng được."),
    }

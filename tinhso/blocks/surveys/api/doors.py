"""One view for each address of ODK Central's interface, and its answers as JSON."""

import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from tinhso.blocks.surveys.api import callers
from tinhso.kernel.errors import Refused

Handler = Callable[..., Any]


def json_answer(told: Any, status: int = 200) -> HttpResponse:
    """``told`` as JSON."""
    text = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False)
    return HttpResponse(text, status=status, content_type="application/json; charset=utf-8")


def view_by_method(**handlers: Handler) -> Callable[..., HttpResponse]:
    """A view of one handler for each method; a handler gives a response, or what becomes JSON."""

    @csrf_exempt  # a key acts here, never a browser's session
    def view(request: HttpRequest, **named: str) -> HttpResponse:
        handler = handlers.get("GET" if request.method == "HEAD" else request.method or "")
        try:
            if handler is None:
                raise Refused("no_such_method", _("Địa chỉ này không nhận yêu cầu kiểu ấy."))
            result = handler(request, **{name: value.replace("\0", "") for name, value in named.items()})
        except Refused as refusal:
            status = callers.status_of(refusal)
            body = {"message": refusal.message, "code": float(f"{status}.1"), "details": {"reason": refusal.code}}
            result = json_answer(body, status)
        except RequestDataTooBig:
            result = json_answer({"message": _("Nội dung gửi lên quá lớn."), "code": 413.1}, 413)
        answer: HttpResponse = (
            result if isinstance(result, HttpResponse) or hasattr(result, "streaming") else json_answer(result)
        )
        answer.headers.setdefault("Cache-Control", "private, no-store")
        return answer

    return view


def request_body(request: HttpRequest) -> bytes:
    """The body, also of a client that does not say beforehand how long it is (pyodk): Django would read nothing."""
    if request.headers.get("Transfer-Encoding", "").lower() != "chunked":
        return request.read()
    content: bytes = request.META["wsgi.input"].read(settings.LARGEST_REQUEST + 1)
    if len(content) > settings.LARGEST_REQUEST:
        raise Refused("too_big", _("Nội dung gửi lên quá lớn."))
    return content

"""What a program asks Open311 for, read with care: every fault has a sentence, nothing is guessed."""

import math
import re
from datetime import datetime

from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from tinhso.blocks.identity import queries as identity
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.society.field_reports.queries import open311
from tinhso.society.field_reports.queries.open311 import MOST, Open311Query
from tinhso.society.field_reports.queries.open311_rules import interface
from tinhso.society.field_reports.services.open311 import Open311Submission, PartnerUpdate

A_MINUTE = 60
FARTHEST_PAGE = 10_000
ANSWER = re.compile(r"attribute\[([\w.-]{1,60})\](\[\])?")
NAMED_BY = ("attribute[fixmystreet_id]", "attribute[external_id]")
STATES = {"open": "open", "closed": "closed", "fixed": "closed", "": ""}
LANGUAGES = ("vi", "en")


def api_actor(request: HttpRequest) -> Actor:
    """The program behind ``api_key`` or a bearer's token, or a stranger; a person's session opens nothing here."""
    actor: Actor = getattr(request, "actor", NOBODY)
    key = (request.POST.get("api_key") or request.GET.get("api_key") or "").strip()
    if key:
        actor = identity.actor_of_token(key, address=actor.address, now=clock.now())
        if actor.kind != "program":
            raise Forbidden("no_key", _("Mã truy cập (api_key) sai, đã hết hạn hoặc đã thu hồi."))
        return actor
    return actor if actor.kind == "program" else Actor(ref="", name=NOBODY.name, kind="nobody", address=actor.address)


def count_read(by: Actor) -> None:
    """Refuse who reads too often. Counted in this process alone: reading must not cost a write."""
    name = f"open311.{by.ref or by.address}.{int(clock.now().timestamp()) // A_MINUTE}"
    cache.add(name, 0, A_MINUTE * 2)
    if cache.incr(name) > interface().reads_per_minute:
        raise Refused("too_often", _("Đọc quá nhiều lần trong một phút. Hãy chờ rồi thử lại."))


def request_language(request: HttpRequest) -> str:
    """The language asked for with ``locale``; Vietnamese else."""
    text = str(request.GET.get("locale") or request.POST.get("locale") or "vi")[:2]
    return text if text in LANGUAGES else "vi"


def check_jurisdiction(request: HttpRequest) -> None:
    """Refuse a client that means another place."""
    text = request.GET.get("jurisdiction_id") or request.POST.get("jurisdiction_id") or ""
    if text and text not in open311.jurisdictions(request.get_host()):
        raise Refused("unknown_jurisdiction", _("Không có địa bàn “%(name)s” ở đây."), name=text[:60])


def search_of_request(request: HttpRequest) -> Open311Query:
    """What a search is for."""
    query_params = request.GET
    first, last = _moment_param(query_params, "start_date"), _moment_param(query_params, "end_date")
    if first and last and last - first > open311.LONGEST:
        raise Refused("too_long", _("Khoảng thời gian dài nhất là 90 ngày."))
    statuses = _list_param(query_params, "status")
    if not set(statuses) <= {"open", "closed"}:
        raise Refused("bad_value", _("“%(name)s” sai dạng."), name="status")
    return Open311Query(
        ids=_list_param(query_params, "service_request_id"),
        categories=_list_param(query_params, "service_code"),
        statuses=statuses,
        first=first,
        last=last,
        changed_after=_moment_param(query_params, "updated_after"),
        changed_before=_moment_param(query_params, "updated_before"),
        around=_search_circle(query_params),
        words=_text_param(query_params, "q", 100),
        page=page_and_size(request)[0],
        size=page_and_size(request)[1],
    )


def page_and_size(request: HttpRequest) -> tuple[int, int]:
    """Which page is asked for, from 1, and how much stands on one."""
    return _number_param(request.GET, "page", 1, FARTHEST_PAGE), _number_param(request.GET, "page_size", MOST, MOST)


def update_span(request: HttpRequest) -> tuple[datetime, datetime]:
    """From when to when updates are asked for."""
    first, last = _moment_param(request.GET, "start_date"), _moment_param(request.GET, "end_date")
    first, last = open311.search_span(first, last, clock.now())
    if last - first > open311.LONGEST:
        raise Refused("too_long", _("Khoảng thời gian dài nhất là 90 ngày."))
    return first, last


def submitted_report(request: HttpRequest) -> Open311Submission:
    """A report in the body."""
    form_fields = request.POST
    longitude, latitude = _degrees_param(form_fields, "long", 180), _degrees_param(form_fields, "lat", 90)
    if (longitude is None) != (latitude is None):
        raise Refused("half_a_place", _("Hãy gửi cả lat và long."))
    names = (_text_param(form_fields, "first_name", 80), _text_param(form_fields, "last_name", 80))
    answers = {
        match[1]: [answer_text.replace("\0", "") for answer_text in form_fields.getlist(name)]
        for name in form_fields
        if (match := ANSWER.fullmatch(name))
    }
    return Open311Submission(
        category=_text_param(form_fields, "service_code", 40),
        text=_text_param(form_fields, "description", 4000),
        longitude=longitude,
        latitude=latitude,
        address=_text_param(form_fields, "address_string", 300),
        commune=_text_param(form_fields, "address_id", 40),
        email=_text_param(form_fields, "email", 254),
        phone=_text_param(form_fields, "phone", 30),
        person=" ".join(filter(None, names)),
        language=request_language(request),
        name=_submission_name(request),
        answers=answers,
        links=tuple(link for link in form_fields.getlist("media_url") if link.startswith(("http://", "https://"))),
    )


def submitted_photos(request: HttpRequest) -> list["UploadedFile[bytes]"]:
    """Files that came with a report."""
    return [file for name in request.FILES for file in request.FILES.getlist(name)]


def update_of_request(request: HttpRequest) -> PartnerUpdate:
    """An update in the body."""
    form_fields = request.POST
    state = _text_param(form_fields, "status", 40).lower()
    return PartnerUpdate(
        report=_text_param(form_fields, "service_request_id", 40),
        name=_text_param(form_fields, "update_id", 80),
        text=_text_param(form_fields, "description", 2000),
        state=STATES.get(state, "open"),
    )


def _submission_name(request: HttpRequest) -> str:
    candidate_names = [request.headers.get("Idempotency-Key", ""), *(request.POST.get(name, "") for name in NAMED_BY)]
    return next((candidate_name for candidate_name in candidate_names if candidate_name), "")[:200]


def _text_param(given: QueryDict, name: str, longest: int) -> str:
    return given.get(name, "").replace("\0", "").strip()[:longest]


def _list_param(given: QueryDict, name: str) -> tuple[str, ...]:
    parts = [
        part.strip()[:60] for param_text in given.getlist(name) for part in param_text.replace("\0", "").split(",")
    ]
    return tuple(filter(None, parts))[:MOST]


def _number_param(given: QueryDict, name: str, usual: int, most: int) -> int:
    text = _text_param(given, name, 20)
    if text and not (re.fullmatch(r"[0-9]{1,9}", text) and int(text) > 0):
        raise Refused("bad_value", _("“%(name)s” sai dạng."), name=name)
    return min(int(text), most) if text else usual


def _degrees_param(given: QueryDict, name: str, most: float) -> float | None:
    text = _text_param(given, name, 40)
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not -most <= value <= most:
        raise Refused("bad_value", _("“%(name)s” sai dạng."), name=name)
    return value


def _search_circle(given: QueryDict) -> tuple[float, float, float] | None:
    longitude, latitude = _degrees_param(given, "long", 180), _degrees_param(given, "lat", 90)
    if longitude is None or latitude is None:
        return None
    return longitude, latitude, float(_number_param(given, "radius", 1000, 50_000))


def _moment_param(given: QueryDict, name: str) -> datetime | None:
    """A time with its offset; a bare day begins at midnight, and a time without an offset is ours."""
    text = _text_param(given, name, 40).replace(" ", "+")  # a plus sign that nobody escaped
    if not text:
        return None
    try:
        moment = parse_datetime(text)
        day = parse_date(text) if moment is None else None
    except ValueError:
        moment = day = None
    if moment is None and day is not None:
        moment = datetime(day.year, day.month, day.day, tzinfo=clock.VIETNAM)
    if moment is None or not 1970 <= moment.year <= 2200:
        raise Refused("bad_value", _("“%(name)s” sai dạng."), name=name)
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.VIETNAM)

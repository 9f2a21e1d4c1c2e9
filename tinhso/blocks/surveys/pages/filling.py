"""Filling a survey in: a page that works without script, with it also without a network."""

import re
import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.blocks.surveys import queries, services
from tinhso.blocks.surveys.contract import Survey
from tinhso.blocks.surveys.models import Version
from tinhso.blocks.surveys.queries import drawing, judging, posted, triggering
from tinhso.blocks.surveys.queries.evaluating import FormNode
from tinhso.blocks.surveys.queries.judging import AnswerProblem
from tinhso.blocks.surveys.queries.xform import SurveyForm
from tinhso.blocks.surveys.services import NotRight
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.ui.actors import actor_of

QUEUE = "X-Survey-Queue"  # a request of the script that sends what was filled in without a network
INSTANCE = re.compile(r"uuid:[0-9a-f-]{36}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)")
KEEP_DAYS = "60"  # a phone may be without a network for weeks
LATEST = 50


@require_safe
@login_required
def surveys_page(request: HttpRequest) -> HttpResponse:
    """The surveys that one may fill in, and those that one looks after."""
    by = actor_of(request)
    fillable, visible = queries.fillable_surveys(by), queries.visible_surveys(by)
    if not fillable and not visible:
        raise Forbidden("may_not_fill", _("Bạn không thuộc những người điền phiếu nào."))
    newest = queries.newest_versions([survey.code for survey in (*fillable, *visible)])
    context = {
        "fillable": [(survey, queries.name_of(survey), newest.get(survey.code)) for survey in fillable],
        "visible": [(survey, queries.name_of(survey), newest.get(survey.code)) for survey in visible],
    }
    answer = render(request, "surveys/index.html", context)
    if visible:
        patch_cache_control(answer, no_store=True, private=True)
    else:
        answer["X-Keep-Days"] = KEEP_DAYS
    return answer


@never_cache
@require_safe
@login_required
def own_forms_page(request: HttpRequest) -> HttpResponse:
    """What one sent."""
    by = actor_of(request)
    rows = list(queries.own_forms(by)[:LATEST])
    names = {filled_in.survey: queries.survey_name(filled_in.survey) for filled_in in rows}
    return render(
        request,
        "surveys/mine.html",
        {"rows": [(filled_in, names[filled_in.survey]) for filled_in in rows], "most": LATEST},
    )


@never_cache
@require_safe
def submission_token(request: HttpRequest) -> HttpResponse:
    """What the script needs before it sends: whose forms it may send now, and the token against forged requests."""
    by = actor_of(request)
    if by.kind != "person":
        return _log_in_first()
    return JsonResponse({"token": get_token(request), "owner": queries.owner_tag(by)})


def _log_in_first() -> HttpResponse:
    return JsonResponse({"code": "log_in", "message": _("Hãy đăng nhập để gửi.")}, status=401)


@require_http_methods(["GET", "HEAD", "POST"])
def fill_page(request: HttpRequest, code: str) -> HttpResponse:
    """The form of a survey."""
    by = actor_of(request)
    if QUEUE in request.headers and by.kind != "person":
        return _log_in_first()
    if QUEUE in request.headers and request.headers[QUEUE] != queries.owner_tag(by):
        return JsonResponse({"code": "other_owner", "message": _("Phiếu này do người khác điền.")}, status=409)
    return _fill_survey(request, code)


@login_required
def _fill_survey(request: HttpRequest, code: str) -> HttpResponse:
    by = actor_of(request)
    try:
        survey = queries.survey(code)
        queries.must_fill(survey, by)
        return (
            _handle_submission(request, survey, by)
            if request.method == "POST"
            else _empty_form_response(request, survey, by)
        )
    except Refused as refusal:
        if QUEUE not in request.headers:
            raise
        return _refusal_for_queue(refusal)


def _empty_form_response(request: HttpRequest, survey: Survey, by: Actor) -> HttpResponse:
    version = queries.current_version(survey.code)
    if version is None:
        raise Refused("no_version", _("Phiếu này chưa được phát hành."))
    form = queries.form_of(version)
    node = judging.blank_node(form.root, _form_metadata(request, by))
    judging.put_in_defaults(form, node, now=clock.now(), outside=queries.outside_lists(survey, by, version))
    answer = _fill_form_response(request, survey, version, node, instance=f"uuid:{uuid.uuid4()}", by=by)
    answer["X-Keep-Days"] = KEEP_DAYS
    return answer


def _refusal_for_queue(refusal: Refused) -> HttpResponse:
    """A refusal for the queue, which keeps the form and shows this beside it."""
    problems = refusal.problems if isinstance(refusal, NotRight) else []
    rows = [
        {"key": answer_problem.key, "label": answer_problem.label, "message": answer_problem.message}
        for answer_problem in problems
    ]
    return JsonResponse({"code": refusal.code, "message": refusal.message, "problems": rows}, status=422)


def _page_language() -> str:
    return "en" if (get_language() or "vi").startswith("en") else "vi"


def _form_metadata(request: HttpRequest, by: Actor) -> dict[str, str]:
    """What a phone would put in: when, on what, by whom. Moments are what the device's clock said, if it said so."""
    now = clock.local(clock.now()).isoformat(timespec="seconds")
    values = {name: request.POST.get(f"{name}ed_at", "") for name in ("start", "end")}
    moments = {name: moment if MOMENT.fullmatch(moment) else now for name, moment in values.items()}
    return {
        **moments,
        "today": moments["end"][:10],
        "deviceid": "web",
        "username": by.name,
        "uid": "",
        "phonenumber": "",
        "email": "",
    }


def _fill_form_response(
    request: HttpRequest,
    survey: Survey,
    version: Version,
    node: FormNode,
    *,
    instance: str,
    by: Actor,
    problems: Sequence[AnswerProblem] = (),
    lost: bool = False,
    status: int = 200,
) -> HttpResponse:
    form, language = queries.form_of(version), _page_language()
    outside = queries.outside_lists(survey, by, version)
    laid = judging.settled_form(form, node, now=clock.now(), outside=outside, language=language, patterns=True)
    laid.problems = list(problems)
    questions = drawing.page_questions(laid, language)
    context = {
        "survey": survey,
        "title": queries.name_of(survey),
        "version": version,
        "questions": questions,
        "problems": laid.problems,
        "instance": instance,
        "lost": lost,
        "started": request.POST.get("started_at", "") or clock.local(clock.now()).isoformat(timespec="seconds"),
        "spec": drawing.script_spec(form, laid.context.instances, language, code=survey.code),
        "owner": queries.owner_tag(by),
    }
    return render(request, "surveys/fill.html", context, status=status)


def _handle_submission(request: HttpRequest, survey: Survey, by: Actor) -> HttpResponse:
    queued = QUEUE in request.headers
    text = request.POST.get("instance", "")
    instance = text if INSTANCE.fullmatch(text) else f"uuid:{uuid.uuid4()}"
    filled_in = queries.filled_in(survey.code, instance)
    if (
        filled_in is not None and filled_in.by == by.ref
    ):  # sent twice, by a queue that heard no answer or a double click
        return _after_submission(request, filled_in.ref, queued)
    version = queries.version_by_name(survey.code, request.POST.get("version", ""))
    form = queries.form_of(version)
    names, uploads = _photo_files(request, instance)
    meta, outside = _form_metadata(request, by), queries.outside_lists(survey, by, version)
    node = posted.node_of(form, request.POST, names, meta)
    before = posted.before(form, request.POST, names, meta)
    triggering.put_in(form, node, before, now=clock.now(), outside=outside, language=_page_language())
    if (act := request.POST.get("do", "")).startswith(("add:", "drop:")):
        row = _change_rows(form, node, act)
        if row is not None:
            judging.put_in_defaults(form, node, now=clock.now(), outside=outside, row=row)
        return _fill_form_response(request, survey, version, node, instance=instance, by=by, lost=bool(uploads))
    judging.put_in_defaults(form, node, now=clock.now(), outside=outside, unasked=True)
    try:
        survey_submission = services.take_form(
            survey=survey.code,
            xml=posted.xml_of(form, node, instance=instance),
            files=uploads,
            by=by,
            now=clock.now(),
        )
    except Refused as refusal:
        return _refusal_response(request, survey, version, node, instance, refusal, queued)
    return _after_submission(request, survey_submission.ref, queued)


def _after_submission(request: HttpRequest, ref: str, queued: bool) -> HttpResponse:
    if queued:
        return JsonResponse({"ref": ref, "address": reverse("surveys:one", args=[ref])}, status=201)
    messages.success(request, _("Đã nhận phiếu %(ref)s.") % {"ref": ref})
    return redirect("surveys:mine")


def _refusal_response(
    request: HttpRequest,
    survey: Survey,
    version: Version,
    node: FormNode,
    instance: str,
    refusal: Refused,
    queued: bool,
) -> HttpResponse:
    problems = refusal.problems if isinstance(refusal, NotRight) else []
    if queued:
        return _refusal_for_queue(refusal)
    request.refusal = refusal  # type: ignore[attr-defined]  # for whoever writes refusals down
    if not problems:
        messages.error(request, refusal.message)
    by, lost = actor_of(request), bool(request.FILES)
    return _fill_form_response(
        request, survey, version, node, instance=instance, by=by, problems=problems, lost=lost, status=422
    )


def _photo_files(request: HttpRequest, instance: str) -> tuple[dict[str, str], dict[str, bytes]]:
    """The names that photos take, by the key of their question, and their bytes by name."""
    names: dict[str, str] = {}
    uploads: dict[str, bytes] = {}
    for name, file in request.FILES.items():
        if name.startswith("q.") and isinstance(file, UploadedFile) and file.size:
            key = name.removeprefix("q.")
            names[key] = posted.file_name(instance, key, file.name or "")
            uploads[names[key]] = file.read()
    return names, uploads


def _change_rows(form: SurveyForm, node: FormNode, act: str) -> FormNode | None:
    """Add a row to a repeat, or take one away, for a page without script; gives the row that was added."""
    verb, _colon, key = act.partition(":")
    way = key.split(".")
    number = way.pop() if verb == "drop" else ""
    name = way.pop() if way else ""
    at = _repeat_holder(node, way)
    question = next(
        (
            survey_question
            for survey_question in form.root.all()
            if survey_question.name == name and survey_question.kind == "repeat"
        ),
        None,
    )
    if at is None or question is None:
        return None
    rows = [form_node for form_node in at.children if form_node.name == name]
    if verb == "add" and len(rows) < posted.MOST_ROWS:
        return at.add(judging.blank_node(question))
    if number.isdecimal() and int(number) < len(rows):
        at.children.remove(rows[int(number)])
    return None


def _repeat_holder(node: FormNode, way: list[str]) -> FormNode | None:
    """The group or row that holds a repeat: names, each followed by a number where it is a row."""
    at, parts = node, list(way)
    while parts:
        name = parts.pop(0)
        number = int(parts.pop(0)) if parts and parts[0].isdecimal() else 0
        form_nodes = [form_node for form_node in at.children if form_node.name == name]
        if number >= len(form_nodes):
            return None
        at = form_nodes[number]
    return at

"""Telling in two steps: a photo and the place; then, beside what was told of there already, what it is and by whom."""

from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.society.field_reports import services
from tinhso.society.field_reports.contract import Attached, Channel, ReportDraft
from tinhso.society.field_reports.models import Picture
from tinhso.society.field_reports.pages import placing
from tinhso.society.field_reports.pages.params import parse_degrees
from tinhso.society.field_reports.queries import places, secrets, suggesting
from tinhso.society.field_reports.queries.placing import MapView
from tinhso.society.field_reports.queries.rules import categories_on, rules
from tinhso.ui.actors import actor_of
from tinhso.ui.request_params import posted_field, posted_files, query_param

SALT, AN_HOUR = "field_reports.kept", 3 * 3600


@dataclass
class FirstStepDraft:
    """What the first step told; it travels in the form, its files sealed so that nobody slips in somebody else's."""

    request: str = ""
    files: list[list[str]] = field(default_factory=list)
    longitude: float | None = None
    latitude: float | None = None
    commune: str = ""
    address: str = ""
    by_photo: bool = False

    @property
    def sealed(self) -> str:
        """The files and the name of this telling, as the second step's form carries them."""
        return signing.dumps({"request": self.request, "files": self.files}, salt=SALT)


def unsealed_draft(text: str) -> tuple[str, list[list[str]]]:
    """What the second step brought back; refuses what we did not seal, or too long ago."""
    try:
        draft_data = signing.loads(text, salt=SALT, max_age=AN_HOUR)
    except signing.BadSignature as problem:
        raise Refused("stale_form", _("Trang đã mở quá lâu. Hãy bắt đầu lại.")) from problem
    return str(draft_data["request"]), [[str(sha), str(kind)] for sha, kind in draft_data["files"]]


@require_http_methods(["GET", "HEAD", "POST"])
def report_form_page(request: HttpRequest) -> HttpResponse:
    """Both steps of telling; each is one form that works without script."""
    if not rules().front.online or not categories_on(clock.today()):
        return render(request, "field_reports/closed.html", status=503)
    if request.method != "POST":
        return _place_step(request, FirstStepDraft(request=token_urlsafe(18)))
    try:
        if placing.is_map_move(request):
            return _move_pin(request)
        if request.POST.get("step") == "send":
            return _submit_report(request)
        return _details_step(request, _read_first_step(request))
    except Refused as refusal:
        return _refused_step(request, refusal)


def _place_step(request: HttpRequest, begun: FirstStepDraft, refusal: Refused | None = None) -> HttpResponse:
    context = {
        "begun": begun,
        "communes": places.communes(clock.today()),
        "numbers": rules().front,
        "place": placing.placing_island(),
        "refusal": refusal,
    }
    return render(request, "field_reports/tell_place.html", context, status=200 if refusal is None else 422)


def _refused_step(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The step that was refused once more, with what was typed in it."""
    if request.POST.get("step") != "send":
        begun = FirstStepDraft(
            request=posted_field(request, "request", 60) or token_urlsafe(18),
            commune=posted_field(request, "commune", 40),
        )
        begun.address = posted_field(request, "address", 300)
        return _place_step(request, begun, refusal)
    try:
        text, files = unsealed_draft(request.POST.get("sealed", ""))
    except Refused as stale:
        return _place_step(request, FirstStepDraft(request=token_urlsafe(18)), stale)
    begun = _with_place(request, FirstStepDraft(request=text, files=files))
    return _details_step(request, begun, refusal)


def _with_place(request: HttpRequest, begun: FirstStepDraft) -> FirstStepDraft:
    begun.longitude = parse_degrees(request.POST.get("longitude", ""))
    begun.latitude = parse_degrees(request.POST.get("latitude", ""))
    begun.commune, begun.address = posted_field(request, "commune", 40), posted_field(request, "address", 300)
    return begun


def _read_first_step(request: HttpRequest) -> FirstStepDraft:
    """Take in the photos and find the place: as told, else as the photo knows it, else by the commune."""
    now, by = clock.now(), actor_of(request)
    services.take_turn(by=by, now=now)
    begun = _with_place(request, FirstStepDraft(request=posted_field(request, "request", 60) or token_urlsafe(18)))
    pictures = _keep_photos(request, by)
    begun.files = [[photo.original.sha256, "photo"] for photo in pictures]
    begun.files += [[keep_voice.sha256, "voice"] for keep_voice in _keep_voices(request, by)]
    if begun.longitude is None or begun.latitude is None:
        begun.longitude = begun.latitude = None
        picture = next((candidate for candidate in pictures if candidate.longitude is not None), None)
        if picture is not None and not begun.commune:
            begun.longitude, begun.latitude, begun.by_photo = picture.longitude, picture.latitude, True
    _draft_commune(begun)
    return begun


def _keep_photos(request: HttpRequest, by: Actor) -> list[Picture]:
    uploads, most = posted_files(request, "photo"), rules().front.photos
    if len(uploads) > most:
        raise Refused("too_many_files", _("Gửi nhiều nhất %(most)s ảnh một lần."), most=most)
    keeper, now = services.reporting_actor(by), clock.now()
    return [
        services.keep_photo(upload=upload, file_name=upload.name or "anh.jpg", by=keeper, now=now) for upload in uploads
    ]


def _keep_voices(request: HttpRequest, by: Actor) -> list[Any]:
    uploads = posted_files(request, "voice")[:1]
    return [services.keep_voice(upload=upload, by=services.reporting_actor(by), now=clock.now()) for upload in uploads]


def _draft_commune(begun: FirstStepDraft) -> Unit:
    day = clock.today()
    if begun.longitude is not None and begun.latitude is not None:
        return places.commune_at(begun.longitude, begun.latitude, day)
    return places.commune(begun.commune, day)


def _move_pin(request: HttpRequest) -> HttpResponse:
    """Somebody clicked on the map of the second step: everything stays as it was typed, but for the place."""
    text, files = unsealed_draft(request.POST.get("sealed", ""))
    begun = _with_place(request, FirstStepDraft(request=text, files=files))
    point, view, refusal = placing.pin_after_move(request)
    if point is not None:
        begun.longitude, begun.latitude = point
    return _details_step(request, begun, refusal, view)


def _details_step(
    request: HttpRequest, begun: FirstStepDraft, refusal: Refused | None = None, view: MapView | None = None
) -> HttpResponse:
    """What was told of around there already, and the questions that are left."""
    now, text = clock.now(), posted_field(request, "text", 4000)
    where = _draft_commune(begun)
    if begun.longitude is not None and begun.latitude is not None:
        near = places.nearby_reports(begun.longitude, begun.latitude, posted_field(request, "category", 40), text, now)
    else:
        near = places.in_commune(where.ref, text, now)
    hashes = [sha for sha, kind in begun.files if kind == "photo"]
    by = actor_of(request)
    context = {
        "begun": begun,
        "where": where,
        "near": near,
        "pictures": Picture.objects.filter(original__sha256__in=hashes),
        "has_voice": any(kind == "voice" for _sha, kind in begun.files),
        "categories": categories_on(clock.today()),
        "suggested": [category.code for category in suggesting.suggest_categories(text, clock.today())],
        "told": {name: posted_field(request, name, 4000) for name in ("text", "category", "contact", "name")},
        "needs_contact": by.kind != "person",
        "refusal": refusal,
        "place_open": view is not None or begun.longitude is None,
    } | _details_map(begun, view)
    return render(request, "field_reports/tell_what.html", context, status=200 if refusal is None else 422)


def _details_map(begun: FirstStepDraft, view: MapView | None) -> dict[str, Any]:
    """The map of the second step: where the pin stands, else the commune that was chosen."""
    has_position = begun.longitude is not None and begun.latitude is not None
    point = (begun.longitude or 0.0, begun.latitude or 0.0) if has_position else None
    return placing.map_context(point, view, begun.commune)


def _submit_report(request: HttpRequest) -> HttpResponse:
    """Hand it in: sent again, it is the same report."""
    now, by = clock.now(), actor_of(request)
    text, files = unsealed_draft(request.POST.get("sealed", ""))
    begun = _with_place(request, FirstStepDraft(request=text, files=files))
    draft = ReportDraft(
        request=f"web:{begun.request}",
        channel=Channel.WEB,
        text=posted_field(request, "text", 4000),
        category=posted_field(request, "category", 40),
        longitude=begun.longitude,
        latitude=begun.latitude,
        address=begun.address,
        commune=begun.commune,
        sender_name=posted_field(request, "name", 200),
        contact=posted_field(request, "contact", 254),
        attachments=tuple(Attached(sha, kind) for sha, kind in begun.files),
        language=get_language() or "vi",
    )
    report = services.submit_report(draft=draft, by=by, now=now)
    return redirect("field_reports:mine", report.ref, secrets.key_of(report))


@require_safe
def suggest_categories(request: HttpRequest) -> JsonResponse:
    """For the form, while somebody types: which categories the words sound like."""
    text = query_param(request, "text", 1000)
    return JsonResponse(
        {"categories": [category.code for category in suggesting.suggest_categories(text, clock.today())]}
    )

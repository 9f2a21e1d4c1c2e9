"""Many documents in one confirmation: each is listed and can be opened; one that fails stops no other."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.blocks.signature_requests import queries, services
from tinhso.blocks.signature_requests.models import Request
from tinhso.blocks.signature_requests.pages.form_input import for_desk, one_at_a_time, way_fields, ways_for
from tinhso.blocks.signatures import services as signing
from tinhso.blocks.signatures.contract import SignatureKind
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.request_params import param_list, posted_field


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@for_desk
def sign_many_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """What I ticked, item by item, with what is signed of each; confirming signs them, and says what became of each."""
    if request.method == "POST":
        return _sign_chosen(request, by)
    refs = param_list(request, "ref", most=queries.rules().flow.batch)
    chosen = list(queries.requests_to_sign(by).filter(ref__in=refs))
    if not chosen:
        return redirect("signature_requests:waiting")
    return render(request, "signature_requests/many.html", _signing_context(chosen, by))


def _signing_context(chosen: list[Request], by: Actor) -> dict[str, object]:
    now = clock.now()
    lines = [(request, queries.bytes_of(request).sha256, queries.is_late(request, now)) for request in chosen]
    unit = chosen[0].unit if chosen else None
    return {
        "lines": lines,
        "ways": ways_for(SignatureKind.PERSON, unit, by, many=True) if unit else [],
        "one_at_a_time": one_at_a_time(unit, by) if unit else [],
    }


def _sign_chosen(request: HttpRequest, by: Actor) -> HttpResponse:
    item_parts = (line.replace("\0", "").partition("#") for line in request.POST.getlist("item"))
    values = {ref: sha256 for ref, _mark, sha256 in item_parts}
    requests_by_key = {
        signing_request.ref: signing_request for signing_request in queries.visible_to(by).filter(ref__in=list(values))
    }
    first, way = next(iter(requests_by_key.values()), None), posted_field(request, "way", 40)
    if first is None:
        return redirect("signature_requests:waiting")
    try:
        count = len(values)
        with signing.open_key(
            way, way_fields(request, way), kind=SignatureKind.PERSON, unit=first.unit, by=by, count=count
        ) as signer:
            outcomes = services.sign_many(wanted=list(values.items()), signer=signer, by=by, now=clock.now())
    except Refused as refusal:  # the key did not open: nothing was signed, and the same list is there
        again = _signing_context(list(queries.requests_to_sign(by).filter(ref__in=list(values))), by)
        return render(
            request, "signature_requests/many.html", again | {"refused": refusal.message, "way": way}, status=409
        )
    left = [signing_outcome for signing_outcome in outcomes if signing_outcome.why]
    context = {"outcomes": outcomes, "left": left, "done": len(outcomes) - len(left)}
    return render(request, "signature_requests/many_done.html", context)


@never_cache
@require_safe
@for_desk
def progress_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """How many of the ticked ones no longer wait for me, while a confirmation is at work."""
    refs = param_list(request, "ref", most=queries.rules().flow.batch)
    waits = queries.requests_to_sign(by).filter(ref__in=refs).count()
    return JsonResponse({"done": len(set(refs)) - waits, "of": len(set(refs))})

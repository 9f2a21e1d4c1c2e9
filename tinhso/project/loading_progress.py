"""How far the loading of a province is, while its pages are served already: written by the command that loads, read by
the pages, in a file with the data."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.ui.banners import Banner

FILE = "loading.json"


class StepState(StrEnum):
    """Where a step of loading is."""

    WAITING = "waiting"
    LOADING = "loading"
    READY = "ready"


@dataclass(frozen=True)
class LoadingStep:
    """A step of loading: its title in Vietnamese, where it is, and once it is ready how many seconds it took."""

    title: str
    state: StepState
    seconds: float


def write_progress(steps: Sequence[LoadingStep]) -> None:
    """Put down how far loading is; whoever reads meanwhile sees the former state or this one."""
    path = progress_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps([asdict(step) for step in steps], ensure_ascii=False)
    draft = path.with_suffix(".new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def read_progress() -> list[LoadingStep]:
    """The steps as they were last put down; empty where nothing was ever loaded here."""
    try:
        values = json.loads(progress_path().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return [LoadingStep(value["title"], StepState(value["state"]), value["seconds"]) for value in values]


def forget_progress() -> None:
    """Say that nothing is loaded: the database is new."""
    progress_path().unlink(missing_ok=True)


def is_loaded() -> bool:
    """Whether every step was ready when loading was last at work."""
    steps = read_progress()
    return bool(steps) and all(step.state is StepState.READY for step in steps)


def progress_path() -> Path:
    """The file that holds the progress."""
    return Path(settings.VAR) / FILE


def loading_banner() -> Banner | None:
    """What every page says while the province is being loaded; None once it is."""
    steps = read_progress()
    ready_count = sum(step.state is StepState.READY for step in steps)
    if ready_count == len(steps):
        return None
    text = _("Đang nạp dữ liệu: xong %(ready)d/%(all)d phần, số liệu trên các trang còn thay đổi.")
    return Banner(text % {"ready": ready_count, "all": len(steps)}, reverse("loading"), _("Xem tiến độ"))


@require_safe
@never_cache
def loading_page(request: HttpRequest) -> HttpResponse:
    """Which parts of the province are loaded, which is being loaded, and what one can do meanwhile."""
    steps = read_progress()
    ready_count = sum(step.state is StepState.READY for step in steps)
    context = {
        "steps": [
            {"title": _(step.title), "state": step.state.value, "whole_seconds": round(step.seconds)} for step in steps
        ],
        "ready_count": ready_count,
        "is_loaded": ready_count == len(steps),
    }
    return render(request, "project/loading.html", context)

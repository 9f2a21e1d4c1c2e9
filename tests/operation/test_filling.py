"""A province is loaded in two parts: what pages need, then all the rest, step by step, and none of it twice."""

import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.operation.test_healing import WAITS, Watched, numbers
from tinhso.blocks.indicators.models import Domain
from tinhso.project import loading_progress
from tinhso.project.cli import filling
from tinhso.project.cli.filling import FillingStep
from tinhso.project.loading_progress import LoadingStep, StepState

WAITING, LOADING, READY = StepState.WAITING, StepState.LOADING, StepState.READY
# Writes a line into the file that it is given, and fails when that is its first
FAILS_ONCE = (
    "import sys, pathlib; path = pathlib.Path(sys.argv[1]); path.open('a').write('1\\n'); "
    "raise SystemExit(len(path.read_text().split()) < 2)"
)


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> Path:
    """Where the progress is written."""
    settings.VAR = tmp_path
    return tmp_path


def make_domain(_folder: Path) -> str:
    """A step that makes something once."""
    return f"{int(Domain.objects.get_or_create(code='thu', order=1)[1])} lĩnh vực"


def make_domain_and_fail(folder: Path) -> str:
    """A step that is ended half-way."""
    make_domain(folder)
    raise KeyboardInterrupt


def set_steps(monkeypatch: pytest.MonkeyPatch, *steps: FillingStep) -> None:
    """Let these be the steps of a demo."""
    monkeypatch.setattr(filling, "demo_steps", lambda: steps)


@pytest.mark.django_db
def test_a_step_ended_half_way_leaves_nothing_and_is_made_by_the_next_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = FillingStep("Một", lambda _folder: "xong")
    set_steps(monkeypatch, first, FillingStep("Hai", make_domain_and_fail))
    with pytest.raises(KeyboardInterrupt):
        filling.fill_province(tmp_path, demo=True)

    assert not Domain.objects.exists()
    assert [step.state for step in loading_progress.read_progress()] == [READY, LOADING]
    assert not loading_progress.is_loaded()

    set_steps(monkeypatch, first, FillingStep("Hai", make_domain))
    filling.fill_province(tmp_path, demo=True)
    filling.fill_province(tmp_path, demo=True)

    assert Domain.objects.count() == 1
    assert loading_progress.is_loaded()
    assert re.findall(r"\d lĩnh vực", capsys.readouterr().out) == ["1 lĩnh vực", "0 lĩnh vực"]


@pytest.mark.django_db
def test_pages_say_that_data_is_still_being_loaded_and_where_to_see_how_far_it_is(client: Client) -> None:
    loading_progress.write_progress([LoadingStep("Cảnh báo", READY, 3.4), LoadingStep("Bản tin", LOADING, 0.0)])
    front, progress = client.get("/about/").content.decode(), client.get("/loading/").content.decode()

    assert "xong 1/2 phần" in front
    assert 'href="/loading/"' in front
    assert "xong sau 3 giây" in progress
    assert "đang nạp" in progress
    assert 'http-equiv="refresh"' in progress

    loading_progress.write_progress([LoadingStep("Cảnh báo", READY, 3.4), LoadingStep("Bản tin", READY, 9.0)])
    assert "/loading/" not in client.get("/about/").content.decode()
    assert 'http-equiv="refresh"' not in client.get("/loading/").content.decode()


@pytest.mark.django_db
def test_pages_of_a_province_that_was_never_loaded_here_say_nothing_of_loading(client: Client) -> None:
    assert "/loading/" not in client.get("/about/").content.decode()
    assert client.get("/loading/").status_code == 200


def test_what_waits_for_the_loading_starts_when_that_has_come_to_its_good_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinhso.project.processes.LIVED", 0.0)
    runs = tmp_path / "runs"
    loading = [sys.executable, "-c", FAILS_ONCE, str(runs)]

    with Watched(
        {"web": WAITS}, environment=os.environ, logs=tmp_path, once={"loading": loading}, then={"worker": WAITS}
    ) as family:
        family.until(lambda: "worker" in family.children and bool(numbers(tmp_path, "worker")))
        names = set(family.commands)

    assert len(runs.read_text().split()) == 2, "a loading that failed is run again"
    assert names == {"web", "worker"}, "and is over when it has ended well"


def test_without_anything_to_load_the_worker_starts_at_once(tmp_path: Path) -> None:
    with Watched({"web": WAITS}, environment=os.environ, logs=tmp_path, then={"worker": WAITS}) as family:
        family.until(lambda: "worker" in family.children and bool(numbers(tmp_path, "worker")))

    assert set(family.commands) == {"web", "worker"}

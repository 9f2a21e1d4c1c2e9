"""What comes after a province's essentials, step by step while pages are served already: figures and, for a demo, the
records behind them. Each step is made once and as a whole; one that was killed half-way is made anew."""

import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop

from tinhso.kernel import clock, province
from tinhso.kernel.errors import Refused
from tinhso.project import loading_progress
from tinhso.project.cli import (
    demo_cases,
    demo_certificates,
    demo_economy,
    demo_infrastructure,
    demo_programme,
    demo_reports,
    demo_support,
)
from tinhso.project.cli.output import Progress, print_step
from tinhso.project.cli.place import operator_actor
from tinhso.project.loading_progress import LoadingStep, StepState


@dataclass(frozen=True)
class FillingStep:
    """A part of what is loaded: ``fill`` is given the province's folder and says in a few words what it made.

    It makes nothing that is there already. ``atomic`` lets it run within one transaction; figures see to that
    themselves.
    """

    title: str
    fill: Callable[[Path], str]
    atomic: bool = True


def fill_province(folder: Path, demo: bool) -> None:
    """Do every step in its order, and let pages say how far it is."""
    from django.db import transaction

    steps = _steps_of(demo)
    with _progress_of(steps) as begin:
        for place, step in enumerate(steps):
            print_step(step.title)
            begin(place)
            with transaction.atomic() if step.atomic else nullcontext():
                if summary := step.fill(folder):
                    print(f"  {summary}", flush=True)


def announce_filling(demo: bool) -> None:
    """Let pages say from their first view on that everything is still to come."""
    loading_progress.write_progress([LoadingStep(step.title, StepState.WAITING, 0.0) for step in _steps_of(demo)])


def _steps_of(demo: bool) -> tuple[FillingStep, ...]:
    return demo_steps() if demo else figure_steps()


@contextmanager
def _progress_of(steps: Sequence[FillingStep]) -> Iterator[Callable[[int], None]]:
    """Write down which step is at hand and how long the others took, and at the end that all is there."""
    states = [LoadingStep(step.title, StepState.WAITING, 0.0) for step in steps]
    began = time.monotonic()

    def begin(place: int) -> None:
        nonlocal began
        if place:
            states[place - 1] = LoadingStep(steps[place - 1].title, StepState.READY, time.monotonic() - began)
        if place < len(steps):
            states[place] = LoadingStep(steps[place].title, StepState.LOADING, 0.0)
        began = time.monotonic()
        loading_progress.write_progress(states)

    yield begin
    begin(len(steps))


def refresh_readings(*, full: bool) -> Any:
    """Bring readings up to date with a line of progress; None when nothing had changed."""
    from django.conf import settings

    from tinhso.blocks.indicators import services as indicators

    now = clock.now()
    old_day = old_days(Path(settings.PROVINCE_DIR))[0]
    return indicators.refresh_snapshot(
        by=operator_actor(), now=now, today=clock.today(), old_day=old_day, full=full, progress=Progress()
    )


def old_days(folder: Path) -> list[date]:
    """The past date whose units are the basis «old», as ``province.toml`` says."""
    return [province.province_facts(folder).old_day]


def _fill_figures(_folder: Path) -> str:
    snapshot = refresh_readings(full=False)
    return f"công bố lần {snapshot.number}" if snapshot else "không có gì mới"


def _fill_returns(folder: Path) -> str:
    from tinhso.government.reporting import demo

    if not (folder / "demo").is_dir():
        return ""
    generated = demo.load_demo(by=operator_actor(), now=clock.now(), progress=Progress())
    return f"{generated.returns} báo cáo, {generated.rows} dòng"


def _fill_offers(_folder: Path) -> str:
    from tinhso.government.public_services import demo

    return f"{demo.make_past_offers(now=clock.now())} lời mời"


def _fill_payments(_folder: Path) -> str:
    from tinhso.blocks.payments import demo

    return f"{demo.load(by=operator_actor(), now=clock.now())} khoản thu"


def _fill_templates(folder: Path) -> str:
    from tinhso.ioc.services import bulletins

    return f"{bulletins.load_templates(folder, by=operator_actor())} mẫu"


def _fill_bulletins(folder: Path) -> str:
    from tinhso.ioc import demo

    if not (folder / "demo").is_dir():
        return ""
    try:
        return f"{demo.issue_bulletins(now=clock.now())} bản tin"
    except Refused as refusal:  # a machine that cannot set PDF files runs all the rest
        return f"không lập bản tin: {refusal.message}"


def _fill_alerts(_folder: Path) -> str:
    from tinhso.ioc import demo

    return f"{demo.tell_story(by=operator_actor(), now=clock.now())} cảnh báo"


def _evaluate_alerts(_folder: Path) -> str:
    from tinhso.ioc.services import alerting

    outcome = alerting.evaluate(by=operator_actor(), now=clock.now())
    return f"mở {len(outcome.opened)}, hết {len(outcome.resolved)}"


def _fill_documents(folder: Path) -> str:
    from tinhso.blocks.signature_requests import demo

    if not (path := folder / "demo" / "signature_requests.toml").is_file():
        return ""
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    return f"{demo.load_demo_documents(told=values, now=clock.now())} văn bản"


def figure_steps() -> tuple[FillingStep, ...]:
    """What a province needs beside its essentials: its figures, and alerts on them."""
    return (
        FillingStep(gettext_noop("Mẫu bản tin"), _fill_templates),
        FillingStep(gettext_noop("Tính các chỉ tiêu"), _fill_figures, atomic=False),
        FillingStep(gettext_noop("Cảnh báo"), _evaluate_alerts),
    )


def demo_steps() -> tuple[FillingStep, ...]:
    """First what the front page and the wall show, then what people work on, then what is computed from both."""
    return (
        FillingStep(gettext_noop("Mẫu bản tin"), _fill_templates),
        FillingStep(gettext_noop("Số liệu báo cáo của các đơn vị"), _fill_returns),
        FillingStep(gettext_noop("Chương trình, nhiệm vụ, chỉ đạo"), demo_programme.fill),
        FillingStep(gettext_noop("Chỉ tiêu từ báo cáo của các đơn vị"), _fill_figures, atomic=False),
        FillingStep(gettext_noop("Hồ sơ thủ tục hành chính"), demo_cases.fill),
        FillingStep(gettext_noop("Phản ánh hiện trường"), demo_reports.fill),
        FillingStep(gettext_noop("Hạ tầng số"), demo_infrastructure.fill),
        FillingStep(gettext_noop("Chứng thư số"), demo_certificates.fill),
        FillingStep(gettext_noop("Viễn thông, bưu chính"), demo_economy.fill_connectivity),
        FillingStep(gettext_noop("Doanh nghiệp, hộ kinh doanh"), demo_economy.fill_enterprises),
        FillingStep(gettext_noop("Chương trình hỗ trợ"), demo_support.fill),
        FillingStep(gettext_noop("Tổ công nghệ số cộng đồng"), demo_economy.fill_teams),
        FillingStep(gettext_noop("Lời mời của dịch vụ chủ động"), _fill_offers),
        FillingStep(gettext_noop("Phí, lệ phí"), _fill_payments),
        FillingStep(gettext_noop("Chỉ tiêu từ mọi nguồn"), _fill_figures, atomic=False),
        FillingStep(gettext_noop("Đánh giá mục tiêu từng tháng"), demo_programme.judge_goals),
        FillingStep(gettext_noop("Chỉ tiêu từ kết quả đánh giá"), _fill_figures, atomic=False),
        FillingStep(gettext_noop("Bản tin"), _fill_bulletins),
        FillingStep(gettext_noop("Cảnh báo"), _fill_alerts),
        FillingStep(gettext_noop("Văn bản trình ký, ký bằng khóa minh họa"), _fill_documents),
    )

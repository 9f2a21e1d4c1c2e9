"""Making and loading all demo returns at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox import services as outbox
from tinhso.government.reporting import events
from tinhso.government.reporting.demo import copying, doubts, frames, grains, profile, values, workbooks
from tinhso.government.reporting.demo.copying import Placed, ReturnLedger
from tinhso.government.reporting.demo.filing import Clerks, DemoFiling
from tinhso.government.reporting.demo.frames import DemoFrame
from tinhso.government.reporting.models import DataSet, Return
from tinhso.government.reporting.queries import data_sets as queries
from tinhso.government.reporting.rights import MANAGE_DATA_SETS
from tinhso.kernel.actor import Actor

Progress = Callable[[int, int, str], None]
Key = tuple[str, int, str]


@dataclass(frozen=True)
class Generated:
    """How many returns and rows were loaded."""

    returns: int
    rows: int


@dataclass
class _Job:
    """One data set's part: which returns go into the ledger, by period."""

    data_set: DataSet
    frame: DemoFrame
    placed: dict[int, list[Placed]] = field(default_factory=dict)


@transaction.atomic
def load_demo(*, by: Actor, now: datetime, progress: Progress) -> Generated:
    """Load the whole demo: published, waiting, missing and late returns; a second run changes nothing.

    Units and data sets must be there. What the province keeps as workbooks is handed in as such, the rest is generated.
    ``progress`` hears what is done, of how much, and of which data set or file.
    """
    done = generate_returns(by=by, now=now, progress=progress)
    books = workbooks.demo_workbooks(Path(settings.PROVINCE_DIR))
    for at, book in enumerate(books, start=1):
        workbooks.hand_in(book, now=now)
        progress(at, len(books), book.path.name)
    doubts.raise_doubts(Path(settings.PROVINCE_DIR), now=now)
    return done


def write_workbooks(folder: Path) -> list[Path]:
    """Make the workbooks of all returns that carry a published figure, for the province's folder; returns the files."""
    jobs = _generation_jobs(profile.read_profile(Path(settings.PROVINCE_DIR)))
    return workbooks.write_workbooks({job.data_set.code: (job.data_set, job.frame) for job in jobs}, folder)


@transaction.atomic
def generate_returns(*, by: Actor, now: datetime, progress: Progress) -> Generated:
    """Generate and store every return that is not there yet, in one transaction with one audit entry."""
    by.must_be_able_to(MANAGE_DATA_SETS)
    demo_profile = profile.read_profile(Path(settings.PROVINCE_DIR))
    jobs, ledger = _generation_jobs(demo_profile), ReturnLedger(demo_profile)
    _enter_filings(jobs, ledger, Clerks(demo_profile, now), progress)
    if not ledger.returns:
        return Generated(0, 0)
    total = sum(len(job.placed) for job in jobs)
    written = copying.write_ledger(ledger, _copy_lines(jobs, total, progress))
    for job in jobs:
        count = sum(len(placed) for placed in job.placed.values())
        if count:
            outbox.emit(events.HistoryLoaded(data_set=job.data_set.code, returns=count))
    done = Generated(len(ledger.returns), written)
    audit.record(by=by, did="loaded demo returns", to=("reporting.Return", "demo"), after=vars(done))
    return done


def _generation_jobs(read: profile.Profile) -> list[_Job]:
    """A frame for the newest version of every data set that the profile knows."""
    data_sets = list({data_set.code: data_set for data_set in queries.versions().reverse()}.values())
    specs = [queries.spec_of(data_set) for data_set in data_sets]
    ground = grains.draw_population(read)
    eras = {day: ground.era(day) for day in frames.last_days(specs, read)}
    demo_frames = (frames.frame_of(spec, read, ground, eras) for spec in specs)
    return [_Job(data_set, frame) for data_set, frame in zip(data_sets, demo_frames, strict=True)]


def _enter_filings(jobs: list[_Job], ledger: ReturnLedger, clerks: Clerks, progress: Progress) -> None:
    """Put every filing that is not stored yet into the ledger; opened returns without any values give way."""
    empty, filled = _stored_keys()
    filled |= workbooks.returns_from_workbooks(workbooks.demo_workbooks(Path(settings.PROVINCE_DIR)))
    missing_filings: list[tuple[_Job, int, list[DemoFiling]]] = []
    for job in jobs:
        code = job.frame.spec.code
        progress(0, sum(len(frame_job.frame.periods) for frame_job in jobs), code)
        for step, filings in clerks.filings(job.frame):
            period = job.frame.periods[step].code
            new = [demo_filing for demo_filing in filings if (code, demo_filing.unit, period) not in filled]
            if new and job.data_set.effective.lower <= job.frame.periods[step].end:
                missing_filings.append((job, step, new))
    progress(0, len(missing_filings), _("ghi các báo cáo"))
    replaced = [
        empty.get((job.frame.spec.code, demo_filing.unit, demo_filing.period.code))
        for job, _step, new in missing_filings
        for demo_filing in new
    ]
    Return.objects.filter(pk__in=[pk for pk in replaced if pk]).delete()
    ledger.reserve(sum(len(new) for _job, _step, new in missing_filings))
    for job, step, new in missing_filings:
        job.placed[step] = [ledger.enter(job.frame, job.data_set.pk, demo_filing) for demo_filing in new]


def _stored_keys() -> tuple[dict[Key, int], set[Key]]:
    """Keys of opened returns that hold nothing, and what must be left alone: all others."""
    empty: dict[Key, int] = {}
    filled: set[Key] = set()
    columns = ("data_set__code", "unit_id", "period", "pk", "revision_id", "is_demo")
    for code, unit, period, pk, revision, is_demo in Return.objects.values_list(*columns):
        if revision is None and not is_demo:
            empty[code, unit, period] = pk
        else:
            filled.add((code, unit, period))
    return empty, filled


def _copy_lines(jobs: list[_Job], total: int, progress: Progress) -> Iterator[str]:
    done = 0
    for job in jobs:
        fields_by_code = values.make_fields(job.frame) if job.placed else {}
        for step, placed in job.placed.items():
            yield from copying.row_lines(job.frame, fields_by_code, step, placed)
            done += 1
        progress(done, total, job.frame.spec.code)
    progress(total, total, _("kiểm tra và chốt số liệu"))

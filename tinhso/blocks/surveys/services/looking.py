"""Looking at what is masked, and letting go of what never came whole."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.surveys import queries
from tinhso.blocks.surveys.models import FilledIn, WaitingFile
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

WAITS = timedelta(days=30)


def reveal_answers(*, ref: str, why: str, by: Actor) -> FilledIn:
    """A filled-in form with its private answers, for a reason that is written down."""
    row = queries.readable_one(ref, by)
    by.must_be_able_to(queries.survey(row.survey).see, at=row.unit)
    if len(why.split()) < 2:
        raise Refused("no_reason", _("Hãy ghi lý do xem, ít nhất vài chữ."))
    audit.record_view(by=by, what=row, why=why.strip()[:300])
    return row


def record_export(*, survey: str, count: int, by: Actor) -> None:
    """Write down that somebody took answers away as a file or to another program."""
    audit.record(by=by, did="exported survey", to=("surveys.Survey", survey), after={"rows": count})


def let_go_of_waiting(*, now: datetime) -> int:
    """Forget files whose form never came; their bytes go with the store's own sweep."""
    gone, _each = WaitingFile.objects.filter(at__lt=now - WAITS).delete()
    return gone

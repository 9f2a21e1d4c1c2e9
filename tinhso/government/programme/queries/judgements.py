"""Judgements of goals as records behind a number."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Record, RecordQuery
from tinhso.government.programme.models import Goal, Judgement
from tinhso.ui.wording import number_text


def goal_records(record_query: RecordQuery) -> Sequence[Record]:
    """The goals as they were judged in the last of the months asked for."""
    judgements = Judgement.objects.filter(month__in=record_query.months)
    for _dim, code in record_query.members:
        judgements = judgements.filter(pillar=code)
    if record_query.since is not None:
        judgements = judgements.filter(at__gt=record_query.since)
    rows = list(judgements.order_by("-month", "goal")[: record_query.limit])
    titles = dict(
        Goal.objects.filter(known_to=None, ref__in=[judgement.goal for judgement in rows]).values_list("ref", "title")
    )
    return [
        _judgement_record(
            judgement, titles.get(judgement.goal, judgement.goal), record_query.units[0] if record_query.units else ""
        )
        for judgement in rows
    ]


def _judgement_record(judgement: Judgement, title: str, unit: str) -> Record:
    values = ((_("Kết quả"), str(judgement.get_state_display())), (_("Giá trị"), number_text(judgement.value)))
    href = reverse("programme:goal", args=[judgement.goal])
    return Record(title, href, unit, judgement.month, str(judgement.get_state_display()), judgement.at, "", values)

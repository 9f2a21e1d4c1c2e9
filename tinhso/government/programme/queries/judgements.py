"""Judgements of goals as records behind a number."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Record, RecordQuery
from tinhso.government.programme.models import Goal, Judgement
from tinhso.ui.wording import number_text


def goal_records(wanted: RecordQuery) -> Sequence[Record]:
    """The goals as they were judged in the last of the months asked for."""
    found = Judgement.objects.filter(month__in=wanted.months)
    for _dim, code in wanted.members:
        found = found.filter(pillar=code)
    if wanted.since is not None:
        found = found.filter(at__gt=wanted.since)
    rows = list(found.order_by("-month", "goal")[: wanted.limit])
    titles = dict(Goal.objects.filter(known_to=None, ref__in=[one.goal for one in rows]).values_list("ref", "title"))
    return [
        _judgement_record(one, titles.get(one.goal, one.goal), wanted.units[0] if wanted.units else "") for one in rows
    ]


def _judgement_record(one: Judgement, title: str, unit: str) -> Record:
    values = ((_("Kết quả"), str(one.get_state_display())), (_("Giá trị"), number_text(one.value)))
    href = reverse("programme:goal", args=[one.goal])
    return Record(title, href, unit, one.month, str(one.get_state_display()), one.at, "", values)

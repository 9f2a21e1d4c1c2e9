"""What holds now: targets that are missed, sudden changes, late returns and broken rules, each with its numbers."""

from collections.abc import Iterator
from datetime import datetime

from tinhso.ioc.queries.alerting import aims, changes, concerns
from tinhso.ioc.queries.alerting.histories import histories
from tinhso.ioc.queries.alerting.rules import Rules
from tinhso.ioc.queries.alerting.watching import Finding, watched
from tinhso.ioc.queries.frame import Frame


def number_findings(at: Frame, rules: Rules) -> Iterator[Finding]:
    """Targets and sudden changes of everything watched, found or not; one read an indicator and basis."""
    for one in watched(at, rules):
        known = histories(at, one.indicator, one.units, one.basis)
        aimed = sorted(one.aims & known.keys())
        missed = ((ref, found) for ref in aimed for found in aims.findings(at, one, known[ref], rules))
        yield from aims.worst(missed, rules.aim.worst.get(one.level, 0), one.followed)
        for ref in sorted(one.changes & known.keys()):
            yield from changes.findings(at, one, known[ref], rules)


def concern_findings(at: Frame, rules: Rules, now: datetime) -> Iterator[Finding]:
    """Late returns and broken rules, one for each data set and period, as domains tell of them."""
    yield from concerns.findings(at, rules, now)

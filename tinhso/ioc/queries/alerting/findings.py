"""What holds now: targets that are missed, sudden changes, late returns and broken rules, each with its numbers."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from tinhso.ioc.queries.alerting import aims, changes, concerns
from tinhso.ioc.queries.alerting.histories import unit_histories
from tinhso.ioc.queries.alerting.rules import AlertRules
from tinhso.ioc.queries.alerting.watching import AlertFinding, Watched, watched_indicators
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.ioc.queries.kept import cached_by_figures

BYTES_OF_A_FINDING = 1000


def number_findings(at: SnapshotFrame, rules: AlertRules) -> Iterator[AlertFinding]:
    """Targets and sudden changes of everything watched, found or not; one read an indicator and basis.

    What was found of an indicator holds until its figures change: after a return, only its own fact is judged anew.
    """
    judged_by = sha256(repr(rules).encode()).hexdigest()
    for watched in watched_indicators(at, rules):
        about = (
            watched.indicator.code,
            watched.basis,
            watched.level,
            *map(sorted, (watched.aims, watched.changes, watched.followed)),
        )
        yield from cached_by_figures(
            at,
            ("alerts", judged_by, *about),
            lambda one=watched: tuple(_indicator_findings(at, rules, one)),  # type: ignore[misc]
            weigh=_size_in_bytes,
        )


def _size_in_bytes(alert_findings: tuple[AlertFinding, ...]) -> int:
    return BYTES_OF_A_FINDING * (1 + len(alert_findings))


def _indicator_findings(at: SnapshotFrame, rules: AlertRules, watched: Watched) -> Iterator[AlertFinding]:
    histories_by_key = unit_histories(at, watched.indicator, watched.units, watched.basis)
    aimed = sorted(watched.aims & histories_by_key.keys())
    missed = (
        (ref, alert_finding)
        for ref in aimed
        for alert_finding in aims.target_findings(at, watched, histories_by_key[ref], rules)
    )
    yield from aims.worst_findings(missed, rules.aim.at(watched.level).worst, watched.followed)
    for ref in sorted(watched.changes & histories_by_key.keys()):
        yield from changes.change_findings(at, watched, histories_by_key[ref], rules)


def concern_findings(at: SnapshotFrame, rules: AlertRules, now: datetime) -> Iterator[AlertFinding]:
    """Late returns and broken rules, one for each data set and period, as domains tell of them."""
    yield from concerns.concern_findings(at, rules, now)

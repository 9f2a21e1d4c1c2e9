"""What holds now: targets that are missed, sudden changes, late returns and broken rules, each with its numbers."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from tinhso.ioc.queries.alerting import aims, changes, concerns
from tinhso.ioc.queries.alerting.histories import histories
from tinhso.ioc.queries.alerting.rules import Rules
from tinhso.ioc.queries.alerting.watching import Finding, Watched, watched
from tinhso.ioc.queries.frame import Frame
from tinhso.ioc.queries.kept import kept

BYTES_OF_A_FINDING = 1000


def number_findings(at: Frame, rules: Rules) -> Iterator[Finding]:
    """Targets and sudden changes of everything watched, found or not; one read an indicator and basis.

    What was found of an indicator holds until its figures change: after a return, only its own fact is judged anew.
    """
    judged_by = sha256(repr(rules).encode()).hexdigest()
    for one in watched(at, rules):
        about = (one.indicator.code, one.basis, one.level, *map(sorted, (one.aims, one.changes, one.followed)))
        yield from kept(at, ("alerts", judged_by, *about), lambda one=one: tuple(_of(at, rules, one)), weigh=_weight)  # type: ignore[misc]


def _weight(found: tuple[Finding, ...]) -> int:
    return BYTES_OF_A_FINDING * (1 + len(found))


def _of(at: Frame, rules: Rules, one: Watched) -> Iterator[Finding]:
    known = histories(at, one.indicator, one.units, one.basis)
    aimed = sorted(one.aims & known.keys())
    missed = ((ref, found) for ref in aimed for found in aims.findings(at, one, known[ref], rules))
    yield from aims.worst(missed, rules.aim.at(one.level).worst, one.followed)
    for ref in sorted(one.changes & known.keys()):
        yield from changes.findings(at, one, known[ref], rules)


def concern_findings(at: Frame, rules: Rules, now: datetime) -> Iterator[Finding]:
    """Late returns and broken rules, one for each data set and period, as domains tell of them."""
    yield from concerns.findings(at, rules, now)

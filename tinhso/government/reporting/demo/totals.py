"""Meeting published totals exactly: a series is scaled to run through them, then settled to the last unit."""

from collections.abc import Sequence

import numpy as np

from tinhso.government.reporting.demo.frames import DemoFrame
from tinhso.government.reporting.demo.grains import Floats, Ints
from tinhso.government.reporting.demo.profile import ProfileError, PublishedTotal

ROUNDS = 6  # shares that hit their ceiling pass the rest on to the others


def anchor_factors(frame: DemoFrame, anchors: Sequence[PublishedTotal], raw: Floats) -> Floats:
    """Factors by period and member: right at each anchor, straight (in logarithms) between two, level outside."""
    factor = np.ones((len(frame.periods), 1, len(frame.members)))
    groups: dict[tuple[tuple[str, str], ...], list[PublishedTotal]] = {}
    for anchor in anchors:
        groups.setdefault(tuple(sorted(anchor.member.items())), []).append(anchor)
    for group in groups.values():
        chosen = frame.chosen(group[0].member)
        log_factors: dict[int, float] = {}
        for anchor in group:
            step = period_index(frame, anchor)
            now = float(raw[step][:, chosen].sum())
            if now > 0 and anchor.total > 0:
                log_factors[step] = float(np.log(float(anchor.total) / now))
        if log_factors:
            steps = sorted(log_factors)
            line = np.interp(np.arange(len(frame.periods)), steps, [log_factors[step] for step in steps])
            factor[:, 0, chosen] = np.exp(line)[:, None]
    return factor


def period_index(frame: DemoFrame, anchor: PublishedTotal) -> int:
    """The place of the anchor's period among the frame's."""
    return [period.code for period in frame.periods].index(anchor.period)


def settle_remainders(
    frame: DemoFrame, anchor: PublishedTotal, values: Ints, raw: Floats, floor: Ints, ceiling: Ints, places: int
) -> None:
    """Change the numbers of the anchor's period by single units, those with the largest remainders first, in place."""
    step, chosen = period_index(frame, anchor), frame.chosen(anchor.member)
    cell = np.ix_(np.array([step]), np.flatnonzero(frame.people[step] > 0), np.flatnonzero(chosen))
    low, high, now = floor[cell].ravel(), ceiling[cell].ravel(), values[cell].ravel()
    rest = (raw[cell] * 10**places).ravel() - now
    lack = int(anchor.total * 10**places) - int(now.sum())
    sign = 1 if lack > 0 else -1
    while lack:
        room = np.flatnonzero(now < high if sign > 0 else now > low)
        if not len(room):
            raise ProfileError(f"{anchor.data_set}.{anchor.field}: {anchor.total} in {anchor.period} is out of reach")
        best = room[np.argsort(-sign * rest[room], kind="stable")][: abs(lack)]
        now[best] += sign
        rest[best] -= sign
        lack -= sign * len(best)
    values[cell] = now.reshape(values[cell].shape)


def check_anchor(frame: DemoFrame, anchor: PublishedTotal, values: Ints, places: int) -> None:
    """Stop when an anchor is missed, as happens when it names a sum whose parts have none."""
    generated_total = int(values[period_index(frame, anchor)][:, frame.chosen(anchor.member)].sum())
    if generated_total != anchor.total * 10**places:
        raise ProfileError(
            f"{anchor.data_set}.{anchor.field}: {generated_total} instead of {anchor.total} in {anchor.period}"
        )

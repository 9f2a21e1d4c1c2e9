"""What boards of data quality need to know of returns: data sets with their rules, and what fell due."""

from collections.abc import Iterator

from tinhso.blocks.indicators.contract import DataSetFacts, DataSetRule
from tinhso.government.reporting.queries import checks, data_sets
from tinhso.government.reporting.queries.specs import DataSetSpec

# Narrowed and counted by whoever reads it; the address is that of the return's page
DUE_ROWS = """
    SELECT ret.ref AS ref, '/returns/' || ret.ref || '/' AS href, form.code AS data_set, form.agency AS agency,
           ret.unit_id AS unit, owner.ref AS unit_ref, ret.period AS period,
           to_char(ret.period_end, 'YYYY-MM') AS month, ret.period_end AS day, ret.due_at AS due_at,
           ret.first_submitted_at AS sent_at
    FROM reporting_return ret
    JOIN reporting_dataset form ON form.id = ret.data_set_id
    JOIN units_unit owner ON owner.id = ret.unit_id
    WHERE ret.due_at <= now()
"""


def data_set_facts() -> Iterator[DataSetFacts]:
    """Every data set of today with its rules."""
    for data_set in data_sets.current_versions():
        spec = data_sets.spec_of(data_set)
        yield DataSetFacts(
            code=spec.code,
            name=spec.name,
            agency=spec.agency,
            filed_by=spec.filed_by,
            domain=spec.domain,
            rules=_quality_rules(spec),
            name_en=spec.name_en,
        )


def _quality_rules(spec: DataSetSpec) -> tuple[DataSetRule, ...]:
    """Rules that read values of one row, and jumps from one period to the next."""
    words = checks.in_words(spec)
    return tuple(
        DataSetRule(
            kind=rule.kind,
            severity=rule.severity,
            parts=rule.parts or (rule.part or rule.field,),
            words=text,
            whole=rule.whole,
            limit=rule.max_ratio or None,
        )
        for rule, (text, _severity) in zip(spec.rules, words, strict=True)
    )

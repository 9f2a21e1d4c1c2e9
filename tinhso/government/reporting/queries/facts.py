"""Returns as facts: published values for the indicators, and the timeliness of the returns themselves."""

from collections.abc import Callable, Sequence
from hashlib import sha256

from django.db import connection
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Dimension, Fact, FactColumn, Member, Nature, Record, RecordQuery
from tinhso.government.reporting.models import DataSet
from tinhso.government.reporting.queries import data_sets
from tinhso.government.reporting.queries.records import return_records, timeliness_records
from tinhso.government.reporting.queries.specs import DataSetSpec, DimensionSpec, FieldSpec
from tinhso.kernel.periods import MONTHS

TIMELINESS = "BAO-CAO"
PUBLISHED_FROM = """FROM reporting_return ret
    JOIN reporting_dataset form ON form.id = ret.data_set_id AND form.code = {code}"""
STATUS_RANK = "CASE ret.status WHEN 'estimate' THEN 1 WHEN 'preliminary' THEN 2 ELSE 3 END"
MONTH = "to_char(ret.period_end, 'YYYY-MM')"
PUBLISHED_ROWS = """
    SELECT about.ref AS unit, {month} AS month{dims}{values},
           {status} AS status, ret.published_at AS true_for
    {published}
    JOIN reporting_row row ON row.revision_id = ret.published_revision_id
    JOIN units_unit about ON about.id = row.unit_id
"""
PUBLISHED_PRINTS = """
    SELECT {month} AS month,
           {shape} || md5(string_agg(ret.published_revision_id || ret.status, ',' ORDER BY ret.id)) AS fingerprint
    {published}
    WHERE ret.published_revision_id IS NOT NULL
    GROUP BY 1
"""


def all_facts() -> list[Fact]:
    """The fact of every data set and of the returns themselves."""
    return [*(return_fact(data_set) for data_set in data_sets.current_versions()), timeliness_fact()]


def return_fact(data_set: DataSet) -> Fact:
    """Published values of a data set (all its versions), one row per unit, month and member.

    A month is the last one of the return's period. Values of daily returns are drawn together to months.
    """
    spec = data_sets.spec_of(data_set)
    return Fact(
        code=spec.code,
        name=spec.name,
        name_en=spec.name_en,
        select=_rows_sql(spec),
        fingerprints=_fingerprint_sql(spec),
        columns=tuple(map(_fact_column, spec.fields)),
        dims=tuple(map(_fact_dimension, spec.dimensions)),
        level="province" if spec.rows == "whole" else "commune",
        every=MONTHS.get(spec.period, 1),
        domain=spec.domain,
        agency=spec.agency,
        records=_record_reader(spec),
    )


def _record_reader(spec: DataSetSpec) -> Callable[[RecordQuery], Sequence[Record]]:
    return lambda record_query: return_records(spec, record_query)


def _rows_sql(spec: DataSetSpec) -> str:
    values = "".join(f", {_value_sql(field)} AS {field.code}" for field in spec.fields)
    dims = "".join(f", {_member_sql(at)} AS {dim.code}" for at, dim in enumerate(spec.dimensions))
    rows = PUBLISHED_ROWS.format(
        month=MONTH,
        dims=dims,
        values=values,
        status=STATUS_RANK,
        published=PUBLISHED_FROM.format(code=_quoted_sql(spec.code)),
    )
    return _by_month(spec, rows) if spec.period == "day" else rows


def _value_sql(field: FieldSpec) -> str:
    """A bigint, or the exact number as text."""
    text = f"row.values->>{_quoted_sql(field.code)}"
    return text if field.decimals else f"({text})::bigint"


def _member_sql(at: int) -> str:
    """The member of the dimension at position ``at`` of a key such as ``kenh=truc-tuyen;nhom=a``."""
    return f"split_part(split_part(row.member, ';', {at + 1}), '=', 2)"


def _by_month(spec: DataSetSpec, rows: str) -> str:
    """Days of a month: flows are added, of stocks the last day counts."""
    keys = ["unit", "month", *(dim.code for dim in spec.dimensions)]
    values = "".join(f", {_of_month(field)} AS {field.code}" for field in spec.fields)
    daily = rows.replace(" AS month", " AS month, ret.period_end AS day", 1)
    grouped = ", ".join(keys)
    status_columns = "min(status) AS status, max(true_for) AS true_for"
    return f"SELECT {grouped}{values}, {status_columns} FROM ({daily}) daily GROUP BY {grouped}"


def _of_month(field: FieldSpec) -> str:
    if field.nature == "stock":
        return f"(array_agg({field.code} ORDER BY day DESC))[1]"
    if field.decimals:
        return f"sum({field.code}::numeric)::text"
    return f"sum({field.code})::bigint"


def _fingerprint_sql(spec: DataSetSpec) -> str:
    """Changes when a return is published again or in another status, and when the form gets other columns."""
    columns = [(field.code, field.decimals) for field in spec.fields], [dim.code for dim in spec.dimensions]
    shape = sha256(repr(columns).encode()).hexdigest()[:8]
    published = PUBLISHED_FROM.format(code=_quoted_sql(spec.code))
    return PUBLISHED_PRINTS.format(month=MONTH, shape=_quoted_sql(shape), published=published)


def _fact_column(field: FieldSpec) -> FactColumn:
    return FactColumn(field.code, field.name, field.name_en, Nature(field.nature), field.decimals, field.unit)


def _fact_dimension(dim: DimensionSpec) -> Dimension:
    return Dimension(dim.code, dim.name, dim.name_en, tuple(Member(m.code, m.name, m.name_en) for m in dim.members))


def _quoted_sql(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


DUE_MONTH = "to_char(ret.due_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM')"
DUE_ROWS = """
    SELECT owner.ref AS unit, {month} AS month, form.domain AS domain,
           count(*) AS due,
           count(*) FILTER (WHERE ret.first_submitted_at <= ret.due_at) AS on_time,
           count(*) FILTER (WHERE ret.first_submitted_at > ret.due_at) AS late,
           count(*) FILTER (WHERE ret.first_submitted_at IS NULL) AS not_submitted,
           sum(ret.times_sent_back)::bigint AS sent_back,
           3 AS status,
           max(greatest(ret.due_at, coalesce(ret.first_submitted_at, ret.due_at))) AS true_for
    FROM reporting_return ret
    JOIN reporting_dataset form ON form.id = ret.data_set_id
    JOIN units_unit owner ON owner.id = ret.unit_id
    WHERE ret.due_at <= now()
    GROUP BY owner.ref, {month}, form.domain
"""
DUE_PRINTS = """
    SELECT {month} AS month,
           md5(string_agg(concat_ws('.', ret.id, extract(epoch FROM ret.first_submitted_at), ret.times_sent_back),
                          ',' ORDER BY ret.id)) AS fingerprint
    FROM reporting_return ret
    WHERE ret.due_at <= now()
    GROUP BY 1
"""


def timeliness_fact() -> Fact:
    """Returns that fell due, by the unit that owed them and the month of their due date."""
    unit = _("báo cáo")
    columns = (
        FactColumn("due", _("Báo cáo đến hạn"), "Returns due", unit_of_measure=unit),
        FactColumn("on_time", _("Gửi đúng hạn"), "Handed in on time", unit_of_measure=unit),
        FactColumn("late", _("Gửi trễ hạn"), "Handed in late", unit_of_measure=unit),
        FactColumn("not_submitted", _("Quá hạn chưa gửi"), "Overdue, not handed in", unit_of_measure=unit),
        FactColumn("sent_back", _("Lượt trả lại để sửa"), "Sent back for correction", unit_of_measure=_("lượt")),
    )
    names = data_sets.domain_names()
    members = tuple(Member(code, names.get(code, code)) for code in sorted({*names, *_stored_domains()}))
    return Fact(
        code=TIMELINESS,
        name=_("Tình hình gửi báo cáo của đơn vị"),
        name_en="Timeliness of returns",
        select=DUE_ROWS.format(month=DUE_MONTH),
        fingerprints=DUE_PRINTS.format(month=DUE_MONTH),
        columns=columns,
        dims=(Dimension("domain", _("Lĩnh vực"), "Domain", members),),
        records=timeliness_records,
    )


def _stored_domains() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT domain FROM reporting_dataset")
        return {row[0] for row in cursor.fetchall()}

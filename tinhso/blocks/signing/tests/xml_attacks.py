"""Signed XML that somebody altered, as published attacks do; each a small function from signed bytes to forged ones."""

from typing import Any

from lxml import etree

DS = "http://www.w3.org/2000/09/xmldsig#"
SIGNATURE = f"{{{DS}}}Signature"


def _written(root: Any) -> bytes:
    content: bytes = etree.tostring(root)
    return content


def other_words(content: bytes) -> bytes:
    """Another amount, in place."""
    assert b"1.000.000" in content
    return content.replace(b"1.000.000", b"9.000.000", 1)


def other_signature(content: bytes) -> bytes:
    """Another time in what the signer says of the signature."""
    return content.replace(b"+07:00", b"+08:00", 1)


def wrapped(content: bytes) -> bytes:
    """Signature wrapping: the signed root becomes a part of a forged one, found by an id that it never had."""
    root = etree.fromstring(content)
    forged = etree.Element(root.tag)
    etree.SubElement(forged, "so").text = "9.000.000"
    signature = root.find(SIGNATURE)
    root.remove(signature)
    forged.append(root)
    forged.append(signature)
    return _written(forged)


def beside(content: bytes) -> bytes:
    """Something that nobody signed, inside of the signature itself, where the signed hash does not look."""
    root = etree.fromstring(content)
    carried = etree.SubElement(root.find(SIGNATURE), f"{{{DS}}}Object")
    etree.SubElement(carried, "so").text = "9.000.000"
    return _written(root)


def scripted(content: bytes) -> bytes:
    """A transform that runs a program over the document before it is hashed (XSLT)."""
    root = etree.fromstring(content)
    transforms = root.find(f".//{{{DS}}}Transforms")
    etree.SubElement(transforms, f"{{{DS}}}Transform", Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116")
    return _written(root)


def bombed(content: bytes) -> bytes:
    """More transforms than anybody needs."""
    root = etree.fromstring(content)
    transforms = root.find(f".//{{{DS}}}Transforms")
    for _each in range(1000):
        etree.SubElement(transforms, f"{{{DS}}}Transform", Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#")
    return _written(root)


def elsewhere(content: bytes) -> bytes:
    """A reference that leads to a file of the machine."""
    return content.replace(b'<ds:Reference URI=""', b'<ds:Reference URI="file:///etc/hostname"', 1)


def twice_the_same_id(content: bytes) -> bytes:
    """Two elements with the id that a reference names."""
    root = etree.fromstring(content)
    names = [each.get("URI") for each in root.iter(f"{{{DS}}}Reference")]
    root.set("Id", next(name[1:] for name in names if name.startswith("#")))
    return _written(root)


ATTACKS = [
    other_words,
    other_signature,
    wrapped,
    beside,
    scripted,
    bombed,
    elsewhere,
    twice_the_same_id,
]
LAUGHS = b"""<!DOCTYPE a [<!ENTITY b "haha">%s]><a>&x9;</a>""" % b"".join(
    b'<!ENTITY x%d "%s">' % (number, b"&x%d;" % (number - 1) * 10 if number else b"&b;" * 10) for number in range(10)
)
OUTSIDE = b"""<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>"""

"""What does an XMP sidecar say about its photo?"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

from artframe.immich.simulator import moments
from artframe.immich.simulator.media.facts import Facts
from artframe.immich.simulator.media.zones import offset_name

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
XMP = "{http://ns.adobe.com/xap/1.0/}"
EXIF = "{http://ns.adobe.com/exif/1.0/}"
PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
TIFF = "{http://ns.adobe.com/tiff/1.0/}"
DIGIKAM = "{http://www.digikam.org/ns/1.0/}"
LARGEST = 1 << 20


def read_sidecar(path: Path, facts: Facts) -> Facts:
    """The facts with what the sidecar says instead. An unreadable sidecar says nothing."""
    try:
        text = path.read_bytes()[:LARGEST]
        if b"<!ENTITY" in text:
            return facts
        root = ElementTree.fromstring(text)  # noqa: S314 - entities are refused above
    except (OSError, ElementTree.ParseError):
        return facts
    facts = replace(
        facts,
        description=_said(root, f"{DC}description", f"{TIFF}ImageDescription") or facts.description,
        tags=tuple(_list(root, f"{DIGIKAM}TagsList") or _list(root, f"{DC}subject")) or facts.tags,
    )
    rating = _said(root, f"{XMP}Rating")
    if rating and re.fullmatch(r"-1|[1-5]", rating):
        facts = replace(facts, rating=int(rating))
    return _dated(facts, _said(root, f"{EXIF}DateTimeOriginal", f"{PHOTOSHOP}DateCreated", f"{XMP}CreateDate"))


def _dated(facts: Facts, text: str | None) -> Facts:
    taken = moments.parse_loose(text) if text else None
    if taken is None or text is None:
        return facts
    match = re.search(r"([+-])(\d\d):(\d\d)$", text)
    if match is None:
        return replace(facts, taken=taken, local=taken, time_zone="UTC" if text.endswith("Z") else None)
    minutes = (int(match[2]) * 60 + int(match[3])) * (-1 if match[1] == "-" else 1)
    return replace(facts, taken=taken, local=taken + minutes * 60_000_000, time_zone=offset_name(minutes))


def _said(root: ElementTree.Element, *names: str) -> str | None:
    for name in names:
        for description in root.iter(f"{RDF}Description"):
            if description.get(name):
                return description.get(name)
        for element in root.iter(name):
            text = "".join(element.itertext()).strip()
            if text:
                return text
    return None


def _list(root: ElementTree.Element, name: str) -> list[str]:
    return [item.text.strip() for element in root.iter(name) for item in element.iter(f"{RDF}li") if item.text]

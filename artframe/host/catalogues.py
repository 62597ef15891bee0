"""Which words do the installed kinds of plugin bring for languages other than English?"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from artframe.host.discovery import GROUP

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """``settings`` by the English that stands in the plugin's code, ``phrases`` by their keys.

    The key of a phrase begins with the kind and a dot; others are not the plugin's to say.
    """

    kind: str
    settings: Mapping[str, str] = field(default_factory=dict)
    phrases: Mapping[str, str] = field(default_factory=dict)


def catalogues(language: str) -> Iterator[Catalogue]:
    """Those of all kinds that have ``texts/<language>.json`` in their package; nothing of it is imported. Blocks.

    One that cannot be read is as if it were not there.
    """
    for point in importlib.metadata.entry_points(group=GROUP):
        package = point.module.partition(".")[0]
        try:
            spec = importlib.util.find_spec(package)
            for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
                path = Path(folder) / "texts" / f"{language}.json"
                if path.is_file():
                    yield read_catalogue(point.name, path)
        except (ImportError, OSError, ValueError, TypeError, AttributeError) as error:
            log.warning("the words in '%s' of the plugin '%s' cannot be used: %s", language, point.name, error)


def read_catalogue(kind: str, path: Path) -> Catalogue:
    """Raises OSError, and ValueError, TypeError or AttributeError for what is no catalogue."""
    content = json.loads(path.read_text("utf-8"))
    settings, phrases = (_texts(content.get(part, {})) for part in ("settings", "phrases"))
    own = {key: text for key, text in phrases.items() if key.startswith(f"{kind}.")}
    return Catalogue(kind=kind, settings=settings, phrases=own)


def _texts(plain: Mapping[object, object]) -> dict[str, str]:
    return {str(key): text for key, text in plain.items() if isinstance(text, str)}

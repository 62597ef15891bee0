"""Which settings do all plugins have that talk to Immich, and what may stand in them?"""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator

from artframe.immich.address import api_root
from artframe.plugin import setting


def _address(value: str) -> str:
    api_root(value)  # its error says what is wrong with it
    return value.strip()


def _distinct(value: tuple[str, ...]) -> tuple[str, ...]:
    entries = tuple(entry.strip() for entry in value)
    if not all(entries):
        raise ValueError("an entry is empty")
    return tuple(dict.fromkeys(entries))


ServerUrl: TypeAlias = Annotated[str, AfterValidator(_address)]
"""An address as people write it."""
Names: TypeAlias = Annotated[tuple[str, ...], AfterValidator(_distinct)]
"""Names, ids or patterns: without spaces around them, each once, none empty."""


def url_setting() -> Any:
    """Declare ``immich_url: ServerUrl``; the form's section "Immich" begins with it."""
    return setting(
        section="Immich",
        title="Immich server URL",
        help="The address you open in the browser, for example https://immich.example.com.",
        allowed="an address that starts with http:// or https://",
    )


def ca_file_setting() -> Any:
    """Declare ``ca_file: str``."""
    return setting(
        "",
        title="CA file",
        help="PEM file of the authority that signed the server's certificate, for a private one.",
    )

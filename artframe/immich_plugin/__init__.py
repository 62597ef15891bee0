"""What plugins that talk to Immich have in common: ``artframe.plugin`` and ``artframe.immich``, put together."""

from artframe.immich_plugin.connecting import Server, connected
from artframe.immich_plugin.findings import clock_finding, permission_findings, version_finding
from artframe.immich_plugin.picking import UUID, Pickable, choices, thumbnail
from artframe.immich_plugin.settings import Names, ServerUrl, ca_file_setting, url_setting
from artframe.immich_plugin.troubles import sentence, translated

__all__ = [
    "UUID",
    "Names",
    "Pickable",
    "Server",
    "ServerUrl",
    "ca_file_setting",
    "choices",
    "clock_finding",
    "connected",
    "permission_findings",
    "sentence",
    "thumbnail",
    "translated",
    "url_setting",
    "version_finding",
]

"""What plugins that talk to Immich have in common: ``artframe.plugin`` and ``artframe.immich``, put together."""

from artframe.immich_plugin.troubles import translated

__all__ = [
    "translated",
]

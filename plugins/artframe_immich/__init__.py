"""Shows the photos of Immich albums, or of a whole Immich library, offline."""

from artframe_immich.album import ImmichAlbum
from artframe_immich.settings import ImmichSettings

__all__ = ["ImmichAlbum", "ImmichSettings"]

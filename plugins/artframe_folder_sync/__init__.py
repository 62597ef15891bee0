"""Keeps folders and Immich in step, in both directions, and never loses a photo over it."""

from artframe_folder_sync.plugin import FolderSync
from artframe_folder_sync.settings import FolderSyncSettings

__all__ = ["FolderSync", "FolderSyncSettings"]

"""Whose folders are kept in step with which Immich, and what may happen on which side?"""

from artframe_folder_sync.settings.sides import USER_ID
from artframe_folder_sync.settings.whole import FolderSyncSettings

__all__ = ["USER_ID", "FolderSyncSettings"]

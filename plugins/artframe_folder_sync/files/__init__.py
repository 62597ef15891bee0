"""The folder on the disk: how it is looked at, read, watched and changed."""

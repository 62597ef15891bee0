"""Artframe: a plugin host for a photo frame."""

__version__ = "0.1.0"

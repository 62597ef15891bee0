"""Keeps folders and Immich in step, in both directions, and never loses a photo over it."""

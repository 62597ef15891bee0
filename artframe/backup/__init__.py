"""How is a frame saved into one file, and how does another one become it? Photos are not part of that: they come back
from their sources.
"""

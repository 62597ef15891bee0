"""The house in which plugins live: found, started, watched, retried, and cleaned up after."""

"""The small parts everything else stands on; standard library only."""

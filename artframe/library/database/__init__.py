"""The frame's one SQLite file: what photos are here, what was shown, what waits."""

from artframe.library.database.store import SCHEMA, Connection, Database, Row, in_pages

__all__ = ["SCHEMA", "Connection", "Database", "Row", "in_pages"]

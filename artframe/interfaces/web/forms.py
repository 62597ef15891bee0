"""What did the person put into the form? Fields and files, within limits, files in a private folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import Request

from artframe.core.exchange import Upload


@dataclass(frozen=True, kw_only=True)
class Form:
    """A submitted form: the values of each field in order, and its files; the ``csrf`` field is not among them.

    The files are deleted when the request has been answered.
    """

    fields: Mapping[str, tuple[str, ...]] = field(repr=False)
    files: Mapping[str, Upload]

    def get(self, name: str, default: str = "") -> str:
        """The (last) value of a field."""
        return self.fields.get(name, (default,))[-1]

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field that may be given more than once."""
        return self.fields.get(name, ())


async def read_form(request: Request) -> Form:
    """The form of this request, urlencoded or multipart; empty if it sends none. Repeating it is free.

    Files are taken only where the route's path stands in ``pages.upload_paths`` (or the API takes one): 64 MB in all;
    everything else may send 1 MB. More is answered with 413.
    """
    raise NotImplementedError

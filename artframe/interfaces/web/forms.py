"""What did the person put into the form? Fields and files, within limits, files in a private folder."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.requests import Request

from artframe.core.exchange import Upload
from artframe.interfaces.web.context import context
from artframe.interfaces.web.failures import Refused
from artframe.interfaces.web.multipart import MultipartReader

TOKEN_FIELD = "csrf"  # noqa: S105  (the field's name)
_FIELDS = 1000
_URLENCODED = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"


@dataclass(frozen=True, kw_only=True)
class Form:
    """A submitted form: the values of each field in order, and its files; the ``csrf`` field is not among them.

    The files are deleted when the request has been answered. An empty file field is no file.
    """

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    files: Mapping[str, Upload] = field(default_factory=dict)
    csrf: str = field(default="", repr=False)

    def get(self, name: str, default: str = "") -> str:
        """The (last) value of a field."""
        return self.fields.get(name, (default,))[-1]

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field that may be given more than once."""
        return self.fields.get(name, ())


def sends_form(request: Request) -> bool:
    """Whether the body is a form's."""
    return _media_type(request) in (_URLENCODED, _MULTIPART)


async def read_form(request: Request) -> Form:
    """The form of this request, urlencoded or multipart; empty if it sends none. Repeating it is free.

    Files are taken only where the route's path stands in ``pages.upload_paths`` (or the API takes one), 64 MB in all,
    and refused everywhere else (400); without a file 1 MB may be sent. More is answered with 413.
    """
    known: Form | None = getattr(request.state, "form", None)
    if known is None:
        known = request.state.form = await _read(request)
    return known


def discard_files(uploads: Iterable[Upload]) -> None:
    """Delete uploaded files; blocks for a moment."""
    for upload in uploads:
        with contextlib.suppress(OSError):
            upload.path.unlink()


async def _read(request: Request) -> Form:
    media_type = _media_type(request)
    if media_type == _URLENCODED:
        return _form(_pairs(await request.body()), {})
    if media_type != _MULTIPART:
        return Form()
    web = context(request)
    folder = web.uploads if request.state.takes_file else None
    reader = MultipartReader(request.headers["content-type"], folder, web.caller)
    # What is there is the request's to delete, however far the reading comes.
    request.state.uploads = reader.files
    await reader.read(request.stream())
    return _form(reader.fields, {name: file for name, file in reader.files.items() if _is_chosen(file)})


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS, encoding="utf-8"
        )
    except ValueError:
        raise Refused(400, "the form cannot be read; nothing was done", "send it urlencoded, in UTF-8") from None


def _form(pairs: list[tuple[str, str]], files: Mapping[str, Upload]) -> Form:
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        if "\0" in name or "\0" in value:
            raise Refused(400, "the form holds a character that is none; nothing was done")
        fields.setdefault(name, []).append(value)
    csrf = fields.pop(TOKEN_FIELD, [""])[-1]
    return Form(fields={name: tuple(values) for name, values in fields.items()}, files=files, csrf=csrf)


def _is_chosen(file: Upload) -> bool:
    return bool(file.name) or file.path.stat().st_size > 0


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()

"""A browser without scripts: it follows links, fills in forms and sends them, as a person with an old phone would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "rect", "line"}
PATIENCE = 60.0


@dataclass
class Control:
    """A field of a form, as it would be sent."""

    name: str
    kind: str
    value: str
    on: bool = True
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form of a page."""

    action: str
    method: str
    controls: list[Control] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def filled(self) -> list[tuple[str, str]]:
        return [(one.name, one.value) for one in self.controls if one.on]


class Page(HTMLParser):
    """An answer as a person sees it: its words, links, forms, and every element with its attributes."""

    def __init__(self, answer: requests.Response) -> None:
        super().__init__()
        self.status = answer.status_code
        self.url = answer.url
        self.path = urlsplit(answer.url).path
        self.html = answer.text
        self.headers = answer.headers
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self._form: Form | None = None
        self._text: Control | None = None
        self._select: Control | None = None
        self.feed(self.html)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    @property
    def main(self) -> str:
        """The words of the page without what stands around it."""
        return self.text

    def attributes(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]

    def form(self, action: str, having: tuple[str, str] | None = None) -> Form:
        """The form that is sent there; the one with this field and value, if there are several."""
        found = [one for one in self.forms if one.action == action and (having is None or having in one.filled())]
        assert found, f"no form for {action} on {self.path}: {[one.action for one in self.forms]} {self.text}"
        return found[0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.elements.append((tag, given))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self._form)
        elif self._form is not None:
            self._control(tag, given)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        assert self._form is not None
        kind = given.get("type", "text") if tag == "input" else tag
        if tag == "button" and given.get("name"):
            self._form.buttons.append((given["name"], given["value"]))
        if tag not in ("input", "textarea", "select") or not given.get("name"):
            if tag == "option" and self._select is not None:
                self._select.options.append(given.get("value", ""))
                if "selected" in given or len(self._select.options) == 1:
                    self._select.value = given.get("value", "")
            return
        control = Control(given["name"], kind, given.get("value", ""))
        if kind in ("checkbox", "radio"):
            control.on = "checked" in given
        if kind == "file":
            control.on = False
        self._form.controls.append(control)
        self._text = control if tag == "textarea" else None
        self._select = control if tag == "select" else None

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if tag == "form":
            self._form = None
        if tag == "textarea" and self._text is not None:
            # The line break right after the tag is not part of the text.
            self._text.value = self._text.value.removeprefix("\n")
            self._text = None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.value += data
        elif not {"script", "style", "title", "desc"} & set(self._open):
            self.words.append(data)


class Browser:
    """Keeps its cookies; refuses nothing, runs nothing."""

    def __init__(self, base: str, language: str = "en") -> None:
        self.base = base
        self.http = requests.Session()
        self.http.headers["Accept"] = "text/html"
        self.http.headers["Accept-Language"] = language

    def get(self, path: str, **headers: str) -> Page:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return Page(self.http.get(urljoin(self.base, path), headers=sent, timeout=PATIENCE))

    def raw(self, path: str) -> requests.Response:
        return self.http.get(urljoin(self.base, path), timeout=PATIENCE)

    def submit(
        self,
        page: Page,
        action: str,
        *,
        having: tuple[str, str] | None = None,
        press: tuple[str, str] | None = None,
        files: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        **values: str | bool | Sequence[str],
    ) -> Page:
        """Fill in the form (``__`` in a name is a dot) and send it; an answer elsewhere is followed.

        True and False tick and untick; a list says which of several boxes are ticked.
        """
        form = page.form(action, having)
        wanted = {name.replace("__", "."): value for name, value in values.items()}
        sent = []
        for control in form.controls:
            value = wanted.get(control.name)
            if value is None:
                if control.on:
                    sent.append((control.name, control.value))
            elif isinstance(value, bool):
                if value:
                    sent.append((control.name, control.value))
            elif isinstance(value, str):
                if control.kind in ("checkbox", "radio"):
                    if control.value == value:
                        sent.append((control.name, value))
                else:
                    sent.append((control.name, value))
            elif control.value in value:
                sent.append((control.name, control.value))
        unknown = set(wanted) - {control.name for control in form.controls}
        assert not unknown, f"the form has no {unknown}; it has {[one.name for one in form.controls]}"
        if press is not None:
            assert press in form.buttons
            sent.append(press)
        target = urljoin(page.url, form.action)
        origin = {"Origin": self.base, "Referer": page.url, **(headers or {})}
        return Page(self.http.post(target, data=sent, files=files, headers=origin, timeout=PATIENCE))

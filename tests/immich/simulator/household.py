"""A small household on an embedded Immich, and how its members talk to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

from artframe.immich.simulator import Simulator
from tests.immich.simulator import pictures

WHEN = {"fileCreatedAt": "2021-03-04T05:06:07.000Z", "fileModifiedAt": "2021-03-04T05:06:08.000Z"}
DEVICE = {"deviceAssetId": "one", "deviceId": "test"}
NOWHERE = "00000000-0000-4000-8000-000000000000"
Part = tuple[str, tuple[str | None, bytes]]


@dataclass(frozen=True)
class Member:
    """One user with a key."""

    server: Simulator
    id: str
    key: str

    def call(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **arguments: Any
    ) -> requests.Response:
        """A request to the API with the member's key; redirects are not followed."""
        arguments.setdefault("timeout", 30)
        arguments.setdefault("allow_redirects", False)
        every = {"x-api-key": self.key, **(headers or {})}
        return requests.request(method, f"{self.server.url}/api{path}", headers=every, **arguments)

    def get(self, path: str, **arguments: Any) -> requests.Response:
        return self.call("GET", path, **arguments)

    def post(self, path: str, json: Any = None, **arguments: Any) -> requests.Response:
        return self.call("POST", path, json=json, **arguments)

    def put(self, path: str, json: Any = None, **arguments: Any) -> requests.Response:
        return self.call("PUT", path, json=json, **arguments)

    def delete(self, path: str, json: Any = None, **arguments: Any) -> requests.Response:
        return self.call("DELETE", path, json=json, **arguments)

    def search(self, **body: Any) -> dict[str, Any]:
        """The ``assets`` part of a metadata search."""
        answer = self.post("/search/metadata", body)
        assert answer.status_code == 200, answer.text
        assets: dict[str, Any] = answer.json()["assets"]
        return assets

    def search_ids(self, **body: Any) -> list[str]:
        return [item["id"] for item in self.search(**body)["items"]]

    def add(self, seed: int = 0, name: str = "photo.jpg", **facts: Any) -> str:
        """An asset of the member's, there at once."""
        return self.server.add_asset(self.id, pictures.jpeg(seed), name, **facts)

    def upload(
        self, data: bytes, name: str = "photo.jpg", *, headers: dict[str, str] | None = None, **fields: str
    ) -> requests.Response:
        """Upload with the fields before the file."""
        every = {**WHEN, **DEVICE, **fields}
        parts: list[Part] = [(field, (None, value.encode())) for field, value in every.items()]
        return self.send([*parts, ("assetData", (name, data))], headers=headers)

    def send(self, parts: list[Part], *, headers: dict[str, str] | None = None) -> requests.Response:
        """Upload with exactly these parts in exactly this order."""
        return self.call("POST", "/assets", headers=headers, files=parts)

    def with_key(self, *permissions: str) -> Member:
        """The same user with a key that may do less."""
        return Member(self.server, self.id, self.server.create_key(self.id, permissions))


class Household:
    """An admin, alice and bob."""

    def __init__(self, server: Simulator) -> None:
        self.server = server
        self.generation = server.generation
        self.modern = server.generation != "2.7"
        self.admin = self._member("admin", admin=True)
        self.alice = self._member("alice")
        self.bob = self._member("bob")

    def _member(self, name: str, *, admin: bool = False) -> Member:
        user_id = self.server.add_user(name.title(), f"{name}@example.com", f"{name}-password", admin)
        return Member(self.server, user_id, self.server.create_key(user_id))

    def settle(self) -> None:
        """Wait until the background jobs are done."""
        assert self.server.jobs.wait_until_idle()

    def message(self, answer: requests.Response) -> Any:
        """The ``message`` of a refusal."""
        return answer.json()["message"]

"""How are the recorded requests put to the embedded server, with its own ids, checksums and keys in them?"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any

import requests

from artframe.immich.simulator import Simulator
from tests.immich.simulator import pictures
from tests.immich.simulator.recorded import FIRST, NOWHERE, PEOPLE, UUID, entries, known_assets, replayed


@dataclass(frozen=True)
class Replayed:
    """One recorded request and what the simulator answered to it."""

    replay: Replay
    entry: dict[str, Any]
    answer: requests.Response


def replay_all(server: Simulator, generation: str) -> dict[str, Replayed]:
    """Everything that can be replayed, in the order of the recording."""
    replay = Replay(server, generation)
    replay.prepare()
    found: dict[str, Replayed] = {}
    for entry in replayed(generation):
        replay.before(entry)
        answer = replay.send(entry)
        found[entry["name"]] = Replayed(replay, entry, answer)
        replay.learn(entry, answer)
    return found


@dataclass
class Replay:
    """Puts recorded requests to a simulator, translating ids and checksums as it goes along."""

    server: Simulator
    generation: str
    ids: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def prepare(self) -> None:
        """The accounts of the recording."""
        users: dict[str, str] = {}
        for name, admin in PEOPLE.items():
            users[name] = self.server.add_user(name.title(), f"{name}@example.com", "password1", admin)
            self.keys[name] = self.server.create_key(users[name])
        self.keys["limited"] = self.server.create_key(users["contract"], ["asset.read"])
        self.keys["kcreate"] = self.server.create_key(users["contract"], ["apiKey.create", "asset.read"])
        self.users = users
        login = {"email": "contract@example.com", "password": "password1"}
        self.token = requests.post(f"{self.server.url}/api/auth/login", json=login, timeout=60).json()["accessToken"]
        for entry in entries(self.generation):
            body = entry["response_body"]
            if isinstance(body, list | dict):
                self._learn_users(body)

    def _learn_users(self, value: Any) -> None:
        if isinstance(value, dict):
            name = str(value.get("email", "")).partition("@")[0]
            if name in self.users and "id" in value:
                self.ids[value["id"]] = self.users[name]
            for inner in value.values():
                self._learn_users(inner)
        elif isinstance(value, list):
            for inner in value:
                self._learn_users(inner)

    def before(self, entry: dict[str, Any]) -> None:
        """What the recording does between its requests: pausing queues, trashing, uploading without a trace."""
        name = entry["name"]
        if name == "upload created (201)":
            self.server.jobs.pause("thumbnailGeneration")
        elif name == "thumbnail preview when ready":
            self.server.jobs.resume("thumbnailGeneration")
        elif name in ("delete force", "trash empty"):
            self.server.jobs.pause("backgroundTask")
            if name == "trash empty":
                self.server.trash(self._id_in("asset get after trash empty"))
        elif name in ("owner: remove editors asset from album", "owner: original of editors asset"):
            album = self._id_in("owner: remove editors asset from album")
            self.server.add_to_album(album, self._id_in("owner: original of editors asset"))
        elif name in ("asset get after force delete done", "asset get after trash empty"):
            self.server.jobs.resume("backgroundTask")
        elif name == "upload of file that is in the trash":
            part, trashed = entry["request_body"]["multipart_files"][0], entry["response_body"]["id"]
            data = content(part["filename"], part["bytes"])
            self.server.purge(self.server.add_asset(self.users["contract"], data, part["filename"]))
            self.ids[trashed] = self.server.add_asset(self.users["contract"], data, part["filename"], asset_id=trashed)
            self.server.trash(trashed)
        self.server.jobs.wait_until_idle()
        self._add_missing_assets(entry)

    def _id_in(self, name: str) -> str:
        path = next(entry["path"] for entry in entries(self.generation) if entry["name"] == name)
        return self.ids[UUID.findall(path)[0]]

    def send(self, entry: dict[str, Any]) -> requests.Response:
        """One recorded request."""
        recorded = {name: value for name, value in (entry["request_headers"] or {}).items() if name != "Content-Type"}
        headers = {**recorded, **self._auth(entry)}
        arguments: dict[str, Any] = {}
        body = entry["request_body"]
        if isinstance(body, dict) and "multipart_files" in body:
            arguments["data"] = self._translate(body["multipart_fields"])
            arguments["files"] = [
                (part["field"], (part["filename"], content(part["filename"], part["bytes"])))
                for part in body["multipart_files"]
            ]
        elif isinstance(body, list) and body and isinstance(body[0], dict) and "field" in body[0]:
            arguments["files"] = [self._part(part) for part in body]
        elif isinstance(body, str) and body.startswith("{"):
            arguments["data"] = body
            headers["Content-Type"] = "application/json"
        elif body is not None:
            arguments["json"] = self._translate(body)
        headers = {name: self._translate(value) for name, value in headers.items()}
        answer = requests.request(
            entry["method"],
            f"{self.server.url}/api{self._translate(entry['path'])}",
            params=self._translate(entry["query"]),
            headers={"Accept-Encoding": "identity", **headers},
            allow_redirects=False,
            timeout=60,
            **arguments,
        )
        # All answers are kept, and would keep their connections: more than many systems let a process have.
        answer.raw = None
        return answer

    def _part(self, part: dict[str, Any]) -> tuple[str, tuple[str | None, bytes]]:
        if part["filename"] is not None:
            return part["field"], (part["filename"], content(part["filename"], part["bytes"]))
        names = {9: b"right.jpg", 24: b"2021-03-04T05:06:07.000Z"}
        return part["field"], (None, names.get(part["bytes"], b"x" * int(part["bytes"])))

    def _auth(self, entry: dict[str, Any]) -> dict[str, str]:
        name = entry["name"]
        if name == "users/me bad bearer token":
            return {"Authorization": "Bearer nonsense"}
        if name == "users/me API key as Bearer":
            return {"Authorization": f"Bearer {self.keys['contract']}"}
        if name == "users/me valid API key + stale session cookie":
            return {"x-api-key": self.keys["contract"], "Cookie": "immich_access_token=stale"}
        if entry["auth"] == "session-token":
            return {"Authorization": f"Bearer {self.token}"}
        match = re.fullmatch(r"x-api-key\((.+)\)", entry["auth"])
        return {"x-api-key": self.keys.get(match[1], "not-a-real-key")} if match else {}

    def translated(self, value: Any) -> Any:
        """A recorded value with our ids, checksums and secrets in it."""
        return self._translate(value)

    def _translate(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._translate(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._translate(inner) for inner in value]
        if not isinstance(value, str):
            return value
        if value == "API_KEY":
            return self.keys["contract"]
        if value == "/mnt/photos":
            return str(self.server.site.folder.parent / "photos")
        text = self._checksums().get(value.lower(), value)
        return UUID.sub(lambda match: self.ids.get(match[0], match[0]), text)

    def _checksums(self) -> dict[str, str]:
        first = hashlib.sha1(content("first.jpg", 13341)).digest()
        found = {FIRST.hex(): first.hex(), base64.b64encode(FIRST).decode().lower(): base64.b64encode(first).decode()}
        for recorded, own in self.ids.items():
            then = known_assets(self.generation).get(recorded)
            now = self.server.asset(own) if then else None
            if then and now:
                found[then["checksum"].lower()] = now["checksum"]
                found[base64.b64decode(then["checksum"]).hex()] = base64.b64decode(now["checksum"]).hex()
        return found

    def learn(self, entry: dict[str, Any], answer: requests.Response) -> None:
        """Remember which of our ids stands for the recorded one; let the jobs finish that the request began."""
        self.server.jobs.wait_until_idle()
        recorded = entry["response_body"]
        if not answer.ok or "json" not in answer.headers.get("Content-Type", ""):
            return
        self._learn_ids(recorded, answer.json())
        if isinstance(recorded, dict) and "apiKey" in recorded:
            self._learn_ids(recorded["apiKey"], answer.json()["apiKey"])

    def _learn_ids(self, recorded: Any, own: Any) -> None:
        if isinstance(recorded, list) and isinstance(own, list) and len(recorded) == len(own):
            for one, other in zip(recorded, own, strict=True):
                self._learn_ids(one, other)
        elif isinstance(recorded, dict) and isinstance(own, dict):
            one, other = recorded.get("id"), own.get("id")
            if isinstance(one, str) and isinstance(other, str) and one != NOWHERE:
                self.ids.setdefault(one, other)

    def _add_missing_assets(self, entry: dict[str, Any]) -> None:
        """Assets that were uploaded in steps that the recording does not show."""
        text = json.dumps([entry["path"], entry["query"], entry["request_body"]])
        for one in UUID.findall(text):
            known = known_assets(self.generation).get(one, {})
            if one in self.ids or one == NOWHERE or (not known and not self._must_be_an_asset(entry, one)):
                continue
            owner = self.ids.get(known.get("ownerId", ""), self._asker(entry))
            name = known.get("originalFileName", "unrecorded.jpg")
            self.ids[one] = self.server.add_asset(owner, content(name, 20_000 + len(self.ids)), name, asset_id=one)

    def _asker(self, entry: dict[str, Any]) -> str:
        match = re.fullmatch(r"x-api-key\((.+)\)", entry["auth"])
        return self.users.get(match[1] if match else "contract", self.users["contract"])

    def _must_be_an_asset(self, entry: dict[str, Any], one: str) -> bool:
        body = entry["request_body"] if isinstance(entry["request_body"], dict) else {}
        named = [body.get("ids"), body.get("assetIds"), body.get("targetId"), body.get("assetId")]
        return entry["status"] < 300 and (entry["path"].startswith(f"/assets/{one}") or one in str(named))


def content(name: str, length: int) -> bytes:
    """Bytes that suit a name; the same for the same length."""
    kind = name.rpartition(".")[2].lower()
    if kind in ("mp4", "mov"):
        return pictures.mp4(length)
    if kind == "heic":
        return pictures.heic(length)
    if kind == "xmp":
        return pictures.XMP
    return pictures.jpeg_of(length)

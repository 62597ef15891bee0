"""A certificate made on the spot."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_CONFIG = """
[req]
distinguished_name = name
x509_extensions = extensions
prompt = no
[name]
CN = frame test
[extensions]
subjectAltName = IP:127.0.0.1
basicConstraints = critical, CA:TRUE
[ca]
default_ca = authority
[authority]
database = index.txt
new_certs_dir = .
serial = serial
default_md = sha256
policy = policy
x509_extensions = extensions
[policy]
commonName = supplied
"""


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """Self-signed, for 127.0.0.1 only."""

    path: Path
    key: Path

    @classmethod
    def make(cls, folder: Path, *, expired: bool = False) -> Self:
        made = cls(path=folder / "certificate.pem", key=folder / "key.pem")
        (folder / "openssl.cnf").write_text(_CONFIG)
        (folder / "index.txt").touch()
        (folder / "serial").write_text("01")
        dates = ("20200101000000Z", "20200102000000Z") if expired else ("20200101000000Z", "20991231000000Z")
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem")
        signing = (
            "-selfsign",
            "-batch",
            "-notext",
            "-keyfile",
            "key.pem",
            "-startdate",
            dates[0],
            "-enddate",
            dates[1],
        )
        for command in (
            ("req", "-new", *key, "-config", "openssl.cnf", "-out", "request.pem"),
            ("ca", *signing, "-config", "openssl.cnf", "-in", "request.pem", "-out", "certificate.pem"),
        ):
            subprocess.run(("openssl", *command), cwd=folder, check=True, capture_output=True, timeout=60)
        return made

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path, self.key)
        return context

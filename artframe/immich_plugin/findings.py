"""What does the check of a connection find: the server's version, its clock, and what the key may do?"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from artframe.immich import ADD_PERMISSION, Immich, clock_warning
from artframe.plugin import Finding


def version_finding(client: Immich) -> Finding:
    """Whether Immich answers, in a version that artframe knows. Raises ImmichError."""
    version = client.version()
    warning = version.warning
    return Finding(
        ok=warning is None, text=warning or f"Immich {version} answers", hint="update Immich" if warning else ""
    )


def clock_finding(client: Immich) -> Finding:
    """Whether both clocks agree, by the last answer of the server."""
    warning = clock_warning(client.clock_offset)
    return Finding(ok=warning is None, text=warning or "this machine's clock and the server's agree")


def permission_findings(needed: Collection[str], missing: Mapping[str, str]) -> list[Finding]:
    """What the key lacks, with what does not happen for it (empty: nobody says so), or that it has all it needs."""
    findings = [
        Finding(
            ok=False,
            text=f"the API key lacks the permission {name}{f': {without}' if without else ''}",
            hint=ADD_PERMISSION,
        )
        for name, without in missing.items()
    ]
    if not set(needed) & set(missing):
        findings.append(Finding(ok=True, text=f"it has all the permissions needed: {', '.join(needed)}"))
    return findings

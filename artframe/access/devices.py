"""Which device is it, in words its owner knows? Read from what browsers say of themselves."""

from __future__ import annotations

# The first that is found counts: most browsers claim to be others as well.
_BROWSERS = (
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
_DEVICES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> str:
    """``Safari on iPhone``; empty for what nobody knows. Holds nothing that the other side made up."""
    said = user_agent[:500]
    browser = next((name for mark, name in _BROWSERS if mark in said), "")
    device = next((name for mark, name in _DEVICES if mark in said), "")
    return " on ".join(filter(None, (browser, device)))

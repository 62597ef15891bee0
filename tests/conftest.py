"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# Time is measured in tests/bench, never in a test: a busy machine must not fail one.
settings.register_profile("artframe", deadline=None)
settings.load_profile("artframe")

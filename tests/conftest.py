"""What holds for all tests."""

from __future__ import annotations

import signal

from hypothesis import settings

# Time is measured in tests/bench, never in a test: a busy machine must not fail one.
settings.register_profile("artframe", deadline=None)
settings.load_profile("artframe")

# Whoever is started in the background, with nohup or by some CI, hands on a Ctrl-C that does nothing; here programs are
# started to see what it does.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

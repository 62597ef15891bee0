"""What holds for all tests."""

from __future__ import annotations

import os
import resource
import signal

from hypothesis import HealthCheck, settings

# Time is measured in tests/bench, never in a test: a busy machine must not fail one. And the suite says something of
# what was changed, not of luck: the same examples each time, but for who asks for new ones with ARTFRAME_ORDERS.
settings.register_profile(
    "artframe",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="ARTFRAME_ORDERS" not in os.environ,
)
settings.load_profile("artframe")

# Whoever is started in the background, with nohup or by some CI, hands on a Ctrl-C and a cut line that do nothing; here
# programs are started to see what they do.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

# Both ends of a thousand connections are in this process; many systems begin with a limit just about that.
_soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
if 0 <= _soft < 4096:
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096 if _hard < 0 else min(4096, _hard), _hard))

"""How does one test a plugin? A clock to move, a real host on a throw-away home, and the suite every plugin passes.

Installed beside artframe, pytest knows the fixtures ``manual_clock``, ``frame_home`` and ``plugin_host`` by itself.
"""

from artframe.testing.clock import ManualClock
from artframe.testing.contract import PluginContract
from artframe.testing.fixtures import frame_home, manual_clock, plugin_clock, plugin_host
from artframe.testing.host import PluginHost

__all__ = [
    "ManualClock",
    "PluginContract",
    "PluginHost",
    "frame_home",
    "manual_clock",
    "plugin_clock",
    "plugin_host",
]

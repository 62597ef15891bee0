"""An embedded Immich: a small, honest server for the demo, the tests and the benchmarks.

``Simulator(folder)`` keeps its database and files in the folder and speaks generation ``2.7`` or ``3.0`` of the API on
loopback. What a person does in the web app, and what goes wrong on the way, are methods of the object and of its
``faults``.
"""

from artframe.immich.simulator.faults import Fault, FaultKind, Faults
from artframe.immich.simulator.originals import KnownFile
from artframe.immich.simulator.simulator import Simulator

__all__ = ["Fault", "FaultKind", "Faults", "KnownFile", "Simulator"]

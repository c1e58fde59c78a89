"""Does one piece of work as one client does it, in this process, and prints what it took.

python -m benchmarks.work list hand http://127.0.0.1:8000 companies
"""

from __future__ import annotations

import json
import resource
import sys
import time
from importlib import import_module
from pathlib import Path

from benchmarks.registry import WORK

MODULES = {"hand": "by_hand", "socket": "by_hand", "predecessor": "predecessor"}
"""Where clients are; all others are this library. Only that module is imported, with what its client needs."""


def peak_megabytes() -> float:
    """Returns the most memory that this process had."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(each for each in status.read_text().splitlines() if each.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Does one piece of work and prints seconds, peak memory and how many things it was."""
    name, client, *arguments = sys.argv[1:]
    if client == "plain":
        sys.modules["orjson"] = None  # type: ignore[assignment]
    import_module(f"benchmarks.{MODULES.get(client, 'ours')}")
    run = WORK[name, client](*arguments)
    started, cpu = time.perf_counter(), time.process_time()
    count = run()
    took = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu}
    print(json.dumps({**took, "peak": peak_megabytes(), "count": count}))


if __name__ == "__main__":
    main()

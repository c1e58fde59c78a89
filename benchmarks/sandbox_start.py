"""Measures the start of the sandbox: from the command to the first answered request, beside a bare Python.

    python -m benchmarks.sandbox_start --rounds 15

Each round starts every program once, so that other load on the machine spoils the ratios least. The modules are
compiled first, as pip does. Wall time includes the request; CPU time includes also the end of the process.
"""

from __future__ import annotations

import argparse
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from statistics import median
from typing import Final
from urllib.parse import urlsplit

BARE: Final = "pass"
HTTP: Final = "http.server"
PROGRAMS: Final[dict[str, list[str]]] = {
    BARE: ["-c", "pass"],
    HTTP: [
        "-c",
        (
            "import http.server, sys, threading; "
            "s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), http.server.SimpleHTTPRequestHandler); "
            "print('x: http://127.0.0.1:%d' % s.server_port, flush=True); "
            "threading.Thread(target=s.serve_forever, daemon=True).start(); sys.stdin.read()"
        ),
    ],
    "sandbox, empty": ["-m", "RPA.Planhat.sandbox", "--until-stdin-closes", "--seed", "empty"],
    "sandbox, demo": ["-m", "RPA.Planhat.sandbox", "--until-stdin-closes"],
}
if find_spec("werkzeug"):
    PROGRAMS["werkzeug"] = [
        "-c",
        (
            "import sys, threading; from werkzeug.serving import make_server; from werkzeug.wrappers import Response; "
            "s = make_server('127.0.0.1', 0, Response('x'), threaded=True); "
            "print('x: http://127.0.0.1:%d' % s.server_port, flush=True); "
            "threading.Thread(target=s.serve_forever, daemon=True).start(); sys.stdin.read()"
        ),
    ]
REQUEST: Final = b"GET /companies?limit=1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer sandbox-key\r\n\r\n"


def main() -> int:
    """Prints the medians, and the ratios to a Python that does nothing."""
    parser = argparse.ArgumentParser(description="Measure the start of the sandbox.")
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": cache}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for name in PROGRAMS:
            start(name, environment)
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in PROGRAMS}
        for _ in range(rounds):
            for name in PROGRAMS:
                runs[name].append(start(name, environment))
    print(f"{'program':<16} {'wall ms':>8} {'CPU ms':>8} {'least CPU':>10} {'CPU / pass':>11}")
    for name, found in runs.items():
        wall, cpu = (median(each) * 1000 for each in zip(*found, strict=True))
        ratio = median(own[1] / bare[1] for own, bare in zip(found, runs[BARE], strict=True))
        print(f"{name:<16} {wall:8.0f} {cpu:8.0f} {min(each[1] for each in found) * 1000:10.0f} {ratio:11.1f}")
    print(f"load of this machine: {os.getloadavg()[0]:.1f}")
    return 0


def start(name: str, environment: dict[str, str]) -> tuple[float, float]:
    """Returns seconds until the first answer, and seconds of the processor until the end."""
    before, started = _used(), time.perf_counter()
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, *PROGRAMS[name]], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment
    ) as program:
        if name != BARE and program.stdout is not None:
            address = urlsplit(program.stdout.readline().decode().partition(": ")[2].strip())
            with socket.create_connection((str(address.hostname), int(address.port or 0))) as link:
                link.sendall(REQUEST)
                assert link.recv(65536).startswith(b"HTTP/1."), name
            wall = time.perf_counter() - started
        program.communicate()
    return wall if name != BARE else time.perf_counter() - started, _used() - before


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())

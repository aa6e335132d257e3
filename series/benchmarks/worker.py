"""Answers requests in a process of its own, and says how much processor time they took.

Started as `python -m series.benchmarks.worker KIND [FOLDER]`, with the folder of a step. It reads lines
`[case, count]`, and writes `[seconds, status, body]` for each.
"""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from werkzeug.test import EnvironBuilder

from series.benchmarks import cases

WSGI = Callable[..., Any]


def environs(case: cases.Case, count: int) -> list[dict[str, Any]]:
    """As many environs of a case's request, with a body each."""
    headers = [("Cookie", f"session={cases.serializer().dumps({'count': 1})}")] if case.cookie else []
    environ = EnvironBuilder(case.path, headers=headers, **case.options).get_environ()
    body = environ["wsgi.input"].read()
    return [{**environ, "wsgi.input": BytesIO(body)} for _ in range(count)]


def ask(app: WSGI, environ: dict[str, Any]) -> tuple[str, bytes]:
    """Send a request as a server does; return status and body."""
    statuses: list[str] = []
    answer = app(environ, lambda status, headers, info=None: statuses.append(status))
    try:
        return statuses[0][:3], b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()


def measure(app: WSGI, case: cases.Case, count: int) -> tuple[float, str, bytes]:
    """The seconds that one request takes, on the average of `count`, and its answer."""
    waiting = environs(case, count)
    began = time.process_time()
    for environ in waiting:
        status, body = ask(app, environ)
    return (time.process_time() - began) / count, status, body


def main(kind: str, *folder: str) -> None:
    """Answer the lines on the standard input until they end."""
    sys.path[:0] = folder
    framework = importlib.import_module("dram" if folder else kind)
    module = importlib.import_module(f"series.benchmarks.with_{'flask' if folder else kind}")
    with tempfile.TemporaryDirectory() as name:
        static = Path(name) / "static"
        static.mkdir()
        (static / "file.txt").write_bytes(b"0123456789" * 1024)
        apps: dict[str, WSGI] = {}
        for line in sys.stdin:
            name, count = json.loads(line)
            if name not in apps:
                apps[name] = module.application(framework, name, static)
            seconds, status, body = measure(apps[name], cases.CASES[name], count)
            print(json.dumps([seconds, int(status), body.decode()]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

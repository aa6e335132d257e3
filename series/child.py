"""What runs in the child processes of the transcripts: somebody at the `>>>` prompt, or the example app's server."""

from __future__ import annotations

import doctest
import json
import runpy
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.REPORT_ONLY_FIRST_FAILURE


class Recital(doctest.DocTestRunner):
    """Keeps what went wrong as `[line, expected, got]`, and prints nothing."""

    def __init__(self) -> None:
        super().__init__(verbose=False, optionflags=OPTIONS)
        self.faults: list[tuple[int, str, str]] = []

    def report_failure(self, _: Any, test: doctest.DocTest, example: doctest.Example, got: str) -> None:
        self.faults.append(((test.lineno or 0) + example.lineno, example.want, got))

    def report_unexpected_exception(self, out: Any, test: doctest.DocTest, example: Any, error: Any) -> None:
        self.report_failure(out, test, example, f"{error[0].__name__}: {error[1]}")

    def report_start(self, *_: Any) -> None:
        """Say nothing."""


def recite(fences: list[tuple[int, str]]) -> list[tuple[int, str, str]]:
    """Type the examples of all fences, given as first line and text, into one Python session; return the faults."""
    # A module of its own, so that `__main__` has no file, as at a real prompt.
    session = sys.modules["__main__"] = ModuleType("__main__")
    recital = Recital()
    for line, body in fences:
        try:
            examples = doctest.DocTestParser().get_examples(with_blank_lines(body))
        except ValueError as error:
            recital.faults.append((line, "examples that doctest can read", str(error)))
            continue
        if not examples:
            recital.faults.append((line, "a line that begins with >>>", ""))
        test = doctest.DocTest(examples, {}, "transcript", None, line, body)
        test.globs = vars(session)
        recital.run(test, clear_globs=False)
    return recital.faults


def with_blank_lines(body: str) -> str:
    """Mark blank lines inside of output as doctest wants them, because a page should not show `<BLANKLINE>`."""
    lines, following = body.split("\n"), ">>>"
    for number in reversed(range(len(lines))):
        if lines[number].strip():
            following = lines[number]
        elif not following.startswith(">>>"):
            lines[number] = "<BLANKLINE>"
    return "\n".join(lines)


def serve(port: int) -> None:
    """Do what `python app.py` does, on another port and without the reloader, which would outlive this process."""
    from werkzeug import serving

    run_simple = serving.run_simple

    def moved(hostname: str, _: int, application: Any, **options: Any) -> None:
        run_simple(hostname, port, application, **(options | {"use_reloader": False}))

    vars(serving)["run_simple"] = moved
    sys.argv[:] = ["app.py"]
    runpy.run_path("app.py", run_name="__main__")


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]))
    else:
        job = Path(sys.argv[2])
        faults = recite(json.loads(job.read_text(encoding="utf-8")))
        job.write_text(json.dumps(faults), encoding="utf-8", newline="\n")

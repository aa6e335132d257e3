"""What `test_pyodide.py` has run in the page's Python: it uses each step as a reader does, and prints what it found."""

from __future__ import annotations

import json
import os
import re
import shutil
import site
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

FOLDER = Path("/home/pyodide/step")


def laid_out(step: dict[str, Any]) -> Any:
    """A bridge to the files of a step, in the place of the step before."""
    from bridge import Bridge, lay_out

    os.chdir("/")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    lay_out(step["files"], FOLDER)
    return Bridge(str(FOLDER))


def read_step(number: str) -> dict[str, Any]:
    step: dict[str, Any] = json.loads(Path(f"/python/steps/{number}.json").read_text(encoding="utf-8"))
    return step


def statuses(step: dict[str, Any]) -> list[Any]:
    """What the application of a step answers, and what it wrote about it."""
    bridge = laid_out(step)
    told = bridge.start()
    answers = [bridge.ask("GET", path, []) for path in ("/", "/essays/1", "/nowhere")]
    return [told, *(answer["status"] for answer in answers), "".join(answer["errors"] for answer in answers)]


def sent(bridge: Any, path: str, **values: str) -> dict[str, Any]:
    page = bridge.ask("GET", path, [])["body"].decode()
    token = re.findall(r'name="token" value="(\w+)"', page)[-1]
    kind = ["Content-Type", "application/x-www-form-urlencoded"]
    action = re.findall(r'<form method="post" action="([^"]+)"', page)[-1]
    answer: dict[str, Any] = bridge.ask("POST", action, [kind], urlencode({"token": token, **values}).encode())
    return answer


def reader(step: dict[str, Any]) -> list[Any]:
    """Somebody registers, writes a note, comes back after a restart, and signs in again, once with a wrong password."""
    bridge = laid_out(step)
    bridge.start()
    sent(bridge, "/register", name="Ada", password="a long password")
    sent(bridge, "/essays/7", text="so true")
    bridge.start()
    written = "so true" in bridge.ask("GET", "/essays/7", [])["body"].decode()
    tries = [sent(bridge, "/sign-in", name="Ada", password=f"a {word} password") for word in ("wrong", "long")]
    return [written, [answer["status"] for answer in tries], tries[-1]["stand_ins"]]


def solved(step: dict[str, Any], name: str, solution: dict[str, str]) -> list[Any]:
    """An exercise before and after it is solved."""
    bridge = laid_out(step)
    bridge.start()
    tests = step["exercises"][name]
    before = bridge.check(tests)
    told = bridge.start(solution)
    return [told, before, bridge.check(tests)]


def main() -> None:
    packages = site.getsitepackages()[0]
    sys.path.append("/python")
    shutil.unpack_archive("/python/packages.zip", packages)
    job = json.loads(Path("/python/job.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = {number: statuses(read_step(number)) for number in job["steps"]}
    found["reader"] = reader(read_step(job["steps"][-1]))
    shutil.unpack_archive("/python/testing.zip", packages)
    found["exercise"] = solved(read_step(job["step"]), job["exercise"], job["solution"])
    found["suite"] = laid_out(read_step(job["step"])).check(read_step(job["step"])["suite"])
    print(json.dumps(found))


main()

"""The server in the page, held against each step's application, and against applications that behave badly."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.security import check_password_hash, generate_password_hash

from series import packing
from series.playground import bridge as module
from series.playground.bridge import Bridge, lay_out
from series.project import ROOT, Project, Step

STEPS = [pytest.param(step, id=step.name) for step in Project().steps]
WITH_NOTES = [step for step in STEPS if "database.py" in step.values[0].files]
WITH_READERS = [step for step in STEPS if "readers.py" in step.values[0].files]

Open = Callable[[dict[str, Any]], Bridge]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Lays out files and gives the bridge to them; afterwards this process is as before."""
    folder, before = tmp_path / "step", dict(sys.modules)
    monkeypatch.setattr(sys, "path", sys.path[:])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.chdir(tmp_path)
    for name in {path.stem for step in Project().steps for path in step.folder.iterdir()}:
        monkeypatch.delitem(sys.modules, name, raising=False)

    def open_bridge(files: dict[str, Any]) -> Bridge:
        lay_out(files, folder)
        return Bridge(str(folder))

    yield open_bridge
    module.forget(folder)
    sys.modules.update({name: each for name, each in before.items() if name not in sys.modules})


@pytest.fixture
def running(opened: Open) -> Open:
    """The same, started."""

    def run(files: dict[str, Any]) -> Bridge:
        bridge = opened(files)
        assert bridge.start() == ""
        return bridge

    return run


def get(bridge: Bridge, path: str = "/", *headers: list[str]) -> dict[str, Any]:
    return bridge.ask("GET", path, list(headers))


def send(bridge: Bridge, path: str, **values: str) -> dict[str, Any]:
    """Fill in the form of a page, and send it with what is hidden in it."""
    page = get(bridge, path)["body"].decode()
    action, form = re.findall(r'<form method="post" action="([^"]+)">(.*?)</form>', page, re.DOTALL)[-1]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    kind = ["Content-Type", "application/x-www-form-urlencoded"]
    return bridge.ask("POST", action, [kind], urlencode({**hidden, **values}).encode())


def cookies(answer: dict[str, Any]) -> str:
    return dict(map(tuple, answer["sent"])).get("Cookie", "")


def headers(answer: dict[str, Any], name: str) -> list[str]:
    return [value for key, value in answer["headers"] if key.lower() == name]


@pytest.mark.parametrize("step", STEPS)
def test_each_step_answers(step: Step, running: Open) -> None:
    bridge = running(packing.of_step(step)["files"])
    page = get(bridge)
    assert (page["status"], page["reason"], page["errors"]) == (200, "OK", "")
    assert "Marginalia" in page["body"].decode()
    head = bridge.ask("HEAD", "/", [])
    assert (head["status"], head["body"]) == (200, b"")
    assert get(bridge, "/nowhere")["status"] == 404
    # What is edited is seen at once, the title of each page in one file or another.
    edited = {name: text.replace("Marginalia", "Edited") for name, text in packing.of_step(step)["files"].items()}
    assert bridge.start(edited) == ""
    assert "Edited" in get(bridge)["body"].decode()


@pytest.mark.parametrize("step", WITH_NOTES)
def test_a_note_is_left_and_outlives_a_restart_but_no_reset(step: Step, running: Open) -> None:
    bridge = running(packing.of_step(step)["files"])
    if "readers.py" in step.files:
        send(bridge, "/register", name="Ada", password="a long password")
    left = send(bridge, "/essays/7", name="Ada", text="so true")
    assert left["status"] == 303
    assert headers(left, "location")[0].startswith("/essays/7")
    assert bridge.start() == ""
    assert "so true" in get(bridge, "/essays/7")["body"].decode()
    bridge.reset()
    assert bridge.start() == ""
    assert "so true" not in get(bridge, "/essays/7")["body"].decode()


@pytest.mark.parametrize("step", WITH_READERS)
def test_a_reader_stays_signed_in_until_a_reset(step: Step, running: Open) -> None:
    bridge = running(packing.of_step(step)["files"])
    answer = send(bridge, "/register", name="Ada", password="a long password")
    assert (answer["status"], headers(answer, "location")) == (303, ["/"])
    assert headers(answer, "set-cookie")[0].startswith("session=")
    assert bridge.start() == ""
    assert "Ada <button" in get(bridge)["body"].decode()
    assert cookies(get(bridge)).startswith("session=")
    bridge.reset()
    assert bridge.start() == ""
    assert cookies(get(bridge)) == ""


#: An application that is checked, as well as who calls it, against PEP 3333.
CHECKED = """
from wsgiref.validate import validator

@validator
def app(environ, start_response):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Asked", ascii([
        environ["REQUEST_METHOD"], environ["PATH_INFO"], environ["QUERY_STRING"], environ.get("HTTP_X_TWICE"),
        environ["HTTP_HOST"], environ["SERVER_PORT"], environ.get("CONTENT_TYPE"),
    ]))])
    return [body]
"""


@pytest.mark.parametrize(
    ("method", "path", "body", "seen"),
    [
        ("GET", "/a%20b/%C3%A9?q=%C3%A9&r=%20#there", b"", ["/a b/Ã©", "q=%C3%A9&r=%20"]),
        ("GET", "/é ü?q=é ü", b"", ["/Ã© Ã¼", "q=%C3%A9%20%C3%BC"]),
        ("POST", "/100%?", bytes(range(256)), ["/100%", ""]),
        ("GET", "?q=1", b"", ["/", "q=1"]),
        ("GET", "//there/", b"", ["//there/", ""]),
    ],
)
def test_the_environment_is_that_of_pep_3333(
    running: Open, method: str, path: str, body: bytes, seen: list[str]
) -> None:
    bridge = running({"app.py": CHECKED})
    answer = bridge.ask(method, path, [["Content-Type", "x/y"], ["X-Twice", "1"], ["x-twice", "2"]], body)
    assert answer["status"] == 200, answer["body"].decode()
    assert answer["body"] == body
    assert headers(answer, "x-asked") == [ascii([method, *seen, "1, 2", "127.0.0.1:5000", "5000", "x/y"])]
    assert ["Host", "127.0.0.1:5000"] in answer["sent"]
    assert (["Content-Length", "256"] in answer["sent"]) == bool(body)


def answered(running: Open, body: str, before: str = "") -> dict[str, Any]:
    """What is answered by an application with this body."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return get(running({"app.py": f"{before}\ndef app(environ, start):\n{lines}"}))


OK = 'start("200 OK", [("X", "1")])'
CLOSING = """
class Pages(list):
    def close(self):
        print("closed")
"""


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (f'{OK}\nyield b"one"\nyield b"two"', b"onetwo"),
        (f'{OK}(b"writ")\nreturn [b"ten"]', b"written"),
        (f'yield b""\n{OK}\nyield b"late"', b"late"),
        (f"{OK}\nimport sys\ntry: 1 / 0\nexcept Exception: {OK[:-1]}, sys.exc_info())\nreturn [b'2']", b"2"),
        (f'{OK}\nreturn Pages([b"all"])', b"all"),
    ],
)
def test_all_ways_to_answer_that_pep_3333_has(running: Open, body: str, answer: bytes) -> None:
    got = answered(running, body, CLOSING)
    assert (got["status"], got["headers"], got["body"]) == (200, [["X", "1"]], answer)
    assert got["errors"] == ("closed\n" if "Pages" in body else "")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("return []", "has not called start_response"),
        ("return None", "'NoneType' object is not iterable"),
        ('return [b"early"]', "before it called start_response"),
        (f"{OK}\nreturn ['text']", "bytes, and not str"),
        (f"{OK}\n{OK}\nreturn []", "start_response twice"),
        ("start('fine', [])\nreturn []", "not 'fine'"),
        ("start('200 OK', [('X', 1)])\nreturn []", "pair of texts"),
        (f"import sys\n{OK}(b'x')\ntry: 1 / 0\nexcept Exception: {OK[:-1]}, sys.exc_info())", "division by zero"),
        ("raise SystemExit('gone')", "SystemExit: gone"),
        ("raise GeneratorExit", "GeneratorExit"),
        (r"raise ValueError('\ud800')", r"ValueError: \ud800"),
        (f"{OK}\nyield b'half'\nraise KeyError('half')", "KeyError: 'half'"),
        (f"{OK}\nreturn Pages([1])", "bytes, and not int"),
    ],
)
def test_what_pep_3333_has_not_is_told_on_a_page(running: Open, body: str, told: str) -> None:
    got = answered(running, body, CLOSING)
    page = got["body"].decode()
    assert (got["status"], got["reason"]) == (500, "Internal Server Error")
    assert told in page
    assert page in got["errors"]
    assert ("closed" in got["errors"]) == ("Pages" in body)
    assert str(Path.cwd()) not in page
    assert module.__file__ not in page


def test_each_request_has_a_context_of_its_own(running: Open) -> None:
    code = f"""
from contextvars import ContextVar
left = ContextVar("left", default=b"nothing")
def app(environ, start):
    {OK}
    yield left.get()
    left.set(b"something")
"""
    bridge = running({"app.py": code})
    assert [get(bridge)["body"] for _ in "12"] == [b"nothing", b"nothing"]


@pytest.mark.parametrize(
    ("method", "status"), [("GET", "204 No Content"), ("GET", "304 Not Modified"), ("HEAD", "200 OK")]
)
def test_what_has_no_body_is_sent_without(running: Open, method: str, status: str) -> None:
    code = f"def app(environ, start):\n    start('{status}', [])\n    return [b'body']"
    got = running({"app.py": code}).ask(method, "/", [])
    assert (f"{got['status']} {got['reason']}", got["body"]) == (status, b"")


def test_all_that_is_written_comes_with_the_request_during_which_it_was(running: Open) -> None:
    code = f"""
import logging, sys
logging.getLogger("here").addHandler(logging.StreamHandler())
def app(environ, start):
    print(environ["PATH_INFO"])
    print("err", file=sys.stderr)
    environ["wsgi.errors"].write("server\\n")
    logging.getLogger("here").warning("logged")
    {OK}
    return []
"""
    bridge = running({"app.py": code})
    for path in ("/longer", "/"):
        assert get(bridge, path)["errors"] == f"{path}\nerr\nserver\nlogged\n"
        bridge.start()


SETTING = """
from urllib.parse import unquote
def app(environ, start):
    start("200 OK", [("Set-Cookie", value) for value in unquote(environ["QUERY_STRING"]).split("&") if value])
    return []
"""


def test_cookies_are_kept_each_for_its_path_and_time(running: Open) -> None:
    bridge = running({"app.py": SETTING})
    got = get(
        bridge, "/?a=1; Path=/&b=2; Path=/there&c=3; Secure&d=4; Max-Age=0&e=5; Max-Age=9; HttpOnly; SameSite=Lax"
    )
    assert len(headers(got, "set-cookie")) == 5
    assert cookies(get(bridge)) == "a=1; e=5"
    assert cookies(get(bridge, "/there/x")) == "b=2; a=1; e=5"
    get(bridge, "/?a=; Max-Age=0; Path=/")
    assert cookies(get(bridge)) == "e=5"
    assert cookies(get(bridge, "/", ["Cookie", "own=1"])) == "own=1"


@pytest.mark.parametrize(
    ("code", "line", "told"),
    [
        ("import json\n1 / 0\n", 2, "ZeroDivisionError"),
        ("def broken(:\n", 1, "SyntaxError"),
        ("\n\nimport nowhere_to_be_found", 3, "No module named 'nowhere_to_be_found'"),
        ("raise SystemExit", 1, "SystemExit"),
        ("App = 1", 0, "has no attribute 'create_app'"),
    ],
)
def test_a_file_that_cannot_be_imported_is_told_with_its_line_and_can_be_mended(
    opened: Open, code: str, line: int, told: str
) -> None:
    bridge = opened({"app.py": code})
    text = bridge.start()
    assert told in text
    assert f'File "app.py", line {line}' in text or not line
    assert module.__file__ not in text
    answer = get(bridge)
    assert (answer["status"], answer["body"].decode()) == (500, text)
    assert bridge.start({"app.py": CHECKED}) == ""
    assert get(bridge)["status"] == 200


def test_a_factory_makes_the_application(running: Open) -> None:
    code = f"def create_app():\n    return lambda environ, start: ({OK}, [b'made'])[1]"
    assert get(running({"app.py": code}))["body"] == b"made"


def test_each_start_sees_all_files_as_they_are_and_no_other(running: Open) -> None:
    code = "from inner.words import word\nfrom werkzeug.wrappers import Response\napp = Response(word)"
    bridge = running({"app.py": code, "inner/__init__.py": "", "inner/words.py": "word = 'one'"})
    werkzeug = sys.modules["werkzeug.wrappers"]
    for word in ("two", "six"):
        assert bridge.start({"inner/words.py": f"word = '{word}'"}) == ""
        assert get(bridge)["body"].decode() == word
    assert sys.modules["werkzeug.wrappers"] is werkzeug
    assert "not below" in bridge.start({"../outside.py": ""})
    assert not Path("../outside.py").exists()


def test_a_reset_brings_each_file_back_and_removes_what_was_made(running: Open, tmp_path: Path) -> None:
    bridge = running({"app.py": CHECKED, "static/x.bin": {"base64": "/wA="}})
    bridge.start({"app.py": "1 / 0", "new/deep/file.py": ""})
    (tmp_path / "step/static/x.bin").unlink()
    bridge.reset()
    found = [path for path in (tmp_path / "step").rglob("*") if path.is_file()]
    assert {path.name: path.read_bytes() for path in found} == {"app.py": CHECKED.encode(), "x.bin": b"\xff\x00"}
    assert bridge.start() == ""


def test_a_request_is_watched(running: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = ModuleType("recorder")
    vars(recorder)["record"] = lambda work, folder: [work(), folder]
    monkeypatch.setitem(sys.modules, "recorder", recorder)
    bridge = running({"app.py": CHECKED})
    got = bridge.watch("POST", "/", [], b"body")
    assert (got["body"], got["recording"]) == (b"body", [None, str(Path.cwd())])


def test_nothing_stands_in_for_anything_here(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    real = hashlib.scrypt
    opened({"app.py": ""})
    assert hashlib.scrypt is real
    monkeypatch.setattr(hashlib, "scrypt", module._not_scrypt)
    with pytest.raises(RuntimeError, match="in a browser only"):
        generate_password_hash("a password")


def test_the_stand_ins_of_the_page_tell_passwords_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("scrypt", "pbkdf2_hmac"):
        monkeypatch.setattr(hashlib, name, None)
        monkeypatch.delattr(hashlib, name)
    for name in ("make_scanner", "_default_decoder"):
        monkeypatch.setattr(json.scanner if name in vars(json.scanner) else json, name, None)
    monkeypatch.delattr(os, "link")
    monkeypatch.setattr(Path, "hardlink_to", None)
    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setattr(module, "USED", [])
    module.stand_in()
    assert module.USED == []
    for method in ("scrypt", "pbkdf2"):
        kept = generate_password_hash("a password", method)
        assert check_password_hash(kept, "a password")
        assert not check_password_hash(kept, "b password")
    (tmp_path / "a").write_bytes(b"text")
    (tmp_path / "b").hardlink_to(tmp_path / "a")
    assert (tmp_path / "b").read_bytes() == b"text"
    with pytest.raises(FileExistsError):
        (tmp_path / "b").hardlink_to(tmp_path / "a")
    with pytest.raises(RecursionError):
        json.loads("[" * 100_000)
    assert [sentence.split()[0] for sentence in module.USED] == ["Passwords", "A"]


SUITE = """
import asyncio, subprocess, threading
import pytest
def test_it_is_green(app):
    import dram
    assert app.import_name == "tests"
    assert not hasattr(dram, "running")
def test_it_is_red(client): assert client.get("/").status_code == 201
@pytest.mark.until(99, reason="?")
def test_it_has_marks(client): assert client.get("/").status_code == 404
def test_a_thread(): threading.Thread(target=print).start()
def test_a_process(): subprocess.run(["true"], check=True)
def test_a_greenlet():
    import greenlet
    greenlet.greenlet(print).switch()
def test_a_loop():
    async def five(): return await asyncio.wait_for(asyncio.sleep(0.001, 5), 5)
    assert asyncio.run(five()) == 5
def test_a_loop_with_a_thread(): asyncio.run(asyncio.to_thread(print))
def test_a_module(): raise ModuleNotFoundError("No module named '_multiprocessing'")
def test_it_skips(): pytest.skip("no use")
def test_it_is_cleaned_up(client, request): request.addfinalizer(lambda: 1 / 0)
"""

CHECK = """
import json, sys
sys.path[:0] = sys.argv[2:]
import checking
from bridge import Bridge, lay_out
from pathlib import Path
folder, job = Path.cwd() / "step", json.loads(Path(sys.argv[1]).read_text())
lay_out(job["files"], folder)
bridge, results = Bridge(str(folder)), []
told = bridge.start()
app = bridge.application
sys.modules["dram"].running = True
for lacking in False, True:
    checking.LACKING = lacking
    results.append(bridge.check(job["suite"], job["names"]))
results.append(bridge.check({"tests/step02_x/test_y.py": "def broken(:"}))
results.append(bridge.check({"tests/step02_x/test_y.py": "", "tests/step02_x/conftest.py": "x = 1"}))
results.append(bridge.check({"tests/step02_x/test_y.py": "async def late(): ...\\ndef test_y(): late()"}))
still = [sys.modules["app"].app is app, bridge.ask("GET", "/", [])["status"]]
edited = bridge.start({"app.py": job["files"]["app.py"], "dram/__init__.py": "from .app import Dram; Dram.x = 1"})
results.append(bridge.check({"tests/step02_x/test_z.py": "def test_x(app): assert app.x == 1"}))
json.dump([told, still, results], sys.stdout)
"""


@pytest.fixture(scope="module")
def checks(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """What a started bridge and its checks say of `SUITE`: with all that a terminal has, and as in the page."""
    folder = tmp_path_factory.mktemp("checks")
    files = packing.of_step(Project().step(2))["files"]
    suite = {"tests/step02_x/test_x.py": SUITE, "tests/step02_x/test_other.py": "def test_other(): assert False"}
    job = {"files": files, "suite": suite, "names": ["tests/step02_x/test_x.py"]}
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    command = [sys.executable, "-c", CHECK, str(folder / "job.json"), str(packing.PLAYGROUND), str(ROOT)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    told, still, results = json.load(io.StringIO(done.stdout))
    assert (told, still) == ("", [True, 200])
    return list(results)


def names(results: list[dict[str, str]]) -> list[str]:
    return [each["name"].removeprefix("test_x.py::test_") for each in results]


def test_a_suite_says_what_passes_and_why_not(checks: list[Any]) -> None:
    everything = checks[0]
    assert everything["passed"] == 7
    assert names(everything["failed"]) == ["it_is_red", "a_module", "it_is_cleaned_up"]
    assert names(everything["terminal"]) == ["it_skips"]
    assert everything["failed"][0]["text"].startswith("tests/step02_x/test_x.py:8: in test_it_is_red")


def test_what_needs_a_terminal_is_counted_when_it_asks_for_what_is_lacking(checks: list[Any]) -> None:
    in_page = checks[1]
    assert in_page["passed"] == 3
    assert names(in_page["failed"]) == ["it_is_red", "it_is_cleaned_up"]
    assert [each["reason"].removeprefix("It needs ") for each in in_page["terminal"]] == [
        "threads.", "processes.", "greenlets.", "threads.", "the module _multiprocessing.", "Skipped: no use",
    ]  # fmt: skip


def test_a_suite_that_cannot_be_read_fails(checks: list[Any]) -> None:
    broken, empty, unfinished = checks[2:5]
    assert names(broken["failed"]) == ["test_y.py"]
    assert "SyntaxError" in broken["failed"][0]["text"]
    assert names(empty["failed"]) == ["pytest"]
    assert "no tests ran" in empty["failed"][0]["text"]
    assert unfinished["failed"]
    assert "never awaited" in unfinished["failed"][0]["text"]


def test_a_suite_sees_the_files_as_edited(checks: list[Any]) -> None:
    assert (checks[5]["passed"], checks[5]["failed"]) == (1, [])


def test_what_was_edited_comes_out_as_a_patch_that_git_applies(opened: Open, tmp_path: Path) -> None:
    old = {"app.py": "one\ntwo\n" + "same\n" * 20 + "three", "pages/a.html": "<p>\n"}
    new = {"app.py": "one\n2\n" + "same\n" * 20 + "three\nfour", "pages/a.html": "<p>\n<p>"}
    (tmp_path / "mine.patch").write_bytes(opened(old).patch(new).encode())
    subprocess.run(["git", "apply", "--directory=step", "mine.patch"], cwd=tmp_path, check=True)
    assert {name: (tmp_path / "step" / name).read_text(encoding="utf-8") for name in new} == new

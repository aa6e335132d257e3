"""Transcripts: what an essay shows was printed by the step it speaks of, or the check says where it was not."""

import shutil
import subprocess
from pathlib import Path

import pytest

from series.project import Project
from series.terminal import SECONDS, Terminal, difference
from series.transcripts import check

APP = """
import os
import time

from werkzeug.serving import run_simple
from werkzeug.wrappers import Request, Response


def drip():
    yield "one\\n"
    raise RuntimeError("dry")


def answer(request):
    if request.path == "/die":
        os._exit(1)
    if request.path == "/sleep":
        time.sleep(60)
    if request.path == "/drip":
        return Response(drip())
    if request.path == "/short":
        return Response(drip(), headers={"Content-Length": "10"})
    if request.path == "/moved":
        return Response("", 302, {"Location": f"http://{request.host}/echo?a=b"})
    if request.path == "/sign-in":
        response = Response("", 302, {"Location": "/reader"})
        response.set_cookie("reader", request.args.get("as", "Ada"), secure=True, httponly=True)
        return response
    if request.path == "/sign-out":
        response = Response("")
        response.delete_cookie("reader")
        return response
    if request.path == "/reader":
        return Response(f"{request.headers.get('Cookie', 'nobody')}\\n")
    if request.path == "/page":
        return Response(b"\\x890123456789").make_conditional(request, accept_ranges=True, complete_length=11)
    content = request.headers.get("Content-Type", "nothing")
    body = f"{request.method} {request.full_path} {content} {request.get_data(as_text=True)}\\n"
    return Response(body, headers=[("X-Twice", "one"), ("X-Twice", "two")])


@Request.application
def app(request):
    return answer(request)


if __name__ == "__main__":
    run_simple("127.0.0.1", 5000, app, threaded=True)
"""

COMMANDS = """\
$ curl localhost:5000
GET /? nothing
$ curl -s -X DELETE 'http://127.0.0.1:5000/ü?q=a#part'
DELETE /ü?q=a nothing
$ curl -d a=1 -d b=2 http://127.0.0.1:5000/
POST /? application/x-www-form-urlencoded a=1&b=2
$ curl --json '{}' http://127.0.0.1:5000/
POST /? application/json {}
$ curl -H 'Content-Type: a/b' -XPUT --data x \\
> http://127.0.0.1:5000/
PUT /? a/b x
$ curl -I http://127.0.0.1:5000/
HTTP/1.1 200 OK
...
Connection: close
$ curl -L http://127.0.0.1:5000/moved
GET /echo?a=b nothing
$ curl -L -d x http://127.0.0.1:5000/moved
GET /echo?a=b nothing
$ curl -i http://127.0.0.1:5000/moved
...
Location: http://127.0.0.1:5000/echo?a=b
...
$ curl http://127.0.0.1:5000/drip
one
curl: (18) transfer closed with ... remaining
$ curl -s http://127.0.0.1:5000/drip
one
$ curl -r 1-3 http://127.0.0.1:5000/page
012
$ curl -so page -r 1-3 http://127.0.0.1:5000/page
$ python -c 'print(open("page").read())'
012
$ curl -so /dev/null http://127.0.0.1:5000/page
$ curl http://127.0.0.1:5000/a/../b/./c/..
GET /b/? nothing
$ curl --path-as-is http://127.0.0.1:5000/a/../b
GET /a/../b? nothing
$ curl -b a=1 -b 'b=2; c=3' http://127.0.0.1:5000/reader
a=1;b=2; c=3
$ curl -b a=1 -L http://127.0.0.1:5000/sign-in
a=1
$ curl -c jar -L http://127.0.0.1:5000/sign-in
reader=Ada
$ curl -b jar -b a=1 http://127.0.0.1:5000/reader
reader=Ada; a=1
$ curl http://127.0.0.1:5000/reader
nobody
$ curl -b jar -c jar http://127.0.0.1:5000/sign-out
$ curl -b jar http://127.0.0.1:5000/reader
nobody
$ curl -b not-yet http://127.0.0.1:5000/reader
nobody
$ python speak.py
Größe
$ python -c 'print(1); print(2)'
...
2
"""

#: What curl exits with when a server closes the connection without an answer.
EMPTY_REPLY = 52

REAL = [
    "-i 127.0.0.1:5000",
    "-I http://127.0.0.1:5000/",
    "-d a=1 -d b=2 http://127.0.0.1:5000/?q=%C3%BC",
    "--json {} http://127.0.0.1:5000/",
    "-X PATCH http://127.0.0.1:5000/ü%C3%BC#part",
    "-d x -H accept:a/b -H content-type:c/d http://127.0.0.1:5000?q=(a)&b=^1#b",
    "-i http://127.0.0.1:5000/moved",
    "-iL -d a=1 http://127.0.0.1:5000/moved",
    "-i http://127.0.0.1:5000/drip",
    "-i http://127.0.0.1:5000/short",
    "http://127.0.0.1:5000/die",
    "-ir 0-3 http://127.0.0.1:5000/page",
    "-i --range 5- http://127.0.0.1:5000/page",
    "-ir -2 -X POST http://127.0.0.1:5000/page",
    "-r 3-4 -H range:bytes=0-1 http://127.0.0.1:5000/page",
    "-so page -r 0-4 http://127.0.0.1:5000/page",
    "-so /dev/null http://127.0.0.1:5000/page",
    *(
        f"http://127.0.0.1:5000{path}"
        for path in ["/.", "/..", "/a/./b", "/a/../../b", "/a//../b", "/a/b/..", "/..a/...?/../b"]
    ),
    *(f"--path-as-is http://127.0.0.1:5000{path}" for path in ["/a/../b", "/%2e%2E/b", "/./b/.."]),
    "-b a=1 -b b=2 http://127.0.0.1:5000/reader",
    "-b a=1 -L http://127.0.0.1:5000/sign-in",
    "-c jar -L http://127.0.0.1:5000/sign-in",
    "-b jar http://127.0.0.1:5000/reader",
    "-b a=1 --cookie jar http://127.0.0.1:5000/reader",
    "-b jar http://localhost:5000/reader",
    "-b jar http://127.0.0.1:5000/sign-in?as=%22A+b http://127.0.0.1:5000/reader",
    "-c odd http://127.0.0.1:5000/sign-in?as=%22A+%C3%BC%3B",
    "-b odd http://127.0.0.1:5000/reader",
    "-b jar http://127.0.0.1:5000/reader",
    "-b jar -c new http://127.0.0.1:5000/sign-out",
    "-b jar http://127.0.0.1:5000/reader",
    "-b new http://127.0.0.1:5000/reader",
    "--cookie-jar new http://127.0.0.1:5000/sign-in http://127.0.0.1:5000/reader",
]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two steps: in the first `dram.word` is "one", in the second "two"."""
    for number, slug in ((1, "one"), (2, "two")):
        folder = tmp_path / "steps" / f"step{number:02}_{slug}"
        (folder / "dram").mkdir(parents=True)
        (folder / "dram" / "__init__.py").write_text(f'word = "{slug}"\n', encoding="utf-8")
        (folder / "app.py").write_text(APP, encoding="utf-8")
        (folder / "speak.py").write_text("print('Größe')\n", encoding="utf-8")
    (tmp_path / "posts").mkdir()
    return Project(tmp_path)


def faults(project: Project, text: str, name: str = "02-two.md") -> list[str]:
    essay = project.root / "posts" / name
    essay.write_text(text, encoding="utf-8")
    return check(project, essay)


def console(project: Project, *lines: str) -> list[str]:
    return faults(project, "\n".join(["```console", *lines, "```", ""]))


def test_an_essay_without_a_transcript_is_a_fault(project: Project) -> None:
    assert faults(project, "# Two\n\nAll prose.\n") == [
        "posts/02-two.md:1: the essay has no pycon or console fence; show at least one transcript"
    ]
    assert faults(project, "# Two\n\nAll prose.\n", "deploying.md") == []


class TestPycon:
    def test_a_wrong_output_is_named_by_line(self, project: Project) -> None:
        text = "# Two\n\n```pycon\n>>> import dram\n>>> dram.word\n'three'\n```\n"
        assert faults(project, text) == ["""posts/02-two.md:5: expected "'three'", got "'two'\""""]

    def test_fences_on_one_step_are_one_session(self, project: Project) -> None:
        text = (
            "```pycon\n>>> import dram\n```\n\nthen\n\n```pycon\n>>> dram.word\n'two'\n>>> __name__\n'__main__'\n```\n"
        )
        assert faults(project, text) == []

    def test_a_fence_can_name_another_step(self, project: Project) -> None:
        text = "```pycon on=\"01\"\n>>> import dram; dram.word\n'one'\n```\n\n```pycon\n>>> dram\n...\n```\n"
        found = faults(project, text)
        assert len(found) == 1
        assert found[0].startswith("posts/02-two.md:7: ")
        assert "NameError" in found[0]

    def test_a_traceback_is_compared_by_its_last_line(self, project: Project) -> None:
        text = (
            "```pycon\n>>> 1 / 0\nTraceback (most recent call last):\n  ...\nZeroDivisionError: division by zero\n```\n"
        )
        assert faults(project, text) == []
        assert "ZeroDivisionError" in faults(project, text.replace("by zero", "by two"))[0]

    def test_blank_lines_belong_to_the_output(self, project: Project) -> None:
        text = "```pycon\n>>> print('a\\n\\nb')\na\n\nb\n\n>>> 1\n1\n```\n"
        assert faults(project, text) == []
        assert len(faults(project, text.replace("\nb\n", "\nc\n"))) == 1

    def test_a_fence_without_a_prompt_is_a_fault(self, project: Project) -> None:
        assert faults(project, "```pycon\n1 + 1\n```\n") == [
            "posts/02-two.md:2: expected 'a line that begins with >>>', got nothing"
        ]

    def test_a_session_that_breaks_off_or_hangs_is_a_fault(
        self, project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert "broke off" in faults(project, "```pycon\n>>> import os; os._exit(3)\n```\n")[0]
        monkeypatch.setattr("series.terminal.SECONDS", 0.5)
        assert (
            "did not end within 0.5 seconds" in faults(project, "```pycon\n>>> import time; time.sleep(60)\n```\n")[0]
        )

    def test_a_fence_that_is_not_closed_is_a_fault(self, project: Project) -> None:
        assert faults(project, "```pycon\n>>> 1\n") == ["posts/02-two.md:1: The pycon fence is not closed."]

    def test_an_unknown_step_is_a_fault(self, project: Project) -> None:
        assert faults(project, '\n```pycon on="07"\n>>> 1\n1\n```\n') == [
            "posts/02-two.md:2: There is no step '07'. The steps are: 1 one, 2 two."
        ]


class TestConsole:
    def test_curl_prints_status_headers_and_body_as_they_came(self, project: Project) -> None:
        assert (
            console(
                project,
                "$ curl -i http://127.0.0.1:5000/echo?x=%20",
                "HTTP/1.1 200 OK",
                "Server: ...",
                "Date: ...",
                "X-Twice: one",
                "X-Twice: two",
                "Content-Type: text/plain; charset=utf-8",
                "Content-Length: ...",
                "Connection: close",
                "",
                "GET /echo?x=%20 nothing",
            )
            == []
        )

    def test_a_command_prints_what_it_prints_for_the_reader(self, project: Project) -> None:
        assert console(project, *COMMANDS.splitlines()) == []

    def test_the_real_curl_prints_the_same(self, project: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
        if shutil.which("curl") is None:
            pytest.skip("there is no curl here")
        other = tmp_path_factory.mktemp("real")
        with Terminal(project.step(1).folder) as terminal:
            for arguments in REAL:
                terminal.start()
                ours = terminal.curl(arguments.split())
                terminal.start()
                moved = arguments.replace("5000", str(terminal.port)).split()
                real = subprocess.run(["curl", "-sS", *moved], cwd=other, capture_output=True)
                if real.returncode == EMPTY_REPLY and terminal.server is not None:
                    # A server that is about to die still takes the next connection, now and then.
                    terminal.server.wait(timeout=SECONDS)
                theirs = (
                    (real.stdout + real.stderr)
                    .decode(errors="replace")
                    .replace("\r\n", "\n")
                    .replace(str(terminal.port), "5000")
                )
                assert without_dates(ours) == without_dates(theirs), arguments
            assert (terminal.folder / "page").read_bytes() == (other / "page").read_bytes()

    def test_a_wrong_line_is_named(self, project: Project) -> None:
        assert console(project, "$ curl -i http://127.0.0.1:5000/", "HTTP/1.0 200 OK", "...") == [
            "posts/02-two.md:3: expected 'HTTP/1.0 200 OK', got 'HTTP/1.1 200 OK'"
        ]

    def test_output_that_the_essay_leaves_out_is_a_fault(self, project: Project) -> None:
        assert console(project, "$ python -c 'print(1); print(2)'", "1") == [
            "posts/02-two.md:4: expected nothing, got '2'"
        ]

    def test_a_server_that_dies_leaves_an_empty_reply(self, project: Project) -> None:
        assert (
            console(
                project,
                "$ curl http://127.0.0.1:5000/die",
                "curl: (52) Empty reply from server",
                "$ curl http://127.0.0.1:5000/",
                "curl: (7) Failed to connect to 127.0.0.1 port 5000 ...",
            )
            == []
        )

    def test_the_servers_terminal_is_compared_at_the_end(
        self, project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shown = ["$ python app.py", "...", " * Running on http://127.0.0.1:5000", "...", '127.0.0.1 ... "GET /late ...']
        assert console(project, *shown, "$ curl http://127.0.0.1:5000/late", "...") == []
        monkeypatch.setattr("series.terminal.LOG_SECONDS", 0.2)
        assert console(project, *shown, "$ curl -I http://127.0.0.1:5000/", "...") == [
            """posts/02-two.md:6: expected '127.0.0.1 ... "GET /late ...', got 'Press CTRL+C to quit'"""
        ]

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ("GET /", "posts/02-two.md:1: a console fence begins with a prompt"),
            ("$ wget http://127.0.0.1:5000/", "does not know the command 'wget'"),
            ("$ curl --compressed http://127.0.0.1:5000/", "option --compressed not recognized"),
            ("$ curl http://example.com/", "http://example.com/ is not a URL on 127.0.0.1:5000"),
            ("$ curl http://127.0.0.1:5000/.%2E/x", "add --path-as-is"),
            ("$ curl http://127.0.0.1:5000/[1-3]", "http://127.0.0.1:5000/[1-3] is not a URL"),
            ("$ curl http://127.0.0.1:5000/?q=ü", "http://127.0.0.1:5000/?q=ü is not a URL"),
            ("$ curl -d @app.py http://127.0.0.1:5000/", "does not send files"),
            ("$ curl -L -X PUT http://127.0.0.1:5000/", "--location together with --request"),
            ("$ curl -L --path-as-is http://127.0.0.1:5000/", "--location together with --path-as-is"),
            ("$ curl -r 0-1 -d x http://127.0.0.1:5000/", "--range together with --data"),
            ("$ curl -r 0-1 --json {} http://127.0.0.1:5000/", "--range together with --json"),
            ("$ curl -r 5 http://127.0.0.1:5000/", "'5' is not a range"),
            ("$ curl -sio page http://127.0.0.1:5000/", "--output together with --include"),
            ("$ curl -sIo page http://127.0.0.1:5000/", "--output together with --head"),
            ("$ curl -o page http://127.0.0.1:5000/", "with -s and one URL"),
            ("$ curl -so page http://127.0.0.1:5000/a http://127.0.0.1:5000/b", "with -s and one URL"),
            ("$ curl -so ../page http://127.0.0.1:5000/", "'../page' is not the name of a file"),
            ("$ curl -so / http://127.0.0.1:5000/", "'/' is not the name of a file"),
            ("$ curl -so dram http://127.0.0.1:5000/", "'dram' is not the name of a file"),
            ("$ curl -c - http://127.0.0.1:5000/", "'-' is not the name of a file"),
            ("$ curl -b sub/jar http://127.0.0.1:5000/", "'sub/jar' is not the name of a file"),
            ("$ curl -b app.py http://127.0.0.1:5000/", "does not look like a Netscape"),
            ("$ curl -b jar -H 'cookie: a=1' http://127.0.0.1:5000/", "from -b and -c or from -H"),
            ("$ curl 'http://127.0.0.1:5000/", "No closing quotation"),
        ],
    )
    def test_what_the_runner_does_not_know_is_refused(self, project: Project, line: str, message: str) -> None:
        found = console(project, line)
        assert len(found) == 1
        assert message in found[0]

    def test_an_app_that_does_not_start_is_a_fault(self, project: Project) -> None:
        (project.step(2).folder / "app.py").write_text("raise SystemExit('no luck')\n", encoding="utf-8")
        assert console(project, "$ curl http://127.0.0.1:5000/") == [
            "posts/02-two.md:2: app.py does not serve: no luck"
        ]

    def test_an_answer_that_does_not_come_is_a_fault(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("series.curl.SECONDS", 0.5)
        assert "no answer within 0.5 seconds" in console(project, "$ curl http://127.0.0.1:5000/sleep")[0]

    def test_a_cookie_jar_lasts_as_long_as_the_transcript(self, project: Project) -> None:
        sign_in = ["$ curl -c jar http://127.0.0.1:5000/sign-in"]
        asked = ["$ curl -b jar http://127.0.0.1:5000/reader"]
        assert console(project, *sign_in, "```", "", "then", "", "```console", *asked, "reader=Ada") == []
        assert console(project, *asked, "nobody") == []
        assert not list(project.root.rglob("jar"))

    def test_nothing_is_left_in_the_step(self, project: Project) -> None:
        before = project.step(2).files
        console(project, "$ python -c \"open('notes.txt', 'w')\"")
        assert project.step(2).files == before
        assert list(project.step(2).folder.rglob("__pycache__")) == []


@pytest.mark.parametrize(
    ("expected", "got", "fault"),
    [
        (["a", "...", "d"], ["a", "b", "c", "d"], []),
        (["a", "...", "d"], ["a", "d", ""], []),
        (["a ... d"], ["a b d"], []),
        (["...", "d"], ["a", "b"], [(1, "expected 'd', got 'a'")]),
        (["a", "b"], ["a"], [(1, "expected 'b', got nothing")]),
        ([], ["a"], [(0, "expected nothing, got 'a'")]),
    ],
)
def test_a_hole_stands_for_what_it_covers(expected: list[str], got: list[str], fault: list[tuple[int, str]]) -> None:
    assert list(difference(0, expected, got)) == fault


def without_dates(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("Date: ")]

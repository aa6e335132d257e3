"""The page on deploying: each of its commands is run, and each of its files used, on a copy of the last step."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from random import Random
from typing import Any

import pytest

from series import environment
from series.project import LITTER, ROOT, Project
from series.visitors import CutOff, Reader, Violation, Visitor
from tests.series import conftest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="two of the servers, and nginx, are POSIX's here")

PAGE = (ROOT / "posts" / "deploying.md").read_text("utf-8")
DEPLOY = ROOT / "deploy"
SITE, SUBPATH = ((DEPLOY / name).read_text("utf-8") for name in ("marginalia.conf", "subpath.conf"))

#: Where a visitor comes from who is not the proxy. All of 127 is this machine, on Linux.
FAR = "127.0.0.2"

#: What the copy tells beyond what Marginalia does.
PROBE = """

import os
import time
from itsdangerous import TimestampSigner
from dram import request

if "BEHIND" in os.environ:
    TimestampSigner.get_timestamp = lambda self: int(time.time()) - int(os.environ["BEHIND"])

behind_a_proxy = application

def application(environ, start_response):
    return (app if "HTTP_X_BARE" in environ else behind_a_proxy)(environ, start_response)

@app.after_request
def by_whom(response):
    response.headers["X-Worker"] = str(os.getpid())
    return response

@app.get("/probe")
def probe():
    return {"address": request.remote_addr, "scheme": request.scheme, "root": request.script_root}

@app.get("/fault")
def fault():
    raise LookupError("planted")
"""

#: What spares us waiting: for workers that were told to end before they could hear it, and for one in place of a dead.
HASTE = {"GUNICORN_CMD_ARGS": "--graceful-timeout 2", "GRANIAN_RESPAWN_INTERVAL": "0.2"}

Host = Callable[..., Path]


@pytest.fixture
def host(tmp_path: Path, project: Project) -> Host:
    """Puts a copy of the last step and the page's files into a folder, with some settings changed."""

    def make(name: str = "marginalia", **settings: object) -> Path:
        folder = tmp_path / name
        shutil.copytree(project.last.folder, folder, ignore=lambda _, names: [n for n in names if LITTER.search(n)])
        (folder / "wsgi.py").write_text((DEPLOY / "wsgi.py").read_text("utf-8") + PROBE, "utf-8")
        configure(folder, **settings)
        return folder

    return make


def configure(folder: Path, **settings: object) -> None:
    known = tomllib.loads((DEPLOY / "settings.toml").read_text("utf-8"))
    settings = known | {"DATABASE": str(folder / "marginalia.db")} | settings
    text = "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())
    (folder / "settings.toml").write_text(text, "utf-8")


def command(program: str) -> str:
    """The command of the page that starts a program."""
    (line,) = re.findall(rf"^{program} (?:.*\\\n)*.*$", PAGE, re.MULTILINE)
    return line.replace("\\\n", "")


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A server that runs: its first process, its port, and what it writes."""

    process: subprocess.Popen[bytes]
    port: int
    output: Path
    errors: Path

    def connect(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=10)

    def log(self) -> str:
        """What it wrote, on either stream."""
        return self.output.read_text("utf-8") + self.errors.read_text("utf-8")

    def probe(self, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return json.loads(Visitor(self.connect, named).ask("GET", "/probe").body)


def wait_for(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while True:
        with suppress(CutOff):
            if what():
                return
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextmanager
def served(folder: Path, line: str, **settings: str) -> Iterator[Server]:
    """Start what a line of the page starts, on another port; end it after the block, and see that nothing is left."""
    port = free_port()
    program, *arguments = shlex.split(line.replace("8000", str(port)))
    output, errors = folder / f"{port}.out", folder / f"{port}.err"
    command = [str(environment.python("serve").with_name(program)), *arguments]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MARGINALIA_")}
    with output.open("wb") as out, errors.open("wb") as err:
        process = subprocess.Popen(
            command, cwd=folder, env=inherited | HASTE | settings, stdout=out, stderr=err, start_new_session=True
        )
    try:
        server = Server(process, port, output, errors)
        wait_for(lambda: process.poll() is not None or server.probe())
        # granian does not end when it is asked to before all of its workers have started.
        wait_for(lambda: "granian" not in program or output.read_text("utf-8").count("Started worker") >= 4)
        yield server
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a server to end, and see that it does, with all it started."""
    process.terminate()
    try:
        process.wait(10)
    finally:
        gone = conftest.group_is_gone(process.pid)
        if not gone:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert gone


def workers(visitor: Visitor, enough: int) -> set[str]:
    """The processes that answered until there were enough of them, or for 300 requests."""
    seen: set[str] = set()
    for _ in range(300):
        answer = visitor.ask("GET", "/")
        seen.add(answer.headers["X-Worker"])
        if isinstance(visitor, Reader):
            visitor.hold("/", answer.body)
        if len(seen) >= enough:
            break
    return seen


def kill_one(server: Server) -> str:
    """Kill the worker that answers next, and return its number."""
    (worker,) = workers(Visitor(server.connect), 1)
    assert os.getpgid(int(worker)) == server.process.pid
    os.kill(int(worker), signal.SIGKILL)
    return worker


FORGED = {"X_Forwarded_For": "203.0.113.9, 127.0.0.2", "X_Forwarded_Proto": "https", "X_Forwarded_Prefix": "/margin"}


@pytest.mark.parametrize(("program", "processes"), [("gunicorn", 2), ("granian", 2), ("waitress-serve", 1)])
def test_each_server_serves_marginalia(host: Host, program: str, processes: int) -> None:
    with served(host(), command(program)) as server:
        # gunicorn believes by itself what a proxy on its own machine says of the scheme.
        bare = server.probe(X_Bare="1", **FORGED)
        assert bare == {"address": "127.0.0.1", "scheme": "https" if program == "gunicorn" else "http", "root": ""}
        ada = Reader(server.connect, name="Ada", essays=1)
        ada.enter()
        assert len(workers(ada, processes)) == processes
        style = ada.ask("GET", "/static/style.css")
        assert (style.status, style.headers["Cache-Control"]) == (200, "public, max-age=3600")
        assert server.probe() == {"address": "127.0.0.1", "scheme": "http", "root": ""}
        # Behind a proxy: the last address is the one that the proxy saw.
        assert server.probe(**FORGED) == {"address": FAR, "scheme": "https", "root": "/margin"}
        assert ada.ask("POST", "/sign-in", {"name": "x" * 65536}).status == 413
        fault = ada.ask("GET", "/fault")
        assert (fault.status, "planted" in fault.body) == (500, False)
        assert ada.send("/essays/1/notes", {"text": "Well said."}) is not None
        if processes > 1:
            killed = kill_one(server)
            wait_for(lambda: len(re.findall("Booting worker|Started worker", server.log())) == 5)
            assert killed not in workers(Visitor(server.connect), 4)
    errors = server.errors.read_text("utf-8")
    assert "LookupError: planted" in errors
    assert server.output.read_text("utf-8").count("planted") == 0
    assert "A note of 10 characters was left" not in errors


def test_granian_ends_with_a_worker_unless_told_not_to(host: Host) -> None:
    with served(host(), command("granian").replace(" --respawn-failed-workers", "")) as server:
        kill_one(server)
        wait_for(lambda: server.process.poll() is not None)


def test_waitress_takes_the_headers_away_unless_told_not_to(host: Host) -> None:
    line = command("waitress-serve").replace(" --no-clear-untrusted-proxy-headers", "")
    with served(host(), line) as server:
        assert server.probe(**FORGED) == {"address": "127.0.0.1", "scheme": "http", "root": "/margin"}


def known(reader: Reader, server: Server) -> bool:
    """Whether a server knows the reader by the cookie that another one gave."""
    answer = Visitor(server.connect, cookies=dict(reader.cookies)).ask("GET", "/")
    return "Sign out" in answer.body and reader.name in answer.body


def test_hosts_with_one_key_know_each_others_readers(host: Host) -> None:
    line = command("waitress-serve")
    key = {"SECRET_KEY": "one for both"}
    with (
        served(host("first", **key), line) as first,
        served(host("second", **key), line) as second,
        served(host("keyless"), line) as keyless,
        served(host("renamed", **key, SESSION_COOKIE_NAME="another"), line) as renamed,
        served(host("late", **key), line, BEHIND="5") as late,
    ):
        ada = Reader(first.connect, name="Ada", essays=1)
        ada.enter()
        assert [known(ada, each) for each in (first, second, keyless, renamed, late)] == [
            True,
            True,
            False,
            False,
            False,
        ]


def reload(server: Server) -> None:
    """Have gunicorn start new workers, and wait until the old ones are gone."""
    old = {*re.findall(r"Booting worker with pid: (\d+)", server.errors.read_text("utf-8"))}
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: all(f"Worker exiting (pid: {pid})" in server.errors.read_text("utf-8") for pid in old))
    wait_for(lambda: not workers(Visitor(server.connect), 1) & old)


def test_a_key_is_changed_and_nobody_is_signed_out(host: Host) -> None:
    folder = host(SECRET_KEY="old", SECRET_KEY_FALLBACKS=["new"])
    with served(folder, command("gunicorn").replace("--workers 4", "--workers 1")) as server:
        ada, bea = (Reader(server.connect, name=name, essays=1) for name in ("Ada", "Bea"))
        for reader in ada, bea:
            reader.enter()
            reader.page("/")
        configure(folder, SECRET_KEY="new", SECRET_KEY_FALLBACKS=["old"])
        reload(server)
        bea.page("/")
        ada.leave(Random(1))  # Which writes to her session, and so signs it anew.
        configure(folder, SECRET_KEY="new")
        reload(server)
        ada.page("/")
        with pytest.raises(Violation, match="Bea is shown / as signed out"):
            bea.page("/")


@pytest.fixture
def nginx(tmp_path: Path) -> str:
    """Skips where there is no nginx, but not on a build server: nobody reads there what was skipped."""
    if sys.platform != "linux":
        pytest.skip("Visitors come from 127.0.0.2, which only Linux has from the start.")
    # Debian's is where only root looks.
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None and not os.environ.get("CI"):
        pytest.skip("No nginx was found: install one to have the proxy's files checked.")
    assert found, "No nginx was found, which the checks on a build server must have."
    return found


MAIN = """\
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}
events {{}}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    types {{ text/css css; }}
    include {folder}/marginalia.conf;
}}
"""


@dataclass
class Proxy:
    """nginx, as a visitor from afar sees it."""

    plain: int
    secure: int
    trusted: ssl.SSLContext

    def connect(self) -> HTTPConnection:
        return HTTPSConnection("127.0.0.1", self.secure, timeout=10, source_address=(FAR, 0), context=self.trusted)

    def visitor(self, **headers: str) -> Visitor:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Visitor(self.connect, {"Host": "books.example", **named})


@contextmanager
def proxied(nginx: str, folder: Path, marginalia: Path, port: int, without: str = "") -> Iterator[Proxy]:
    """Start nginx with the page's files, other ports and other places; end it after the block."""
    folder.mkdir()
    plain, secure = free_port(), free_port()
    certificate, key = folder / "books.example.pem", folder / "books.example.key"
    request = shlex.split("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2")
    request += ["-subj", "/CN=books.example", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(request, check=True, capture_output=True)
    assert without in SITE
    site = SITE.replace(without, "").rstrip().removesuffix("}") + SUBPATH + "}\n"
    for there, here in {
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{secure} ssl;",
        "/etc/ssl/private/books.example.key": str(key),
        "/etc/ssl/books.example.pem": str(certificate),
        "/srv/marginalia": str(marginalia),
        "127.0.0.1:8000": f"127.0.0.1:{port}",
    }.items():
        assert there in site
        site = site.replace(there, here)
    (folder / "marginalia.conf").write_text(site, "utf-8")
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user="" if os.getuid() else "user root;"), "utf-8")
    process = subprocess.Popen([nginx, "-c", folder / "nginx.conf", "-e", folder / "error.log"], start_new_session=True)
    trusted = ssl.create_default_context(cafile=certificate)
    trusted.check_hostname = False  # We ask for 127.0.0.1.
    try:
        proxy = Proxy(plain, secure, trusted)
        wait_for(lambda: process.poll() is not None or proxy.visitor().ask("GET", "/"))
        yield proxy
    finally:
        end(process)


def test_behind_nginx(host: Host, nginx: str, tmp_path: Path) -> None:
    folder = host()
    with (
        served(folder, command("gunicorn"), MARGINALIA_APPLICATION_ROOT="/margin") as server,
        proxied(nginx, tmp_path / "nginx", folder, server.port) as proxy,
    ):
        plain = Visitor(lambda: HTTPConnection("127.0.0.1", proxy.plain, timeout=10), {"Host": "books.example"})
        assert plain.ask("GET", "/essays?q=a").headers["Location"] == "https://books.example/essays?q=a"
        honest, forging = proxy.visitor(), proxy.visitor(**FORGED | {"X_Forwarded_Proto": "gopher"})
        assert honest.ask("GET", "/essays").headers["Location"] == "https://books.example/essays/"
        for visitor in honest, forging:
            assert json.loads(visitor.ask("GET", "/probe").body) == {"address": FAR, "scheme": "https", "root": ""}
        style = honest.ask("GET", "/static/style.css")
        assert (style.status, style.headers["Cache-Control"]) == (200, "max-age=3600")
        assert (style.headers["X-Content-Type-Options"], "X-Worker" in style.headers) == ("nosniff", False)
        large = honest.ask("POST", "/sign-in", {"name": "x" * 65536})
        assert (large.status, "X-Worker" in large.headers) == (413, False)
        below = honest.ask("GET", "/margin/essays/")
        assert 'href="/margin/essays/1"' in below.body
        assert 'href="/margin/static/style.css"' in below.body
        assert honest.ask("GET", "/margin/static/style.css").status == 200
        cookie = honest.ask("GET", "/margin/sign-in").headers["Set-Cookie"]
        assert {"Secure", "HttpOnly", "Path=/margin", "SameSite=Lax"} < {*cookie.split("; ")}


def test_one_hop_too_many_and_the_visitor_names_his_address(host: Host, nginx: str, tmp_path: Path) -> None:
    folder = host()
    text = (folder / "wsgi.py").read_text("utf-8")
    (folder / "wsgi.py").write_text(text.replace("x_for=1", "x_for=2"), "utf-8")
    with (
        served(folder, command("waitress-serve")) as server,
        proxied(nginx, tmp_path / "nginx", folder, server.port) as proxy,
    ):
        visitor = proxy.visitor(X_Forwarded_For="203.0.113.9")
        assert json.loads(visitor.ask("GET", "/probe").body)["address"] == "203.0.113.9"


def test_without_its_line_the_prefix_is_the_visitors(host: Host, nginx: str, tmp_path: Path) -> None:
    folder, line = host(), '        proxy_set_header X-Forwarded-Prefix "";\n'
    with (
        served(folder, command("waitress-serve")) as server,
        proxied(nginx, tmp_path / "nginx", folder, server.port, without=line) as proxy,
    ):
        assert 'href="/margin/essays/"' in proxy.visitor(**FORGED).ask("GET", "/").body


def test_without_nginx_a_build_server_says_so(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(AssertionError, match="must have"):
        request.getfixturevalue("nginx")


@pytest.mark.parametrize("path", sorted(DEPLOY.iterdir()), ids=lambda path: path.name)
def test_the_page_shows_the_files_that_are_tested(path: Path) -> None:
    assert f'```file src="deploy/{path.name}"\n```' in PAGE

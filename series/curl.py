"""As much of curl as the essays use, in Python, so that their transcripts run where there is no curl.

It knows `-i -I -s -L -X -H -d -b -c -r -o`, their long names, `--json` and `--path-as-is`, and URLs of the example
app. It prints what curl prints on a terminal, curl's own messages included. Its files are in the folder where it is
typed. Everything else is refused, never guessed.
"""

from __future__ import annotations

import getopt
import re
import socket
import urllib.request
from dataclasses import dataclass, replace
from http.client import HTTPResponse, IncompleteRead, RemoteDisconnected
from http.cookiejar import DefaultCookiePolicy, LoadError, MozillaCookieJar
from pathlib import Path
from urllib.parse import quote, urljoin

from series.project import Trouble

SHORT = "iIsLX:H:d:b:c:r:o:"
LONG = ["include", "head", "silent", "location", "request=", "header=", "data="]
LONG += ["cookie=", "cookie-jar=", "range=", "output=", "json=", "path-as-is"]
NAMES = {f"-{letter}": f"--{name.rstrip('=')}" for letter, name in zip("iIsLXHdbcro", LONG, strict=False)}
SECONDS = 10
REDIRECTS = 50

#: Where the example app is, as essays write it; then path and query, as they are typed.
ADDRESS = re.compile(r"(?:http://)?((?:127\.0\.0\.1|localhost):5000)(/[^]?#\s[{}]*)?(\?[!-Z\\^-z|~]*)?")
PRINTABLE = bytes(range(33, 127))
ENCODED_DOTS = re.compile(r"/(?=\.?%2e)(\.|%2e){1,2}(/|$)", re.IGNORECASE)

#: Options that mean something else together: with `-L`, `-X` holds at every stop; with `-d`, `-r` is about the upload.
APART = {
    "--location": {"--request", "--path-as-is"},
    "--range": {"--data", "--json"},
    "--output": {"--include", "--head"},
}

#: The values of each option that is given, by its long name.
Options = dict[str, list[str]]


class Refused(Trouble):
    """The command is not one that this curl knows; the message says why."""


@dataclass(frozen=True)
class Request:
    """What goes over the wire."""

    method: str
    host: str
    target: str
    headers: dict[str, str]
    body: bytes = b""

    def __bytes__(self) -> bytes:
        fields = {"Host": self.host, "User-Agent": "curl/8", "Accept": "*/*"}
        for name, value in self.headers.items():
            fields = {other: fields[other] for other in fields if other.lower() != name.lower()}
            fields |= {name: value} if value else {}
        lines = [f"{self.method} {self.target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass(frozen=True)
class Answer:
    """What came back: the status line and headers, the body, where it sends us, and what curl complains of."""

    head: str = ""
    body: bytes = b""
    status: int = 0
    location: str = ""
    complaint: str = ""


def curl(arguments: list[str], port: int, folder: Path) -> str:
    """What `curl ARGUMENTS`, typed in `folder`, prints when the example app listens on `port` in place of 5000.

    Raises `Refused`.
    """
    options, urls = parsed(arguments)
    jar = jar_for(options, folder)
    output = []
    for url in urls:
        for answer in exchanges(request_for(options, url), port, jar, follow="--location" in options):
            output.append(answer.head.encode() if options.keys() & {"--include", "--head"} else b"")
            output.append(answer.body)
            output.append(b"" if "--silent" in options else answer.complaint.encode())
    for name in options.get("--cookie-jar", [])[-1:]:
        jar.save(str(file_in(folder, name)), ignore_discard=True)
    for name in options.get("--output", [])[-1:]:
        if name != "/dev/null":
            file_in(folder, name).write_bytes(b"".join(output))
        output = []
    return b"".join(output).decode(errors="replace")


def parsed(arguments: list[str]) -> tuple[Options, list[str]]:
    """The options and the URLs. Raises `Refused`."""
    try:
        given, urls = getopt.gnu_getopt(arguments, SHORT, LONG)
    except getopt.GetoptError as error:
        raise Refused(f"curl: {error.msg}; the runner does not know it") from None
    options: Options = {}
    for name, value in given:
        options.setdefault(NAMES.get(name, name), []).append(value)
    for name in options.keys() & APART.keys():
        for other in options.keys() & APART[name]:
            raise Refused(f"curl: the runner does not know {name} together with {other}")
    if "--output" in options and ("--silent" not in options or len(urls) > 1):
        raise Refused("curl: -o draws a meter without -s, and is for one URL; the runner knows it with -s and one URL")
    return options, urls


def jar_for(options: Options, folder: Path) -> MozillaCookieJar:
    """The cookies in the files of `-b`. Without one, and without `-c`, curl keeps no cookies. Raises `Refused`."""
    files = [file_in(folder, value) for value in options.get("--cookie", []) if "=" not in value]
    domains: list[str] | None = None if files or "--cookie-jar" in options else []
    # To curl, this machine is as safe without TLS as another one with it.
    jar = MozillaCookieJar(policy=DefaultCookiePolicy(allowed_domains=domains, secure_protocols=["http"]))
    try:
        for file in filter(Path.exists, files):
            jar.load(str(file), ignore_discard=True)
    except LoadError as error:
        raise Refused(f"curl: {error}") from None
    return jar


def file_in(folder: Path, name: str) -> Path:
    """The file of that name in the folder. Raises `Refused` when it is elsewhere, or no file."""
    path = (folder / name).resolve()
    if name == "-" or path.parent != folder.resolve() or path.is_dir():
        raise Refused(f"curl: {name!r} is not the name of a file in the step's folder; the runner knows no others")
    return path


def request_for(options: Options, url: str) -> Request:
    """The request that the options ask for. Raises `Refused` when the URL is not the example app's."""
    host, target = address(url, as_is="--path-as-is" in options)
    form, json = options.get("--data", []), options.get("--json", [])
    if any(text.startswith("@") for text in form + json):
        raise Refused("curl: the runner does not send files")
    body = "&".join(form + json).encode()
    headers = {"Cookie": ";".join(value for value in options.get("--cookie", []) if "=" in value)}
    if form:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    if json:
        headers |= {"Content-Type": "application/json", "Accept": "application/json"}
    if form or json:
        headers["Content-Length"] = str(len(body))
    for value in options.get("--range", []):
        if "-" not in value:
            raise Refused(f"curl: {value!r} is not a range; curl warns and makes it one, the runner does not")
        headers["Range"] = f"bytes={value}"
    for header in options.get("--header", []):
        name, _, value = header.partition(":")
        if name.lower() == "cookie" and options.keys() & {"--cookie", "--cookie-jar"}:
            raise Refused("curl: the runner takes cookies from -b and -c or from -H, not from both")
        headers[name] = value.strip()
    usual = "HEAD" if "--head" in options else "POST" if form or json else "GET"
    return Request(options.get("--request", [usual])[-1], host, target, headers, body)


def address(url: str, as_is: bool = False) -> tuple[str, str]:
    """Host and target of a URL, the dots taken out of its path unless it goes `as_is`. Raises `Refused`."""
    match = ADDRESS.fullmatch(url.partition("#")[0])
    if match is None:
        raise Refused(
            f"{url} is not a URL on 127.0.0.1:5000 or localhost:5000, or holds []{{}} or a query beyond ASCII"
        )
    path = quote(match[2] or "/", safe=PRINTABLE)
    if not as_is:
        path = without_dots(path)
    return match[1], path + (match[3] or "")


def without_dots(path: str) -> str:
    """The path without `.` and `..`, as RFC 3986, section 5.2.4, takes them out. Raises `Refused`."""
    if ENCODED_DOTS.search(path):
        raise Refused(f"{path}: some curls take %2e out and others send it; add --path-as-is")
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    # What ends in dots names a folder.
    return "/".join(["", *kept, *([""] if segments[-1] in (".", "..") else [])])


def exchanges(request: Request, port: int, jar: MozillaCookieJar, follow: bool) -> list[Answer]:
    """The answers to a request: one, or with `follow` one for each redirect on the way, their bodies left out."""
    answers = [exchange(request, port, jar)]
    while follow and answers[-1].location and len(answers) <= REDIRECTS:
        last = answers.pop()
        answers.append(replace(last, body=b""))
        host, target = address(urljoin(f"http://{request.host}{request.target}", last.location))
        request = replace(request, host=host, target=target)
        if request.method == "POST" and last.status in (301, 302, 303):
            kept = {name: value for name, value in request.headers.items() if not name.startswith("Content-")}
            request = replace(request, method="GET", headers=kept, body=b"")
        answers.append(exchange(request, port, jar))
    return answers


def exchange(request: Request, port: int, jar: MozillaCookieJar) -> Answer:
    """Send the request to `port` with the jar's cookies, and read the answer and its cookies, as far as it comes."""
    asked = urllib.request.Request(f"http://{request.host}{request.target}")
    jar.add_cookie_header(asked)
    if kept := asked.get_header("Cookie"):
        cookies = "; ".join(filter(None, [kept, request.headers["Cookie"]]))
        request = replace(request, headers=request.headers | {"Cookie": cookies})
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
            connection.sendall(bytes(request))
            response = HTTPResponse(connection, method=request.method)
            response.begin()
            jar.extract_cookies(response, asked)
            return read(response)
    except (RemoteDisconnected, ConnectionResetError):
        return Answer(complaint="curl: (52) Empty reply from server\n")
    except ConnectionRefusedError:
        where = request.host.replace(":", " port ")
        return Answer(complaint=f"curl: (7) Failed to connect to {where} after 0 ms: Couldn't connect to server\n")
    except TimeoutError:
        raise Refused(f"no answer within {SECONDS} seconds") from None


def read(response: HTTPResponse) -> Answer:
    """The whole answer; a body that breaks off is followed by curl's complaint."""
    version = {10: "1.0", 11: "1.1"}[response.version]
    lines = [f"HTTP/{version} {response.status} {response.reason}", *(f"{k}: {v}" for k, v in response.getheaders())]
    complaint, expected = "", response.length
    try:
        body = response.read()
    except IncompleteRead as error:
        body = error.partial
        rest = "outstanding read data" if expected is None else f"{expected - len(body)} bytes"
        complaint = f"curl: (18) transfer closed with {rest} remaining" + (" to read\n" if expected else "\n")
    location = response.getheader("Location", "") if 300 <= response.status < 400 else ""
    return Answer("\n".join([*lines, "", ""]), body, response.status, location, complaint)

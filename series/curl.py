"""As much of curl as the essays use, in Python, so that their transcripts run where there is no curl.

It knows `-i -I -s -L -X -H -d`, their long names and `--json`, and URLs of the example app. It prints what curl
prints on a terminal, curl's own messages included. Everything else is refused, never guessed.
"""

from __future__ import annotations

import getopt
import re
import socket
from dataclasses import dataclass, replace
from http.client import HTTPResponse, IncompleteRead, RemoteDisconnected
from urllib.parse import quote, urljoin

from series.project import Trouble

SHORT = "iIsLX:H:d:"
LONG = ["include", "head", "silent", "location", "request=", "header=", "data=", "json="]
NAMES = {f"-{letter}": f"--{name.rstrip('=')}" for letter, name in zip("iIsLXHd", LONG, strict=False)}
SECONDS = 10
REDIRECTS = 50

#: Where the example app is, as essays write it; then path and query, as they are typed.
ADDRESS = re.compile(r"(?:http://)?((?:127\.0\.0\.1|localhost):5000)(/[^]?#\s[{}]*)?(\?[!-Z\\^-z|~]*)?")
PRINTABLE = bytes(range(33, 127))
DOTS = re.compile(r"/\.\.?(/|$)")


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
    body: str = ""
    status: int = 0
    location: str = ""
    complaint: str = ""


def curl(arguments: list[str], port: int) -> str:
    """What `curl ARGUMENTS` prints when the example app listens on `port` in place of 5000. Raises `Refused`."""
    try:
        options, urls = getopt.gnu_getopt(arguments, SHORT, LONG)
    except getopt.GetoptError as error:
        raise Refused(f"curl: {error.msg}; the runner does not know it") from None
    options = [(NAMES.get(name, name), value) for name, value in options]
    given = {name for name, _ in options}
    if given >= {"--request", "--location"}:
        raise Refused("curl: -X with -L repeats the method at every stop; the runner does not")
    output = []
    for url in urls:
        for answer in exchanges(request_for(options, url), port, follow="--location" in given):
            output.append(answer.head if given & {"--include", "--head"} else "")
            output.append(answer.body)
            output.append("" if "--silent" in given else answer.complaint)
    return "".join(output)


def request_for(options: list[tuple[str, str]], url: str) -> Request:
    """The request that the options ask for. Raises `Refused` when the URL is not the example app's."""
    host, target = address(url)
    values = {name: [value for other, value in options if other == name] for name, _ in options}
    form, json = values.get("--data", []), values.get("--json", [])
    if any(text.startswith("@") for text in form + json):
        raise Refused("curl: the runner does not send files")
    body = "&".join(form + json).encode()
    headers: dict[str, str] = {}
    if form:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    if json:
        headers |= {"Content-Type": "application/json", "Accept": "application/json"}
    if form or json:
        headers["Content-Length"] = str(len(body))
    for header in values.get("--header", []):
        name, _, value = header.partition(":")
        headers[name] = value.strip()
    usual = "HEAD" if "--head" in values else "POST" if form or json else "GET"
    return Request(values.get("--request", [usual])[-1], host, target, headers, body)


def address(url: str) -> tuple[str, str]:
    """Host and target of a URL. Raises `Refused`."""
    match = ADDRESS.fullmatch(url.partition("#")[0])
    if match is None:
        raise Refused(
            f"{url} is not a URL on 127.0.0.1:5000 or localhost:5000, or holds []{{}} or a query beyond ASCII"
        )
    path = quote(match[2] or "/", safe=PRINTABLE)
    if DOTS.search(path):
        raise Refused(f"{url}: curl takes the dots out before it sends a path, the runner does not")
    return match[1], path + (match[3] or "")


def exchanges(request: Request, port: int, follow: bool) -> list[Answer]:
    """The answers to a request: one, or with `follow` one for each redirect on the way, their bodies left out."""
    answers = [exchange(request, port)]
    while follow and answers[-1].location and len(answers) <= REDIRECTS:
        last = answers.pop()
        answers.append(replace(last, body=""))
        host, target = address(urljoin(f"http://{request.host}{request.target}", last.location))
        request = replace(request, host=host, target=target)
        if request.method == "POST" and last.status in (301, 302, 303):
            kept = {name: value for name, value in request.headers.items() if not name.startswith("Content-")}
            request = replace(request, method="GET", headers=kept, body=b"")
        answers.append(exchange(request, port))
    return answers


def exchange(request: Request, port: int) -> Answer:
    """Send the request to `port` and read the answer, as far as it comes."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
            connection.sendall(bytes(request))
            response = HTTPResponse(connection, method=request.method)
            response.begin()
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
    return Answer("\n".join([*lines, "", ""]), body.decode(errors="replace"), response.status, location, complaint)

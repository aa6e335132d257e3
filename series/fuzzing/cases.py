"""Bad requests: made up by Hypothesis from the parts of good ones, or good ones with random bytes in them."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BufferedReader, BytesIO, RawIOBase, StringIO
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from series.fuzzing.parts import BASES, BODIES, FITTING, HEADERS, METHODS, NAMES, ODD, STREAMS

#: A method, and a path with gaps: what stands before, between and behind them.
Way = tuple[str, tuple[bytes, ...]]


@dataclass(frozen=True)
class Case:
    """A request: `app` is the name of the application that gets it, the rest what a server reads off its socket."""

    app: str
    method: str = "GET"
    path: bytes = b"/"
    query: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    stream: str = "whole"

    def environ(self, signed: str) -> dict[str, Any]:
        """What a server makes of it (PEP 3333); `signed` is a cookie that the application itself has signed."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.method, "SCRIPT_NAME": "", "PATH_INFO": self.path.decode("latin-1"),
            # A line break would end the request line.
            "QUERY_STRING": self.query.translate(None, b"\r\n").decode("latin-1"),
            "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "5000",
            "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "example.com",
            "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.multithread": False, "wsgi.multiprocess": False,
            "wsgi.run_once": False, "wsgi.errors": StringIO(),
            "wsgi.input": BufferedReader(Body(self.body, "broken" in self.stream)),
        }  # fmt: skip
        if "marked" in self.stream:
            environ["wsgi.input_terminated"] = True
        elif self.stream != "absent":
            environ["CONTENT_LENGTH"] = str(len(self.body) + 10 * (self.stream == "cut"))
        for name, value in self.headers:
            key = name.upper().replace("-", "_")
            environ[key if key.startswith("CONTENT_") else f"HTTP_{key}"] = value.replace("SIGNED", signed)
        return environ


class Body(RawIOBase):
    """A body as it comes through a socket; if `broken`, the client goes away after ten bytes."""

    def __init__(self, body: bytes, broken: bool) -> None:
        self.body = BytesIO(body[:10] if broken else body)
        self.broken = broken

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        size = self.body.readinto(buffer)
        if self.broken and not size:
            raise ConnectionResetError("The client went away.")
        return size


def ways(rules: Any) -> list[Way]:
    """The ways into an application by its URL map: with gaps, with what fits, and two that lead anywhere."""
    found: list[Way] = [("GET", (b"/", b"")), ("GET", (b"", b""))]
    for rule in rules.iter_rules():
        pieces = re.split(r"<(\w+(?=[:(])|)[^>]*>", rule.rule)
        gaps = tuple(piece.encode() for piece in pieces[::2])
        fitting = [FITTING.get(name, b"ab") for name in pieces[1::2]]
        for method in sorted(rule.methods - {"OPTIONS", "HEAD"}):
            found += dict.fromkeys([(method, gaps), (method, (_filled(gaps, fitting),))])
    return found


def _filled(gaps: Sequence[bytes], parts: Sequence[bytes]) -> bytes:
    return gaps[0] + b"".join(part + piece for part, piece in zip(parts, gaps[1:], strict=False))


def _case(app: str, way: Way, method: str, parts: Sequence[bytes], **options: Any) -> Case:
    return Case(app, method or way[0], _filled(way[1], parts), **options)


def structured(app: str, ways: Sequence[Way]) -> st.SearchStrategy[Case]:
    """Requests in which each part may be right, odd or anything, independently of the others."""
    text = st.text(max_size=8).map(lambda text: text.encode("utf-8", "surrogatepass"))
    part = st.sampled_from(ODD + NAMES) | st.binary(max_size=12) | text
    pairs = st.lists(st.tuples(st.sampled_from(NAMES) | part, part), min_size=1, max_size=6)
    query = pairs.map(lambda pairs: b"&".join(name + b"=" + value for name, value in pairs))
    value = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=12)
    names = st.sampled_from(list(HEADERS))
    header = names.flatmap(lambda name: st.tuples(st.just(name), st.sampled_from(HEADERS[name]) | value))
    return st.builds(
        _case,
        app=st.just(app),
        way=st.sampled_from(ways),
        method=st.sampled_from(METHODS),
        parts=st.lists(part, min_size=4, max_size=4),
        query=query,
        headers=st.builds(lambda base, more: (*base, *more), st.sampled_from(BASES), st.lists(header, max_size=3)),
        body=st.sampled_from(BODIES) | query | _json() | pairs.map(_multipart) | st.binary(),
        stream=st.sampled_from(STREAMS),
    )


def _json() -> st.SearchStrategy[bytes]:
    leaves = st.none() | st.integers() | st.floats() | st.text(max_size=5)
    values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner))
    return values.map(lambda value: json.dumps(value).encode())


def _multipart(pairs: Sequence[tuple[bytes, bytes]]) -> bytes:
    head = b"--b\r\nContent-Disposition: form-data; name="
    return b"".join(head + name + b"\r\n\r\n" + value + b"\r\n" for name, value in pairs) + b"--b--\r\n"


def made_up(strategy: st.SearchStrategy[Case], count: int, number: int) -> list[Case]:
    """So many requests of a strategy; the same ones for the same `number`."""
    cases: list[Case] = []
    quiet = settings(database=None, deadline=None, phases=[Phase.generate], suppress_health_check=[*HealthCheck])

    @seed(number)
    @settings(quiet, max_examples=count)
    @given(strategy)
    def collect(case: Case) -> None:
        cases.append(case)

    collect()
    return cases


def scrambled(app: str, ways: Sequence[Way], count: int, number: int) -> Iterator[Case]:
    """So many good requests with random bytes in random places; the same ones for the same `number`."""
    chance = random.Random(number)

    def spoilt(good: bytes) -> bytes:
        for _ in range(chance.choice((0, 0, 1, 3))):
            at = chance.randrange(len(good) + 1)
            added = chance.choice((b"", chance.choice(ODD), chance.randbytes(chance.randrange(9))))
            good = good[:at] + added + good[at + chance.randrange(3) :]
        return good

    def header(name: str) -> tuple[str, str]:
        value = spoilt(chance.choice(HEADERS[name]).encode("latin-1"))
        return name, value.translate(None, b"\r\n").decode("latin-1")

    for _ in range(count):
        pairs = [chance.choice(NAMES) + b"=" + chance.choice(ODD + NAMES) for _ in range(chance.randrange(6))]
        headers = [header(name) for name in chance.sample(list(HEADERS), chance.randrange(4))]
        case = _case(
            app,
            chance.choice(ways),
            chance.choice(METHODS),
            parts=[chance.choice(ODD) for _ in range(4)],
            query=spoilt(b"&".join(pairs)),
            headers=(*chance.choice(BASES), *headers),
            body=spoilt(chance.choice(BODIES)),
            stream=chance.choice(STREAMS),
        )
        yield replace(case, path=spoilt(case.path))


def smaller(case: Case) -> Iterator[Case]:
    """The same request with less in it, the bigger steps first."""
    for at in range(len(case.headers)):
        yield replace(case, headers=case.headers[:at] + case.headers[at + 1 :])
    plainer: list[dict[str, Any]] = [{"method": "GET"}, {"stream": "whole"}, {"query": b""}, {"body": b""}]
    for plain in plainer:
        if (other := replace(case, **plain)) != case:
            yield other
    for name in ("path", "query", "body"):
        value: bytes = getattr(case, name)
        for size in (len(value) // 2, len(value) // 8, 1):
            for at in range(0, len(value), size) if size else ():
                shorter: dict[str, Any] = {name: value[:at] + value[at + size :]}
                yield replace(case, **shorter)

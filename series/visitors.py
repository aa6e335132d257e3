"""Visitors of Marginalia: each has a cookie jar of its own, and readers remember what they were told."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from random import Random
from urllib.parse import urlencode

#: The seconds after which a request counts as unanswered, and how many may break off in a row.
PATIENCE, ROW = 10.0, 50

TOKEN = re.compile(r'name="token" value="(\w+)"')
NAME = re.compile(r'([^>\n]+) <button class="plain">Sign out</button>')
MESSAGES = re.compile(r'<div class="messages" role="status">(.*?)</div>', re.DOTALL)
MESSAGE = re.compile(r"<p class=\"\w+\">(.*?)</p>")


class CutOff(Exception):
    """The connection ended before the whole answer: what was asked for may have been done, or not."""


class Violation(Exception):
    """Something that must not happen; the message says to whom, and what."""


@dataclass(frozen=True)
class Answer:
    """What came back, whole."""

    status: int
    headers: Message
    body: str


@dataclass
class Visitor:
    """A browser: `connect` makes its connections."""

    connect: Callable[[], HTTPConnection]
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    requests: int = 0

    def ask(self, method: str, path: str, form: Mapping[str, str] | None = None) -> Answer:
        """Send one request on a connection of its own. Raises `CutOff`; `TimeoutError` if there is no answer."""
        self.requests += 1
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **self.headers}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = self.connect()
        try:
            connection.request(method, path, None if form is None else urlencode(form), headers)
            response = connection.getresponse()
            body = response.read().decode()
        except TimeoutError:
            raise
        except (HTTPException, OSError) as error:
            raise CutOff from error
        finally:
            connection.close()
        if "Content-Length" not in response.headers:  # The headers broke off, which Python takes for their end.
            raise CutOff
        for cookie in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        return Answer(response.status, response.headers, body)


@dataclass
class Reader(Visitor):
    """A visitor with a name, who leaves and deletes notes, and holds each page against what was acknowledged."""

    name: str = ""
    essays: int = 1
    #: Whether we are known to Marginalia; `None` after a registration that was cut off.
    registered: bool | None = False
    inside: bool = False
    token: str = ""
    messages: list[str] = field(default_factory=list)
    #: The notes that are there, as essay and number by text; those that may be there or not; those that are deleted.
    left: dict[str, tuple[int, int]] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    cuts: int = 0
    sign_ins: int = 0
    acknowledged: int = 0
    violation: str = ""

    def live(self, until: float) -> None:
        """Do this and that until a moment of `time.monotonic`, or the first violation, which is kept."""
        chance = Random(self.name)
        acts = [self.leave] * 8 + [self.delete] * 6 + [self.search] * 6 + [self.leave_and_return]
        try:
            while time.monotonic() < until:
                self.enter()
                act = chance.choice(acts)
                act(chance)
        except Violation as violation:
            self.violation = str(violation)

    def enter(self) -> None:
        """Register or sign in, until we are told that we are in."""
        while not self.inside:
            path = "/register" if self.registered is False else "/sign-in"
            self.page(path)
            answer = self.send(path, {"name": self.name, "password": f"the password of {self.name}"})
            if answer is None:
                self.registered = self.registered or None
            elif answer.status == 303:
                self.registered = self.inside = True
                self.sign_ins += 1
                self.token, self.messages = "", [f"Welcome, {self.name}."]
            elif self.registered is None and answer.status == 400:
                self.registered = False
            else:
                raise self.refused(path, answer)

    def leave_and_return(self, _: Random) -> None:
        """Sign out; `enter` signs in again."""
        answer = self.send("/sign-out", {})
        if answer is not None and answer.status != 303:
            raise self.refused("/sign-out", answer)
        if answer is not None:
            self.inside, self.token, self.messages = False, "", ["You are signed out."]

    def leave(self, chance: Random) -> None:
        """Leave a note that nobody else leaves, and look at it."""
        essay, text = chance.randint(1, self.essays), f"note {self.requests} of {self.name}"
        answer = self.send(f"/essays/{essay}/notes", {"text": text})
        if answer is None:
            self.unknown.add(text)
        elif answer.status != 303:
            raise self.refused("a note", answer)
        else:
            self.left[text] = essay, int(answer.headers["Location"].rpartition("-")[2])
            self.acknowledged += 1
            self.messages.append("Your note is in the margin.")
        self.page(f"/essays/{essay}")

    def delete(self, chance: Random) -> None:
        """Delete one of the notes that are there for certain."""
        if not self.left:
            return
        text = chance.choice([*self.left])
        _, number = self.left.pop(text)
        answer = self.send(f"/notes/{number}/delete", {})
        if answer is None:
            self.unknown.add(text)
        elif answer.status != 303:
            raise self.refused(f"to delete {text!r}", answer)
        else:
            self.deleted.add(text)
            self.messages.append("The note is deleted.")

    def search(self, chance: Random) -> None:
        """Ask for something that nobody else asks for, which the page repeats."""
        word = f"{chance.getrandbits(64):x}"
        if f'name="q" value="{word}"' not in self.page(f"/essays/?q={word}"):
            raise Violation(f"{self.name} searched for {word}, and the answer is to another question.")

    def page(self, path: str) -> str:
        """Load a page, again if it is cut off, and hold it against what we know."""
        for _ in range(ROW):
            answer = self.attempt("GET", path)
            if answer is not None:
                break
        else:
            raise Violation(f"{self.name} asked for {path} {ROW} times, and each answer broke off.")
        if answer.status != 200:
            raise self.refused(path, answer)
        self.hold(path, answer.body)
        return answer.body

    def send(self, path: str, form: dict[str, str]) -> Answer | None:
        """Send a form with the token of our session, once; `None` if it was cut off."""
        if not self.token:
            self.page("/")
        return self.attempt("POST", path, {**form, "token": self.token})

    def attempt(self, method: str, path: str, form: dict[str, str] | None = None) -> Answer | None:
        """Ask once; `None` if it was cut off."""
        try:
            return self.ask(method, path, form)
        except CutOff:
            self.cuts += 1
            return None
        except TimeoutError:
            raise Violation(f"{self.name} had no answer from {path} within {PATIENCE:.0f} s.") from None

    def hold(self, path: str, body: str) -> None:
        """Raise `Violation` if a page is not ours: name, token and messages are those of our session, and no others."""
        names = NAME.findall(body)
        shown = (names[0].strip() or "nobody") if names else "signed out"
        if shown != (self.name if self.inside else "signed out"):
            raise Violation(f"{self.name} is shown {path} as {shown}.")
        tokens = {*TOKEN.findall(body)}
        if len(tokens) > 1 or (self.token and tokens - {self.token}):
            raise Violation(f"{self.name} is shown {path} with the token of another session.")
        self.token = self.token or "".join(tokens)
        messages = MESSAGE.findall("".join(MESSAGES.findall(body)))
        if messages != self.messages:
            raise Violation(f"{self.name} is shown on {path} {messages}, and was to be shown {self.messages}.")
        self.messages = []
        for text, (essay, _) in self.left.items():
            if path == f"/essays/{essay}" and f">{text} <" not in body:
                raise Violation(f"{text!r} was acknowledged, and is not on {path}.")

    def refused(self, what: str, answer: Answer) -> Violation:
        """The violation that an answer is which nobody asked for."""
        return Violation(f"{self.name} asked for {what}, and was answered {answer.status}.")

    def settle(self, texts: list[str]) -> list[str]:
        """What is wrong with the notes that are there under our name in the end, as sentences."""
        faults = [f"{text!r} was acknowledged, and is lost." for text in self.left if text not in texts]
        faults += [f"{text!r} was deleted, and is there." for text in texts if text in self.deleted]
        known = self.left.keys() | self.unknown | self.deleted
        faults += [f"{text!r} is there as a note of {self.name}, who never left it." for text in {*texts} - known]
        faults += [f"{text!r} is there twice." for text in {*texts} if texts.count(text) > 1]
        return faults

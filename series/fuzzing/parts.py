"""What requests are made of: parts that some program once stumbled over, and good ones to be spoilt."""

from __future__ import annotations

from collections.abc import Sequence

#: Texts for a path, a query or a form.
ODD = (
    b"", b"0", b"-1", b"7", b"007", b"1e999", b"9" * 20, b"9" * 4301, b"\xb2", b"nan", b"%", b"%00", b"%zz", b"%ff%fe",
    b"%0d%0aX: y", b"%C3%A9", b"\x00", b"\xff", b"\xc3\xa9", b"..", b"../..", b"%2e%2e%2f", b"//", b"\\", b"style.css",
    b"good.txt", b"one", b"{{ 7 }}", b"<b>", b"'", b'"', b"a" * 300, b"\xed\xa0\x80", b"xn--", b"[::1", b"@", b":",
    b";=", b"6ba7b810-9dad-11d1-80b4-00c04fd430c8", b"\xe2\x80\xa8", b"\xef\xbc\x8f", b"1.5", b"a.txt", b"ab",
)  # fmt: skip

#: Names of fields, for the most part those that the applications ask for.
NAMES = (b"n", b"q", b"next", b"text", b"name", b"password", b"token", b"category", b"keep", b"Ada", b"a token")

#: Methods; an empty one is that of the path.
METHODS = ("", "", "", "", "", "", "", "GET", "HEAD", "OPTIONS", "DELETE", "get", "\xff")

#: What fits a gap in a path, by the name of its converter; `ab` fits the others.
FITTING = {
    "int": b"1", "float": b"1.5", "uuid": b"6ba7b810-9dad-11d1-80b4-00c04fd430c8", "any": b"one", "path": b"good.txt",
}  # fmt: skip

DAY = "Sun, 06 Nov 1994 08:49:37"

#: Headers that mean something, with what they may well say. SIGNED is a cookie that the application has signed.
HEADERS: dict[str, Sequence[str]] = {
    "Content-Type": (
        "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/plain",
        "multipart/form-data", "multipart/form-data; boundary=\xe9", "application/json; charset=rot13", "a/b+json;=",
        "multipart/form-data; boundary*=utf-9''%ff", "application/x-www-form-urlencoded; charset=utf-7",
    ),
    "Host": (
        "example.com", "a.example.com", "example.com:x", "[::1]:80", "[:::1]", "a..b", "\xe9.example.com", "x" * 64,
        "a/b", "xn--a", "127.0.0.1", "example.com.", "-", "",
    ),
    "Content-Length": ("", "-1", "abc", "0", "3", "5000", "99999999999", "+5", "1_0", "\xb2", "9" * 4301, "3, 3"),
    "Cookie": ("session=", "session=.e30.x.y", 'a="\\101\\400"; =b; ;;', "a=b; a=c", "SIGNED", "token=\xff"),
    "Range": ("bytes=0-1", "bytes=5-", "bytes=-5", "bytes=9-1", "bytes=0-1,3-4", "bytes=a-b", f"bytes={'9' * 4301}-"),
    "If-Range": ('"a"', f"{DAY} GMT", "Mon, 1 Jan 0000 00:00:00 -2400"),
    "If-Modified-Since": ("Mon, 99 Foo 99999 99:99:99 GMT", f"{DAY} GMT", f"{DAY} +9999"),
    "If-None-Match": ("*", '"a", W/"b"', '"', "W/"),
    "Date": ("Fri, 31 Dec 9999 23:59:59 -2359", "0"),
    "Authorization": ("Basic ====", "Basic /w==", "Digest a=b, c", "Bearer", "Basic \xe9", "Basic"),
    "Accept": ("*/*;q=nan", "text/html;q=1e999", "a/b;q=-1", ";;", "text/html;level=\xb2"),
    "Accept-Language": ("en;q=x", "de-", "*"),
    "Cache-Control": ("max-age=abc", f"max-age={'9' * 4301}", 'no-cache="a'),
    "Max-Forwards": ("x", "9" * 4301, "\xb2"),
    "Transfer-Encoding": ("chunked",),
    "X-Forwarded-For": ("\xff, ,", "1.2.3.4"),
}  # fmt: skip

#: The headers that a request begins with: none, or those of a signed-in reader who sends JSON or a form.
BASES: Sequence[tuple[tuple[str, str], ...]] = (
    (),
    *((("Cookie", "SIGNED"), ("Content-Type", kind)) for kind in HEADERS["Content-Type"][:3]),
)

FORM = b"token=a+token&name=Ada&password=12345678&text=%ed%a0%80&keep=1"

#: Bodies that are right, or nearly.
BODIES = (
    b"", FORM, FORM, b'{"text": "a note"}', b"[" * 981 + b"]" * 981, b"[" * 5000, b'{"a":' * 990 + b"1" + b"}" * 990,
    b'["\\ud800", "\\u0000", NaN, -Infinity, 1e999]', b"1" * 5000, b'{"": {" t": 1, " di": [], " u": "x", " d": 0}}',
    b"null", b'{" b": "x"}', b'{"text": "\\udc80"}', b"&".join([b"a=b"] * 1100), b"\xef\xbb\xbf{}", b"{\x00}\x00",
    b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nc\r\n--b--\r\n',
    b"--b\r\nContent-Disposition: form-data; name=f; filename*=utf-8''%ff\r\nContent-Type: \xff/;;\r\n\r\nc\r\n--b--",
    b"--b\r\nContent-Disposition: form-data\r\nContent-Length: x\r\n\r\nc\r\n--b--",
    b"--b\r\nX: " + b"y" * 3000 + b"\r\n\r\n--b--", b"--b\r\n\r\n" * 1100 + b"--b--",
)  # fmt: skip

#: How a body arrives: whole, cut off, or broken off by an error; without a length, or with an end that is marked.
STREAMS = ("whole", "whole", "whole", "cut", "broken", "absent", "marked", "marked broken")

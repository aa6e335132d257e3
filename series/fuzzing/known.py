"""What is known to fail and waits to be mended, so that the checks are green and it is not forgotten."""

from __future__ import annotations

from dataclasses import dataclass

from series.fuzzing.cases import Case


@dataclass(frozen=True)
class Known:
    """A fault: a pattern that its description begins with, why it is there, and a case that has it on every Python."""

    fault: str
    reason: str
    case: Case | None = None


JSON = ("Content-Type", "application/json")
FORM = ("Content-Type", "multipart/form-data; boundary=b")

#: To be emptied. `fuzz` names what it meets of these, and fails when the case of one is answered well at last.
KNOWN = [
    Known(
        "(logs|raises) ValueError, urllib/parse.py port",
        "With host matching, Werkzeug builds a URL with quoted brackets for an IPv6 host, and no redirect takes it.",
        Case("hosts", path=b"/remember", headers=(("Host", "[::1]:80"),)),
    ),
    Known(
        "logs ValueError, datastructures/headers.py _str_header_value, dram/app.py redirect",
        "A redirect to an address with a line break is an error of the application, and not a redirect without it.",
        Case("plain", path=b"/away", query=b"next=%0d"),
    ),
    Known(
        "logs ValueError, [^ ]+/base64.py",
        "Werkzeug's Authorization raises for Basic credentials that are not ASCII.",
        Case("plain", path=b"/headers", headers=(("Authorization", "Basic \xe9"),)),
    ),
    Known(
        "logs ValueError, werkzeug/http.py quote_etag",
        "Werkzeug's If-Range cannot be printed where its tag holds a quotation mark.",
        Case("plain", path=b"/headers", headers=(("If-Range", '"a"b"'),)),
    ),
    Known(
        "header 'Set-Cookie' is malformed",
        "Werkzeug's set_cookie escapes control characters to \\x19 only, and not to \\x1f.",
        Case("plain", path=b"/cookies", query=b"n=%1f"),
    ),
    Known(
        "logs TypeError, json/encoder.py",
        "Werkzeug names a part of a form None that has no name, and JSON cannot sort that among texts.",
        Case("plain", "POST", b"/form", b"n=1", (FORM,), b"--b\r\nContent-Disposition: form-data\r\n\r\nc\r\n--b--"),
    ),
    Known(
        "logs RecursionError",
        "JSON is read to a depth in which it cannot be written again, least of all into a session.",
        Case("hosts", "POST", b"/remember", b"", (JSON,), b"[" * 500 + b"]" * 500),
    ),
]

"""Marginalia: a reading list with room in the margin."""

from dram import Dram

app = Dram(__name__)


@app.route("/")
def index() -> str:
    return """<!doctype html>
<title>Marginalia</title>
<h1>Marginalia</h1>
<p>A reading list with room in the margin.
<p><a href="/essays/1">Of Studies</a>, <a href="/essays/2">Marginalia</a>
"""


@app.route("/essays/1")
def of_studies() -> str:
    return """<!doctype html>
<title>Of Studies</title>
<h1>Of Studies</h1>
<p>Francis Bacon, 1625: “Studies serve for delight, for ornament, and for ability.”
"""


@app.route("/essays/2")
def marginalia() -> str:
    return """<!doctype html>
<title>Marginalia</title>
<h1>Marginalia</h1>
<p>Edgar Allan Poe, 1844: “In getting my books, I have been always solicitous of an ample margin.”
"""


if __name__ == "__main__":
    app.run()

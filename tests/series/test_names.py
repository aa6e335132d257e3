"""The public names: which they are, where each first appears, and what the API says of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from series import api, names, serve
from series.project import Project

Make = Callable[[dict[str, str]], Project]

APP = '''\
from .base import Scope

class Dram(Scope):
    """An application. It answers."""

    #: The settings.
    default_config = {{"DEBUG": False{more}}}

    def __init__(self, name):
        self.name = name
        self._secret = 1

    def run(self, port: int = 5000) -> None:
        """Serve it. `port` is a number, DEBUG_PORT is none, and the setting DEBUG counts; see `name`."""
'''
BASE = '''\
from typing import Protocol

class Scope:
    def {route}(self):
        """Decorate a view, as the caller's own."""

    def _hidden(self): ...
'''
#: `route` moves into a base, `get_time` comes from elsewhere at first, and the last step has a module more.
STEPS = {
    "steps/step01_a/dram/__init__.py": "from time import time as time\nfrom .app import Dram as Dram\nimport os\n",
    "steps/step01_a/dram/app.py": "class Dram:\n    def route(self): ...\n\n    def gone(self): ...\n",
    "steps/step02_b/dram/__init__.py": "from .app import Dram as Dram\nfrom .json import time as time\n",
    "steps/step02_b/dram/app.py": APP.format(more=""),
    "steps/step02_b/dram/base.py": BASE.format(route="route"),
    "steps/step02_b/dram/json/__init__.py": "from .provider import Provider\n\ndef time(): ...\n\ndef dumps(): ...\n",
    "steps/step02_b/dram/json/provider.py": "class Provider:\n    def dumps(self): ...\n",
    "steps/step03_c/dram/__init__.py": "from .app import Dram as Dram\nfrom .json import time as time\n",
    "steps/step03_c/dram/app.py": APP.format(more=', "TESTING": None'),
    "steps/step03_c/dram/base.py": BASE.format(route="route"),
    "steps/step03_c/dram/json/__init__.py": "from .provider import Provider\n\ndef time(): ...\n\ndef dumps(): ...\n",
    "steps/step03_c/dram/json/provider.py": (
        "class Provider:\n    def dumps(self): ...\n\nclass Fast(Provider):\n    def dumps(self): ...\n\n"
        '    def loads(self): ...\n\nclass Slow(Provider):\n    def dumps(self):\n        """Slowly."""\n'
    ),
    "posts/02-b.md": '# B\n\n```step at="dram/app.py Dram"\n```\n\n```step at="dram/app.py Dram.run"\n```\n',
}


@pytest.fixture
def steps(make: Make) -> Project:
    return make(STEPS)


def found(project: Project) -> dict[str, names.Row]:
    made = names.rows(project, lambda step: names.listings(project, step))
    return {row.name.name: row for rows in made.values() for row in rows}


def test_a_name_first_appears_where_the_first_step_has_it_whatever_became_of_it(steps: Project) -> None:
    since = {name: row.step.number for name, row in found(steps).items()}
    assert {name: number for name, number in since.items() if number == 1} == {
        "dram.Dram": 1,
        "dram.Dram.route": 1,  # a base has it now
        "dram.time": 1,  # it came from elsewhere
    }
    assert {name for name, number in since.items() if number == 2} == {
        *("dram.Dram.default_config", "dram.Dram.name", "dram.Dram.run", "DEBUG"),
        *("dram.json.dumps", "dram.json.provider.Provider", "dram.json.provider.Provider.dumps"),
    }
    assert {"TESTING", "dram.json.provider.Fast", "dram.json.provider.Fast.loads"} <= since.keys()


def test_what_is_gone_hidden_or_repeated_is_no_name(steps: Project) -> None:
    assert not {"dram.Dram.gone", "dram.Dram._hidden", "dram.os", "dram.json.time", "dram.json.provider.Fast.dumps"} & (
        found(steps).keys()
    )
    slow = found(steps)["dram.json.provider.Slow.dumps"].name
    assert slow.again  # it has a docstring of its own, for the API


def test_a_name_leads_to_its_closest_listing_or_to_its_line(steps: Project) -> None:
    rows = found(steps)
    assert rows["dram.Dram.run"].address == "02-b/#dram-app-py-dram-run"
    assert rows["DEBUG"].address == "02-b/#dram-app-py-dram"
    assert rows["dram.json.dumps"].address == "02-b/code/#dram-json-__init__-py-L5"
    assert rows["dram.time"].address == "01-a/code/#dram-__init__-py-L1"


def test_an_essay_with_a_fault_shows_nothing(steps: Project) -> None:
    (steps.root / "posts" / "02-b.md").write_text('```step at="dram/none.py"\n```\n', encoding="utf-8")
    assert found(steps)["dram.Dram.run"].address == "02-b/code/#dram-app-py-L13"


def test_what_is_imported_comes_first_and_settings_last(steps: Project) -> None:
    groups = list(names.rows(steps, lambda step: []))
    assert groups == ["dram", "dram.Dram", "dram.json", "dram.json.provider", "Settings"]


def test_a_docstring_becomes_html_with_links_to_the_names_it_means(steps: Project) -> None:
    made = api.entries(steps.last)
    assert made["dram.Dram.run"].signature == "run(port: int = 5000) -&gt; None"
    assert made["dram.Dram.run"].text == (
        "<p>Serve it. <code>port</code> is a number, DEBUG_PORT is none, and the setting"
        ' <a href="#DEBUG">DEBUG</a> counts; see <a href="#dram.Dram.name"><code>name</code></a>.</p>'
    )
    assert made["DEBUG"].text == '<p>See <a href="#dram.Dram.run"><code>Dram.run</code></a>.</p>'
    assert made["dram.Dram.route"].text == "<p>Decorate a view, as the caller’s own.</p>"
    assert made["dram.Dram.default_config"].text == "<p>The settings.</p>"
    assert made["dram.json.provider.Fast"].kind == (
        'class, based on <code><a href="#dram.json.provider.Provider">Provider</a></code>'
    )


@pytest.mark.parametrize(
    ("source", "signature"),
    [
        ("def f(a, /, b, *c, d: int, **e): ...", "f(a, /, b, *c, d: int, **e)"),
        ("def f(a=1, *, b: str = 'x'): ...", "f(a=1, *, b: str = 'x')"),
        ("def f(a: 'int | None' = None, /): ...", "f(a: int | None = None, /)"),
        (f"def f({'a' * 40}, {'b' * 40}): ...", f"f(\n    {'a' * 40},\n    {'b' * 40},\n)"),
        ("async def f(): ...", "f()"),
        ("f: int = 1", "f: int = 1"),
    ],
)
def test_a_signature_is_written_as_in_python(make: Make, source: str, signature: str) -> None:
    project = make({"steps/step01_a/dram/__init__.py": "", "steps/step01_a/dram/testing.py": f"{source}\n"})
    assert api.entries(project.last)["dram.testing.f"].signature == signature


def test_all_modules_and_names_that_are_for_applications_are_there(project: Project) -> None:
    known = names.Package(project.last)
    assert {f"{module}.{name}" for module, wanted in names.PUBLIC.items() for name in wanted} <= known.names.keys()
    coming = {"dram.cli", "dram.signals", "dram.views"}
    assert names.PUBLIC.keys() - coming <= known.modules.keys()


def test_each_public_name_of_the_framework_has_words(project: Project) -> None:
    made = api.entries(project.last)
    silent = {name for name, entry in made.items() if not entry.text and entry.name.group != names.SETTINGS}
    assert not {name for name in silent if made[name].kind != "attribute"}


def test_a_docstring_that_changes_is_seen_on_both_pages(toy_site: Project, tmp_path: Path) -> None:
    for page in "names", "api":
        text = f"---\ntitle: {page}\n---\n\n# {page}\n\n<!-- {page} -->\n"
        (toy_site.root / "posts" / f"{page}.md").write_text(text, encoding="utf-8")
    source = toy_site.last.folder / "dram" / "__init__.py"
    for sentence in "It cries.", "It shouts, and this is longer.":
        source.write_text(f'class Dram:\n    def shout(self):\n        """{sentence}"""\n', encoding="utf-8")
        (toy_site.root / "posts" / "02-shout.md").write_text("# Shout\n", encoding="utf-8")
        serve.build(toy_site, tmp_path / "out")
        for page in "names", "api":
            assert sentence in (tmp_path / "out" / page / "index.html").read_text(encoding="utf-8")


def test_a_fault_in_the_sources_is_not_blamed_on_a_page_that_links_to_the_api(
    toy_site: Project, tmp_path: Path
) -> None:
    (toy_site.root / "posts" / "api.md").write_text("# API\n\n<!-- api -->\n", encoding="utf-8")
    (toy_site.root / "posts" / "big.md").write_text("# Big\n\n[It](api.md#dram.Dram.shout).\n", encoding="utf-8")
    serve.refresh(toy_site.root, tmp_path / "out")
    source = toy_site.last.folder / "dram" / "__init__.py"
    source.write_text("def broken(:\n", encoding="utf-8")
    serve.refresh(toy_site.root, tmp_path / "out")
    faulty = {page for page in ("api", "big") if "fault" in (tmp_path / "out" / page / "index.html").read_text("utf-8")}
    assert faulty == {"api"}

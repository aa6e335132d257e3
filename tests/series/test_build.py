"""The site as files: what is built, and what happens to the folder when it is not."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from series import serve
from series.project import Project, Trouble
from series.site import remembered


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def edit(site: Project, name: str, text: str) -> None:
    with (site.root / name).open("a", encoding="utf-8", newline="\n") as file:
        file.write(text)


def test_two_builds_are_the_same_byte_for_byte(toy_site: Project, tmp_path: Path) -> None:
    serve.build(toy_site, tmp_path / "one", "https://dram.example/")
    serve.build(toy_site, tmp_path / "other", "https://dram.example/")
    assert contents(tmp_path / "one") == contents(tmp_path / "other")


def test_each_step_has_its_pages_and_its_zip(toy_site: Project, tmp_path: Path) -> None:
    serve.build(toy_site, tmp_path / "out")
    made = contents(tmp_path / "out").keys()
    for name in ("", "changes/", "code/", "tests/"):
        assert f"02-shout/{name}index.html" in made
    assert {"02-shout/step02_shout.zip", "promises/index.html", "404.html", "search/index.js"} <= made


def test_the_foreword_has_the_table_where_it_asks_for_it(toy_site: Project, tmp_path: Path) -> None:
    serve.build(toy_site, tmp_path / "out")
    text = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert text.index("Before.") < text.index('href="02-shout/"') < text.index("After.")


def test_a_new_line_is_marked_in_the_listing(toy_site: Project, tmp_path: Path) -> None:
    serve.build(toy_site, tmp_path / "out")
    listing = (tmp_path / "out" / "02-shout" / "index.html").read_text(encoding="utf-8").partition("<figure")[2]
    assert '<ins class="row">' in listing


def test_the_search_index_leaves_out_generated_pages(toy_site: Project, tmp_path: Path) -> None:
    serve.build(toy_site, tmp_path / "out")
    text = (tmp_path / "out" / "search" / "index.js").read_text(encoding="utf-8")
    entries = json.loads(text.removeprefix("searchIndex(").removesuffix(")\n"))
    assert {address.partition("#")[0] for address, *_ in entries} == {"", "01-greet/", "02-shout/"}


def test_feed_sitemap_and_previews_come_with_an_address_only(toy_site: Project, tmp_path: Path) -> None:
    serve.build(toy_site, tmp_path / "out")
    assert not {"feed.xml", "sitemap.xml"} & contents(tmp_path / "out").keys()
    assert "og:image" not in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    serve.build(toy_site, tmp_path / "out", "https://dram.example/sub")
    made = contents(tmp_path / "out")
    assert b'<link href="https://dram.example/sub/02-shout/"/>' in made["feed.xml"]
    assert b"<loc>https://dram.example/sub/02-shout/changes/</loc>" in made["sitemap.xml"]
    assert b'content="https://dram.example/sub/og.png"' in made["index.html"]


def test_the_offline_edition_links_files_and_not_folders(toy_site: Project, tmp_path: Path) -> None:
    serve.build(toy_site, tmp_path / "out", offline=True)
    text = (tmp_path / "out" / "02-shout.html").read_text(encoding="utf-8")
    assert 'href="02-shout/changes.html#dram-__init__-py"' in text
    assert 'href="index.html"' in text
    assert 'href="./"' not in text


def test_a_fault_in_an_essay_is_named_and_leaves_the_site_as_it_was(toy_site: Project, tmp_path: Path) -> None:
    serve.build(toy_site, tmp_path / "out")
    before = contents(tmp_path / "out")
    edit(toy_site, "posts/02-shout.md", '\n```step at="dram/__init__.py Dram.whisper"\n```\n')
    with pytest.raises(Trouble, match=r"^posts/02-shout\.md:15: .*whisper"):
        serve.build(toy_site, tmp_path / "out")
    assert contents(tmp_path / "out") == before
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".out")]


@pytest.mark.parametrize("link", ["no-such-page.md", "01-greet.md#no-such-place"])
def test_a_dead_link_is_named_with_its_line(toy_site: Project, tmp_path: Path, link: str) -> None:
    edit(toy_site, "posts/02-shout.md", f"\nSee [there]({link}).\n")
    with pytest.raises(Trouble, match=rf"^posts/02-shout\.md:15: .*{link}"):
        serve.build(toy_site, tmp_path / "out")


def test_a_link_to_a_file_on_a_diff_page_is_no_dead_link(toy_site: Project, tmp_path: Path) -> None:
    edit(toy_site, "posts/02-shout.md", "\nSee [there](02-shout/changes.md#dram-__init__-py).\n")
    serve.build(toy_site, tmp_path / "out")
    assert 'href="changes/#dram-__init__-py"' in (tmp_path / "out/02-shout/index.html").read_text(encoding="utf-8")


def test_a_step_that_is_not_python_is_named_with_its_line(toy_site: Project, tmp_path: Path) -> None:
    edit(toy_site, "tests/step01_greet/test_greet.py", "def broken(:\n")
    with pytest.raises(Trouble, match=r"^tests/step01_greet/test_greet\.py:\d+: "):
        serve.build(toy_site, tmp_path / "out")


def test_a_folder_that_is_no_site_is_not_replaced(toy_site: Project, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("all of it", encoding="utf-8")
    with pytest.raises(Trouble, match="--out"):
        serve.build(toy_site, tmp_path / "out")
    assert contents(tmp_path / "out") == {"thesis.txt": b"all of it"}


@pytest.mark.parametrize("address", ["dram.example", "ftp://dram.example/", "https:///sub"])
def test_an_address_that_is_none_is_refused(toy_site: Project, tmp_path: Path, address: str) -> None:
    with pytest.raises(Trouble, match="no public address"):
        serve.build(toy_site, tmp_path / "out", address)


def test_build_says_where_the_site_is(
    toy_site: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serve, "Project", lambda: toy_site)
    args = argparse.Namespace(out=tmp_path / "out", site_url="", offline=True, with_python=False)
    assert serve.run_build(args) == 0
    written = capsys.readouterr()
    assert str(tmp_path / "out" / "index.html") in written.out
    assert written.err == ""


def test_what_was_made_is_made_again_only_when_a_file_has_changed(tmp_path):
    file, made = tmp_path / "app.py", []
    for text in ("one", "one", "other"):
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
        assert remembered((str(tmp_path), "page"), [file], lambda text=text: made.append(text) or len(made)) == len(
            made
        )
    assert made == ["one", "other"]

"""`send_from_directory` sends what a visitor names, out of one folder."""

from pathlib import Path

import pytest

from dram import Dram


@pytest.fixture
def root(tmp_path):
    """A folder for an application, with uploads in it."""
    (tmp_path / "uploads" / "deep").mkdir(parents=True)
    (tmp_path / "uploads" / "note.txt").write_text("note")
    (tmp_path / "uploads" / "deep" / "note.txt").write_text("deep note")
    return tmp_path


@pytest.fixture
def app(root):
    return Dram("tests", root_path=str(root))


@pytest.fixture
def send(app):
    """The response of `send_from_directory(…)`, which is closed, and the text that it would send."""
    from dram import send_from_directory

    def send(*args, **kwargs):
        with app.test_request_context("/"), send_from_directory(*args, **kwargs) as response:
            response.direct_passthrough = False
            return response, response.get_data(as_text=True)

    return send


def test_a_view_sends_what_a_visitor_names(app, client):
    from dram import send_from_directory

    app.get("/uploads/<path:name>")(lambda name: send_from_directory("uploads", name))
    assert [client.get(f"/uploads/{name}").text for name in ("note.txt", "deep/note.txt")] == ["note", "deep note"]


def test_the_folder_is_relative_to_the_application(send, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert send("uploads", "note.txt")[1] == "note"


@pytest.mark.parametrize("folder", ["uploads/", "./uploads", "uploads/deep/..", Path("uploads"), "{root}/uploads"])
def test_the_folder_may_be_written_in_many_ways(send, root, folder):
    if isinstance(folder, str):
        folder = folder.format(root=root)
    assert send(folder, "note.txt")[1] == "note"


def test_the_folder_may_lie_beside_the_application(send, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "note.txt").write_text("beside")
    assert send(f"../{elsewhere.name}", "note.txt")[1] == "beside"


def test_the_name_may_be_a_path(send):
    assert send("uploads", Path("deep", "note.txt"))[1] == "deep note"


def test_the_rest_goes_to_send_file(send):
    response, _ = send("uploads", "note.txt", as_attachment=True, download_name="my.csv", mimetype="text/x", etag="tag")
    headers = [response.headers.get(name) for name in ("Content-Disposition", "Content-Type", "ETag")]
    assert headers == ["attachment; filename=my.csv", "text/x; charset=utf-8", '"tag"']


def test_a_download_is_named_after_the_file_without_its_folders(send):
    response, _ = send("uploads", "deep/note.txt", as_attachment=True)
    assert response.headers.get("Content-Disposition") == "attachment; filename=note.txt"


def test_an_option_that_there_is_not_is_refused(send):
    with pytest.raises(TypeError, match="attachment_filename"):
        send("uploads", "note.txt", attachment_filename="other.txt")


@pytest.mark.parametrize(("folder", "name"), [(None, "note.txt"), ("uploads", None), ("uploads", 7)])
def test_what_is_no_path_is_an_error(send, folder, name):
    with pytest.raises(TypeError, match=r"\b(int|NoneType)\b"):
        send(folder, name)

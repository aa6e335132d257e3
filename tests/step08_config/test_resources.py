"""`open_resource` opens a file that the application came with, `open_instance_resource` one of this installation."""

import pytest


@pytest.fixture
def shop(tmp_path):
    """An application with files of its own, and files in its instance folder."""
    from dram import Dram

    for folder in ("came", "came/deep", "installed", "installed/deep"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "note.txt").write_bytes(f"é in {folder}\n".encode())
    return Dram("shop", root_path=str(tmp_path / "came"), instance_path=str(tmp_path / "installed"))


both = pytest.mark.parametrize(
    ("method", "folder"), [("open_resource", "came"), ("open_instance_resource", "installed")]
)


@both
def test_it_is_opened_to_read_bytes(shop, method, folder):
    with getattr(shop, method)("note.txt") as file:
        assert file.read() == f"é in {folder}\n".encode()


@both
@pytest.mark.parametrize("mode", ["r", "rt"])
def test_these_modes_read_text_in_utf_8(shop, method, folder, mode):
    with getattr(shop, method)("note.txt", mode) as file:
        assert file.read() == f"é in {folder}\n"


@both
def test_text_may_have_another_encoding(shop, method, folder):
    with getattr(shop, method)("note.txt", mode="r", encoding="latin-1") as file:
        assert file.read() == f"Ã© in {folder}\n"


@both
def test_it_may_be_in_a_folder(shop, method, folder):
    with getattr(shop, method)("deep/note.txt", "r") as file:
        assert file.read() == f"é in {folder}/deep\n"


@both
def test_what_is_missing_is_named_in_the_error(shop, tmp_path, method, folder):
    with pytest.raises(FileNotFoundError) as caught:
        getattr(shop, method)("nothing.txt")
    assert str(tmp_path / folder / "nothing.txt") in str(caught.value)


@pytest.mark.parametrize("mode", ["w", "wb", "a", "x", "r+", "rb+", ""])
def test_what_the_application_came_with_is_for_reading_only(shop, tmp_path, mode):
    with pytest.raises(ValueError, match="reading"):
        shop.open_resource("note.txt", mode)
    assert (tmp_path / "came" / "note.txt").read_bytes() == "é in came\n".encode()


@pytest.mark.parametrize("mode", ["w", "a", "x"])
def test_files_of_the_installation_may_be_written(shop, tmp_path, mode):
    with shop.open_instance_resource("new.txt", mode) as file:
        file.write("è")
    assert (tmp_path / "installed" / "new.txt").read_bytes() == "è".encode()

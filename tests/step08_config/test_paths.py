"""An application knows where its files are: those it came with, and those of this installation."""

import os
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

APPLICATION = "from dram import Dram\n\napp = Dram(__name__)\n"


@pytest.fixture
def library(tmp_path, monkeypatch):
    """Write modules into a folder that Python imports from, and import one of them."""

    def load(name, *files, folder="."):
        for file in files:
            path = tmp_path / folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(APPLICATION)
        monkeypatch.syspath_prepend(tmp_path / folder)
        return import_module(name).app

    yield load
    for name in [name for name in sys.modules if name.split(".")[0] == "shop"]:
        del sys.modules[name]


@pytest.fixture
def main(monkeypatch):
    """Pretend that Python was started with this file, or with none."""

    def start(file=None):
        module = ModuleType("__main__")
        if file is not None:
            module.__file__ = os.fspath(file)
        monkeypatch.setitem(sys.modules, "__main__", module)

    return start


@pytest.mark.parametrize(
    ("name", "files", "root", "instance"),
    [
        ("shop", ["shop.py"], ".", "instance"),
        ("shop", ["shop/__init__.py"], "shop", "instance"),
        ("shop.web", ["shop/__init__.py", "shop/web.py"], "shop", "instance"),
        ("shop.web", ["shop/__init__.py", "shop/web/__init__.py"], "shop/web", "instance"),
        ("shop.web.app", ["shop/__init__.py", "shop/web/__init__.py", "shop/web/app.py"], "shop/web", "instance"),
        ("shop.web", ["shop/web.py"], "shop", "instance"),
    ],
    ids=["module", "package", "module of a package", "package of a package", "deep", "namespace"],
)
def test_root_path_is_the_modules_folder_and_instance_is_beside_the_package(
    library, tmp_path, name, files, root, instance
):
    app = library(name, *files)
    assert app.name == name
    assert Path(app.root_path) == tmp_path / root
    assert Path(app.instance_path) == tmp_path / instance
    assert not Path(app.instance_path).exists()


@pytest.mark.parametrize(
    "folder",
    [f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages", "Lib/site-packages"],
    ids=["unix", "windows"],
)
@pytest.mark.parametrize(
    ("name", "files"),
    [("shop", ["shop.py"]), ("shop", ["shop/__init__.py"]), ("shop.web", ["shop/__init__.py", "shop/web.py"])],
    ids=["module", "package", "module of a package"],
)
def test_installed_the_instance_path_is_below_var(library, tmp_path, folder, name, files):
    app = library(name, *files, folder=folder)
    assert Path(app.instance_path) == tmp_path / "var" / f"{name}-instance"


def test_a_module_need_not_be_imported_to_be_found(library, tmp_path):
    from dram import Dram

    library("shop", "shop/__init__.py", "shop/other.py")
    app = Dram("shop.other")
    assert Path(app.root_path) == tmp_path / "shop"
    assert "shop.other" not in sys.modules


@pytest.mark.parametrize("name", ["nobody-has-this", "nobody.has.this", ""])
def test_without_a_module_the_working_directory_stands_for_its_folder(tmp_path, monkeypatch, name):
    from dram import Dram

    monkeypatch.chdir(tmp_path)
    app = Dram(name)
    assert (Path(app.root_path), Path(app.instance_path)) == (tmp_path, tmp_path / "instance")


@pytest.mark.parametrize("name", ["sys", "builtins"])
def test_a_module_without_a_folder_must_be_given_one(name):
    from dram import Dram

    with pytest.raises(RuntimeError, match=rf"(?s)root path.*{name}.*root.path"):
        _ = Dram(name).root_path
    assert Dram(name, root_path="/library").root_path == "/library"


def test_root_path_can_be_given_and_leaves_the_instance_where_it_is(library, tmp_path):
    from dram import Dram

    library("shop", "shop.py")
    app = Dram("shop", root_path=str(tmp_path / "elsewhere"))
    assert app.root_path == str(tmp_path / "elsewhere")
    assert app.config.root_path == app.root_path
    assert Path(app.instance_path) == tmp_path / "instance"


def test_a_script_has_the_name_and_the_folder_of_its_file(main, tmp_path):
    from dram import Dram

    main(tmp_path / "shop.py")
    app = Dram("__main__")
    assert (app.name, Path(app.root_path)) == ("shop", tmp_path)


@pytest.mark.differs("Flask takes the working directory, though its documentation says otherwise")
def test_of_a_script_the_instance_is_beside_it_wherever_it_is_started(main, tmp_path, monkeypatch):
    from dram import Dram

    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    main(tmp_path / "shop.py")
    assert Path(Dram("__main__").instance_path) == tmp_path / "instance"


def test_at_the_prompt_the_folder_is_the_working_directory(main, tmp_path, monkeypatch):
    from dram import Dram

    monkeypatch.chdir(tmp_path)
    main()
    app = Dram("__main__")
    assert (app.name, Path(app.root_path), Path(app.instance_path)) == ("__main__", tmp_path, tmp_path / "instance")


def test_instance_path_can_be_given(tmp_path):
    from dram import Dram

    app = Dram("shop", instance_path=str(tmp_path / "data"))
    assert app.instance_path == str(tmp_path / "data")


@pytest.mark.parametrize("path", ["data", "./data", ""], ids=["relative", "dotted", "empty"])
def test_instance_path_must_be_absolute(path):
    from dram import Dram

    with pytest.raises(ValueError, match="absolute"):
        Dram("shop", instance_path=path)


def test_settings_are_looked_for_below_root_path(library, tmp_path):
    app = library("shop", "shop.py")
    (tmp_path / "settings.py").write_text("READER = 'Ada'\n")
    app.config.from_pyfile("settings.py")
    assert app.config["READER"] == "Ada"
    assert app.config.root_path == app.root_path


def test_settings_may_be_looked_for_in_the_instance(tmp_path):
    from dram import Dram

    (tmp_path / "settings.py").write_text("READER = 'Ada'\n")
    app = Dram("shop", instance_path=str(tmp_path), instance_relative_config=True)
    app.config.from_pyfile("settings.py")
    assert app.config["READER"] == "Ada"
    assert app.config.root_path == app.instance_path

"""Settings come from files: Python, or whatever a `load` function reads."""

import json
import os
import tomllib
import traceback

import pytest


@pytest.fixture
def config(tmp_path):
    """A configuration that looks for its files in `tmp_path`."""
    from dram import Config

    return Config(tmp_path)


@pytest.fixture(params=["from_pyfile", "from_file", "from_envvar"])
def load(request, monkeypatch):
    """Each of the three ways to load a file: a function of the configuration, the file's name, and options."""

    def from_there(config, name, **options):
        if request.param == "from_envvar":
            monkeypatch.setenv("LIBRARY_SETTINGS", os.fspath(name))
            return config.from_envvar("LIBRARY_SETTINGS", **options)
        if request.param == "from_file":
            options["load"] = json.load
        return getattr(config, request.param)(name, **options)

    return from_there


def printed(error):
    """What a log shows of the error itself: its type, message and notes."""
    return "".join(traceback.format_exception_only(error))


def test_of_a_python_file_the_upper_case_names_count(config, tmp_path):
    (tmp_path / "settings.cfg").write_text("import os\nREADER = 'Ada'\nPAGE = 4 * 5\nlower = Mixed = 1\n")
    config["READER"] = "Grace"
    assert config.from_pyfile("settings.cfg") is True
    assert config == {"READER": "Ada", "PAGE": 20}


def test_a_python_file_knows_where_it_is(config, tmp_path):
    (tmp_path / "settings.py").write_text("HERE = __file__\n")
    config.from_pyfile("settings.py")
    assert config["HERE"] == os.fspath(tmp_path / "settings.py")


def test_a_python_file_is_read_in_its_own_encoding(config, tmp_path):
    (tmp_path / "plain.py").write_bytes("PLAIN = 'é'\n".encode())
    (tmp_path / "latin.py").write_bytes("# coding: latin-1\nLATIN = 'é'\n".encode("latin-1"))
    config.from_pyfile("plain.py")
    config.from_pyfile("latin.py")
    assert config == {"PLAIN": "é", "LATIN": "é"}


def test_of_a_json_file_the_upper_case_names_count(config, tmp_path):
    (tmp_path / "settings.json").write_bytes('{"READER": "Zoë", "MAIL": {"host": "post"}, "lower": 1}'.encode())
    assert config.from_file("settings.json", load=json.load) is True
    assert config == {"READER": "Zoë", "MAIL": {"host": "post"}}


def test_a_toml_file_is_read_as_bytes(config, tmp_path):
    (tmp_path / "settings.toml").write_text('READER = "Ada"\nlower = 1\n[MAIL]\nhost = "post"\n')
    assert config.from_file("settings.toml", load=tomllib.load, text=False) is True
    assert config == {"READER": "Ada", "MAIL": {"host": "post"}}


def test_the_load_function_gets_the_open_file(config, tmp_path):
    (tmp_path / "settings.txt").write_text("Ada\n")
    files = []

    def load(file):
        files.append(file)
        return {"READER": file.read().strip(), "FILE": file.name}

    config.from_file("settings.txt", load)
    assert config == {"READER": "Ada", "FILE": os.fspath(tmp_path / "settings.txt")}
    assert files[0].closed


@pytest.mark.parametrize("absolute", [False, True], ids=["relative", "absolute"])
def test_a_relative_name_begins_at_the_root_path_an_absolute_one_does_not(tmp_path, load, absolute):
    from dram import Config

    (tmp_path / "root").mkdir()
    for folder in (tmp_path, tmp_path / "root"):
        (folder / "settings").write_text("{}")
    wanted = tmp_path / "settings" if absolute else "settings"
    assert load(Config(tmp_path / "root"), wanted) is True
    (tmp_path / "root" / "settings").unlink()
    assert load(Config(tmp_path / "root"), wanted, silent=True) is absolute


def test_a_file_that_is_missing_is_named_in_the_error(config, tmp_path, load):
    with pytest.raises(FileNotFoundError, match="configuration") as caught:
        load(config, "missing.cfg")
    assert os.fspath(tmp_path / "missing.cfg") in str(caught.value)
    assert caught.value.filename == os.fspath(tmp_path / "missing.cfg")


@pytest.mark.differs("Flask says what is wrong, and no remedy")
def test_the_error_for_a_missing_file_says_what_to_do(config, load):
    with pytest.raises(FileNotFoundError, match="silent=True"):
        load(config, "missing.cfg")


def test_a_file_may_be_missing_when_that_is_said(config, load):
    config["READER"] = "Ada"
    assert load(config, "missing.cfg", silent=True) is False
    assert config == {"READER": "Ada"}


@pytest.mark.parametrize("silent", [False, True], ids=["", "silent"])
def test_a_syntax_error_is_never_silent(config, tmp_path, load, silent):
    (tmp_path / "broken.cfg").write_text("READER = = 'Ada'\n")
    with pytest.raises((SyntaxError, ValueError)):
        load(config, "broken.cfg", silent=silent)
    assert config == {}


def test_the_error_names_the_python_file_and_the_line(config, tmp_path):
    (tmp_path / "broken.py").write_text("PAGE = 20\nREADER = = 'Ada'\n")
    with pytest.raises(SyntaxError) as caught:
        config.from_pyfile("broken.py")
    assert (caught.value.filename, caught.value.lineno) == (os.fspath(tmp_path / "broken.py"), 2)


@pytest.mark.differs("Flask leaves the reader to guess which file is broken")
@pytest.mark.parametrize(
    ("function", "text"), [(json.load, True), (tomllib.load, False), (tomllib.load, True)], ids=["json", "toml", "mode"]
)
def test_the_error_of_a_load_function_gets_the_name_of_the_file(config, tmp_path, function, text):
    (tmp_path / "broken.cfg").write_text("= 'Ada'\n")
    with pytest.raises((ValueError, TypeError)) as caught:
        config.from_file("broken.cfg", load=function, text=text)
    assert os.fspath(tmp_path / "broken.cfg") in printed(caught.value)


@pytest.mark.differs("Flask passes on the advice of tomllib, which is about open()")
def test_the_error_for_the_wrong_mode_says_what_to_do(config, tmp_path):
    (tmp_path / "settings.toml").write_text('READER = "Ada"\n')
    with pytest.raises(TypeError) as caught:
        config.from_file("settings.toml", load=tomllib.load)
    assert "text=False" in printed(caught.value)


def test_a_python_file_that_fails_changes_nothing(config, tmp_path):
    (tmp_path / "settings.py").write_text("READER = 'Ada'\nPAGE = 1 / 0\n")
    with pytest.raises(ZeroDivisionError) as caught:
        config.from_pyfile("settings.py", silent=True)
    assert traceback.extract_tb(caught.value.__traceback__)[-1].filename == os.fspath(tmp_path / "settings.py")
    assert config == {}


@pytest.mark.parametrize("content", ["[1]", "3", "true"])
def test_a_file_without_names_is_refused(config, tmp_path, content):
    (tmp_path / "settings.json").write_text(content)
    with pytest.raises(TypeError):
        config.from_file("settings.json", load=json.load)
    assert config == {}


@pytest.mark.differs("Flask passes on what dict() says, without the file")
@pytest.mark.parametrize(("content", "kind"), [("[1]", "list"), ('"Ada"', "str"), ("[]", "list")])
def test_the_error_for_a_file_without_names_says_what_is_in_it(config, tmp_path, content, kind):
    (tmp_path / "settings.json").write_text(content)
    with pytest.raises(TypeError, match=rf"(?s)settings\.json.*{kind}"):
        config.from_file("settings.json", load=json.load)


@pytest.mark.parametrize("content", ["{}", "null"])
def test_a_load_function_may_find_nothing(config, tmp_path, content):
    (tmp_path / "settings.json").write_text(content)
    config["READER"] = "Ada"
    assert config.from_file("settings.json", load=json.load) is True
    assert config == {"READER": "Ada"}


@pytest.mark.parametrize("value", [None, ""], ids=["absent", "empty"])
def test_a_variable_that_is_not_set_is_named_in_the_error_unless_silent(config, monkeypatch, value):
    monkeypatch.delenv("LIBRARY_SETTINGS", raising=False)
    if value is not None:
        monkeypatch.setenv("LIBRARY_SETTINGS", value)
    with pytest.raises(RuntimeError, match=r"(?s)LIBRARY_SETTINGS.*not set.*[Ss]et"):
        config.from_envvar("LIBRARY_SETTINGS")
    assert config.from_envvar("LIBRARY_SETTINGS", silent=True) is False


@pytest.mark.differs("Flask names the file, and not the variable that named it")
def test_the_error_for_a_missing_file_names_the_variable(config, monkeypatch):
    monkeypatch.setenv("LIBRARY_SETTINGS", "missing.py")
    with pytest.raises(FileNotFoundError) as caught:
        config.from_envvar("LIBRARY_SETTINGS")
    assert "LIBRARY_SETTINGS" in printed(caught.value)

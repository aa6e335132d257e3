"""Settings come from environment variables that begin with a prefix."""

import pytest


@pytest.fixture
def config():
    """A configuration with nothing in it."""
    from dram import Config

    return Config("/library")


@pytest.fixture
def given(monkeypatch):
    """Set environment variables."""

    def set_all(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return set_all


def test_the_prefix_is_dropped(config, given):
    given(LIBRARY_READER="Ada", LIBRARY_PAGE_SIZE="20")
    assert config.from_prefixed_env("LIBRARY") is True
    assert config == {"READER": "Ada", "PAGE_SIZE": 20}


@pytest.mark.differs("the default prefix of Flask is FLASK")
def test_the_prefix_is_dram_unless_another_is_given(config, given):
    given(DRAM_READER="Ada", FLASK_READER="Grace")
    config.from_prefixed_env()
    assert config.get("READER") == "Ada"


def test_other_variables_are_left_alone(config, given):
    given(LIBRARYREADER="Ada", OTHER_READER="Ada", MY_LIBRARY_READER="Ada", LIBRARY="Ada")
    assert config.from_prefixed_env(prefix="LIBRARY") is True
    assert config == {}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20", 20),
        ("0.5", 0.5),
        ("true", True),
        ("false", False),
        ("null", None),
        ('"20"', "20"),
        ("[1, 2]", [1, 2]),
        ('{"host": "post"}', {"host": "post"}),
    ],
)
def test_a_value_is_json(config, given, text, value):
    given(LIBRARY_VALUE=text)
    config.from_prefixed_env("LIBRARY")
    assert config == {"VALUE": value}
    assert type(config["VALUE"]) is type(value)


@pytest.mark.parametrize("text", ["", "Ada", "True", "'Ada'", "books.db", "1, 2", "{", "sqlite:///books.db", " "])
def test_what_is_not_json_is_text(config, given, text):
    given(LIBRARY_VALUE=text)
    config.from_prefixed_env("LIBRARY")
    assert config == {"VALUE": text}


def test_values_may_be_read_another_way(config, given):
    given(LIBRARY_PAGE="0x14", LIBRARY_READER="Ada")
    config.from_prefixed_env("LIBRARY", loads=lambda text: int(text, 16) if text[0] == "0" else {}[text])
    assert config == {"PAGE": 20, "READER": "Ada"}


def test_two_underscores_lead_into_a_dict(config, given):
    given(LIBRARY_MAIL__HOST="post", LIBRARY_MAIL__RETRY__TIMES="3")
    config.from_prefixed_env("LIBRARY")
    assert config == {"MAIL": {"HOST": "post", "RETRY": {"TIMES": 3}}}


def test_they_add_to_a_dict_of_the_same_environment(config, given):
    given(LIBRARY_MAIL__PORT="587", LIBRARY_MAIL='{"HOST": "post", "PORT": 25}')
    config.from_prefixed_env("LIBRARY")
    assert config == {"MAIL": {"HOST": "post", "PORT": 587}}


@pytest.mark.parametrize("value", ["post", None])
def test_what_is_no_dict_cannot_be_added_to(config, given, value):
    config["MAIL"] = value
    given(LIBRARY_MAIL__PORT="587")
    with pytest.raises(TypeError):
        config.from_prefixed_env("LIBRARY")
    assert config == {"MAIL": value}


@pytest.mark.differs("Flask passes on what Python says, without the variable")
def test_the_error_for_what_is_no_dict_names_the_variable(config, given):
    config["MAIL"] = "post"
    given(LIBRARY_MAIL__PORT="587")
    with pytest.raises(TypeError, match=r"(?s)LIBRARY_MAIL__PORT.*'MAIL'.*str.*dict"):
        config.from_prefixed_env("LIBRARY")


@pytest.mark.differs("in Flask the variable is set in the dict that all applications share")
def test_the_defaults_that_applications_share_stay_as_they_are(monkeypatch):
    from dram import Dram

    class Library(Dram):
        pass

    Library.default_config = {**Dram.default_config, "MAIL": {"PORT": 25}}
    monkeypatch.setenv("LIBRARY_MAIL__PORT", "465")
    app = Library("tests")
    app.config.from_prefixed_env("LIBRARY")
    assert app.config["MAIL"] == {"PORT": 465}
    assert Library("tests").config["MAIL"] == {"PORT": 25}

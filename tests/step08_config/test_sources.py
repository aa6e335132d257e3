"""Settings come from classes, modules, mappings; upper case tells them from what is there otherwise."""

import sys

import pytest


@pytest.fixture
def config():
    """A configuration with nothing in it."""
    from dram import Config

    return Config("/library")


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """Write the module `shop`, which can then be imported."""
    monkeypatch.syspath_prepend(tmp_path)
    yield (tmp_path / "shop.py").write_text
    sys.modules.pop("shop", None)


class Base:
    READER = "Ada"
    PAGE_SIZE = 20
    Mixed = lower = "not a setting"


class Production(Base):
    PAGE_SIZE = 50


def test_of_a_class_the_upper_case_names_count(config):
    config.from_object(Base)
    assert config == {"READER": "Ada", "PAGE_SIZE": 20}


def test_of_an_instance_properties_count(config):
    class Computed(Base):
        @property
        def DATABASE(self):  # noqa: N802 - a setting is upper case
            return f"{self.READER}.db"

    config.from_object(Computed())
    assert config["DATABASE"] == "Ada.db"


def test_a_string_names_a_module(config, shop):
    shop("READER = 'Ada'\n")
    config.from_object("shop")
    assert config == {"READER": "Ada"}


@pytest.mark.parametrize("name", ["shop.Production", "shop:Production"])
def test_a_string_names_a_class_in_a_module(config, shop, name):
    shop("READER = 'Ada'\nclass Production:\n    READER = 'Grace'\n")
    config.from_object(name)
    assert config == {"READER": "Grace"}


@pytest.mark.parametrize("name", ["nowhere.settings", "json.Nothing"])
def test_a_string_that_leads_nowhere_is_named_in_the_error(config, name):
    with pytest.raises(ImportError, match=name):
        config.from_object(name)


def test_an_empty_string_is_refused(config):
    with pytest.raises(ValueError, match=r"[Ee]mpty"):
        config.from_object("")


@pytest.mark.differs("Flask takes nothing of it, and says nothing")
@pytest.mark.parametrize("value", [{"READER": "Ada"}, None], ids=["a dict", "None"])
def test_what_has_no_settings_as_attributes_is_refused(config, value):
    with pytest.raises(TypeError, match=r"(?s)from_object.*(dict|None).*from_mapping"):
        config.from_object(value)


def test_from_object_keeps_what_was_there(config):
    config.update(READER="Grace", DATABASE="books.db")
    config.from_object(Production)
    assert config == {"READER": "Ada", "PAGE_SIZE": 50, "DATABASE": "books.db"}


def test_of_a_mapping_and_of_keywords_the_upper_case_names_count(config):
    assert config.from_mapping({"READER": "Ada", "lower": 1, "Mixed": 2}, PAGE=20, other=3) is True
    assert config == {"READER": "Ada", "PAGE": 20}


def test_keywords_beat_the_mapping(config):
    config.from_mapping({"READER": "Ada"}, READER="Grace")
    assert config == {"READER": "Grace"}


@pytest.mark.parametrize("arguments", [(), ({},), (None,)])
def test_an_empty_mapping_changes_nothing(config, arguments):
    config["READER"] = "Ada"
    assert config.from_mapping(*arguments) is True
    assert config == {"READER": "Ada"}


@pytest.mark.parametrize("arguments", [(3,), ({}, {})], ids=["a number", "two mappings"])
def test_from_mapping_takes_one_mapping(config, arguments):
    with pytest.raises(TypeError):
        config.from_mapping(*arguments)
    assert config == {}


@pytest.fixture
def mail(config):
    """A configuration with settings of one topic among others."""
    config.update({"MAIL_HOST": "post", "MAIL_USE_TLS": True, "READER": "Ada", "mail_lower": 1})
    return config


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ["host", "use_tls"]),
        ({"lowercase": False}, ["HOST", "USE_TLS"]),
        ({"trim_namespace": False}, ["mail_host", "mail_use_tls"]),
        ({"lowercase": False, "trim_namespace": False}, ["MAIL_HOST", "MAIL_USE_TLS"]),
    ],
    ids=["as a rule", "case kept", "prefix kept", "both kept"],
)
def test_a_namespace_is_a_dict_of_the_settings_with_a_prefix(mail, options, names):
    assert mail.get_namespace("MAIL_", **options) == dict(zip(names, ["post", True], strict=True))
    assert mail.get_namespace("FAX_", **options) == {}

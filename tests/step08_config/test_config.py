"""`app.config` is a dict of settings, and the framework reads its own settings from it."""

from typing import ClassVar

import pytest


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", False),
        ("TESTING", False),
        ("PROPAGATE_EXCEPTIONS", None),
        ("TRAP_HTTP_EXCEPTIONS", False),
        ("TRAP_BAD_REQUEST_ERRORS", None),
        ("PROVIDE_AUTOMATIC_OPTIONS", True),
    ],
)
def test_the_settings_of_the_framework_have_defaults(app, name, value):
    assert app.config.get(name, "absent") == value


def test_it_is_a_dict(app):
    from dram import Config

    app.config.update(DATABASE="books.db", PAGE=20)
    assert isinstance(app.config, Config)
    assert isinstance(app.config, dict)
    assert (app.config["DATABASE"], app.config["PAGE"]) == ("books.db", 20)
    with pytest.raises(KeyError, match="READER"):
        _ = app.config["READER"]


def test_a_view_reads_it_through_current_app(app, client):
    from dram import current_app

    app.get("/")(lambda: current_app.config["READER"])
    app.config["READER"] = "Ada"
    assert client.get("/").text == "Ada"
    app.config["READER"] = "Grace"
    assert client.get("/").text == "Grace"


@pytest.mark.parametrize("name", ["debug", "testing"])
def test_the_attribute_sets_the_setting(app, name):
    setattr(app, name, True)
    assert app.config[name.upper()] is True


@pytest.mark.parametrize("name", ["debug", "testing"])
def test_the_setting_sets_the_attribute(app, name):
    app.config[name.upper()] = True
    assert getattr(app, name) is True
    app.config.from_mapping({name.upper(): False})
    assert getattr(app, name) is False


def test_the_setting_debug_switches_on_the_debugger(app, monkeypatch):
    served = []
    monkeypatch.setattr("werkzeug.serving.run_simple", lambda *args, **options: served.append(options))
    app.config["DEBUG"] = True
    app.run()
    assert served[0]["use_debugger"] is True


def test_it_can_be_made_by_itself():
    from dram import Config

    defaults = {"READER": "Ada"}
    config = Config("/library", defaults)
    config["READER"] = "Grace"
    assert (config.root_path, dict(config)) == ("/library", {"READER": "Grace"})
    assert defaults == {"READER": "Ada"}
    assert dict(Config("/library")) == dict(Config("/library", None)) == {}


@pytest.mark.differs("Flask prints the secrets")
def test_its_repr_shows_names_and_no_values():
    from dram import Config

    text = repr(Config("/library", {"SECRET_KEY": "sesame", "READER": "Ada"}))
    assert "SECRET_KEY" in text
    assert "READER" in text
    assert "sesame" not in text


def test_a_subclass_may_have_other_defaults():
    from dram import Dram

    class Library(Dram):
        default_config: ClassVar = {**Dram.default_config, "READER": "Ada", "TESTING": True}

    assert Library("library").config["READER"] == "Ada"
    assert Library("library").testing is True
    assert "READER" not in Dram("other").config


def test_applications_share_neither_settings_nor_changes_to_the_defaults(app):
    from dram import Dram

    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.config["READER"] = "Ada"
    assert "READER" not in Dram("other").config
    assert Dram.default_config["PROVIDE_AUTOMATIC_OPTIONS"] is True
    assert "READER" not in Dram.default_config


def test_a_subclass_may_have_another_class_for_it():
    from dram import Config, Dram

    class Strict(Config):
        pass

    class Library(Dram):
        config_class = Strict

    app = Library("library")
    assert type(app.config) is Strict
    assert app.config["DEBUG"] is False


def test_a_subclass_may_make_it_its_own_way():
    from dram import Dram

    class Library(Dram):
        def make_config(self, instance_relative=False):
            config = super().make_config(instance_relative)
            config["RELATIVE"] = instance_relative
            return config

    assert Library("library").config["RELATIVE"] is False
    assert Library("library", instance_relative_config=True).config["RELATIVE"] is True


def test_extensions_have_a_place_for_what_they_remember(app):
    from dram import Dram

    assert app.extensions == {}
    app.extensions["mail"] = "post office"
    assert Dram("other").extensions == {}

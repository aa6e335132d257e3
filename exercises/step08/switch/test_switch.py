import pytest


@pytest.mark.parametrize("text", ["False", "no", "off", "0", ""])
def test_a_switch_takes_true_or_false_and_nothing_else(monkeypatch, text):
    from dram import Dram

    app = Dram("exercise")
    monkeypatch.setenv("SHOP_DEBUG", text)
    with pytest.raises(TypeError, match=r"SHOP_DEBUG.*true.*false"):
        app.config.from_prefixed_env("SHOP")
    assert app.debug is False
    monkeypatch.setenv("SHOP_DEBUG", "true")
    app.config.from_prefixed_env("SHOP")
    assert app.debug is True


def test_a_switch_in_a_dict_too_and_no_other_setting(monkeypatch):
    from dram import Config

    config = Config("/library", {"MAIL": {"TLS": True, "HOST": "post"}, "READER": None})
    monkeypatch.setenv("SHOP_READER", "False")
    monkeypatch.setenv("SHOP_MAIL__HOST", "false")
    config.from_prefixed_env("SHOP")
    assert config == {"MAIL": {"TLS": True, "HOST": False}, "READER": "False"}
    monkeypatch.setenv("SHOP_MAIL__TLS", "no")
    monkeypatch.delenv("SHOP_MAIL__HOST")
    with pytest.raises(TypeError, match="SHOP_MAIL__TLS"):
        config.from_prefixed_env("SHOP")

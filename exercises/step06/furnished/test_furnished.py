def furnished(**values):
    from dram import Dram

    try:
        return Dram("exercise").app_context(**values)
    except TypeError as error:
        raise AssertionError(str(error)) from None


def test_the_arguments_are_on_g():
    from dram import g

    with furnished(reader="Ada", page=7):
        assert (g.reader, g.page) == ("Ada", 7)


def test_the_next_context_is_empty():
    from dram import g

    with furnished(reader="Ada"):
        pass
    with furnished():
        assert "reader" not in g

def application():
    from app import app

    return app


def test_what_is_decorated_runs_once_in_a_context():
    calls = []
    try:
        from library import once
    except ImportError as error:
        raise AssertionError(str(error)) from None

    @once
    def answer():
        calls.append(1)
        return 42

    with application().app_context():
        assert (answer(), answer()) == (42, 42)
    assert len(calls) == 1
    with application().app_context():
        answer()
    assert len(calls) == 2


def test_two_functions_do_not_mix():
    try:
        from library import once, reading_list, words
    except ImportError as error:
        raise AssertionError(str(error)) from None

    first, second = once(lambda: 1), once(lambda: 2)
    with application().app_context():
        assert (first(), second(), first()) == (1, 2, 1)
        assert words() == sum(len(essay.quote.split()) for essay in reading_list().values())
        assert reading_list() is reading_list()

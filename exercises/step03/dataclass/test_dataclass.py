from dataclasses import dataclass

from werkzeug.test import Client


@dataclass
class Note:
    text: str
    page: int = 1


def ask(value):
    from dram import Dram

    app = Dram("exercise")
    app.get("/", endpoint="note")(lambda: value)
    try:
        return Client(app).get("/")
    except TypeError as error:
        raise AssertionError(f"the application raised {error!r}") from None


def test_a_dataclass_is_json():
    response = ask(Note("so true"))
    assert response.mimetype == "application/json"
    assert response.get_json() == {"text": "so true", "page": 1}


def test_in_a_tuple_too():
    response = ask((Note("so true"), 201))
    assert (response.status_code, response.get_json()["page"]) == (201, 1)

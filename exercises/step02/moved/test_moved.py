from werkzeug.test import Client


def test_an_old_url_leads_to_the_new_one():
    from dram import Dram

    app = Dram("exercise")
    app.get("/essays/<int:number>", endpoint="essay")(lambda number: f"essay {number}")
    app.moved("/essay/<int:number>", "/essays/<number>")
    response = Client(app).get("/essay/7")
    assert response.status_code in (301, 308)
    assert response.location == "http://localhost/essays/7"


def test_two_pages_may_have_moved():
    from dram import Dram

    app = Dram("exercise")
    app.get("/new", endpoint="new")(lambda: "new")
    app.moved("/old", "/new")
    app.moved("/older", "/new")
    assert Client(app).get("/old", follow_redirects=True).text == "new"
    assert Client(app).get("/older", follow_redirects=True).text == "new"

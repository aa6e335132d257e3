"""What cron runs at night: mail the people who keep the list a line about it."""

from app import app
from library import summary

if __name__ == "__main__":
    app.config["SERVER_NAME"] = app.config["SERVER_NAME"] or "127.0.0.1:5000"
    with app.app_context():
        print(summary())

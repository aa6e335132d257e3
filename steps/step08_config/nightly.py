"""What cron runs at night: mail the people who keep the list a line about it."""

from app import app
from library import summary

if __name__ == "__main__":
    with app.app_context():
        print(summary())

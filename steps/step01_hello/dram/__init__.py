"""Dram, a small web framework made of Werkzeug and Jinja2."""

from .app import Dram as Dram

"""Dram, a small web framework made of Werkzeug and Jinja2."""

from werkzeug.exceptions import abort as abort
from werkzeug.utils import redirect as redirect

from .app import Dram as Dram
from .wrappers import Response as Response

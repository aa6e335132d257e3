"""Dram, a small web framework made of Werkzeug and Jinja2."""

from werkzeug.exceptions import abort as abort
from werkzeug.utils import redirect as redirect

from .app import Dram as Dram
from .ctx import has_request_context as has_request_context
from .globals import request as request
from .wrappers import Request as Request
from .wrappers import Response as Response

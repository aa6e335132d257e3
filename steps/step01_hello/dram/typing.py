"""The names that this framework's signatures use."""

from collections.abc import Callable
from typing import TypeVar

#: A function that answers a request.
View = Callable[[], str]

#: The same, for decorators that give back what they were given.
ViewT = TypeVar("ViewT", bound=View)

"""JSON that comes back as what it was: a tuple, bytes or a date is written as an object with a tag."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import datetime
from typing import Any
from uuid import UUID

from markupsafe import Markup
from werkzeug.http import http_date, parse_date

from . import dumps, loads


class JSONTag:
    """How one type of values is written and read. A subclass has a `key`, which by custom begins with a blank."""

    #: The name that marks such a value in JSON; without one, values are written as `to_json` returns them.
    key = ""

    def __init__(self, serializer: TaggedJSONSerializer) -> None:
        self.serializer = serializer

    def check(self, value: Any) -> bool:
        """Whether a value is of this type."""
        raise NotImplementedError

    def to_json(self, value: Any) -> Any:
        """What to write for a value: something that JSON has a form for."""
        raise NotImplementedError

    def to_python(self, value: Any) -> Any:
        """The value for which this was written."""
        raise NotImplementedError

    def tag(self, value: Any) -> Any:
        """What to write for a value, with the tag."""
        written = self.to_json(value)
        return {self.key: written} if self.key else written


class TagDict(JSONTag):
    """A dict that would be mistaken for a tag, because its only key is one."""

    key = " di"

    def check(self, value: Any) -> bool:
        return isinstance(value, dict) and len(value) == 1 and next(iter(value)) in self.serializer.tags

    def to_json(self, value: Any) -> Any:
        name = next(iter(value))
        return {f"{name}__": self.serializer.tag(value[name])}

    def to_python(self, value: Any) -> Any:
        name = next(iter(value))
        return {name.removesuffix("__"): value[name]}


class PassDict(JSONTag):
    """Any other dict; the values in it are tagged."""

    def check(self, value: Any) -> bool:
        return isinstance(value, dict)

    def to_json(self, value: Any) -> Any:
        return {name: self.serializer.tag(each) for name, each in value.items()}


class TagTuple(JSONTag):
    """A tuple, which JSON would make a list."""

    key = " t"

    def check(self, value: Any) -> bool:
        return isinstance(value, tuple)

    def to_json(self, value: Any) -> Any:
        return [self.serializer.tag(each) for each in value]

    def to_python(self, value: Any) -> Any:
        return tuple(value)


class PassList(JSONTag):
    """A list; the values in it are tagged."""

    def check(self, value: Any) -> bool:
        return isinstance(value, list)

    def to_json(self, value: Any) -> Any:
        return [self.serializer.tag(each) for each in value]


class TagBytes(JSONTag):
    """Bytes, as Base64 (RFC 4648)."""

    key = " b"

    def check(self, value: Any) -> bool:
        return isinstance(value, bytes)

    def to_json(self, value: Any) -> Any:
        return b64encode(value).decode("ascii")

    def to_python(self, value: Any) -> Any:
        return b64decode(value)


class TagMarkup(JSONTag):
    """Text that is HTML; what has an `__html__` method comes back as `Markup`."""

    key = " m"

    def check(self, value: Any) -> bool:
        return callable(getattr(value, "__html__", None))

    def to_json(self, value: Any) -> Any:
        return str(value.__html__())

    def to_python(self, value: Any) -> Any:
        return Markup(value)


class TagUUID(JSONTag):
    """A UUID, as 32 digits."""

    key = " u"

    def check(self, value: Any) -> bool:
        return isinstance(value, UUID)

    def to_json(self, value: Any) -> Any:
        return value.hex

    def to_python(self, value: Any) -> Any:
        return UUID(value)


class TagDateTime(JSONTag):
    """A date with a time, to the second, in UTC (RFC 9110, 5.6.7)."""

    key = " d"

    def check(self, value: Any) -> bool:
        return isinstance(value, datetime)

    def to_json(self, value: Any) -> Any:
        return http_date(value)

    def to_python(self, value: Any) -> Any:
        return parse_date(value)


class TaggedJSONSerializer:
    """Writes values as JSON and reads them back as what they were; `register` teaches it further types."""

    #: The types that it knows from the start, in the order in which they are asked.
    default_tags = (TagDict, PassDict, TagTuple, PassList, TagBytes, TagMarkup, TagUUID, TagDateTime)

    def __init__(self) -> None:
        self.tags: dict[str, JSONTag] = {}
        self.order: list[JSONTag] = []
        for tag_class in self.default_tags:
            self.register(tag_class)

    def register(self, tag_class: type[JSONTag], force: bool = False, index: int | None = None) -> None:
        """Teach it a type, which is asked last, or at `index` in the order.

        Raises `KeyError` when the key is taken, unless `force` is given.
        """
        tag = tag_class(self)
        if tag.key:
            if tag.key in self.tags and not force:
                raise KeyError(f"The key {tag.key!r} is taken. Choose another, or pass 'force=True'.")
            self.tags[tag.key] = tag
        self.order.insert(len(self.order) if index is None else index, tag)

    def tag(self, value: Any) -> Any:
        """What to write for a value: by the first type that knows it, or the value itself."""
        for tag in self.order:
            if tag.check(value):
                return tag.tag(value)
        return value

    def untag(self, value: Any) -> Any:
        """The value for which this was written; what is within it first."""
        if isinstance(value, list):
            return [self.untag(each) for each in value]
        if not isinstance(value, dict):
            return value
        value = {name: self.untag(each) for name, each in value.items()}
        name = next(iter(value), "")
        return self.tags[name].to_python(value[name]) if len(value) == 1 and name in self.tags else value

    def dumps(self, value: Any) -> str:
        """The text for a value. Raises `TypeError` for one that cannot be written."""
        return dumps(self.tag(value), separators=(",", ":"))

    def loads(self, value: str) -> Any:
        """The value of a text."""
        return self.untag(loads(value))

"""The configuration: a dict of settings that fills itself from modules, files and the environment."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from typing import IO, Any

from werkzeug.utils import import_string

#: What the system says of a file that is not there. `silent` forgives these, and no others.
ABSENT = (FileNotFoundError, IsADirectoryError, NotADirectoryError)


class Config(dict[str, Any]):
    """A dict that can fill itself. What is taken from a source replaces what was there.

    Every source but the environment gives only its names in upper case. Names of files are relative to `root_path`.
    `defaults` are the values to begin with.
    """

    def __init__(self, root_path: str | os.PathLike[str], defaults: Mapping[str, Any] | None = None) -> None:
        super().__init__(defaults or {})
        self.root_path = os.fspath(root_path)

    def from_object(self, obj: object | str) -> None:
        """Take the attributes of a module, a class or another object; text is the name of one, to be imported.

        Raises `ImportError` when nothing has that name, `TypeError` for a mapping, whose keys are no attributes.
        """
        if isinstance(obj, str):
            obj = import_string(obj)
        if obj is None or isinstance(obj, Mapping):
            kind = type(obj).__name__ if obj is not None else "None"
            raise TypeError(f"from_object() takes attributes, and {kind} has no settings as such. Use from_mapping().")
        self.from_mapping({name: getattr(obj, name) for name in dir(obj) if name.isupper()})

    def from_mapping(self, mapping: Mapping[str, Any] | None = None, **kwargs: Any) -> bool:
        """Take the items of a mapping, and keyword arguments, which win. Returns True."""
        items = dict(mapping or {}, **kwargs)
        self.update({name: value for name, value in items.items() if name.isupper()})
        return True

    def from_pyfile(self, filename: str | os.PathLike[str], silent: bool = False) -> bool:
        """Run a Python file, whatever it is called, and take its names. Returns whether it was there.

        Raises `OSError` when it cannot be read, unless it is missing and `silent`, and whatever running it raises.
        """
        file = self._open(filename, "rb", silent)
        if file is None:
            return False
        with file:
            # Without dont_inherit the file would be compiled with the __future__ imports of this one.
            code = compile(file.read(), file.name, "exec", dont_inherit=True)
        names: dict[str, Any] = {"__name__": "config", "__file__": file.name}
        exec(code, names)
        return self.from_mapping(names)

    def from_file(
        self,
        filename: str | os.PathLike[str],
        load: Callable[[IO[Any]], Mapping[str, Any] | None],
        silent: bool = False,
        text: bool = True,
    ) -> bool:
        """Take what `load` makes of a file: `json.load`, or `tomllib.load` with `text=False`.

        `load` is called with the open file, text in UTF-8 or bytes; it returns a mapping, or None for an empty file.
        Returns whether the file was there. Raises `OSError` when it cannot be read, unless it is missing and
        `silent`, `TypeError` when it holds no mapping, and whatever `load` raises, with a note that names the file.
        """
        file = self._open(filename, "r" if text else "rb", silent)
        if file is None:
            return False
        with file:
            try:
                loaded = load(file)
            except Exception as error:
                error.add_note(f"The configuration file is {file.name!r}.{_advice(error, text)}")
                raise
        if not isinstance(loaded, Mapping | None):
            raise TypeError(
                f"The configuration file {file.name!r} holds a value of type {type(loaded).__name__}."
                " It must hold settings by name, such as an object in JSON."
            )
        return self.from_mapping(loaded)

    def from_envvar(self, variable_name: str, silent: bool = False) -> bool:
        """Run the Python file that an environment variable names. Returns whether it was there.

        Raises `RuntimeError` when the variable is not set or empty, unless `silent`; else as `from_pyfile`.
        """
        filename = os.environ.get(variable_name)
        if filename:
            try:
                return self.from_pyfile(filename, silent)
            except OSError as error:
                error.add_note(f"The environment variable {variable_name} names the file {filename!r}.")
                raise
        if silent:
            return False
        raise RuntimeError(
            f"The environment variable {variable_name!r} is not set. Set it to the name of the configuration file."
        )

    def from_prefixed_env(self, prefix: str = "DRAM", *, loads: Callable[[str], Any] = json.loads) -> bool:
        """Take the environment variables that begin with `prefix` and an underscore, in sorted order. Returns True.

        The rest of the name is the setting. Two underscores in it lead into a dict: `DRAM_MAIL__PORT` is
        `config["MAIL"]["PORT"]`. `loads` makes a value of the text; the text is the value when it raises an
        exception. Raises `TypeError` when a name leads into what is no dict.
        """
        start = f"{prefix}_"
        for variable in sorted(os.environ):
            if variable.startswith(start):
                self._set_nested(variable.removeprefix(start), _loaded(os.environ[variable], loads), variable)
        return True

    def get_namespace(self, namespace: str, lowercase: bool = True, trim_namespace: bool = True) -> dict[str, Any]:
        """A dict of the settings whose names begin with `namespace`, which is as a rule a word and an underscore.

        The names in it are in lower case unless `lowercase` is False, and without the namespace unless
        `trim_namespace` is.
        """
        found = {name: value for name, value in self.items() if name.startswith(namespace)}
        if trim_namespace:
            found = {name.removeprefix(namespace): value for name, value in found.items()}
        return {name.lower(): value for name, value in found.items()} if lowercase else found

    def _open(self, filename: str | os.PathLike[str], mode: str, silent: bool) -> IO[Any] | None:
        encoding = None if "b" in mode else "utf-8"
        try:
            # Text, because it becomes the `__file__` of a settings module, and that is text.
            return open(os.path.join(self.root_path, filename), mode, encoding=encoding)  # noqa: PTH118, PTH123
        except OSError as error:
            absent = isinstance(error, ABSENT)
            if absent and silent:
                return None
            remedy = ". If it may be missing, pass silent=True" if absent else ""
            error.strerror = f"Unable to read the configuration file ({error.strerror}){remedy}"
            raise

    def _set_nested(self, path: str, value: Any, variable: str) -> None:
        *parents, name = path.split("__")
        place: dict[str, Any] = self
        for parent in parents:
            inner = place.get(parent, {})
            if not isinstance(inner, dict):
                raise TypeError(
                    f"The environment variable {variable} sets an item of {parent!r}, which is of type"
                    f" {type(inner).__name__}. Make it a dict, or unset the variable."
                )
            # A copy, because the dict may be one of the defaults, which all applications share.
            place[parent] = dict(inner)
            place = place[parent]
        place[name] = value

    def __repr__(self) -> str:
        # Names alone, because it may end up in a log, and the values may be secrets.
        return f"<Config: {', '.join(self) or 'empty'}>"


class ConfigAttribute:
    """An attribute that is kept in the configuration of its object, as the setting `name`.

    `get_converter` is called with the setting, and makes of it what is read.
    """

    def __init__(self, name: str, get_converter: Callable[[Any], Any] | None = None) -> None:
        self.name = name
        self.get_converter = get_converter

    def __get__(self, owner: Any, owner_class: type | None = None) -> Any:
        if owner is None:
            return self
        value = owner.config[self.name]
        return value if self.get_converter is None else self.get_converter(value)

    def __set__(self, owner: Any, value: Any) -> None:
        owner.config[self.name] = value


def _loaded(text: str, loads: Callable[[str], Any]) -> Any:
    try:
        return loads(text)
    except Exception:
        return text


def _advice(error: Exception, text: bool) -> str:
    return " If it must be read as bytes, pass text=False." if text and isinstance(error, TypeError) else ""

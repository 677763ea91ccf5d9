"""Scripts that import one another, each served together with what it imports.

A browser learns of an import only once the importing file is there, so every step of a chain costs a phone a
round trip. Joined at start-up, all that a page needs comes at once, and no build step is there to forget.
"""

from __future__ import annotations

import re
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_IMPORT = re.compile(r'^import \{ (\w+(?:, \w+)*) \} from "(\.{1,2}/[\w./-]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|const|class) (\w+))", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def joined(name: str, files: Mapping[str, str]) -> str:
    """The script `name` of these, with the modules that it imports before it, each once and in a scope of its
    own. Raises ValueError for ways to import or export that ours do not use, KeyError for a file that is not
    there: so a mistake is found by the first test, not by a visitor."""
    order: list[str] = []
    _walk(name, files, order)
    scopes = {module: f"module{number}" for number, module in enumerate(order)}
    imported = [
        f"const {scopes[module]} = (() => {{\n{_body(module, files, scopes)}\n"
        f"return {{ {', '.join(_EXPORT.findall(files[module]))} }};\n}})();\n"
        for module in order[:-1]
    ]
    return "".join([*imported, _body(name, files, scopes)])


def _walk(name: str, files: Mapping[str, str], order: list[str]) -> None:
    """Adds what a script imports, and then itself."""
    for names, path in _IMPORT.findall(files[name]):
        module = _resolved(name, path)
        if lacking := set(names.split(", ")) - set(_EXPORT.findall(files[module])):
            message = f"{name} imports what {module} does not export: {', '.join(sorted(lacking))}"
            raise ValueError(message)
        if module not in order:
            _walk(module, files, order)
    order.append(name)


def _body(name: str, files: Mapping[str, str], scopes: Mapping[str, str]) -> str:
    taken = _IMPORT.sub(
        lambda found: f"const {{ {found[1]} }} = {scopes[_resolved(name, found[2])]};", files[name]
    )
    body = _EXPORT.sub("", taken)
    if other := _OTHER.search(body):
        message = f"{name} has a line that cannot be joined: {other[0]}"
        raise ValueError(message)
    return body


def _resolved(name: str, path: str) -> str:
    return normpath(join(dirname(name), path))

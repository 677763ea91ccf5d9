"""Style sheets and scripts without what only their readers need: comments, indentation, empty lines.

Made at start-up like `modules`, so there is no build step to forget. It knows no more of CSS and JavaScript
than our own files need: a comment begins no string, and no string goes over several lines.
"""

from __future__ import annotations

import re

_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_BLANKS = re.compile(r"\s*([{};,])\s*|(?<=:) (?=[^{}]*[;}])")
_JS_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
_BLANK_LINES = re.compile(r"\s*\n\s*")


def lean(name: str, content: bytes) -> bytes:
    """The file as it is sent; what is neither a style sheet nor a script stays as it is."""
    if name.endswith(".css"):
        bare = _BLANK_LINES.sub("\n", _CSS_COMMENT.sub("", content.decode()))
        return _CSS_BLANKS.sub(lambda found: found[1] or "", bare).strip().encode()
    if name.endswith(".js"):
        return _BLANK_LINES.sub("\n", _JS_COMMENT.sub("", content.decode())).strip().encode()
    return content

"""docs/reference/campaign-file.md from the schema; `python -m campaigns.plan.reference` renews it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from campaigns.plan.csvposts import COLUMNS
from campaigns.plan.keys import MOST_POSTS
from campaigns.plan.schema import campaign_schema
from campaigns.plan.textfile import MOST_BYTES
from campaigns.plan.writing import scalar

PAGE = Path("docs/reference/campaign-file.md")

_INTRODUCTION = """\
# The campaign file

<!-- Written by `python -m campaigns.plan.reference` from the schema; change that, not this page. -->

One YAML file holds a campaign; its images stand in its folder.
[examples/wmhd-2027/campaign.yaml](../../examples/wmhd-2027/campaign.yaml) is one to start from.

`beacon campaign schema` prints the JSON Schema of this file. Save it as `campaign.schema.json` beside
the campaign, write `# yaml-language-server: $schema=campaign.schema.json` in its first line, and an
editor that knows YAML completes keys and underlines slips. `beacon campaign check FILE` finds more: what
only a calendar, a platform or this install can know.
"""

_YAML = f"""\
## How YAML is read

- As YAML 1.2: only `true`, `false`, `null` and numbers are special. `2027-10-01`, `on` and `NO` are
  text; a text that looks like a number needs quotes: `slug: "2027"`.
- Times of day belong in quotes all the same (`"09:00"`): other programs read them as numbers.
- **An unquoted ` #Word` is a comment to YAML and would vanish**, so Beacon refuses it: put the whole
  text in quotes. A comment has a space after its `#`, or a line of its own.
- Text with `: ` in it, or that begins with `@`, `*`, `&`, `!`, `{{`, `[` or `#`, needs quotes.
- Several lines of text: write `|` after the colon and indent the lines below it.
- Spaces and line breaks at the ends of a text do not count.
- Aliases (`*name`), anchors (`&name`), `!tags`, a key given twice, and a second document are refused.
- UTF-8, with or without a byte order mark; {MOST_BYTES // 1_000_000} MB and {MOST_POSTS:,} posts at most.
"""

_WHEN = """\
## When a post goes out

- With `at`: then, in the campaign's zone unless the post gives its own `timezone`.
- With `every`: again and again by local date and time, from the campaign's first day to its last.
  `days` and `months` count from the first day, `weeks` counts Mondays from the first week's.
  It does not come on the days under `except`.
- With neither: in the next free slot of the `queue`, in file order.

A local time that does not exist, when clocks go forward, moves forward with them; of one that comes
twice the first is taken. Both are noted.
"""

_CSV = f"""\
## Posts as CSV

`posts: posts.csv` takes the posts from a spreadsheet saved as CSV in UTF-8, beside the campaign file.
Its first line names the columns; commas, semicolons and tabs are understood. Only `text` must be there:

{", ".join(f"`{column}`" for column in COLUMNS)}.

Beside these, `thread_1`, `thread_2` and so on for the parts of a thread, and `variant_x`,
`variant_mastodon` and so on for variants.

`accounts` and `hashtags` take several words with spaces between them; the first hashtag is the primary
one. `late` is `2h`, `drop` or `2h drop`. `essential` and `urgent` take `true`, `yes` or `x`. A cell that
is empty says nothing. Recurrences need YAML.
"""


def reference_markdown() -> str:
    """The whole page."""
    schema = campaign_schema()
    sections = [_INTRODUCTION, _section("The campaign", schema)]
    sections += [_section(f"`{name}`", part, anchor=name) for name, part in schema["$defs"].items()]
    return "\n".join([*sections, _WHEN, _YAML, _CSV])


def _section(title: str, schema: dict[str, Any], anchor: str = "") -> str:
    lines = [f"## {title}", "", schema["description"], ""]
    if anchor:
        lines.insert(0, f'<a id="{anchor}"></a>\n')
    lines += ["| Key | Value | What it is for | Example |", "| --- | --- | --- | --- |"]
    lines += [_row(name, value, name in schema["required"]) for name, value in schema["properties"].items()]
    return "\n".join([*lines, ""])


def _row(name: str, schema: dict[str, Any], required: bool) -> str:
    needed = " **(required)**" if required else ""
    examples = schema.get("examples")
    example = f"`{_as_yaml(examples[0])}`" if examples else ""
    cells = [f"`{name}`{needed}", _kind(schema), schema["description"], example]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _kind(schema: dict[str, Any]) -> str:
    match schema:
        case {"anyOf": options}:
            words = "; or ".join(_kind(option) for option in options)
        case {"$ref": reference}:
            name = str(reference).rpartition("/")[2]
            words = f"[{name}](#{name})"
        case {"enum": choices}:
            words = ", ".join(f"`{choice}`" for choice in choices)
        case {"type": "array", "items": item, "maxItems": most}:
            words = f"list of {_kind(item)}, {most:,} at most"
        case {"type": "object", "additionalProperties": value}:
            words = f"names, each with {_kind(value)}"
        case {"type": "boolean"}:
            words = "`true` or `false`"
        case {"type": "integer", "minimum": least, "maximum": most}:
            words = f"number, {least} to {most}"
        case {"format": "date"}:
            words = "date"
        case {"minLength": _, "maxLength": most}:
            words = f"text of up to {most:,} characters"
        case _:
            words = "text"
    return words


def _as_yaml(value: Any) -> str:
    """An example as it may stand in the file."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return f"[{', '.join(scalar(item, in_brackets=True) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {scalar(item, in_brackets=True)}' for key, item in value.items())}}}"
    return json.dumps(value)


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(reference_markdown(), "utf-8")

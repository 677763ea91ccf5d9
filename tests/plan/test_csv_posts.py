"""Posts from a spreadsheet: the same posts as in YAML, and the spreadsheet's habits forgiven."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from campaigns.plan.spec import Hashtags, Late, MediaSpec, PostSpec
from tests.factories.campaign_files import HEADER, codes, read_text

if TYPE_CHECKING:
    from pathlib import Path

    from campaigns.plan.reading import Read


def read_csv(folder: Path, content: str | bytes) -> Read:
    (folder / "posts.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_text(folder, f"{HEADER}posts: posts.csv\n")


def read_rows(folder: Path, content: str | bytes) -> tuple[PostSpec, ...]:
    read = read_csv(folder, content)
    assert read.findings == []
    assert read.spec is not None
    return read.spec.posts


def test_every_column_becomes_its_key(tmp_path: Path) -> None:
    (post,) = read_rows(
        tmp_path,
        "id,text,at,timezone,language,content_warning,accounts,hashtags,media_file,media_alt,"
        "thread_2,thread_1,late,essential,urgent,variant_x\n"
        'door-1,"Who, then? {hashtags}",2027-10-10 09:00,America/New_York,en,Grief,practice fedi,'
        "#TimeToTalk MentalHealthMatters,images/door.png,A door,last,first,2h drop,yes,,Who? #TimeToTalk\n",
    )
    assert post == PostSpec(
        text="Who, then? {hashtags}",
        place=0,
        id="door-1",
        at=datetime(2027, 10, 10, 9),  # noqa: DTZ001 - wall time
        timezone="America/New_York",
        language="en",
        content_warning="Grief",
        accounts=("practice", "fedi"),
        hashtags=Hashtags("TimeToTalk", ("MentalHealthMatters",)),
        media=(MediaSpec("images/door.png", "A door"),),
        thread=("first", "last"),
        late=Late(timedelta(hours=2), "drop"),
        essential=True,
        variants={"x": "Who? #TimeToTalk"},
    )


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbftext,at\r\none,\r\ntwo,2027-10-10 09:00:00\r\n",
        b"text;at\none;\ntwo;2027-10-10 09:00\n",
        b"text\tat\none\ntwo\t2027-10-10 09:00\n",
        b"sep=;\r\ntext;at\r\none;\r\ntwo;2027-10-10 09:00\r\n",
        b"Text , AT,,\none,,,\n,,,\n\ntwo,2027-10-10T09:00,,\n,,,\n",
        b'"text","at"\n"one",""\n"two","2027-10-10 09:00"',
    ],
)
def test_what_spreadsheets_write_is_understood(tmp_path: Path, content: bytes) -> None:
    one, two = read_rows(tmp_path, content)
    assert (one.text, one.at) == ("one", None)
    assert (two.text, two.at) == ("two", datetime(2027, 10, 10, 9))  # noqa: DTZ001 - wall time


def test_a_cell_may_hold_several_lines_and_rows_keep_their_line(tmp_path: Path) -> None:
    first, second = read_rows(tmp_path, 'text\r\n"one\r\nmore, ""quoted"""\r\ntwo\r\n')
    assert first.text == 'one\nmore, "quoted"'
    assert (first.line, second.line) == (2, 4)
    assert second.source.endswith("posts.csv")


def test_problems_name_the_csv_file_and_its_line(tmp_path: Path) -> None:
    read = read_csv(
        tmp_path,
        "text,at,late,essential\none,10/10/2027 09:00,,\ntwo,,sometime,\n,2027-10-10 09:00,,perhaps\n",
    )
    assert codes(read) == [(2, "bad-moment"), (3, "unknown-word"), (4, "missing-key"), (4, "wrong-type")]
    assert {finding.file for finding in read.findings} == {str(tmp_path / "posts.csv")}


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        ("text,whenn\none,\n", (1, "unknown-key")),
        ("text,at,at\none,,\n", (1, "twice")),
        ("at\n2027-10-10 09:00\n", (1, "missing-key")),
        ("text,at\none,,two\n", (2, "too-many-cells")),
        ('text\n"never closed\n', (2, "not-csv")),
        ('text\n"a" b\n', (2, "not-csv")),
        ("text\n", (1, "empty-list")),
        ("", (0, "empty-file")),
        ("\ufeff", (0, "empty-file")),
        ("text,media_file\nhi,a.png\n", (2, "missing-alt")),
        ("text,at\nhi,2028-01-01 09:00\n", (2, "outside-campaign")),
        ("text,id\none,a\ntwo,a\n", (3, "twice")),
        ("text,late\none,2h 3h\n", (2, "twice")),
        ("text\n" + "a\n" * 10_001, (10_002, "too-many")),
        ("text\n" + "a" * 140_000, (2, "not-csv")),
    ],
)
def test_what_is_wrong_with_a_csv_file_is_one_finding(
    tmp_path: Path, content: str, finding: tuple[int, str]
) -> None:
    assert codes(read_csv(tmp_path, content)) == [finding]


def test_a_file_in_an_old_encoding_is_told_how_to_be_saved(tmp_path: Path) -> None:
    (found,) = read_csv(tmp_path, "text\ncafé\n".encode("cp1252")).findings
    assert (found.line, found.mend) == (2, "Save the file as UTF-8.")


@pytest.mark.parametrize("name", ["../posts.csv", "/etc/posts.csv", "posts.xlsx", "missing.csv"])
def test_only_a_csv_file_in_the_campaigns_folder_is_read(tmp_path: Path, name: str) -> None:
    read = read_text(tmp_path, f"{HEADER}posts: {name}\n")
    assert [code for _, code in codes(read)] == ["no-file" if name == "missing.csv" else "bad-path"]


def test_a_link_out_of_the_campaigns_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("text\nsecret\n")
    folder = tmp_path / "campaign"
    folder.mkdir()
    (folder / "posts.csv").symlink_to(tmp_path / "secret.csv")
    assert codes(read_text(folder, f"{HEADER}posts: posts.csv\n")) == [(0, "bad-path")]

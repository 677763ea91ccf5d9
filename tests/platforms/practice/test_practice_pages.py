"""The feed as a browser gets it: what is shown, what links, and that a post can do no harm."""

from __future__ import annotations

import http.client
from contextlib import closing
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest

from tests.support.practice import running_practice
from tests.support.practice_http import PNG, post, upload

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from campaigns.platforms.contract import Connection
    from tests.support.practice import PracticeServer

    NewAccount = Callable[[str], Connection]

VOID = {"meta", "link", "img", "input", "br", "hr"}


class Element:
    def __init__(self, tag: str, attributes: dict[str, str], within: tuple[Element, ...]) -> None:
        self.tag, self.attributes, self.within, self.text = tag, attributes, within, ""


class Page(HTMLParser):
    """A page's elements, each with its text and what it stands in."""

    def __init__(self, status: int, headers: http.client.HTTPMessage, html: str) -> None:
        super().__init__()
        self.status, self.headers, self.html = status, headers, html
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()
        assert not self._open, "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str, **attributes: str) -> list[Element]:
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return [
            element
            for element in self.elements
            if element.tag == tag and wanted.items() <= element.attributes.items()
        ]

    def links(self) -> dict[str, str]:
        """Text and address of each link."""
        return {link.text.strip(): link.attributes["href"] for link in self.all("a")}


def fetch(practice: PracticeServer, path: str, form: dict[str, Any] | None = None) -> Page:
    with closing(http.client.HTTPConnection("127.0.0.1", practice.port, timeout=20)) as connection:
        if form is None:
            connection.request("GET", path)
        else:
            sent = {"Content-Type": "application/x-www-form-urlencoded", "Origin": practice.url}
            connection.request("POST", path, urlencode(form), sent)
        answer = connection.getresponse()
        return Page(answer.status, answer.headers, answer.read().decode())


def texts(page: Page) -> list[str]:
    return [element.text for element in page.all("p", class_="text")]


ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    'https://example.org/"onclick=alert(1)',
    "https://example.org/<script>alert(1)</script>",
    'javascript:alert(1) #a"onclick=alert(1)',
    "{{ 7 * 7 }} {% raw %} &lt;b&gt; &amp;",
    "</p></article></main><h1>Owned",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_post_is_shown_as_written_and_can_do_no_harm(
    practice: PracticeServer, new_account: NewAccount, attack: str
) -> None:
    account = new_account("blind")
    _, image = upload(practice, account, alt=attack)
    _, made = post(practice, account, attack, content_warning=attack, media=[image["id"]])
    page = fetch(practice, f"/posts/{made['id']}")
    assert texts(page) == [attack]
    assert attack in page.all("summary")[0].text
    assert page.all("figure")[0].text.strip().endswith(attack)
    assert [element.attributes["alt"] for element in page.all("img", loading="lazy")] == [attack]
    assert page.all("script") == []
    for element in page.elements:
        assert not [name for name in element.attributes if name.startswith("on")]
        assert not element.attributes.get("href", "").startswith("javascript")


def test_every_page_forbids_scripts_framing_and_foreign_parts(practice: PracticeServer) -> None:
    for path in ("/", "/faults", "/posts/999999", "/api/faults", "/static/style.css", "/tags/x", "/@nobody"):
        headers = fetch(practice, path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src" not in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"


def test_a_hashtag_links_to_its_page_whatever_its_capitals(
    practice: PracticeServer, new_account: NewAccount
) -> None:
    account = new_account("blind")
    text = "Call #TimeToCall, not #988. #Salud_Mental #मानसिक é#no https://example.org/#neither"
    _, made = post(practice, account, text)
    links = fetch(practice, f"/posts/{made['id']}").links()
    assert links["#TimeToCall"] == "/tags/TimeToCall"
    assert links["#मानसिक"] == f"/tags/{quote('मानसिक')}"
    assert {text for text in links if text.startswith("#")} == {"#TimeToCall", "#Salud_Mental", "#मानसिक"}
    for spelling in ("TimeToCall", "timetocall", "TIMETOCALL"):
        assert texts(fetch(practice, f"/tags/{spelling}")) == [text]
    assert texts(fetch(practice, "/tags/TimeTo")) == []


def test_a_link_leads_where_it_says_without_the_sentence_around_it(
    practice: PracticeServer, new_account: NewAccount
) -> None:
    text = "See (https://example.org/a?b=1&c=2), then http://example.org."
    _, made = post(practice, new_account("blind"), text)
    page = fetch(practice, f"/posts/{made['id']}")
    found = [link for link in page.all("a") if "rel" in link.attributes]
    assert [(link.text, link.attributes["href"]) for link in found] == [
        ("https://example.org/a?b=1&c=2", "https://example.org/a?b=1&c=2"),
        ("http://example.org", "http://example.org"),
    ]


def test_a_thread_stands_together_in_order_wherever_one_comes_from(
    practice: PracticeServer, new_account: NewAccount
) -> None:
    account = new_account("blind")
    numbers = [post(practice, account, "Part 1")[1]["id"]]
    for place in range(2, 8):
        numbers.append(post(practice, account, f"Part {place}", reply_to=numbers[-1])[1]["id"])
    whole = [f"Part {place}" for place in range(1, 8)]
    for number in (numbers[0], numbers[3], numbers[-1]):
        page = fetch(practice, f"/posts/{number}")
        assert texts(page) == whole
        (asked,) = page.all("article", aria_current="true") or [
            element for element in page.all("article") if "aria-current" in element.attributes
        ]
        assert asked.text.strip().endswith(whole[numbers.index(number)])
    feed = fetch(practice, f"/@{account.handle}")
    assert texts(feed) == whole[:3]
    assert feed.links()["4 more in this thread"] == f"/posts/{numbers[0]}"


def test_a_warning_folds_the_text_and_its_images(practice: PracticeServer, new_account: NewAccount) -> None:
    account = new_account("blind")
    _, image = upload(practice, account)
    _, made = post(practice, account, "Behind", content_warning="Salud mental", media=[image["id"]])
    page = fetch(practice, f"/posts/{made['id']}")
    (fold,) = page.all("details", class_="warning")
    assert "open" not in fold.attributes
    for hidden in (*page.all("p", class_="text"), *page.all("img", loading="lazy")):
        assert fold in hidden.within


def test_language_direction_and_time_are_said_for_machines(
    practice: PracticeServer, new_account: NewAccount
) -> None:
    account = new_account("blind")
    _, made = post(practice, account, "مرحبا", language="ar")
    page = fetch(practice, f"/posts/{made['id']}")
    (text,) = page.all("p", class_="text")
    assert (text.attributes["lang"], text.attributes["dir"]) == ("ar", "auto")
    (moment,) = page.all("time")
    assert moment.attributes["datetime"] == practice.posts(account.handle)[0]["at"]
    assert moment.text.endswith("UTC")


def test_an_image_is_served_as_what_it_is(practice: PracticeServer, new_account: NewAccount) -> None:
    _, image = upload(practice, new_account("blind"))
    with closing(http.client.HTTPConnection("127.0.0.1", practice.port, timeout=20)) as connection:
        connection.request("GET", f"/media/{image['id']}")
        answer = connection.getresponse()
        assert (answer.getheader("content-type"), answer.read()) == ("image/png", PNG)


def test_an_empty_feed_says_what_to_do_next_and_a_long_one_has_pages(tmp_path: Path) -> None:
    with running_practice(tmp_path) as practice:
        empty = fetch(practice, "/")
        assert "nothing here is public" in empty.html
        assert "beacon campaign load" in empty.html
        account = practice.account("practice", "blind")
        for number in range(65):
            post(practice, account, f"Number {number}")
        path, seen = "/", []
        while path:
            page = fetch(practice, path)
            seen += texts(page)
            path = page.links().get("Older posts", "")
        assert seen == [f"Number {number}" for number in reversed(range(65))]
        assert fetch(practice, "/?before=x").status == 422


@pytest.mark.parametrize(
    "path", ["/posts/999999", "/@nobody", "/media/999999", "/static/../server.py", "/else"]
)
def test_what_is_not_there_is_said_on_a_page(practice: PracticeServer, path: str) -> None:
    page = fetch(practice, path)
    assert page.status == 404
    assert page.links()["Back to the feed"] == "/"


def test_faults_are_set_and_cleared_by_a_form(practice: PracticeServer) -> None:
    form = {
        "effect": "ratelimit",
        "endpoint": "posts",
        "account": "",
        "count": "3",
        "seconds": "",
        "after": "9",
    }
    assert fetch(practice, "/faults", form).status == 303
    page = fetch(practice, "/faults")
    (rule,) = [element for element in page.all("li") if "Retry" not in element.text]
    assert "try again after 9 s" in rule.text
    assert "3 times more" in rule.text
    wrong = fetch(practice, "/faults", {"effect": "status", "status": "7"})
    assert (wrong.status, "400 to 599" in wrong.all("p", role="alert")[0].text) == (422, True)
    assert fetch(practice, "/faults", {"do": "clear"}).status == 303
    assert "everything works" in fetch(practice, "/faults").html


def test_every_field_of_the_form_has_a_label(practice: PracticeServer) -> None:
    page = fetch(practice, "/faults")
    labelled = {label.attributes["for"] for label in page.all("label")}
    fields = {field.attributes["id"] for tag in ("input", "select") for field in page.all(tag)}
    assert fields
    assert fields == labelled

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from fastapi_async_lint.facts import Span
from fastapi_async_lint.reports import View
from fastapi_async_lint.reports.html import render
from tests.reports.samples import AT_STARTUP, FIXED, HOSTILE_NAME, ROOT, THROUGH_HELPER, UNREADABLE, full_report, report

VIEW = View(ROOT)
_VOID = {"meta", "input", "br", "link", "img", "hr"}


class Page(HTMLParser):
    """What a page is made of: its elements in order, the text in each, and whether every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element."""
        self.elements.append((tag, dict(attrs)))
        self.texts.setdefault(tag, []).append("")
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """It ends what was opened last."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Text belongs to every element around it."""
        for tag in set(self._open):
            self.texts[tag][-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of the elements of that name."""
        return [attributes for name, attributes in self.elements if name == tag]


def test_every_finding_is_an_article() -> None:
    """By file, with rule, context and gravity for the filters, and with its story."""
    page = Page(render(report(FIXED, AT_STARTUP, UNREADABLE), VIEW))
    assert page.texts["h2"] == ["shop/routes.py", "broken.py"]
    assert [(article["data-code"], article["data-kind"], article["class"]) for article in page.all("article")] == [
        ("FAL202", "route", "error"),
        ("FAL104", "lifespan", "note"),
        ("FAL901", "elsewhere", "error"),
    ]
    assert page.texts["mark"] == ['current_rate("EUR")', "requests.get(", "URL,", 'params={"to": currency},', ")", "return"]
    assert page.texts["li"][1].startswith("shop.rates.current_rate calls requests.get(...) shop/rates.py:4:12")
    assert "run current_rate in a worker thread (safe; --fix)" in page.texts["dd"]
    assert page.texts["p"] == ["Found 2 blocking calls and 1 other finding in 2 files (3 files checked).1 fixable with --fix."]


def test_filters_count_what_they_filter() -> None:
    """A box for each rule and each kind of context; an address that nothing is sent to."""
    page = Page(render(report(FIXED, replace(THROUGH_HELPER, span=Span(4, 4, 4, 10)), AT_STARTUP), VIEW))
    assert [(box["name"], box["value"]) for box in page.all("input") if box["type"] == "checkbox"] == [
        ("code", "FAL104"),
        ("code", "FAL202"),
        ("kind", "lifespan"),
        ("kind", "route"),
    ]
    assert [label.split() for label in page.texts["label"]][1] == ["FAL202", "blocking-http-call", "2"]
    assert page.all("form") == [{"hidden": None}]


@pytest.mark.parametrize(
    ("context", "kind"),
    [
        ("route GET /price", "route"),
        ("route GET", "route"),
        ("websocket /ws", "websocket"),
        ("dependency current_rate", "dependency"),
        ("exception handler current_rate", "exception handler"),
        ("background task Mailer.current_rate", "background task"),
        ("async generator current_rate, route GET /", "async generator"),
        ("coroutine current_rate", "coroutine"),
        ("socket event current_rate", "socket event"),
        ("cached function", "cached function"),
        ("WSGI application", "WSGI application"),
        ("GraphQL resolver", "GraphQL resolver"),
        ("response of GET /price", "response"),
        ("validator of route POST /price", "validator"),
        ("startup or shutdown (lifespan)", "startup or shutdown"),
        ("lifespan, before yield", "lifespan"),
        ("Timing.dispatch", "elsewhere"),
        ("", "elsewhere"),
    ],
)
def test_a_kind_is_whole(context: str, kind: str) -> None:
    """Every word of what the call runs in, without the name of what it is."""
    page = Page(render(report(replace(THROUGH_HELPER, context=context)), VIEW))
    assert [article["data-kind"] for article in page.all("article")] == [kind]


def test_the_page_needs_nothing_else() -> None:
    """No address is loaded, and the policy forbids it; links lead to the rules' pages alone."""
    text = render(full_report(), VIEW)
    page = Page(text)
    assert not [attributes for _, attributes in page.elements if {"src", "action", "background"} & attributes.keys()]
    assert not page.all("link")
    assert all(str(anchor["href"]).startswith("https://fastapi-async-lint.") for anchor in page.all("a"))
    assert any(str(meta.get("content")).startswith("default-src 'none'; ") for meta in page.all("meta"))
    assert "url(" not in text
    assert "@import" not in text


def test_names_are_text() -> None:
    """Whatever a name holds, it makes no element, leaves no attribute, and is shown."""
    text = render(full_report(), VIEW)
    page = Page(text)
    assert text.isascii()
    assert len(page.all("script")) == 1
    shown = HOSTILE_NAME.replace("\udce9", "\\udce9")
    assert shown in page.texts["h3"][0]
    assert str(page.all("article")[0]["data-path"]).startswith(shown.partition("/")[0])
    assert page.texts["mark"][0] == "load(1)"


def test_a_clean_page() -> None:
    """It says so, and has nothing to filter."""
    page = Page(render(report(), VIEW))
    assert page.texts["p"] == ["No blocking calls found (3 files checked)."]
    assert not page.all("form")
    assert not page.all("article")

"""A secret that an answer or an address repeats was shown when it was escaped as JSON, URLs and web pages escape.

In hexadecimal, too, and with any of its characters escaped: some servers escape each, others only `+` or `&`.
"""

from __future__ import annotations

import html
import json
import logging
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from RPA.Planhat import Planhat, errors
from RPA.Planhat.text.secrets import MASK, Masker, Token
from RPA.Planhat.transport.calls import TRACE
from utest.stub import Stub, reply

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = "tok/EN+0123&789=\"x\\y'z"
WRITINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON of PHP": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "URL": lambda text: quote(text, safe=""),
    "URL in small letters": lambda text: re.sub("%..", lambda found: found[0].lower(), quote(text, safe="")),
    "URL with slashes": quote,
    "URL in a URL": lambda text: quote(quote(text, safe=""), safe=""),
    "web page": html.escape,
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal in capitals": lambda text: text.encode().hex().upper(),
    "JSON, each escaped": lambda text: "".join(f"\\u{ord(each):04x}" for each in text),
    "JSON in capitals": lambda text: "".join(f"\\u{ord(each):04X}" for each in text),
    "JSON of .NET": lambda text: re.sub(r"[+&'\"\\]", lambda found: f"\\u{ord(found[0]):04X}", text),
    "JSON in JSON": lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
    "URL, each escaped": lambda text: "".join(f"%{ord(each):02x}" for each in text),
    "URL in JSON": lambda text: json.dumps(quote(text, safe="")).replace("%", "\\u0025")[1:-1],
    "web page, decimal": lambda text: "".join(f"&#{ord(each)};" for each in text),
    "web page, hexadecimal": lambda text: "".join(f"&#x{ord(each):X};" for each in text),
    "bytes of Python": lambda text: "".join(f"\\x{ord(each):02x}" for each in text),
}


@pytest.mark.parametrize("writing", WRITINGS)
def test_each_writing_is_masked(writing: str) -> None:
    masker = Masker()
    masker.hide(Token(KEY))
    text = f"before {WRITINGS[writing](KEY)} behind"
    assert masker(text) == f"before {MASK} behind"
    other = WRITINGS[writing](KEY.replace("0123", "0124"))
    assert masker(other) == other


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("writing", WRITINGS)
def test_an_answer_that_repeats_the_token_shows_nothing_of_it(
    stub: Stub, caplog: pytest.LogCaptureFixture, writing: str, status: int
) -> None:
    key = KEY.replace('"', "q")
    written = WRITINGS[writing](key)
    body = b'{"message": "%s"}' % written.encode()
    stub.on("GET *", reply(body, status, Location=f"https://other.example/{written}"))
    options: dict[str, Any] = {"calls_per_minute": 0, "calls_per_second": 0, "retries": 0}
    with caplog.at_level(TRACE, "RPA.Planhat"), Planhat(key, base_url=stub.url, **options) as planhat:
        with pytest.raises(errors.PlanhatHTTPError) as caught:
            planhat.keywords["Get Company"]("extid-A-1")
        logging.getLogger("RPA.Planhat").debug("done")
    assert caught.value.response is not None
    shown = [str(caught.value), caplog.text, repr(caught.value.response.headers), caught.value.response.text]
    assert not [each for each in shown if written in each]


BYTE_BY_BYTE = {"URL, each escaped", "bytes of Python"}
"""Writings in which a character has two digits: others than those of Western Europe cannot be written so."""


@pytest.mark.parametrize("writing", sorted(WRITINGS.keys() - BYTE_BY_BYTE))
def test_a_password_in_another_alphabet_is_masked(writing: str) -> None:
    masker, secret = Masker(), "pässwörd-ключ"
    masker.hide(Token(secret))
    assert masker(f"<{WRITINGS[writing](secret)}>") == f"<{MASK}>"


@pytest.mark.parametrize(
    "text",
    [
        "100% done",
        "a%2zb",
        "C:\\new\\users",
        "&nosuch;",
        "%",
        "\\",
        "&#9999999;",
        "\\ud800",
    ],
)
def test_other_escapes_stay_as_they_are(text: str) -> None:
    masker = Masker()
    masker.hide(Token("secretive"))
    assert masker(f"{text} secr {text}") == f"{text} secr {text}"


def test_what_stands_around_a_secret_stays_as_it_was() -> None:
    masker = Masker()
    masker.hide(Token("abcd+1234"))
    assert masker(r"%20abcd\u002B1234&amp;abcd+1234%41 abcd%2b1234\n") == rf"%20{MASK}&amp;{MASK}%41 {MASK}\n"

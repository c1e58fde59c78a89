"""Credentials: found in arguments, environment, vault, in this order; shown nowhere."""

from __future__ import annotations

import base64
import copy
import gc
import logging
import pickle
import pprint
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, PlanhatAuthConfigurationError, PlanhatError
from RPA.Planhat.connection.credentials import Credentials, credentials_of
from RPA.Planhat.session import PlanhatAuth, PlanhatSession
from RPA.Planhat.text.secrets import MASK, Masker, Token
from RPA.Planhat.types import Company
from utest.stub import TENANT, TOKEN, Stub, nowhere, reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SECRETS = (
    TOKEN,
    TENANT,
    base64.b64encode(TOKEN.encode()).decode(),
    base64.b64encode(f"{TOKEN}:".encode()).decode(),
)


class RobotSecret:
    """Has the shape of Robot Framework's `Secret`."""

    def __init__(self, value: str) -> None:
        self.value = value


def shown(credentials: Credentials) -> tuple[str | None, str | None]:
    key, uuid = credentials.api_key, credentials.tenant_uuid
    return key.reveal() if key else None, uuid.reveal() if uuid else None


@pytest.fixture
def vault_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "vault.json"
    path.write_text(
        '{"planhat_api": {"api_key": "from-vault", "tenant_uuid": "uuid-vault"}, "other": {"api_key": "o"}}'
    )
    monkeypatch.setenv("RPA_SECRET_FILE", str(path))
    return path


# ----------------------------------------------------------------------------------------- where from


def test_arguments_come_first(vault_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANHAT_API_KEY", "from-env")
    assert shown(credentials_of("given", "other", "uuid")) == ("given", "uuid")


def test_then_comes_the_environment(vault_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANHAT_API_KEY", "from-env")
    monkeypatch.setenv("PLANHAT_TENANT_UUID", "uuid-env")
    assert shown(credentials_of()) == ("from-env", "uuid-env")


def test_then_comes_the_vault(vault_file: Path) -> None:
    assert shown(credentials_of()) == ("from-vault", "uuid-vault")


def test_a_named_secret_of_the_vault_wins_over_the_environment(
    vault_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANHAT_API_KEY", "from-env")
    monkeypatch.setenv("PLANHAT_TENANT_UUID", "uuid-env")
    assert shown(credentials_of(None, "other")) == ("o", "uuid-env")


def test_a_given_tenant_uuid_wins_over_that_of_the_vault(vault_file: Path) -> None:
    assert shown(credentials_of(None, None, "given")) == ("from-vault", "given")


@pytest.mark.parametrize(
    "api_key",
    [
        TOKEN,
        f"  {TOKEN}\n",
        Token(TOKEN),
        RobotSecret(TOKEN),
        {"api_key": TOKEN, "tenant_uuid": TENANT},
        {"api_key": RobotSecret(TOKEN), "tenant_uuid": RobotSecret(TENANT), "note": 5},
    ],
    ids=["text", "blanks", "token", "secret", "vault secret", "vault secret of secrets"],
)
def test_a_token_is_taken_in_every_form(stub: Stub, connect: Callable[..., PlanhatSession], api_key: Any) -> None:
    stub.on("GET /companies", reply([]))
    connect(api_key).get("/companies")
    assert stub.last.headers["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("empty", [None, "", "   ", RobotSecret("")])
def test_without_any_token_the_error_tells_the_three_ways(empty: Any) -> None:
    with pytest.raises(PlanhatAuthConfigurationError, match=r"api_key=.*PLANHAT_API_KEY.*vault secret 'planhat_api'"):
        credentials_of(empty)


def test_nothing_is_sent_without_a_token(stub: Stub) -> None:
    with pytest.raises(PlanhatAuthConfigurationError, match="There is no Planhat API token"):
        Planhat(base_url=stub.url).list_all_companies()
    assert stub.seen == []


def test_a_secret_without_a_token_is_an_error_that_names_its_keys_only(vault_file: Path) -> None:
    vault_file.write_text('{"planhat_api": {"apikey": "value-1", "tenant_uuid": "value-2"}}')
    with pytest.raises(PlanhatAuthConfigurationError) as caught:
        credentials_of()
    assert str(caught.value) == (
        "There is no api_key in the vault secret 'planhat_api' (RPA_SECRET_FILE); it has: apikey, tenant_uuid."
    )
    with pytest.raises(PlanhatAuthConfigurationError, match="There is no api_key in the given secret; it has: nothing"):
        credentials_of({})


@pytest.mark.parametrize("bad", ["two words", "tab\there", "line\nbreak", "acc\u00e9nt", "nul\x00"])
def test_a_token_that_no_header_can_hold_is_refused_without_showing_it(stub: Stub, bad: str) -> None:
    with pytest.raises(PlanhatAuthConfigurationError) as caught:
        Planhat(bad, base_url=stub.url).list_all_companies()
    assert bad not in str(caught.value)
    assert stub.seen == []


def test_something_that_is_no_token_is_refused_without_showing_it() -> None:
    with pytest.raises(PlanhatAuthConfigurationError, match="must be text or a Secret, not int") as caught:
        Token.of(123456789)
    assert "123456789" not in str(caught.value)


# ----------------------------------------------------------------------------------------- kept secret


@pytest.mark.parametrize("show", [str, repr, ascii, "{}".format, "%s".__mod__, pprint.pformat])
def test_a_token_shows_as_secret(show: Callable[[Any], str]) -> None:
    assert show(Token(TOKEN)) == MASK
    assert TOKEN not in show([Token(TOKEN)])
    assert TOKEN not in show(Credentials(Token(TOKEN), Token(TENANT)))


def test_a_token_is_compared_by_its_text_and_never_pickled() -> None:
    assert Token("a") == Token("a") != Token("b")
    assert Token("a") != "a"
    assert len({Token("a"), Token("a")}) == 1
    for copying in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not pickled"):
            copying(Token(TOKEN))


def reachable(value: Any, depth: int = 12) -> Iterator[str]:
    """Yields the texts that are found by walking over variables and containers of our own objects."""
    todo, seen = [(value, 0)], set()
    while todo:
        each, level = todo.pop()
        if id(each) in seen or level > depth:
            continue
        seen.add(id(each))
        yield from (each,) if isinstance(each, str) else (repr(each),) if not isinstance(each, (dict, list)) else ()
        ours = type(each).__module__.startswith("RPA.Planhat")
        inner = list(vars(each).values()) if ours and hasattr(each, "__dict__") else []
        if isinstance(each, dict):
            inner += [*each.keys(), *each.values()]
        elif isinstance(each, (list, tuple, set, frozenset)):
            inner += list(each)
        todo += [(deeper, level + 1) for deeper in inner]


def test_no_variable_of_library_or_connection_holds_a_secret_in_the_open(
    stub: Stub, connect: Callable[..., PlanhatSession]
) -> None:
    stub.on("GET *", reply([]))
    stub.on("POST *", reply({}))
    session = connect()
    session.get("/companies")
    session.create_analytics({"action": "x", "email": "a@b.c"})
    library = Planhat(TOKEN, tenant_uuid=TENANT, base_url=stub.url, analytics_url=stub.url)
    library.list_all_companies()
    for thing in (session, library, session.credentials, PlanhatAuth(TOKEN), session.mask):
        texts = list(reachable(thing))
        assert texts
        assert not [text for text in texts if any(secret in text for secret in SECRETS)]


@pytest.mark.parametrize("thing", ["session", "auth", "credentials", "mask"])
def test_what_holds_a_secret_is_not_pickled(connect: Callable[..., PlanhatSession], thing: str) -> None:
    session = connect()
    held = {"session": session, "auth": PlanhatAuth(TOKEN), "credentials": session.credentials, "mask": session.mask}
    with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
        pickle.dumps(held[thing])


def test_a_mask_hides_the_secret_and_its_base64_forms() -> None:
    mask = Masker()
    mask.hide(Token(TOKEN))
    mask.hide(None)
    for secret in (TOKEN, *SECRETS[2:]):
        assert mask(f"a {secret} b") == f"a {MASK} b"
    assert mask("nothing here") == "nothing here"
    assert TOKEN not in repr(mask)


FAULTS: dict[str, Any] = {
    "401 that repeats the token": lambda request: reply(
        {"message": f"bad {request.headers.get('Authorization')}"}, 401
    ),
    "400 that repeats the tenant": reply({"message": f"no tenant {TENANT}"}, 400),
    "500 with base64 of the token": reply({"message": SECRETS[2]}, 500),
    "no JSON": reply(b"<html>" + TOKEN.encode() + b"</html>", Content_Type="text/html"),
    "success": reply([]),
    "redirect to a place with the token": reply(b"", 302, Location=f"https://x.example/{TOKEN}"),
}


def problem_of(act: Callable[[], Any]) -> PlanhatError | None:
    try:
        act()
    except PlanhatError as problem:
        return problem
    return None


@pytest.mark.parametrize("fault", list(FAULTS))
def test_secrets_are_in_no_log_record_error_or_traceback(
    stub: Stub, connect: Callable[..., PlanhatSession], caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "urllib3")
    for call in ("GET *", "POST *", "PUT *", "DELETE *"):
        stub.on(call, FAULTS[fault])
    session = connect()
    texts = []
    acts: list[Callable[[], Any]] = [
        lambda: session.get("/companies"),
        lambda: session.put("/companies/1", json={"name": "x"}),
        lambda: session.post("/companies", json={"name": "x"}),
        lambda: session.create_analytics({"action": "x", "email": "a@b.c"}),
        lambda: session.create_bulk_activities([]),
    ]
    problems = [problem for problem in map(problem_of, acts) if problem]
    # A web page in place of an answer is no success of what goes to the analytics host; the others read it later.
    assert len(problems) == {"success": 0, "no JSON": 2}.get(fault, len(acts))
    for problem in problems:
        texts += ["".join(traceback.format_exception(problem)), repr(problem), str(problem), str(vars(problem))]
    records = [record.getMessage() for record in caplog.records] + [str(record.args) for record in caplog.records]
    assert any("/companies" in text for text in records)
    assert [text for text in texts + records if any(secret in text for secret in SECRETS)] == []


def test_a_connection_that_fails_names_the_host_and_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    session = PlanhatSession(TOKEN, base_url=nowhere(), retries=0)
    with pytest.raises(PlanhatError, match=r"127\.0\.0\.1") as caught:
        session.get("/companies")
    text = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert TOKEN not in text
    gc.collect()


# ---------------------------------------------------------------------------------- tokens that are none


@pytest.mark.parametrize("given", ['"tok-12345"', "'tok-12345'", "“tok-12345”"])
@pytest.mark.parametrize("where", ["argument", "environment"])
def test_quotation_marks_around_a_token_are_told(monkeypatch: pytest.MonkeyPatch, given: str, where: str) -> None:
    if where == "environment":
        monkeypatch.setenv("PLANHAT_API_KEY", given)
    source = "the argument api_key" if where == "argument" else "the environment variable PLANHAT_API_KEY"
    with pytest.raises(PlanhatAuthConfigurationError) as caught:
        credentials_of(given if where == "argument" else None)
    assert str(caught.value) == f"The token in {source} is in quotation marks. Remove them."


@pytest.mark.parametrize("given", ["KEY-\ud800-9", "KEY-ü-9", "KEY 9999", "KEY-\r\nX: 1", "KEY-\x00", "\udfff"])
@pytest.mark.parametrize("which", ["api_key", "tenant_uuid"])
def test_what_no_header_can_hold_is_refused_before_anything_is_sent(stub: Stub, given: str, which: str) -> None:
    options = {"api_key": TOKEN, "tenant_uuid": TENANT, which: given}
    session = PlanhatSession(**options, base_url=stub.url, analytics_url=stub.url)  # type: ignore[arg-type]
    calls: list[Callable[[], Any]] = [lambda: session.get("/companies"), lambda: session.create_analytics({})]
    for call in calls:
        with pytest.raises(PlanhatAuthConfigurationError, match="contains spaces or characters") as caught:
            call()
        assert given not in f"{caught.value!r}"
    assert stub.seen == []


# ----------------------------------------------------------------------------------------------- masking


def test_masks_are_not_masked_again() -> None:
    first, second = Masker(), Masker()
    first.hide(Token("secret"))
    second.hide(Token("KEY-1234"))
    first.hide(Token("KEY-1234"))
    assert first("/companies/extid-KEY-1234 of secret") == f"/companies/extid-{MASK} of {MASK}"
    assert first(first("KEY-1234")) == MASK
    shown = str(PlanhatError(f"{second('KEY-1234')} and secret, KEY-1234"))
    assert shown == f"{MASK} and {MASK}, {MASK}"


@pytest.mark.parametrize(("secret", "text"), [("a", "a bad apple"), ("bad", "a bad apple"), ("appl", f"a bad {MASK}e")])
def test_secrets_of_fewer_than_four_characters_are_not_masked(secret: str, text: str) -> None:
    mask = Masker()
    mask.hide(Token(secret))
    assert mask("a bad apple") == text


def test_longer_secrets_go_before_shorter_ones_in_them() -> None:
    mask = Masker()
    for secret in ("1234", "KEY-1234", "KEY-1234-DEMO"):
        mask.hide(Token(secret))
    assert mask("KEY-1234-DEMO KEY-1234 1234") == f"{MASK} {MASK} {MASK}"


@pytest.mark.parametrize("status", [400, 404])
def test_token_given_as_an_id_is_in_no_advice(stub: Stub, status: int) -> None:
    planhat = Planhat(TOKEN, base_url=stub.url)
    stub.on("GET *", reply({"message": "boom"}, status))
    for act in (
        lambda: planhat.get_object_by_id(Company, TOKEN),
        lambda: planhat.update_object(Company(id=TOKEN, phase="x")),
        lambda: planhat.create_object(Company(name="x", owner=TOKEN)),
        lambda: planhat.get_objects(Company, company_ids=TOKEN),
    ):
        with pytest.raises(PlanhatError) as caught:
            act()
        assert TOKEN not in f"{caught.value!r}"


def test_answers_that_are_kept_repeat_no_token(stub: Stub) -> None:
    stub.on("GET *", reply({"message": TOKEN}, 302, Location=f"http://x.example/{TOKEN}"))
    with pytest.raises(PlanhatError) as caught:
        PlanhatSession(TOKEN, base_url=stub.url).get("/companies")
    answer: Any = getattr(caught.value, "response", None)
    assert answer.headers["Location"] == f"http://x.example/{MASK}"
    assert TOKEN not in f"{answer.headers} {answer.text} {getattr(caught.value, 'location', '')}"

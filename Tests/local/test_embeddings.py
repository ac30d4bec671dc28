"""The embeddings, with OpenAI's client and by raw HTTP: the model, its stub, limits, keys and faults."""

from __future__ import annotations

import base64
import struct
from typing import Any

import openai
import pytest
from conftest import openai_client, request

MODELS = ["all-MiniLM-L6-v2", "text-embedding-3-small"]


def dot(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


@pytest.fixture(scope="module", params=["minilm", "stub"])
def server(request: pytest.FixtureRequest) -> dict[str, str]:
    """Either server's environment: MiniLM without a key, the stub with one."""
    return request.getfixturevalue("local" if request.param == "minilm" else "guarded")


def post(server: dict[str, str], body: Any = None, **options: Any) -> Any:
    headers = {"authorization": f"Bearer {server['OPENAI_API_KEY']}"} | options.pop("headers", {})
    return request("POST", f"{server['OPENAI_BASE_URL']}/embeddings", body, headers, **options)


@pytest.mark.parametrize("model", MODELS)
def test_shape_order_and_usage(server: dict[str, str], model: str) -> None:
    texts = ["a short one", "another, rather longer, with more words", "a short one"]
    answer = openai_client(server).embeddings.create(model=model, input=texts, encoding_format="float")
    vectors = [item.embedding for item in answer.data]
    assert [item.index for item in answer.data] == [0, 1, 2]
    assert {len(vector) for vector in vectors} == {int(server["EMBEDDING_DIMENSIONS"])}
    assert [dot(vector, vector) for vector in vectors] == pytest.approx([1, 1, 1], abs=1e-4)
    assert vectors[0] == pytest.approx(vectors[2], abs=1e-5) and dot(vectors[0], vectors[1]) < 0.99
    assert answer.model == model and answer.usage.total_tokens == answer.usage.prompt_tokens > 0


def test_base64_is_the_same_vector(server: dict[str, str]) -> None:
    body = {"model": MODELS[0], "input": "one text"}
    plain = post(server, body).json["data"][0]["embedding"]
    packed = base64.b64decode(post(server, body | {"encoding_format": "base64"}).json["data"][0]["embedding"])
    assert struct.unpack(f"<{len(plain)}f", packed) == pytest.approx(plain, abs=1e-6)


def test_dimensions_shorten(server: dict[str, str]) -> None:
    client = openai_client(server)
    whole = client.embeddings.create(model=MODELS[1], input="text").data[0].embedding
    short = client.embeddings.create(model=MODELS[1], input="text", dimensions=64).data[0].embedding
    length = dot(whole[:64], whole[:64]) ** 0.5
    assert short == pytest.approx([value / length for value in whole[:64]], abs=1e-5)


def test_the_model_understands(local: dict[str, str]) -> None:
    texts = ["The invoice has not been paid.", "Payment of the bill is outstanding.", "A cat sleeps on the sofa."]
    data = openai_client(local).embeddings.create(model=MODELS[0], input=texts).data
    paraphrase, unrelated = (dot(data[0].embedding, data[index].embedding) for index in (1, 2))
    assert paraphrase > 0.5 > 0.2 > unrelated


def test_the_stub_is_deterministic_and_sees_shared_words(guarded: dict[str, str]) -> None:
    client = openai_client(guarded)
    texts = ["red green blue", "red green white", "one two three"]
    data = client.embeddings.create(model=MODELS[1], input=texts, dimensions=384).data
    assert dot(data[0].embedding, data[1].embedding) > 0.3 > dot(data[0].embedding, data[2].embedding)
    assert data[0].embedding[:3] == pytest.approx(STUB_START, abs=1e-6)
    tokens = client.embeddings.create(model=MODELS[1], input=[[1, 2, 3], [4]])
    assert len(tokens.data) == 2 and tokens.usage.total_tokens == 4
    assert len(client.embeddings.create(model=MODELS[1], input="x", dimensions=4_096).data[0].embedding) == 4_096


# The first numbers of "red green blue", so that a change of the stub's vectors is noticed.
STUB_START = [-0.027178769931197166, -0.0023713549599051476, 0.06156264990568161]


@pytest.mark.parametrize(
    "change, status, parameter, code, message",
    [
        ({"input": ""}, 400, "input", None, "'$.input[0]' is invalid"),
        ({"input": ["fine", ""]}, 400, "input", None, "'$.input[1]' is invalid"),
        ({"input": []}, 400, "input", None, "'$.input' is invalid"),
        ({"input": None}, 400, "input", None, "'$.input' is invalid"),
        ({"input": ["x"] * 2_049}, 400, "input", None, "at most 2048"),
        ({"input": ["fine", "word " * 33_000]}, 400, "input", None, "maximum context length is 8191 tokens"),
        ({"input": ["word " * 6_400] * 50}, 400, None, "max_tokens_per_request", "max 300000 tokens per request"),
        ({"model": "absent"}, 404, None, "model_not_found", "The model `absent` does not exist"),
        ({"model": None}, 400, None, None, "you must provide a model parameter"),
        ({"encoding_format": "hex"}, 400, "encoding_format", None, "Invalid value: 'hex'"),
        ({"dimensions": 0}, 400, "dimensions", None, "Invalid value for 'dimensions'"),
        ({"dimensions": 5_000}, 400, "dimensions", None, "Invalid value for 'dimensions'"),
    ],
)
def test_refusals(
    server: dict[str, str], change: Any, status: int, parameter: str | None, code: str | None, message: str
) -> None:
    answer = post(server, {"model": MODELS[1], "input": "text"} | change)
    assert answer.status == status, answer.content[:300]
    assert set(answer.error) == {"message", "type", "param", "code"}
    assert (answer.error["param"], answer.error["code"]) == (parameter, code)
    assert message in answer.error["message"]


def test_bodies_refused(server: dict[str, str]) -> None:
    assert "could not parse the JSON body" in post(server, raw=b"{").error["message"]
    assert post(server, raw=b" " * ((16 << 20) + 1)).status == 413
    key = {"authorization": f"Bearer {server['OPENAI_API_KEY']}"}
    assert request("GET", f"{server['OPENAI_BASE_URL']}/absent", None, key).status == 404


def test_keys(guarded: dict[str, str]) -> None:
    missing = request("POST", f"{guarded['OPENAI_BASE_URL']}/embeddings", {})
    assert missing.status == 401 and "didn't provide an API key" in missing.error["message"]
    wrong = post(guarded, {}, headers={"authorization": "Bearer wrong"})
    assert (wrong.status, wrong.error["code"]) == (401, "invalid_api_key")
    with pytest.raises(openai.AuthenticationError):
        openai_client(guarded | {"OPENAI_API_KEY": "wrong"}).models.list()
    assert {model.id for model in openai_client(guarded).models.list()} >= set(MODELS)


def test_faults(server: dict[str, str]) -> None:
    root = server["OPENAI_BASE_URL"].removesuffix("/v1")
    body = {"model": MODELS[0], "input": ["a", "b"], "encoding_format": "base64"}
    request("POST", f"{root}/_reset")
    request("POST", f"{root}/_fail?status=429&seconds=30&retry_after=7&count=2")
    for _ in range(2):
        answer = post(server, body)
        assert (answer.status, answer.headers["retry-after"]) == (429, "7")
        assert answer.error["code"] == "rate_limit_exceeded"
    assert post(server, body).status == 200
    request("POST", f"{root}/_fail?status=429&code=insufficient_quota")
    assert post(server, body).error["type"] == "insufficient_quota"
    request("POST", f"{root}/_fail?status=503&seconds=30")
    with pytest.raises(openai.InternalServerError):
        openai_client(server).embeddings.create(model=MODELS[0], input="x")
    request("POST", f"{root}/_ok")
    assert post(server, body).status == 200
    assert post(server, {"model": MODELS[0], "input": ["fine", "word " * 33_000]}).status == 400
    assert request("GET", f"{root}/_stats").json == {
        "calls": 2,
        "texts": 4,
        "rejected": 4,
        "formats": {"base64": 2},
        "refusals": {"2": 1},
    }

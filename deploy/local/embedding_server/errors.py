"""OpenAI's error bodies: `{"error": {"message", "type", "param", "code"}}`."""

from __future__ import annotations

import orjson


class APIError(Exception):
    """A refused request: an HTTP status and the four fields of the error."""

    def __init__(
        self,
        status: int,
        message: str,
        kind: str = "invalid_request_error",
        parameter: str | None = None,
        code: str | None = None,
        headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind
        self.parameter = parameter
        self.code = code
        self.headers = headers

    def body(self) -> bytes:
        fields = {"message": self.message, "type": self.kind, "param": self.parameter, "code": self.code}
        return orjson.dumps({"error": fields})


def missing_key() -> APIError:
    return APIError(
        401,
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer "
        "auth (i.e. Authorization: Bearer YOUR_KEY).",
    )


def wrong_key() -> APIError:
    return APIError(401, "Incorrect API key provided.", code="invalid_api_key")


def model_not_found(model: str) -> APIError:
    message = f"The model `{model}` does not exist or you do not have access to it."
    return APIError(404, message, code="model_not_found")


def invalid_input(message: str) -> APIError:
    return APIError(400, message, parameter="input")


def input_too_long(index: int, tokens: int, limit: int) -> APIError:
    return invalid_input(
        f"This model's maximum context length is {limit} tokens, however you requested {tokens} tokens "
        f"(input {index}). Please reduce your prompt."
    )


def request_too_long(tokens: int, limit: int) -> APIError:
    return APIError(
        400,
        f"Requested {tokens} tokens, max {limit} tokens per request",
        kind="max_tokens_per_request",
        code="max_tokens_per_request",
    )


def server_error(message: str) -> APIError:
    return APIError(500, f"The server had an error while processing your request: {message}", kind="server_error")

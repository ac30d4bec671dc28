"""How the server refuses: the status codes and words that clients of Qdrant see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Result = TypeVar("Result")

# What Python's side of the engine raises when a value has the wrong type or shape. The real server finds
# these while it parses the body, so they are reported as format errors.
SHAPE_ERRORS = (TypeError, ValueError, AttributeError, OverflowError)


class RequestError(Exception):
    """A refused request: an HTTP status and the text of `status.error`."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def wrong_input(message: str) -> RequestError:
    """400: well formed, but the collection cannot do it."""
    return RequestError(400, f"Wrong input: {message}")


def format_error(message: str) -> RequestError:
    """400: the body does not have the shape the route expects."""
    return RequestError(400, f"Format error in JSON body: {message}")


def not_found(message: str) -> RequestError:
    """404: a collection or point that is not there."""
    return RequestError(404, f"Not found: {message}")


def already_exists(message: str) -> RequestError:
    """409: the collection is there already."""
    return RequestError(409, f"Wrong input: {message}")


def validation_error(message: str) -> RequestError:
    """422: the right shape, with a value out of its bounds."""
    return RequestError(422, f"Validation error in JSON body: [{message}]")


def no_variant(name: str) -> RequestError:
    """400: the words the real server uses when a value fits none of the shapes it may have."""
    return format_error(f"data did not match any variant of untagged enum {name}")


def call_engine(function: Callable[..., Result], *arguments: Any) -> Result:
    """Calls the engine and turns its own errors into the server's; errors of shape pass through."""
    try:
        return function(*arguments)
    except (RequestError, KeyError, *SHAPE_ERRORS):
        raise
    except Exception as error:
        message = str(error)
        if "Service internal error" in message:
            raise RequestError(500, message) from error
        if message.startswith(("Wrong input", "Bad request")):
            raise RequestError(400, message) from error
        raise wrong_input(message) from error

"""A real Chromium that looks at a worker's page, and what it complains about meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response, expect, sync_playwright

# The stand that a test waits for comes from a worker, an engine and a browser on the same two cores.
WAIT_MILLISECONDS = 30_000
PROGRAM = os.environ.get("MEMOIR_TEST_CHROMIUM") or "/usr/bin/chromium"

Scheme = Literal["light", "dark"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's own; without it the tests fail."""
    if not os.access(PROGRAM, os.X_OK):
        raise RuntimeError(
            f"no Chromium at {PROGRAM}: scripts/setup --development installs it, or set MEMOIR_TEST_CHROMIUM"
        )
    expect.set_options(timeout=WAIT_MILLISECONDS)
    with sync_playwright() as playwright:
        # Root, which tests in containers run as, may not use its sandbox.
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=[*sandbox, "--disable-dev-shm-usage"])
        try:
            yield browser
        finally:
            browser.close()


class Dashboard:
    """The page of one worker in a browser that knows nothing yet."""

    def __init__(
        self, browser: Browser, url: str, *, width: int = 1_440, height: int = 900, scheme: Scheme = "light"
    ) -> None:
        self.url = url
        # What must never be: errors of the page, requests to others, files that are missing.
        self.problems: list[str] = []
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
        )
        self.context.set_default_timeout(WAIT_MILLISECONDS)
        self.page: Page = self.context.new_page()
        self.page.on("console", self.on_console)
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("request", self.on_request)
        self.page.on("response", self.on_response)
        self.page.on("dialog", lambda dialog: self.problems.append(f"dialog: {dialog.message}"))
        self.page.goto(url)

    def on_console(self, message: ConsoleMessage) -> None:
        # Chromium tells of each answer that is an error; those of the API are what some tests are about.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.problems.append(f"console: {message.text}")

    def on_request(self, request: Request) -> None:
        if not request.url.startswith((self.url + "/", "data:")):
            self.problems.append(f"request to {request.url}")
        if "token" in request.url:
            self.problems.append(f"token in {request.url}")

    def on_response(self, response: Response) -> None:
        if response.status >= 400 and "/api/" not in response.url:
            self.problems.append(f"{response.status} for {response.url}")

    def close(self) -> None:
        self.context.close()

    def at(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def wait_until_live(self) -> None:
        expect(self.at("#live")).to_have_attribute("data-state", "live")
        expect(self.at("#lane-cards article")).to_have_count(4)

    def type_token(self, token: str) -> None:
        """Into the dialog, which is open."""
        self.at("#token-input").fill(token)
        self.button("Use this token").click()

    def unlock(self, token: str) -> None:
        self.at("#token-button").click()
        self.type_token(token)
        expect(self.at("#token-state")).to_have_text("Unlocked")

    def lane(self, name: str) -> Locator:
        return self.at(f"#card-{name}")

    def letters(self) -> Locator:
        return self.at("#letters-rows > tr")

    def overflow(self) -> int:
        """Pixels that the page is wider than the window."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        return width

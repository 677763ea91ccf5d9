from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from tests.support.browser import new_context, violations
from tests.support.pictures import draw, photograph

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.support.browser import Site

ALT = "A half-open door with warm light behind it"

DROP = """([kind, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const moved = new DataTransfer();
  moved.items.add(new File([bytes], "dropped.jpg", { type: "image/jpeg" }));
  document.dispatchEvent(kind === "drop"
    ? new DragEvent("drop", { dataTransfer: moved, bubbles: true, cancelable: true })
    : new ClipboardEvent("paste", { clipboardData: moved, bubbles: true, cancelable: true }));
}"""


def test_several_images_are_described_and_kept_with_the_keyboard_alone(page: Page, tmp_path: Path) -> None:
    good, torn = draw(tmp_path / "door.png"), tmp_path / "torn.jpg"
    torn.write_bytes(photograph()[:300])
    page.goto("/media")
    page.get_by_label("Add an image").set_input_files([good, torn])
    page.keyboard.type(ALT)  # the focus waits in the first image's field
    assert violations(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=ALT).wait_for()
    second = page.get_by_role("listitem").filter(has_text="torn.jpg")
    second.get_by_label("What it shows").fill("Torn")
    second.get_by_role("button", name="Add to the library").press("Enter")
    second.get_by_text("cut short").wait_for()
    assert second.get_by_label("What it shows").input_value() == "Torn"
    assert violations(page) == []
    second.get_by_role("button", name="Leave it out").press("Enter")
    assert page.get_by_label("Add an image").evaluate("field => field === document.activeElement")
    page.get_by_role("link", name=ALT).press("Enter")
    page.get_by_role("heading", name="door.png").wait_for()


def test_images_come_by_drop_and_by_paste(page: Page) -> None:
    page.goto("/media")
    for number, kind in enumerate(("drop", "paste")):
        page.evaluate(DROP, [kind, b64encode(photograph()).decode()])
        page.get_by_label("What it shows").last.fill(f"By {kind}")
        page.get_by_role("button", name="Add to the library").last.click()
        page.get_by_role("link", name="By drop").nth(number).wait_for()  # the same picture, kept once


def test_without_a_script_an_image_goes_in_by_the_form(site: Site, browser: Browser, tmp_path: Path) -> None:
    with new_context(browser, site, site.person(), java_script_enabled=False) as context:
        page = context.new_page()
        page.set_default_timeout(30_000)  # a process is started for the image, on a machine that may be busy
        page.goto("/media")
        page.get_by_label("Add an image").set_input_files(draw(tmp_path / "door.png"))
        page.get_by_label("What it shows").fill(ALT)
        page.get_by_role("button", name="Add to the library").click()
        page.get_by_role("heading", name="door.png").wait_for()
        assert page.get_by_role("img", name=ALT).count() == 1
        page.get_by_role("button", name="Delete the image").click()
        page.get_by_text("door.png is deleted").wait_for()

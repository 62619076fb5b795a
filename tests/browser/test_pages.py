from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.conftest import CLAIMS

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.usefixtures("site")]
Scheme = Literal["light", "dark"]

PAGES = (
    "example.html",
    "index.html",
    "claims/index.html",
    "claims/C01.html",
    "claims/C02.html",
    "claims/C05.html",
    "claims/C08.html",
    "claims/H09.html",
    "forces/index.html",
    "forces/kent.html",
    "methods.html",
    "data.html",
    "definitions.html",
    "accessibility.html",
)
"""One of each kind, and claims with and without a computed value, with an address in the reason, a share by ethnicity, a range alone."""

CARDS = (
    "index.html",
    "claims/index.html",
    "claims/C02.html",
    "claims/C05.html",
    "claims/C08.html",
    "forces/index.html",
    "definitions.html",
    "accessibility.html",
)
"""Pages on which nothing is wider than a telephone: in the list each claim becomes a card."""
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
PAPER = 672
"""What A4 leaves between margins of 16 mm, in pixels of 1/96 inch: 178 mm."""

CONTRAST = """() => {
  const parse = colour => { const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number); return { r, g, b, a } };
  const channel = value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = ({ r, g, b }) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.a === 1) return colour;
    }
    return { r: 255, g: 255, b: 255 };
  };
  const texts = [...document.querySelectorAll('body *')].filter(element => !element.closest('svg') && element.checkVisibility()
    && [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()));
  return texts.map(element => {
    const [low, high] = [luminance(parse(getComputedStyle(element).color)), luminance(ground(element))].sort((a, b) => a - b);
    return { text: element.textContent.trim().slice(0, 40), ratio: (high + 0.05) / (low + 0.05) };
  });
}"""
"""The contrast of every text with its ground, as WCAG 2.2 defines it (relative luminance; success criterion 1.4.3)."""


def open_page(
    browser: Browser,
    address: str,
    *,
    width: int = 1280,
    scheme: Scheme = "light",
    bypass: bool = False,
) -> Page:
    page = browser.new_page(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        bypass_csp=bypass,
        reduced_motion="reduce",
    )
    page.goto(address)
    return page


@pytest.fixture
def example(chromium: Browser, site: Path) -> Iterator[Page]:
    page = open_page(chromium, (site / "example.html").as_uri())
    yield page
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_nothing_of_anyone_and_has_no_fault_to_report(
    chromium: Browser, site: Path, name: str
) -> None:
    page = chromium.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((site / name).as_uri())
    page.close()
    searched = name in ("index.html", "claims/index.html")
    own = [name, "style.css", *(["search.js"] if searched else [])]
    assert asked == [(site / file).as_uri() for file in own]
    assert said == []


def test_the_policy_in_the_page_stops_a_script_and_a_request(example: Page) -> None:
    stopped = example.evaluate("""async () => {
      const stopped = [];
      document.addEventListener('securitypolicyviolation', event => stopped.push([event.effectiveDirective, event.blockedURI]));
      const add = (tag, attributes) => document.body.append(Object.assign(document.createElement(tag), attributes));
      add('script', { textContent: 'document.title = "ran"' });
      add('img', { src: 'http://127.0.0.1:9/x.png' });
      while (stopped.length < 2) await new Promise(requestAnimationFrame);
      return stopped;
    }""")
    assert stopped == [["script-src-elem", "inline"], ["img-src", "http://127.0.0.1:9/x.png"]]
    assert example.title() == "An example page – Casey audit replication"


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_scrolls_tables_and_code_but_never_the_page(
    chromium: Browser, site: Path, name: str
) -> None:
    page = open_page(chromium, (site / name).as_uri(), width=320)
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    wide, seen = page.evaluate(
        "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    inside = page.eval_on_selector_all(
        ".table-scroll, pre",
        "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.tabIndex)",
    )
    page.close()
    assert wide <= seen
    assert set(inside) <= {0}  # what scrolls can be scrolled with the keyboard
    assert inside or name in CARDS


def test_text_twice_as_large_needs_no_sideways_scrolling(chromium: Browser, site: Path) -> None:
    page = open_page(chromium, (site / "example.html").as_uri(), width=640)
    page.add_style_tag(content=":root { font-size: 212.5% }")
    wide, seen = page.evaluate(
        "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    page.close()
    assert wide <= seen


def test_the_keyboard_skips_to_the_content(example: Page) -> None:
    example.keyboard.press("Tab")
    box = example.locator(".skip:focus").bounding_box()
    assert box is not None
    assert box["y"] >= 0
    example.keyboard.press("Enter")
    assert example.evaluate("document.activeElement.id") == "content"


def test_the_keyboard_opens_what_is_folded(example: Page) -> None:
    code = example.locator("details.fold", has=example.locator("#code"))
    assert not code.locator("pre").first.is_visible()
    code.locator("summary").focus()
    example.keyboard.press("Enter")
    assert code.locator("pre").first.is_visible()
    example.keyboard.press("Tab")
    assert example.evaluate("document.activeElement.tagName") == "PRE"


def test_what_has_the_focus_is_seen_to_have_it(example: Page) -> None:
    example.keyboard.press("Tab")
    for _ in range(example.locator("a, summary, [tabindex='0']").count() - 1):
        width = example.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert width == "3px", example.evaluate("document.activeElement.outerHTML.slice(0, 80)")
        example.keyboard.press("Tab")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", PAGES[:2])
def test_every_text_stands_out_from_its_ground(
    chromium: Browser, site: Path, name: str, scheme: Scheme
) -> None:
    page = open_page(chromium, (site / name).as_uri(), scheme=scheme)
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    texts: list[dict[str, Any]] = page.evaluate(CONTRAST)
    page.close()
    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(22, 24, 26)"}[scheme]
    assert len(texts) > 20
    assert [text for text in texts if text["ratio"] < 4.5] == []


@pytest.fixture
def index(chromium: Browser, site: Path) -> Iterator[Page]:
    page = open_page(chromium, (site / "index.html").as_uri())
    yield page
    page.close()


def test_a_claim_can_be_linked_to(chromium: Browser, site: Path) -> None:
    page = open_page(chromium, (site / "claims" / "index.html").as_uri() + "#C05")
    in_view = page.evaluate(
        "document.getElementById('C05').getBoundingClientRect().top < innerHeight"
    )
    page.close()
    assert in_view


FINDS = {
    "1 in 4": "claims/H05.html",
    "102878": "claims/C01.html",
    "102,878": "claims/C01.html",
    "unrecorded": "claims/F01a.html",
    "Wiltshire": "claims/F01a.html",
    "Kent": "forces/kent.html",
    "grooming": "definitions.html#images_and_grooming",
}
"""What is searched for → a page that is found, from a folder without a server."""


@pytest.mark.parametrize("words", FINDS)
def test_the_search_finds_figures_forces_and_definitions(index: Page, words: str) -> None:
    index.locator("#search").focus()
    index.keyboard.type(words)
    index.locator("#results a").first.wait_for()
    links = index.eval_on_selector_all("#results a", "all => all.map(a => a.getAttribute('href'))")
    assert FINDS[words] in links
    assert index.get_by_role("status").inner_text().startswith(f"{len(links)} found")
    index.locator("#search").fill("no such words")
    assert index.locator("#results a").count() == 0


def test_a_result_is_reached_from_a_page_in_a_folder(chromium: Browser, site: Path) -> None:
    page = open_page(chromium, (site / "claims" / "index.html").as_uri())
    page.locator("#search").fill("Kent")
    page.locator("#results a", has_text="Kent").first.click()
    page.wait_for_url("**/forces/kent.html")
    page.close()


def test_without_scripts_the_list_is_whole_and_no_control_is_in_the_way(
    chromium: Browser, site: Path
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "claims" / "index.html").as_uri())
    hidden = page.locator(".search").bounding_box()
    rows = page.locator(".claims tbody tr")
    visible = [rows.nth(number).is_visible() for number in range(rows.count())]
    context.close()
    assert hidden is None
    assert visible == [True] * len(CLAIMS)


@pytest.mark.parametrize("width", [320, 960, 1280])
def test_what_is_hidden_takes_no_room_at_any_width(
    chromium: Browser, site: Path, width: int
) -> None:
    page = open_page(chromium, (site / "claims" / "index.html").as_uri(), width=width)
    page.eval_on_selector_all(
        ".claims tbody tr", "all => all.slice(1).forEach(one => one.hidden = true)"
    )
    heights = page.eval_on_selector_all(
        ".claims tbody tr", "all => all.map(one => one.offsetHeight)"
    )
    page.close()
    assert heights[0] > 0
    assert set(heights[1:]) == {0}


def test_the_first_result_is_at_most_eight_stops_from_the_top(index: Page) -> None:
    for _ in range(8):
        index.keyboard.press("Tab")
        if index.evaluate("!!document.activeElement.closest('.card')"):
            return
    pytest.fail("no headline figure within eight stops")


def test_the_answer_is_on_the_first_screen(chromium: Browser, site: Path) -> None:
    for width, height in ((1280, 800), (390, 844)):
        page = open_page(chromium, (site / "index.html").as_uri(), width=width)
        page.set_viewport_size({"width": width, "height": height})
        box = page.locator(".card").first.bounding_box()
        page.close()
        assert box is not None
        assert box["y"] + box["height"] <= height, width


def test_the_focus_goes_down_the_page(index: Page) -> None:
    places: list[float] = []
    for _ in range(index.locator("main :is(a, summary, input, [tabindex='0']):visible").count()):
        index.keyboard.press("Tab")
        if index.evaluate("!!document.activeElement.closest('main')"):
            top = "scrollY + document.activeElement.getBoundingClientRect().top"
            places.append(index.evaluate(top))
    assert len(places) > 5
    assert places == sorted(places)


def test_on_paper_there_is_the_text_and_no_control(example: Page) -> None:
    example.emulate_media(media="print", color_scheme="dark")
    hidden = [
        example.locator(selector).first.is_visible()
        for selector in (".skip", ".contents", ".search", ".download")
    ]
    assert hidden == [False] * 4
    assert example.evaluate("getComputedStyle(document.body).color") == "rgb(11, 12, 12)"
    assert example.pdf(prefer_css_page_size=True).startswith(b"%PDF")


@pytest.mark.parametrize("name", ["example.html", "data.html"])
def test_on_paper_no_table_is_cut_off(chromium: Browser, site: Path, name: str) -> None:
    page = open_page(chromium, (site / name).as_uri(), width=PAPER)
    page.emulate_media(media="print")
    ends = page.eval_on_selector_all(
        "main table, .figure-panel svg",
        "all => all.filter(one => one.checkVisibility()).map(one => one.getBoundingClientRect().right)",
    )
    page.close()
    assert len(ends) > 1
    assert max(ends) <= PAPER


RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = """only => axe.run({ runOnly: only }).then(found => [
  found.violations.map(fault => [fault.id, fault.nodes.map(node => node.html.slice(0, 120))]),
  found.passes.map(rule => rule.id)])"""


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(chromium: Browser, site: Path, axe: str, name: str) -> None:
    """By all rules at both widths, and by that of contrast in the dark, which changes colours only."""
    page = open_page(chromium, (site / name).as_uri(), bypass=True)
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    page.evaluate(axe)
    tried: list[tuple[int, Scheme, list[str]]] = [
        (1280, "light", RULES),
        (320, "light", RULES),
        (1280, "dark", ["color-contrast"]),
    ]
    for width, scheme, rules in tried:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        faults, passed = page.evaluate(AXE, rules)
        assert faults == [], (width, scheme)
        assert "color-contrast" in passed
    page.close()

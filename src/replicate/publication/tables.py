"""Makes tables that libraries write readable by everyone: scopes on headers, no empty header, sideways scrolling without the page."""

import re

from bs4 import BeautifulSoup, Tag

_NUMBER = re.compile(r"[-+−]?[\d,.]+(e[-+]?\d+)?%?|NaN|nan|<NA>")


def accessible(html: str, name: str) -> str:
    """Return HTML whose tables have scopes, no border or alignment of their own, and a region to scroll in.

    Parameters
    ----------
    html
        What pandas, statsmodels or Markdown wrote.
    name
        What to call the table, or the first of several; unique on its page.

    Examples
    --------
    >>> accessible("<table><tr><th></th><th>n</th></tr><tr><th>a</th><td>1</td></tr></table>", "Table 1")
    '<div aria-label="Table 1" class="table-scroll" role="region" tabindex="0"><table><tr><td></td><th scope="col">n</th></tr><tr><th scope="row">a</th><td class="number">1</td></tr></table></div>'
    """  # noqa: E501
    soup = BeautifulSoup(html, "html.parser")
    for style in soup.find_all("style", attrs={"scoped": True}):
        style.decompose()
    for number, table in enumerate(soup.find_all("table"), 1):
        _tidy(table)
        label = name if number == 1 else f"{name}, part {number}"
        region = soup.new_tag(
            "div",
            attrs={"aria-label": label, "class": "table-scroll", "role": "region", "tabindex": "0"},
        )
        table.wrap(region)
    return str(soup).strip()


def _tidy(table: Tag) -> None:
    del table["border"]
    for row in table.find_all("tr"):
        del row["style"]
        _tidy_row(row)


def _tidy_row(row: Tag) -> None:
    cells = row.find_all(["th", "td"])
    heads = all(cell.name == "th" or not _text(cell) for cell in cells)
    for cell in cells:
        del cell["style"]
        if cell.name == "th" and not _text(cell):
            cell.name = "td"
        elif cell.name == "th":
            cell["scope"] = "col" if heads else "row"
        elif _NUMBER.fullmatch(_text(cell)):
            cell["class"] = "number"


def _text(cell: Tag) -> str:
    return cell.get_text().strip()

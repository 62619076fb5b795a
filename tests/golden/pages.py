"""Pages for the publishing gate: what each shows, and no more."""

YEAR, AREA, FACTOR = 2024, "Hartlepool", "Trafficking"
"""A cell that the Department for Education suppressed in its table of assessment factors."""

SCRIPT = "<script>alert(1)</script>"
"""What the parameter `force` is given."""

SHARE = "Of suspects in Rotherham 66 % were Asian"
WHOLE = (
    "Of suspects 83 % were White; ethnicity is missing for 66 %: the share of all could be "
    "27.6 % to 94.5 %."
)

# Paths and secrets in two pieces each, so that no scanner of repositories takes them for real ones.
HOME, USERS = "/" + "home", "/" + "Users"
SECRETS = {
    "a private key": "-----BEGIN OPENSSH " + "PRIVATE KEY-----",
    "an access key": "AKIA" + "IOSFODNN7EXAMPLE",
    "a token": "ghp_" + "a1B2" * 9,
    "a web token": "eyJhbGciOiJIUzI1" + ".eyJzdWIiOiIxMjM0" + ".SflKxwRJSMeKKF2QT4",
    "an address with a password": "https://someone:" + "hunter2@example.org/table.csv",
    "a value called a password": '"password": "' + "correct-horse" + '"',
}

PREPARED = f'''\
import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import HTML, SVG, Markdown, Math, display
from replicate.display import figure, prose, table

def careful(function):
    """What the project will not even show is refused already."""
    def called(*given, **options):
        try:
            return function(*given, **options)
        except Exception as error:
            print("refused when shown:", str(error).splitlines()[0])
    return called

figure, prose, table = map(careful, (figure, prose, table))

def factors(count, **more):
    cell = {{"year": {YEAR}, "area": "{AREA}", "factor": "{FACTOR}", "episodes": count}}
    return pd.DataFrame([cell | more])

def shown(frame, **options):
    return table(
        frame, caption="Factors", row_header="area", name="factors", **options
    )

def drawn(data):
    fig, axes = plt.subplots()
    axes.plot([1, 2], [3, 4])
    words = dict(title="A rise", subtitle="Offences, Kent", source="Home Office")
    return figure(fig, **words, alt="A line that rises", data=data, name="drawn")
'''

PARAMETERS = "force = 'Kent'"

EXECUTED = {
    "suppressed count: raw frame": "factors(3)",
    "suppressed count: raw frame, state says so": (
        "pd.DataFrame({'force': ['Kent'], 'count': [1204], 'state': ['suppressed']})"
    ),
    "suppressed count: frame as HTML without an index": ("HTML(factors(3).to_html(index=False))"),
    "suppressed count: frame with the year as its index": "factors(3).set_index('year')",
    "suppressed count: Markdown shown by a cell": (
        f"Markdown('| year | area | factor | episodes |\\n|--|--|--|--|\\n"
        f"| {YEAR} | {AREA} | {FACTOR} | 3 |')"
    ),
    "suppressed count: file of data in a link": (
        "from urllib.parse import quote\n"
        "rows = quote(factors(3).to_csv(index=False))\n"
        "HTML(f'<a href=\"data:text/csv;charset=utf-8,{rows}\">rows</a>')"
    ),
    "suppressed count: table of the project": (
        "shown(factors(3), units={'episodes': 'episodes', 'year': 'year'})"
    ),
    "suppressed count: data of a figure": "drawn(factors(3))",
    "suppressed count: printed as text": "print(factors(3))",
    "good: suppressed cell shown as suppressed": (
        "shown(factors(None, state='suppressed'), states={'episodes': 'state'}, "
        "units={'episodes': 'episodes', 'year': 'year'})"
    ),
    "good: suppressed cell shown by its bounds": (
        "HTML(factors('', lower=1, upper=5).to_html(index=False))"
    ),
    "good: a count that was published": (
        "HTML(factors(3).assign(area='nowhere').to_html(index=False))"
    ),
    "share by ethnicity: Markdown shown by a cell": f"Markdown('{SHARE}.')",
    "share by ethnicity: sentence of the project": (
        "prose('Of suspects in Rotherham {share} were Asian.', share='66 %')"
    ),
    "share by ethnicity: raw frame": (
        "pd.DataFrame({'group': ['suspects recorded as Asian'], 'share': ['52 %']})"
    ),
    "share by ethnicity: claim beside its figure": (
        "pd.DataFrame({'claim': ['C08'], 'published': ['52 %']})"
    ),
    "share by ethnicity: words of a drawing": (
        'HTML(\'<svg role="img" aria-label="Suspects recorded as Asian: 52 %"></svg>\')'
    ),
    "good: share by ethnicity with what is missing and its bounds": f"Markdown('{WHOLE}')",
    "good: share by ethnicity that cannot be bounded": (
        "pd.DataFrame({'claim': ['C08'], 'published': ['52 %'], 'missing': "
        "['cannot be bounded: the share that is missing is not published']})"
    ),
    "good: share of residents": "Markdown('Of residents 20.9 % are Asian.')",
    "good: place with a colour in its name": (
        "Markdown('In the Black Country, 5 % of offenders were women.')"
    ),
    "path: printed": f"print('read from {HOME}/someone/tables/counts.csv')",
    "path: of Windows, printed": r"print(r'read from C:\Users\someone\counts.csv')",
    "path: in a frame": f"pd.DataFrame({{'file': ['{USERS}/someone/counts.csv']}})",
    "path: in an address": f"print('https://example.org{HOME}/someone/counts.csv')",
    **{f"secret: {name}, printed": f"print({text!r})" for name, text in SECRETS.items()},
    "secret: a token in a frame": f"pd.DataFrame({{'note': [{SECRETS['a token']!r}]}})",
    "good: a sentence about secrets": (
        "print('The secret: confidential informants; the secretary of state')"
    ),
    "script: parameter as HTML that nobody escaped": "HTML(f'<p>{force}</p>')",
    "script: parameter in a frame that nobody escaped": (
        "HTML(pd.DataFrame({'force': [force]}).to_html(escape=False))"
    ),
    "script: parameter in Markdown": "Markdown(f'The force is {force}.')",
    "good: parameter in a raw frame": "pd.DataFrame({'force': [force], 'count': [3]})",
    "good: parameter in a table of the project": (
        "table(pd.DataFrame({'force': [force], 'count': [3]}), caption=force, "
        "units={'count': 'offences'}, row_header='force', name='data')"
    ),
    "good: parameter in a sentence of the project": "prose('The force is {force}.', force=force)",
    "good: parameter printed": "print(force)",
    "script: on a click": "HTML('<p onclick=\"alert(1)\">more</p>')",
    "script: address": "HTML('<a href=\"javascript:alert(1)\">more</a>')",
    "script: address after a blank": "HTML('<a href=\" javascript:alert(1)\">more</a>')",
    "script: address broken by a tab": "HTML('<a href=\"java\\tscript:alert(1)\">more</a>')",
    "script: address in a drawing": (
        'HTML(\'<svg role="img" aria-label="a box"><a xlink:href="javascript:alert(1)">'
        "<rect/></a></svg>')"
    ),
    "script: frame": "HTML('<iframe src=\"https://example.org\"></iframe>')",
    "script: form": "HTML('<form action=\"https://example.org\"></form>')",
    "fetches: picture": 'HTML(\'<img src="https://example.org/a.png" alt="A map">\')',
    "fetches: style": "HTML('<p style=\"background:url(https://example.org/a.png)\">a</p>')",
    "fetches: style sheet": "HTML('<p>a</p><style>@import \"https://example.org/a\";</style>')",
    "fetches: drawing": (
        'HTML(\'<svg role="img" aria-label="a"><image href="https://example.org/a"/></svg>\')'
    ),
    "no words: plain figure": "plt.plot([1, 2])\nplt.show()",
    "no words: picture": "HTML('<img src=\"data:image/png;base64,AAAA\">')",
    "no words: drawing": "HTML('<svg><rect/></svg>')",
    "good: figure of the project": "drawn(pd.DataFrame({'year': [1, 2], 'count': [3, 4]}))",
    "good: link": "HTML('<a href=\"https://www.gov.uk\">Home Office</a>')",
    "good: formula": "Math('x^2')",
    "good: warning": "import warnings\nwarnings.warn('rounded')",
}
"""Name of a page → the cell that shows what is on it."""

WRITTEN = {
    "suppressed count: Markdown": (
        f"| year | area | factor | episodes |\n|--|--|--|--|\n| {YEAR} | {AREA} | {FACTOR} | 3 |"
    ),
    "share by ethnicity: Markdown": f"{SHARE}.",
    "share by ethnicity: heading": "### 52 % of suspects are Asian\n\nMuch is missing.",
    "path: Markdown": f"The file is {HOME}/someone/counts.csv.",
    "secret: Markdown": f"The token is {SECRETS['a token']}.",
    "script: Markdown": f"Text {SCRIPT}",
    "fetches: picture in Markdown": "![A map](https://example.org/a.png)",
    "no words: picture in Markdown": "![](data:image/png;base64,AAAA)",
    "good: Markdown": "Recorded offences, non-recent ones included, rose. $x^2$",
    "good: share by ethnicity in Markdown": WHOLE,
}
"""Name of a page → its Markdown."""

GIVEN = {
    "path: in a parameter": f"force = '{HOME}/someone/counts.csv'",
    "secret: in a parameter": f"force = {SECRETS['a token']!r}",
    "good: script in a parameter that nothing shows": f"force = {SCRIPT!r}",
}
"""Name of a page → the cell of parameters that was injected."""

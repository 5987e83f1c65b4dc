"""Pieces of HTML -> one page that needs nothing else: its style and its script stand in it, and it may load nothing."""

from html import escape

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

_STYLE = """
:root { color-scheme: light dark; --ground: #fff; --raised: #f6f7f9; --ink: #1c2128; --faint: #626b78; --line: #d9dee5;
  --link: #0a58ca; --error: #b42318; --warning: #9a5b00; --note: #476078; --mark: #ffe08a; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171c; --raised: #1c2027; --ink: #e3e7ec; --faint: #98a2b0; --line: #333a45;
  --link: #7ab0ff; --error: #ff8a7d; --warning: #f0b354; --note: #9db7d1; --mark: #6a4f00; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 70rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); }
code, pre { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .875em; }
h1 { margin: 0; font-size: 1.5rem; }
h2 { margin: 2.5rem 0 .5rem; font-size: 1.1rem; }
h3 { margin: 0; font-size: 1rem; }
.faint { color: var(--faint); font-weight: normal; }
form { margin: 1rem 0; padding: .75rem 0; background: var(--ground); border-bottom: 1px solid var(--line); }
fieldset { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0 0 .5rem; padding: 0; border: 0; }
legend { float: left; padding: 0; min-width: 6rem; color: var(--faint); }
input[type=search] { width: 100%; max-width: 24rem; padding: .3rem .5rem; font: inherit; color: inherit; background: var(--raised);
  border: 1px solid var(--line); border-radius: 4px; }
article { margin: 0 0 1rem; padding: 1rem; background: var(--raised); border: 1px solid var(--line); border-left: 4px solid var(--line);
  border-radius: 4px; }
article.error { border-left-color: var(--error); }
article.warning { border-left-color: var(--warning); }
article.note { border-left-color: var(--note); }
.error > h3 > .code { color: var(--error); } .warning > h3 > .code { color: var(--warning); } .note > h3 > .code { color: var(--note); }
pre { margin: .75rem 0; padding: .5rem; overflow-x: auto; background: var(--ground); border: 1px solid var(--line); border-radius: 4px;
  line-height: 1.45; }
pre b { color: var(--faint); font-weight: normal; user-select: none; }
mark { background: var(--mark); color: inherit; border-radius: 2px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0; }
dt { color: var(--faint); }
dd { margin: 0; }
ol { margin: 0; padding-left: 1.25rem; }
[hidden] { display: none; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
@media print { form { display: none; } }
"""

_SCRIPT = """
const form = document.querySelector("form");
const findings = [...document.querySelectorAll("article")];
const files = [...document.querySelectorAll("section")];
function show() {
  const chosen = name => new Set([...form.querySelectorAll(`input[name=${name}]:checked`)].map(box => box.value));
  const codes = chosen("code"), kinds = chosen("kind"), words = form.words.value.toLowerCase().split(/\\s+/);
  for (const finding of findings) {
    const text = finding.textContent.toLowerCase() + " " + finding.dataset.path.toLowerCase();
    finding.hidden = !(codes.has(finding.dataset.code) && kinds.has(finding.dataset.kind) && words.every(word => text.includes(word)));
  }
  for (const file of files) file.hidden = ![...file.querySelectorAll("article")].some(finding => !finding.hidden);
  form.querySelector("output").value = findings.filter(finding => !finding.hidden).length + " of " + findings.length + " shown";
}
if (form) {
  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("submit", event => event.preventDefault());
  show();
}
"""


def document(title: str, body: str) -> str:
    """The whole page; `body` is HTML, `title` is text. It is ASCII, and what no encoding can hold is spelled out."""
    page = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}<script>{_SCRIPT}</script>\n</body>\n</html>\n"
    )
    return page.encode("utf-8", "backslashreplace").decode("utf-8").encode("ascii", "xmlcharrefreplace").decode("ascii")

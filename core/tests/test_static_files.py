"""Scripts and style sheets are served minified, and remain valid."""

import json
import re
import subprocess

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from playwright._impl._driver import compute_driver_executable

from core.static_files import MinifiedStorage, minified

STATIC = settings.BASE_DIR / "static"
SCRIPTS = sorted((STATIC / "js").rglob("*.js"))
SHEETS = sorted((STATIC / "css").glob("*.css"))
# Parses each script, as a module where it imports or exports, and prints the names of broken ones.
PARSE = """
const vm = require("vm");
const broken = [];
for (const [name, text, isModule] of JSON.parse(require("fs").readFileSync(0))) {
    try {
        isModule ? new vm.SourceTextModule(text) : new vm.Script(text);
    } catch (error) {
        broken.push(`${name}: ${error}`);
    }
}
console.log(JSON.stringify(broken));
"""
# Returns the rules of each style sheet as the browser has understood them.
RULES = """
texts => texts.map(text => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return [...sheet.cssRules].map(rule => rule.cssText);
})
"""


def parse(texts):
    node = str(compute_driver_executable()[0])
    done = subprocess.run(
        [node, "--experimental-vm-modules", "--no-warnings", "-e", PARSE],
        input=json.dumps([[name, text, "plan-editor" in name] for name, text in texts]),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_minified_scripts_are_valid():
    assert len(SCRIPTS) > 30
    assert parse([(str(path), minified(path.name, path.read_text())) for path in SCRIPTS]) == []


def test_a_broken_script_is_noticed():
    [broken] = parse([("broken.js", "const a = ;")])
    assert "SyntaxError" in broken


def without_spaces(rule):
    """Inside a value with a variable, the browser keeps spaces as they were written."""
    return re.sub(r"([,:])\s+", r"\1", rule)


def test_minified_style_sheets_have_the_same_rules(page):
    sources = [path.read_text() for path in SHEETS]
    small = [minified(path.name, text) for path, text in zip(SHEETS, sources, strict=True)]
    before, after = (
        [[without_spaces(rule) for rule in rules] for rules in page.evaluate(RULES, texts)]
        for texts in (sources, small)
    )
    assert before == after
    assert len(before) > 10 and all(before)
    assert sum(map(len, small)) < 0.85 * sum(map(len, sources))


@pytest.mark.parametrize(
    ("name", "text", "saved"),
    [
        ("js/own.js", "// Note.\nconst a = 1;\n", "const a=1;"),
        ("css/own.css", "/* Note. */\na { color: red; }\n", "a{color:red}"),
        ("htmx/library.js", "// Note.\nconst a = 1;\n", "// Note.\nconst a = 1;"),
        (
            "unfold/css/styles.css",
            "/* Note. */\na { color: red; }",
            "/* Note. */\na { color: red; }",
        ),
    ],
)
def test_only_our_own_scripts_and_style_sheets_are_minified(tmp_path, name, text, saved):
    storage = MinifiedStorage(location=str(tmp_path), base_url="/static/")
    storage.save(name, ContentFile(text.encode()))
    assert (tmp_path / name).read_text().strip() == saved


def test_the_hashed_script_that_is_served_is_minified_too(tmp_path):
    source = FileSystemStorage(location=str(tmp_path / "source"))
    source.save("js/own.js", ContentFile(b"// Note.\nconst a = 1;\n"))
    storage = MinifiedStorage(location=str(tmp_path / "served"), base_url="/static/")
    with source.open("js/own.js") as script:
        storage.save("js/own.js", script)
    list(storage.post_process({"js/own.js": (source, "js/own.js")}))
    served = storage.url("js/own.js", force=True).removeprefix("/static/")
    assert served != "js/own.js"
    assert (tmp_path / "served" / served).read_bytes() == b"const a=1;"

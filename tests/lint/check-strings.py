#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every text a person sees can be translated, and the German translation is whole.

    check-strings.py SOURCE-ROOT
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

UI_TEXT = {"label", "title", "subtitle", "tooltip-text", "placeholder-text", "description",
           "text", "tooltip_text", "placeholder_text"}
# Functions of the toolkit whose literal text a person reads.
C_TEXT = re.compile(
    r"\b(gtk_label_new|gtk_label_set_text|gtk_label_set_label|gtk_button_new_with_label|"
    r"gtk_button_set_label|gtk_widget_set_tooltip_text|gtk_window_set_title|adw_toast_new|"
    r"adw_toast_set_title|adw_toast_set_button_label|adw_status_page_set_title|"
    r"adw_status_page_set_description|adw_preferences_row_set_title|adw_action_row_set_subtitle|"
    r"adw_preferences_group_set_title|gtk_check_button_new_with_label|gtk_entry_set_placeholder_text|"
    r"adw_message_dialog_set_heading|adw_message_dialog_add_response|gtk_editable_set_text|"
    r"adw_window_title_set_title|adw_window_title_set_subtitle)\s*\(([^;]*?)\)\s*;", re.S)
LITERAL = re.compile(r'(?<![_\w(])"((?:[^"\\]|\\.)*)"|(_|C_|N_|ngettext|g_dngettext)\s*\(\s*"')
WORD = re.compile(r"[A-Za-z]{2,}")
# Numbers with units and names of things that are the same in every language.
SAME_EVERYWHERE = re.compile(r"^[\s%\d.,:+\-–−×/()#a-z]*(Hz|kHz|dB|ms|s|LUFS|SNR|px)?[\s%\d.,:+\-–−×/()]*$")

# Everywhere below: what is marked, and what only developers read.
MARKED = re.compile(r"\b(?:_|N_|C_|NC_|ngettext|g_dngettext)\s*\(")
FOR_DEVELOPERS = re.compile(r"\b(?:g_critical|g_warning|g_debug|g_error|g_message|g_assert\w*|g_return\w*|"
                            r"g_param_spec_\w+|tsr_db_execute|tsr_db_query_\w+|tsr_db_prepare|__asm__\s+volatile)\s*\(")
STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
STRINGS = re.compile(r'"(?:[^"\\\n]|\\.)*"(?:\s*"(?:[^"\\\n]|\\.)*")*')
SENTENCE = re.compile(r"(?:^|[ (])[A-Za-z][a-z]+ (?:[a-z]+[ ,]? ?)+[a-z]{2,}")
SQL = re.compile(r"^\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|PRAGMA|BEGIN|VACUUM|WITH|ATTACH)\b|"
                 r"\b(?:FROM|WHERE|REFERENCES|NOT NULL)\b")
# Words of a file format or of the language of operations, and names: the same everywhere.
NO_TEXT = {
    "app/gui/application-actions.c": ("© ",),
    "app/gui/main-window-edit.c": ("join ",),
    "model/operation-table.c": (" keep ",),
    "model/operation-text.c": (" keep ",),
    "store/formats/spear-export.c": ("par-text-",),
    "store/formats/spear-import.c": ("index ", "time "),
}
NO_PROGRAM_OF_USERS = {"app/gui/bench-canvas.c"}


def ui_problems(root):
    for file in sorted(list((root / "views").rglob("*.ui")) + list((root / "app").rglob("*.ui")) +
                       list((root / "resources").rglob("*.ui"))):
        name = file.relative_to(root).as_posix()
        for node in ElementTree.parse(file).getroot().iter():
            if node.tag not in ("property", "attribute", "item") or not (node.text or "").strip():
                continue
            if node.tag == "property" and node.get("name") not in UI_TEXT:
                continue
            if node.tag == "attribute" and node.get("name") != "label":
                continue
            if node.get("translatable") != "yes" and WORD.search(node.text) and \
                    not SAME_EVERYWHERE.match(node.text):
                yield f"{name}: \"{node.text.strip()}\" is not translatable"


def c_problems(root):
    for folder in ("views", "app/gui"):
        for file in sorted((root / folder).rglob("*.c")):
            text = file.read_text()
            for call in C_TEXT.finditer(text):
                arguments = re.sub(r'(?:\b_|\bC_|\bN_|\bngettext|\bg_dngettext)\s*\((?:[^()"]|"(?:[^"\\]|\\.)*")*\)', "",
                                   call.group(2))
                for literal in re.finditer(r'"((?:[^"\\]|\\.)*)"', arguments):
                    if WORD.search(literal.group(1)) and not SAME_EVERYWHERE.match(literal.group(1)):
                        line = text[:call.start()].count("\n") + 1
                        yield f"{file.relative_to(root)}:{line}: \"{literal.group(1)}\" is not translatable"


def blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    return re.sub(r'"(?:[^"\\\n]|\\.)*"|/\*.*?\*/|//[^\n]*',
                  lambda m: m.group(0) if m.group(0)[0] == '"' else blank(m.group(0)), text, flags=re.S)


def without_calls(text, call):
    """The text with blanks in place of all calls that match, arguments included."""
    start = call.search(text)
    while start:
        depth, i = 1, start.end()
        while depth and i < len(text):
            if text[i] == '"':
                i = STRING.match(text, i).end()
                continue
            if text[i] == "'":
                i += 4 if text[i + 1] == "\\" else 3
                continue
            depth += {"(": 1, ")": -1}.get(text[i], 0)
            i += 1
        text = text[:start.start()] + blank(text[start.start():i]) + text[i:]
        start = call.search(text, i)
    return text


def sentence_problems(root):
    """Sentences anywhere in the program that do not go through gettext."""
    for folder in ("model", "store", "audio", "views", "app"):
        for file in sorted((root / folder).rglob("*.c")):
            name = file.relative_to(root).as_posix()
            if name in NO_PROGRAM_OF_USERS:
                continue
            text = without_calls(without_calls(without_comments(file.read_text()), MARKED), FOR_DEVELOPERS)
            for strings in STRINGS.finditer(text):
                literal = "".join(part[1:-1] for part in STRING.findall(strings.group(0)))
                if SENTENCE.search(literal) and not SQL.search(literal) and \
                        not literal.startswith(NO_TEXT.get(name, ("\0",))):
                    line = text[:strings.start()].count("\n") + 1
                    yield f"{name}:{line}: \"{literal}\" is not translatable"


def marked_files(root):
    for folder in ("model", "store", "audio", "views", "app", "resources"):
        for file in sorted((root / folder).rglob("*")):
            if file.suffix == ".c" and re.search(r'\b(_|N_|C_|ngettext|Q_)\s*\(\s*"', file.read_text()):
                yield file.relative_to(root).as_posix()
            elif file.suffix == ".ui" and 'translatable="yes"' in file.read_text():
                yield file.relative_to(root).as_posix()


def po_problems(root):
    listed = {line.strip() for line in (root / "po/POTFILES").read_text().splitlines()
              if line.strip() and not line.startswith("#")}
    for name in marked_files(root):
        if name not in listed:
            yield f"{name}: has texts and is not in po/POTFILES"
    for name in sorted(listed):
        if not (root / name).exists():
            yield f"po/POTFILES: {name} does not exist"
    with tempfile.TemporaryDirectory() as folder:
        pot = pathlib.Path(folder) / "fresh.pot"
        run = subprocess.run(["xgettext", "--from-code=UTF-8", "--add-comments", "-k_", "-kN_", "-kC_:1c,2",
                              "-kNC_:1c,2", "-kngettext:1,2", "-kg_dngettext:2,3", "-f", "po/POTFILES", "-o", str(pot)],
                             cwd=root, capture_output=True, text=True)
        if run.returncode:
            yield f"xgettext: {run.stderr.strip()}"
            return
        for language in (root / "po/LINGUAS").read_text().split():
            merged = pathlib.Path(folder) / (language + ".po")
            subprocess.run(["msgmerge", "-q", "-N", "-o", str(merged), f"po/{language}.po", str(pot)],
                           cwd=root, check=True)
            count = subprocess.run(["msgfmt", "--check", "--statistics", "-o", "/dev/null", str(merged)],
                                   cwd=root, capture_output=True, text=True,
                                   env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"})
            line = count.stderr.strip()
            if count.returncode or "untranslated" in line or "fuzzy" in line:
                missing = subprocess.run(["msgattrib", "--untranslated", "--no-obsolete", str(merged)],
                                         capture_output=True, text=True).stdout
                texts = re.findall(r'^msgid "(.+)"$', missing, re.M)
                yield f"po/{language}.po: {line} {texts[:12]}"
        template = root / "po/tarsier.pot"
        if not template.exists():
            yield "po/tarsier.pot is missing"


def translations(root, language):
    """What the texts of the menus, each on one line, are in a language."""
    return dict(re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', (root / f"po/{language}.po").read_text(), re.M))


def letter_problems(root):
    """Entries of one menu that share the letter which chooses them."""
    menus = ElementTree.parse(root / "resources/menus.ui").getroot()
    for language in ["en"] + (root / "po/LINGUAS").read_text().split():
        translated = translations(root, language) if language != "en" else {}
        for menu in [m for tag in ("menu", "submenu") for m in menus.iter(tag)]:
            taken = {}
            entries = [e for part in [menu] + menu.findall("section") for e in part if e.tag in ("item", "submenu")]
            for label in [a.text for e in entries for a in e.findall("attribute") if a.get("name") == "label"]:
                letter = re.search("_(.)", translated.get(label, label))
                if letter and taken.setdefault(letter.group(1).lower(), label) != label:
                    yield f"menus.ui ({language}): “{label}” has the letter of “{taken[letter.group(1).lower()]}”"


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    found = (list(ui_problems(root)) + list(c_problems(root)) + list(sentence_problems(root)) +
             list(po_problems(root)) + list(letter_problems(root)))
    print("\n".join(found) or "every text is translatable, every translation whole")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

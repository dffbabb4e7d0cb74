#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The house style that a machine can decide: format, licence lines, sizes, left-overs.

    check-style.py SOURCE-ROOT
"""
import pathlib
import re
import shutil
import subprocess
import sys

FOLDERS = ("model", "store", "audio", "views", "app", "tests")
MAX_FILE_LINES = 600
MAX_FUNCTION_LINES = 80
LEFT_OVER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def sources(root):
    return [f for folder in FOLDERS for f in sorted((root / folder).rglob("*.[ch]"))]


def scripts(root):
    return sorted(f for pattern in ("*.py", "*.sh") for f in root.rglob(pattern)
                  if not any(part.startswith("build") for part in f.relative_to(root).parts))


def header_problems(name, text):
    lines = text.splitlines()
    head = "\n".join(lines[:4])
    if "SPDX-License-Identifier: GPL-3.0-or-later" not in head:
        yield f"{name}: no SPDX line at the top"
    if name.endswith((".c", ".h")):
        purpose = re.match(r"/\*(.*?)\*/", text, re.S)
        words = purpose.group(1).split() if purpose else []
        if len(words) < 5:
            yield f"{name}: no sentence of purpose after the SPDX line"


def function_problems(name, text):
    start, signature = None, ""
    for number, line in enumerate(text.splitlines(), 1):
        if line == "{" and start is None:
            start = number
        elif line.startswith("}") and start is not None:
            if line == "}" and number - start - 1 > MAX_FUNCTION_LINES:
                yield f"{name}:{start}: {signature} has {number - start - 1} lines"
            start = None
        elif start is None and line and not line[0].isspace():
            signature = line.split("(")[0].strip()


def format_problems(root, files):
    if shutil.which("clang-format") is None:
        yield "clang-format is not installed"
        return
    names = [str(f) for f in files]
    run = subprocess.run(["clang-format", "--dry-run", "--style=file"] + names,
                         cwd=root, capture_output=True, text=True)
    seen = {line.split(":")[0] for line in run.stderr.splitlines() if "[-Wclang-format-violations]" in line}
    for name in sorted(seen):
        yield f"{pathlib.Path(name).relative_to(root)}: run clang-format -i on it"


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    files = sources(root)
    found = list(format_problems(root, files))
    for file in files + scripts(root):
        name, text = file.relative_to(root).as_posix(), file.read_text()
        found += header_problems(name, text)
        if file.suffix in (".c", ".h"):
            if not name.startswith("tests/"):
                found += function_problems(name, text)
                if text.count("\n") > MAX_FILE_LINES:
                    found.append(f"{name}: more than {MAX_FILE_LINES} lines; split it by topic")
            found += [f"{name}:{n}: {m.group(1)}" for n, line in enumerate(text.splitlines(), 1)
                      for m in [LEFT_OVER.search(line)] if m]
    print("\n".join(found) or f"{len(files)} files in good style")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main())

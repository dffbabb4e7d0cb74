#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may include whom: the two tables below are the architecture."""
import pathlib
import re
import sys

# Folder -> folders whose headers it may include. The longest matching folder counts.
ARROWS = {
    "model/dsp": {"model/dsp"},
    "model": {"model/dsp", "model"},
    "store": {"model/dsp", "model", "store"},
    "audio": {"model/dsp", "model", "audio"},
    "views/draw": {"model/dsp", "model", "views/draw"},
    "views": {"model/dsp", "model", "views/draw", "views"},
    "app": {"model/dsp", "model", "store", "audio", "views/draw", "app"},
    "app/cli": {"model/dsp", "model", "store", "audio", "views/draw", "app", "app/cli"},
    "app/gui": {"model/dsp", "model", "store", "audio", "views/draw", "views", "app", "app/gui"},
}

# System header -> the only files (or folders, with a slash at the end) that may include it.
CONFINED = {
    "fftw3.h": ["model/dsp/spectrum/fft.c"],
    "sqlite3.h": ["store/db.c"],
    "portaudio.h": ["audio/portaudio-backend.c"],
    "sndfile.h": ["audio/sound-file.c"],
    "samplerate.h": ["audio/resample.c"],
    "ebur128.h": ["audio/loudness.c"],
    "aubio/aubio.h": ["audio/tempo.c"],
    "archive.h": ["store/formats/zip.c"],
    "archive_entry.h": ["store/formats/zip.c"],
    "alsa/asoundlib.h": ["audio/portaudio-backend.c"],
    "adwaita.h": ["views/", "app/gui/"],
    "gtk/": ["views/", "app/gui/"],
    "gdk/": ["views/", "app/gui/"],
    "gsk/": ["views/", "app/gui/"],
    "cairo": ["views/", "app/gui/"],
    "json-glib/": ["app/", "store/formats/"],
}
# What the plain C ground must not know: GLib, files, threads, processes.
DSP_SYSTEM = {
    "assert.h", "complex.h", "float.h", "immintrin.h", "limits.h", "math.h", "stdatomic.h",
    "stdbool.h", "stddef.h", "stdint.h", "stdlib.h", "string.h", "tgmath.h", "fftw3.h",
}
GTK_FREE = ("views/draw/", "app/cli/")


def folder_of(path):
    best = ""
    for folder in ARROWS:
        if path.startswith(folder + "/") and len(folder) > len(best):
            best = folder
    return best


def allowed_confined(header, path):
    for name, places in CONFINED.items():
        if header == name or (not name.endswith(".h") and header.startswith(name)):
            if not any(path == p or (p.endswith("/") and path.startswith(p)) for p in places):
                return False
    return True


def problems_of(root, file):
    path = file.relative_to(root).as_posix()
    folder = folder_of(path)
    own = path[:-2] + ".h"
    first = True
    for number, line in enumerate(file.read_text().splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if not match:
            continue
        quoted, header = match.group(1) == '"', match.group(2)
        where = f"{path}:{number}"
        own_headers = (own, own[:-2] + "-private.h")
        if first and path.endswith(".c") and (root / own).exists() and header not in own_headers:
            yield f"{where}: the first include is not {own}"
        first = False
        if quoted and not header.startswith("config"):
            target = folder_of(header)
            if not target:
                if not (root / header).exists():
                    yield f"{where}: include \"{header}\" by its path from the root"
            elif target not in ARROWS[folder]:
                yield f"{where}: {folder} may not include {target}"
            continue
        if not allowed_confined(header, path):
            yield f"{where}: <{header}> is confined to another file"
        if folder == "model/dsp" and header not in DSP_SYSTEM:
            yield f"{where}: <{header}> does not belong into model/dsp"
        if path.startswith(GTK_FREE) and header.startswith(("gtk/", "gdk/", "gsk/", "adwaita")):
            yield f"{where}: no GTK here"


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    files = [f for folder in ("model", "store", "audio", "views", "app")
             for f in sorted((root / folder).rglob("*.[ch]"))]
    found = [p for f in files for p in problems_of(root, f)]
    print("\n".join(found) or f"{len(files)} files keep to the table")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real-time code imports nothing outside an allow-list.

    check-rt-symbols.py SOURCE-ROOT BUILD-ROOT

Functions whose declaration is marked TSR_REALTIME may be called by the audio callback. Each
object file that defines one of them may use other marked functions, and the harmless
functions of the C library below; nothing that allocates, locks, waits or talks to the system.
"""
import pathlib
import re
import subprocess
import sys

ALLOWED = {
    "memcpy", "memmove", "memset", "memcmp", "__memcpy_chk", "__memset_chk", "__memmove_chk",
    "sqrtf", "sqrt", "sinf", "cosf", "expf", "exp2f", "logf", "fabsf", "fmaf", "fmodf", "floorf",
    "sin", "cos", "exp", "exp2", "log", "log2", "fabs", "floor", "ceil", "rint", "round", "fmod",
    "nearbyint", "lrint", "llrint", "trunc", "pow", "tanhf", "log2f", "powf", "log10f", "log10",
    "sincos", "sincosf", "ldexp", "fmaxf", "fminf", "fmax", "fmin", "lrintf", "rintf", "lround",
    "__stack_chk_fail", "_GLOBAL_OFFSET_TABLE_", "__cpu_model", "__cpu_indicator_init",
    "__assert_fail", "abort",
}
# Transforms by a plan that was made before: FFTW allocates nothing for sizes like ours (its
# buffers of up to 64 KiB are on the stack); the trap of test-realtime watches it.
ALLOWED |= {"tsr_real_fftf_forward", "tsr_real_fftf_inverse"}
SANITIZER = re.compile(r"^(__asan_|__ubsan_|__sanitizer_|__tsan_|__gcov_|__llvm_|__odr_asan)")


def marked_functions(root):
    names = set()
    for folder in ("model", "audio"):
        for header in (root / folder).rglob("*.h"):
            text = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.S)
            for match in re.finditer(r"TSR_REALTIME\s+[^;{]*?(tsr_\w+)\s*\(", text):
                names.add(match.group(1))
    return names


def symbols(path):
    out = subprocess.run(["nm", str(path)], check=True, capture_output=True, text=True).stdout
    defined, undefined = set(), set()
    for line in out.splitlines():
        fields = line.split()
        if len(fields) == 2 and fields[0] in "Uwv":
            undefined.add(fields[1])
        elif len(fields) == 3 and fields[1] in "TWi":
            defined.add(fields[2].split(".")[0])
    return defined, undefined


def main():
    root, build = (pathlib.Path(a).resolve() for a in sys.argv[1:3])
    marked = marked_functions(root)
    seen, bad, files = set(), [], 0
    for folder in ("model", "audio"):
        for path in sorted((build / folder).rglob("*.o")):
            defined, undefined = symbols(path)
            if not defined & marked:
                continue
            seen |= defined & marked
            files += 1
            for name in sorted(undefined):
                base = name.split(".")[0]
                if base not in ALLOWED and base not in marked and not SANITIZER.match(base):
                    bad.append(f"{path.relative_to(build)}: uses {name}")
    for name in sorted(marked - seen):
        bad.append(f"{name} is marked TSR_REALTIME and defined nowhere")
    if not seen:
        bad.append("no real-time function found: is the build directory right?")
    print("\n".join(bad) or f"{len(seen)} real-time functions in {files} object files import nothing else")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

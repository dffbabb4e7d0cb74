#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What model/dsp computes is the same, bit for bit, with the instruction set that this
# machine chooses and with the one that every x86-64 has.
#   test-machines.sh CHOSEN PLAIN SOURCE-ROOT
set -eu
set -- "$(readlink -f "$1")" "$(readlink -f "$2")" "$3"
chosen=$("$1")
plain=$("$2")
echo "$chosen"
if [ "$chosen" != "$plain" ]; then
  echo "plain:" && echo "$plain"
  exit 1
fi

# No source is left out, and `plain` is what it says: no wide registers in a function of it.
cd "$3"
listed=$(sed -n '/^dsp_machine_sources/,/^)/s/^  .\(.*\).,$/\1/p' model/dsp/meson.build)
found=$(cd model/dsp && grep -rlE 'TSR_FOR_EACH_MACHINE|TSR_HAS_AVX2_KERNELS' \
  --include='*.c' . | sed 's,^\./,,' | LC_ALL=C sort)
[ "$listed" = "$found" ] || { echo "dsp_machine_sources should be:" "$found"; exit 1; }

# Controls: one bit of one sample shows; and only one of the two has AVX2 in it.
[ "$("$1" control)" != "$chosen" ] || { echo "a bit makes no difference"; exit 1; }
[ "$(uname -m)" = x86_64 ] || exit 0
wide () { objdump -d --no-show-raw-insn "$1" | grep -c '%ymm' || :; }
echo "wide instructions: $(wide "$1") and $(wide "$2")"
[ "$(wide "$1")" -gt 100 ] && [ "$(wide "$2")" -eq 0 ]

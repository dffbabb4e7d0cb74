#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# No multiply-add in one rounding anywhere in the signal processing: every instruction set
# computes the same bits.
#   check-fused.sh BUILD-ROOT
set -eu
objects=$1/model/dsp/libtsr-dsp.a.p
[ -d "$objects" ] || { echo "$objects is not built"; exit 1; }
found=$(objdump -d --no-show-raw-insn "$objects"/*.o | awk '
  /^[0-9a-f]+ <.*>:$/ { name = $2 }
  $2 ~ /^(vfn?m(add|sub)|fn?m(add|sub|la|ls)$)/ { print name, $2 }' | sort -u)
[ -z "$found" ] || { echo "fused operations:"; echo "$found"; exit 1; }

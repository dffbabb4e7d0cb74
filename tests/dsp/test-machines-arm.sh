#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# model/dsp compiles for ARM (NEON through the compiler) and computes the same bits there
# as here: cross-compiled, and run by an emulator.
#   test-machines-arm.sh CHOSEN SOURCE-ROOT COMPILER-ARGUMENT...
# Skipped (77) without them, and where the C library here rounds otherwise for want of
# fused operations.
set -eu
chosen=$(readlink -f "$1")
cd "$2"
shift 2
cc=aarch64-linux-gnu-gcc
for tool in $cc qemu-aarch64; do
  command -v $tool >/dev/null || { echo "no $tool"; exit 77; }
done
[ "$(uname -m)" = x86_64 ] && grep -qw fma /proc/cpuinfo || exit 77

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export folder cc
{
  find model/dsp -name '*.c' ! -path model/dsp/spectrum/fft.c
  echo tests/support/plain-fft.c
  echo tests/dsp/machines.c
} | xargs -P 2 -I{} sh -c '
  file=$1; shift
  exec $cc -std=gnu17 -fno-math-errno "$@" -I. -c "$file" -o "$folder/$(echo "$file" | tr / _).o"
' compile {} "$@"
$cc -static -o "$folder/machines" "$folder"/*.o -lm

# A sum of products in NEON registers, to be sure of what runs.
[ "$(aarch64-linux-gnu-objdump -d "$folder"/*phasor-run.c.o | grep -cE 'fmul.*\.4s')" -gt 10 ]
here=$("$chosen")
there=$(qemu-aarch64 "$folder/machines")
echo "$there"
[ "$here" = "$there" ] || { echo "here:"; echo "$here"; exit 1; }

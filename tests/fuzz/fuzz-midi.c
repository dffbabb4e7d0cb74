/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fuzzes the reader of .mid files.
 */
#include "tests/fuzz/fuzz-exchange.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  return fuzz_exchange ("mid", data, size);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fuzzes the reader of .npz files.
 */
#include "tests/fuzz/fuzz-exchange.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  return fuzz_exchange ("npz", data, size);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Makes a small project with some of everything, a seed for the fuzzer of project files:
 * make-project PATH.
 */
#include "tests/store/support.h"

int
main (int argc, char *argv[])
{
  if (argc != 2)
    return 2;
  g_free (test_make_project (argv[1], 1));
  return 0;
}

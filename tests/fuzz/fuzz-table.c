/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fuzzes the reader of partials as comma-separated values.
 */
#include "store/formats/csv.h"

#include <glib/gstdio.h>
#include <unistd.h>

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *path =
      g_strdup_printf ("%s/tsr-fuzz-%d.csv", g_get_tmp_dir (), (int)getpid ());
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents (path, (const char *)data, (gssize)size, NULL))
    return 0;
  TsrPartialSet *set = tsr_csv_import (path, &error);
  g_assert ((set == NULL) == (error != NULL));
  tsr_partial_set_unref (set);
  g_remove (path);
  return 0;
}

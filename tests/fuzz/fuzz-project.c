/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fuzzes opening, loading and checking a project file from a stranger.
 */
#include "store/store.h"

#include <glib/gstdio.h>
#include <unistd.h>

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *path =
      g_strdup_printf ("%s/tsr-fuzz-%d.tarsier", g_get_tmp_dir (), (int)getpid ());
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) warnings = NULL;
  g_autoptr (GPtrArray) damage = NULL;

  if (!g_file_set_contents (path, (const char *)data, (gssize)size, NULL))
    return 0;
  g_autoptr (TsrStore) store = tsr_store_open (path, &error);
  if (store != NULL) {
    g_autoptr (TsrProject) project = tsr_store_load (store, &warnings, NULL);
    tsr_store_close (store, NULL);
  }
  tsr_store_check (path, &damage, NULL);
  g_remove (path);
  return 0;
}

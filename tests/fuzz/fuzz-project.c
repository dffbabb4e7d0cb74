/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fuzzes opening, loading, checking and salvaging a project file from a stranger.
 */
#include "store/store.h"

#include <glib/gstdio.h>
#include <unistd.h>

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  /* Where syncing costs nothing, if there is such a place. */
  const char *folder = g_access ("/dev/shm", W_OK) == 0 ? "/dev/shm" : g_get_tmp_dir ();
  g_autofree char *path =
      g_strdup_printf ("%s/tsr-fuzz-%d.tarsier", folder, (int)getpid ());
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) warnings = NULL;
  g_autoptr (GPtrArray) damage = NULL;
  guint64 n_saved, n_lost;

  if (!g_file_set_contents (path, (const char *)data, (gssize)size, NULL))
    return 0;
  g_autoptr (TsrStore) store = tsr_store_open (path, &error);
  if (store != NULL) {
    TsrProject *project = tsr_store_load (store, NULL, &warnings, NULL);
    g_clear_object (&project);
    tsr_store_close (store, NULL);
  }
  tsr_store_check (path, NULL, &damage, NULL);
  g_autofree char *saved = g_strconcat (path, ".saved", NULL);
  tsr_store_salvage (path, saved, NULL, &n_saved, &n_lost, NULL);
  g_remove (saved);
  g_remove (path);
  return 0;
}

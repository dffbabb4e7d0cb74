/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fuzzes the reader of other programs' markers.
 */
#include "store/formats/marker-file.h"

#include <glib/gstdio.h>
#include <stdint.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *path =
      g_strdup_printf ("%s/tsr-fuzz-%d.txt", g_get_tmp_dir (), (int)getpid ());
  g_autoptr (GError) error = NULL;
  guint n_outside;

  if (!g_file_set_contents (path, (const char *)data, (gssize)size, NULL))
    return 0;
  GArray *markers = tsr_marker_file_read (path, 10, &n_outside, &error);
  g_assert ((markers == NULL) == (error != NULL));
  for (guint i = 0; markers != NULL && i < markers->len; i++) {
    const TsrMarker *marker = &g_array_index (markers, TsrMarker, i);
    g_assert (marker->id == (gint64)i + 1 && g_utf8_validate (marker->name, -1, NULL));
    g_assert (marker->time_s >= 0 && marker->time_s <= 10);
  }
  g_clear_pointer (&markers, g_array_unref);
  g_remove (path);
  return 0;
}

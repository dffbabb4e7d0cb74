/* SPDX-License-Identifier: GPL-3.0-or-later
 * RIFF `labl` entries.
 */
#include "audio/cue-labels.h"

#include <string.h>

static void
append_le32 (GByteArray *bytes, gsize value)
{
  guint32 le = GUINT32_TO_LE ((guint32)value);
  g_byte_array_append (bytes, (const guint8 *)&le, sizeof le);
}

GByteArray *
tsr_cue_labels (const TsrCue *cues, gsize n_cues)
{
  GByteArray *bytes = g_byte_array_new ();
  g_byte_array_append (bytes, (const guint8 *)"adtl", 4);
  for (gsize i = 0; i < n_cues; i++) {
    gsize n = strlen (cues[i].name) + 1;
    g_byte_array_append (bytes, (const guint8 *)"labl", 4);
    append_le32 (bytes, 4 + n);
    append_le32 (bytes, i + 1);
    g_byte_array_append (bytes, (const guint8 *)cues[i].name, (guint)n);
    if (n % 2 != 0)
      g_byte_array_append (bytes, (const guint8 *)"", 1);
  }
  return bytes;
}

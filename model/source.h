/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where a sound came from: the bytes of the original file, kept in the project, and what
 * its decoder said of it. Immutable; a GObject so that it can be shared and bound.
 * Thread: any.
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define TSR_TYPE_SOURCE (tsr_source_get_type ())
G_DECLARE_FINAL_TYPE (TsrSource, tsr_source, TSR, SOURCE, GObject)

typedef struct {
  const char *name;   /* file name without folders: a label, never a path */
  const char *format; /* "wav", "flac", "aiff", "ogg", "mp3" */
  double      rate_hz;
  guint       n_channels;     /* 1..64 */
  gint64      n_frames;       /* decoded */
  int         bits;           /* 16, 24, or 32 for float; what an exact export needs */
  guint64     n_bytes;        /* of the original file */
  const char *decoded_sha256; /* hex, of the decoded samples as float, interleaved */
} TsrSourceInfo;

/* Copies the strings of info. id > 0, unique in its project. */
TsrSource           *tsr_source_new (gint64 id, const TsrSourceInfo *info);
gint64               tsr_source_get_id (TsrSource *self);
const TsrSourceInfo *tsr_source_get_info (TsrSource *self); /* borrowed */

G_END_DECLS

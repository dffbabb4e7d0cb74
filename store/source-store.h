/* SPDX-License-Identifier: GPL-3.0-or-later
 * The bytes of recordings, in rows of at most 1 MiB. Thread: the writer's.
 */
#pragma once

#include <gio/gio.h>

#include "model/source.h"
#include "store/project-file.h"

G_BEGIN_DECLS

#define TSR_CHUNK_BYTES (1 << 20)

/* Stages the source: invisible until an edit adds a sound with it. */
gboolean tsr_source_stage (TsrProjectFile *file,
                           TsrSource      *source,
                           int             fd,
                           GCancellable   *cancellable,
                           GError        **error);
gboolean
tsr_source_copy_out (TsrProjectFile *file, gint64 source_id, int fd, GError **error);

G_END_DECLS

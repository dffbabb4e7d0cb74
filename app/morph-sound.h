/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a morph gave, as a new sound of the project, with the command that would make it
 * again: the same for the window and for the command line.
 */
#pragma once

#include "app/morph-task.h"
#include "store/store.h"

G_BEGIN_DECLS

/* Writes the recording of a result, if it has one, to the store, to be published with the
 * sound. FALSE with an error. Thread: any; blocks. */
gboolean tsr_morph_sound_write (const TsrMorphResult *result,
                                const char           *name,
                                TsrStore             *store,
                                gint64                source_id,
                                const TsrJob         *job,
                                GCancellable         *cancellable,
                                TsrSource           **source,
                                GError              **error);
/* Adds the sound, a copy where the result is one. Its id, or 0 with an error. Thread:
 * main. */
gint64 tsr_morph_sound_add (TsrProject             *project,
                            const TsrMorphSettings *settings,
                            const TsrMorphResult   *result,
                            TsrSource              *source,
                            const char             *name,
                            GError                **error);

G_END_DECLS

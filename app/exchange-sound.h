/* SPDX-License-Identifier: GPL-3.0-or-later
 * Partials of a file as a sound of a project, and back: what both programs do with
 * interchange files.
 */
#pragma once

#include "model/project.h"
#include "store/formats/exchange.h"

G_BEGIN_DECLS

/* Adds a sound without a source: partials, markers, one step. `path` names it where
 * `wanted_name` is NULL; a name that is taken is refused, or, made from the path, gets a
 * number. Thread: main. Borrowed; NULL with an error. */
TsrSound *tsr_exchange_add_sound (TsrProject        *project,
                                  const TsrExchange *content,
                                  const char        *path,
                                  const char        *wanted_name,
                                  GError           **error);

/* What a sound is now, to be written; cleared by the caller. Thread: main. */
void tsr_exchange_init_from_sound (TsrExchange *content, TsrSound *sound);

G_END_DECLS

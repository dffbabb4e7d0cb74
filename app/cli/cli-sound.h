/* SPDX-License-Identifier: GPL-3.0-or-later
 * A sound of a project ready to be rendered, as `render`, `play` and `spectrogram` want
 * it.
 */
#pragma once

#include "app/cli/cli-project.h"
#include "app/render-task.h"

G_BEGIN_DECLS

typedef struct {
  TsrRenderSubject subject;
  TsrRenderChoice  choice;
  TsrSelection    *selection; /* of the choice */
  TsrLayerMix      layers;    /* likewise */
  const char      *query;     /* borrowed from the arguments */
  const char      *step;      /* likewise; NULL: the present one */
} TsrCliSound;

/* Reads --part, --select, --layers, --time and --step into the choice. FALSE with
 * TSR_USAGE_ERROR. */
gboolean tsr_cli_sound_read_choice (const TsrArguments *arguments,
                                    TsrCliSound        *self,
                                    GError            **error);

/* Finds the sound (second word of the arguments), decodes its source where the choice
 * needs it, selects its partials. Prints errors. Progress 0 ... 0.1. */
gboolean tsr_cli_sound_load (TsrCli             *cli,
                             TsrCliProject      *project,
                             const TsrArguments *arguments,
                             TsrCliSound        *self,
                             int                *status);
void     tsr_cli_sound_clear (TsrCliSound *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TsrCliSound, tsr_cli_sound_clear)

G_END_DECLS

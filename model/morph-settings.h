/* SPDX-License-Identifier: GPL-3.0-or-later
 * Everything a person chooses about a morph, as one value that can be copied, kept for
 * undo, written as the command that would make the sound, and read from it again.
 * Thread: main, for the sounds.
 */
#pragma once

#include "model/morph.h"
#include "model/project.h"

G_BEGIN_DECLS

/* What can have weights of its own. */
typedef enum {
  TSR_MORPH_ALL, /* durations, anchors, and all that has no weights of its own */
  TSR_MORPH_FREQUENCY,
  TSR_MORPH_AMPLITUDE,
  TSR_MORPH_NOISE,
  TSR_MORPH_N_PARAMETERS,
} TsrMorphParameter;

typedef struct {
  guint          n;                      /* 0 (nothing to morph yet), or 2..4 */
  TsrSound      *sounds[TSR_MORPH_MOST]; /* owned; the same one may stand twice */
  TsrMorphAmount amounts[TSR_MORPH_N_PARAMETERS]; /* n of each; empty: as TSR_MORPH_ALL */
  GArray        *anchors;                         /* TsrMorphAnchor; NULL: at onsets */
  GArray        *links;                           /* TsrMorphLink, by hand; NULL: none */
  TsrMorphPairing pairing;
  gboolean        is_linear; /* amplitudes, not their logarithms */
  gboolean        fades;     /* unmatched partials fade where they are, else they glide */
  char           *name;      /* of the result; NULL: as the sounds suggest */
} TsrMorphSettings;

/* `settings` is zeroed or was initialised. */
void tsr_morph_settings_clear (TsrMorphSettings *settings);
/* Deep where it has to be: arrays are copied, sounds and curves referenced. */
void tsr_morph_settings_copy (TsrMorphSettings *settings, const TsrMorphSettings *from);
gboolean tsr_morph_settings_equal (const TsrMorphSettings *a, const TsrMorphSettings *b);

/* Weights that hold for a parameter: its own, or those of TSR_MORPH_ALL. */
const TsrMorphAmount *tsr_morph_settings_amount (const TsrMorphSettings *settings,
                                                 TsrMorphParameter       parameter);
gboolean              tsr_morph_settings_has_own (const TsrMorphSettings *settings,
                                                  TsrMorphParameter       parameter);

/* The arguments of `tsr_cli morph PROJECT` without PROJECT, beginning with `morph`.
 * `anchors` and `pairing` as found by the plan take the place of what is left to be found
 * (NULL, AUTO: as in the settings). `name`: of the result. (transfer full) */
char *tsr_morph_settings_to_command (const TsrMorphSettings *settings,
                                     const GArray           *anchors,
                                     TsrMorphPairing         pairing,
                                     const char             *name);
/* Reads such a command; sounds are looked for in the project. FALSE with one sentence and
 * empty settings, as where a sound is not there any more. */
gboolean tsr_morph_settings_from_command (TsrMorphSettings *settings,
                                          TsrProject       *project,
                                          const char       *command,
                                          GError          **error);
/* "Morph of “a”, “b”": the step of the history. (transfer full) */
char *tsr_morph_settings_dup_label (const TsrMorphSettings *settings);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TsrMorphSettings, tsr_morph_settings_clear)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * The names of cues in a WAV file (libsndfile writes only their positions). Thread: any.
 */
#pragma once

#include "audio/sound-file.h"

G_BEGIN_DECLS

/* Content of a LIST chunk: `adtl` with one `labl` entry a cue, numbered from 1. */
GByteArray *tsr_cue_labels (const TsrCue *cues, gsize n_cues);

G_END_DECLS

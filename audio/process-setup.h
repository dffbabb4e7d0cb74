/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the audio callback uses is made and freed here. Thread: main; never while the
 * callback runs.
 */
#pragma once

#include "audio/engine.h"
#include "audio/process.h"
#include "model/touch.h"

G_BEGIN_DECLS

TsrProcess *tsr_process_new (double rate_hz);
/* With all voices in it or in its rings. NULL is allowed. */
void tsr_process_free (TsrProcess *self);

/* A program made ready to play at the rate; recordings of another rate stay silent. Takes
 * a reference on the program. */
TsrVoice *tsr_voice_new (TsrProgram *program, double rate_hz);
void      tsr_voice_free (TsrVoice *voice); /* NULL is allowed */

/* touch-setup.c: what stands for partials of the program (no morph), made ready to play;
 * `cover` tells apart which of them are covered. NULL where partials that it takes away
 * are not the program's. */
TsrTouchBanks *tsr_touch_banks_new (const TsrProgram *program,
                                    const TsrTouch   *touch,
                                    guint64           cover,
                                    double            rate_hz);
void           tsr_touch_banks_free (TsrTouchBanks *banks); /* NULL is allowed */

/* Makes a preview ready for the audio thread; NULL: nothing changes. */
void
tsr_live_preview_init (TsrLivePreview *live, const TsrPreview *preview, double rate_hz);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Makes the morph of a session heard while it is changed: weights at once, as numbers for
 * the engine; anchors, links, times and sounds as other programs, made in a thread one
 * after the other. Thread: main.
 */
#pragma once

#include "app/gui/morph-background.h"

G_BEGIN_DECLS

typedef struct TsrMorphPlayer TsrMorphPlayer;

typedef struct {
  void (*played) (gpointer data, TsrProgram *program); /* NULL: nothing to be heard */
  void (*mixed) (gpointer data, const TsrMorphMix *mix);
  TsrMorphSource source;
  gpointer       data;
} TsrMorphPlayerFuncs;

/* Begins at once. */
TsrMorphPlayer *tsr_morph_player_new (TsrMorphSession           *morph,
                                      double                     rate_hz,
                                      const TsrMorphPlayerFuncs *funcs);
/* Nothing is told any more. NULL is allowed. */
void tsr_morph_player_free (TsrMorphPlayer *self);
/* Another rate of the engine: the program is made anew. */
void tsr_morph_player_set_rate (TsrMorphPlayer *self, double rate_hz);
/* Microseconds from the change to the program, of the last one that was made: for
 * measurements. */
gint64 tsr_morph_player_get_delay_us (TsrMorphPlayer *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Makes the engine's program of a sound in a thread: first what can be heard at once
 * (partials and the recording), then noise, transients and residual, and last the sound
 * for its picture. Keeps what the next
 * state of the same sound needs again. Thread: main.
 */
#pragma once

#include "app/worker-pool.h"
#include "audio/engine.h"
#include "model/sound.h"

G_BEGIN_DECLS

typedef struct TsrProgramBuilder TsrProgramBuilder;

/* A program is ready; `whole` FALSE: a better one will follow. */
typedef void (*TsrProgramReady) (gpointer data, TsrProgram *program, gboolean whole);

/* All of the sound in this state, at its source's rate: for pictures. */
typedef void (*TsrProgramPictured) (gpointer data, TsrSoundState *state, TsrSignal *all);

TsrProgramBuilder *tsr_program_builder_new (TsrProgramReady    ready,
                                            TsrProgramPictured pictured,
                                            gpointer           data);
/* Nothing is told any more. NULL is allowed. */
void tsr_program_builder_free (TsrProgramBuilder *self);
/* Begins anew for the sound's present state; what was under way is given up. `signal`
 * NULL: imported partials, or not decoded yet. `residual` NULL: not known. `picture`: the
 * sound for pictures is wanted too, after the program. */
void tsr_program_builder_build (TsrProgramBuilder *self,
                                TsrSound          *sound,
                                TsrSignal         *signal,
                                TsrSignal         *residual,
                                double             rate_hz,
                                gboolean           picture);
/* The same in the state after another step of the sound's history, without a picture. */
void tsr_program_builder_build_at (TsrProgramBuilder *self,
                                   TsrSound          *sound,
                                   TsrSignal         *signal,
                                   double             rate_hz,
                                   gint64             step_id);
/* Gives up what is under way; what can be used again stays. */
/* The same in a state that is only tried; what `present` keeps is used, so that the first
 * program has a background. */
void tsr_program_builder_build_trial (TsrProgramBuilder       *self,
                                      const TsrProgramBuilder *present,
                                      TsrSound                *sound,
                                      TsrSignal               *signal,
                                      double                   rate_hz,
                                      TsrSoundState           *trial);
void tsr_program_builder_cancel (TsrProgramBuilder *self);
/* Gives up what is under way and forgets all. */
void tsr_program_builder_clear (TsrProgramBuilder *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * A morph as a new sound: partials between the sounds, and a recording that is these
 * partials with the noise between the residuals, so that the residual of the result is
 * that noise and every later edit can go on from it.
 */
#pragma once

#include "app/render-task.h"
#include "model/morph-settings.h"

G_BEGIN_DECLS

typedef struct {
  guint            n;                        /* 2..4 */
  TsrRenderSubject subjects[TSR_MORPH_MOST]; /* with sources where they have some */
  TsrMorphAmount   time, frequency, amplitude, noise; /* time: of durations and anchors */
  GArray          *anchors, *links;                   /* NULL: none told */
  TsrMorphPairing  pairing;
  gboolean         is_linear, fades;
} TsrMorphTask;

/* What was chosen, with the recordings of the sounds (each may be NULL). Takes
 * references. Thread: main. */
void tsr_morph_task_init (TsrMorphTask           *task,
                          const TsrMorphSettings *settings,
                          TsrSignal *const       *sources);
void tsr_morph_task_clear (TsrMorphTask *task);

typedef struct {
  int            copies;    /* index of the sound that the result is a copy of; -1 */
  TsrSoundState *state;     /* NULL where it copies */
  TsrSignal     *recording; /* NULL where no sound has a recording */
  gsize          n_matched; /* voices with partials of two sounds or more */
  gsize          n_voices;
  gboolean       is_harmonic;
  GArray        *anchors; /* that were used */
} TsrMorphResult;

void tsr_morph_result_clear (TsrMorphResult *result);

/* Attacks of the recording in the time of the sound, increasing; empty without one.
 * Thread: any; takes a moment. (transfer full) of double */
GArray *tsr_morph_find_onsets (const TsrRenderSubject *subject);
/* The plan of a task: for windows that want to show it, and change weights. NULL with an
 * error. Thread: any; finding onsets takes a moment. */
TsrMorphPlan *tsr_morph_task_plan (const TsrMorphTask *task, GError **error);

/* FALSE with an error and an empty result. Thread: any; blocks. */
gboolean tsr_morph_task_run (const TsrMorphTask *task,
                             TsrWorkerJob       *job,
                             TsrMorphResult     *result,
                             GError            **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TsrMorphTask, tsr_morph_task_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TsrMorphResult, tsr_morph_result_clear)

G_END_DECLS

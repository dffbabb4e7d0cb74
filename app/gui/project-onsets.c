/* SPDX-License-Identifier: GPL-3.0-or-later
 * Attacks of the recording on the canvas, found in a thread as soon as it is decoded.
 */
#include <stdlib.h>

#include "app/gui/project-controller-private.h"
#include "model/dsp/partials/attack.h"

/* Half an hour of stereo; in longer recordings nobody looks for single attacks. */
#define MAX_SAMPLES (G_GINT64_CONSTANT (160) << 20)

typedef struct {
  double *times_s;
  gsize   n;
} Attacks;

static void
attacks_free (Attacks *attacks)
{
  free (attacks->times_s);
  g_free (attacks);
}

static void
find_thread (GTask *task, gpointer object, gpointer signal, GCancellable *cancellable)
{
  Attacks *attacks = g_new0 (Attacks, 1);

  tsr_attacks_find (signal, &attacks->times_s, &attacks->n);
  g_task_return_pointer (task, attacks, (GDestroyNotify)attacks_free);
}

static void
found_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  TsrProjectController *self = TSR_PROJECT_CONTROLLER (object);
  Attacks              *attacks = g_task_propagate_pointer (G_TASK (result), NULL);

  if (attacks == NULL)
    return;
  if (g_task_get_task_data (G_TASK (result)) == tsr_session_get_signal (self->session))
    tsr_session_set_onsets (self->session, attacks->times_s, attacks->n);
  attacks_free (attacks);
}

void
tsr_project_controller_find_onsets (TsrProjectController *self)
{
  TsrSignal *signal = tsr_session_get_signal (self->session);
  g_autoptr (GTask) task = NULL;

  tsr_session_set_onsets (self->session, NULL, 0);
  if (signal == NULL ||
      tsr_signal_n_frames (signal) * tsr_signal_n_channels (signal) > MAX_SAMPLES)
    return;
  task = g_task_new (self, NULL, found_cb, NULL);
  g_task_set_task_data (task, tsr_signal_ref (signal), (GDestroyNotify)tsr_signal_unref);
  g_task_set_priority (task, G_PRIORITY_LOW);
  g_task_run_in_thread (task, find_thread);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * One worker, one waiting request.
 */
#include "model/operation-trial.h"

#include <gio/gio.h>

#include "model/dsp-types.h"

typedef struct {
  TsrOperation  *operation;
  TsrSoundState *state;
  TsrSelection  *selection;
  TsrSignal     *source;
  gint64         next_id;
  guint          serial;
} Request;

struct TsrOperationTrial {
  int           n_refs; /* the owner's, and one while the worker works */
  TsrTrialReady ready;
  gpointer      user;
  Request      *waiting;
  gboolean      working;
  guint         serial; /* answers to requests before it are not told */
};

static void
request_free (Request *request)
{
  tsr_operation_free (request->operation);
  tsr_sound_state_unref (request->state);
  if (request->selection != NULL)
    tsr_selection_unref (request->selection);
  if (request->source != NULL)
    tsr_signal_unref (request->source);
  g_free (request);
}

static void
trial_unref (TsrOperationTrial *trial)
{
  if (--trial->n_refs == 0)
    g_free (trial);
}

static void
work (GTask *task, gpointer object, gpointer data, GCancellable *cancellable)
{
  Request       *request = data;
  GError        *error = NULL;
  TsrSoundState *after;

  tsr_operation_find_onsets (request->operation, request->state, request->source);
  after = tsr_operation_apply (request->operation,
                               request->state,
                               request->selection,
                               &request->next_id,
                               NULL,
                               &error);
  if (after != NULL)
    g_task_return_pointer (task, after, (GDestroyNotify)tsr_sound_state_unref);
  else
    g_task_return_error (task, error);
}

static void start (TsrOperationTrial *trial);

static void
done_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  TsrOperationTrial *trial = data;
  Request           *request = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrSoundState) after = g_task_propagate_pointer (G_TASK (result), &error);

  trial->working = FALSE;
  if (trial->ready != NULL && request->serial == trial->serial)
    trial->ready (trial->user, after, error);
  if (trial->ready != NULL)
    start (trial);
  trial_unref (trial);
}

static void
start (TsrOperationTrial *trial)
{
  if (trial->working || trial->waiting == NULL)
    return;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, done_cb, trial);
  g_task_set_task_data (
      task, g_steal_pointer (&trial->waiting), (GDestroyNotify)request_free);
  trial->working = TRUE;
  trial->n_refs++;
  g_task_run_in_thread (task, work);
}

TsrOperationTrial *
tsr_operation_trial_new (TsrTrialReady ready, gpointer user)
{
  TsrOperationTrial *trial = g_new0 (TsrOperationTrial, 1);

  trial->n_refs = 1;
  trial->ready = ready;
  trial->user = user;
  return trial;
}

void
tsr_operation_trial_free (TsrOperationTrial *trial)
{
  if (trial == NULL)
    return;
  tsr_operation_trial_cancel (trial);
  trial->ready = NULL;
  trial_unref (trial);
}

void
tsr_operation_trial_request (TsrOperationTrial  *trial,
                             const TsrOperation *operation,
                             TsrSoundState      *state,
                             TsrSelection       *selection,
                             gint64              next_partial_id,
                             TsrSignal          *source)
{
  Request *request = g_new0 (Request, 1);

  request->operation = tsr_operation_copy (operation);
  request->state = tsr_sound_state_ref (state);
  request->selection = selection != NULL ? tsr_selection_ref (selection) : NULL;
  request->source = source != NULL ? tsr_signal_ref (source) : NULL;
  request->next_id = next_partial_id;
  request->serial = trial->serial;
  g_clear_pointer (&trial->waiting, request_free);
  trial->waiting = request;
  start (trial);
}

void
tsr_operation_trial_cancel (TsrOperationTrial *trial)
{
  g_clear_pointer (&trial->waiting, request_free);
  trial->serial++;
}

gboolean
tsr_operation_trial_is_busy (TsrOperationTrial *trial)
{
  return trial->working || trial->waiting != NULL;
}

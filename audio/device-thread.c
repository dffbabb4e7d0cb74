/* SPDX-License-Identifier: GPL-3.0-or-later
 * Questions and answers through two queues.
 */
#include "audio/device-thread.h"

#include <stdatomic.h>

typedef struct {
  TsrDeviceTask      task;
  gboolean           quits;
  char              *device;
  double             rate_hz;
  TsrBackendCallback callback;
  void              *user;
} Question;

struct TsrDeviceThread {
  gatomicrefcount n_refs; /* main and the thread itself */
  TsrBackend     *backend;
  GAsyncQueue    *questions;
  GAsyncQueue    *answers;
  guint           n_asked;    /* main's */
  guint           n_answered; /* main's */
  _Atomic gint64  began_us;   /* of the present call; 0: none */
  GMutex          lock;
  GCond           ended_cond;
  gboolean        ended; /* under lock */
  gpointer        used;  /* what callbacks use; freed with the thread */
  GDestroyNotify  free_used;
};

void
tsr_device_free (TsrDevice *device)
{
  if (device == NULL)
    return;
  g_free (device->name);
  g_free (device->host_api);
  g_free (device);
}

void
tsr_device_answer_free (TsrDeviceAnswer *answer)
{
  if (answer == NULL)
    return;
  g_clear_pointer (&answer->devices, g_ptr_array_unref);
  g_free (answer->problem);
  g_free (answer);
}

static void
question_free (gpointer data)
{
  g_free (((Question *)data)->device);
  g_free (data);
}

static void
unref (TsrDeviceThread *self)
{
  if (!g_atomic_ref_count_dec (&self->n_refs))
    return;
  if (self->used != NULL)
    self->free_used (self->used);
  g_async_queue_unref (self->questions);
  g_async_queue_unref (self->answers);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->ended_cond);
  g_free (self);
}

static TsrDeviceAnswer *
do_task (TsrDeviceThread *self, const Question *question)
{
  TsrDeviceAnswer *answer = g_new0 (TsrDeviceAnswer, 1);
  g_autoptr (GError) error = NULL;
  answer->task = question->task;
  answer->rate_hz = question->rate_hz;
  switch (question->task) {
  case TSR_DEVICE_SCAN:
    answer->devices = g_ptr_array_new_with_free_func ((GDestroyNotify)tsr_device_free);
    self->backend->scan (self->backend, answer->devices);
    break;
  case TSR_DEVICE_OPEN:
    self->backend->open (self->backend,
                         question->device,
                         question->callback,
                         question->user,
                         &answer->rate_hz,
                         &answer->latency_s,
                         &error);
    break;
  case TSR_DEVICE_START:
    self->backend->start (self->backend, &error);
    break;
  case TSR_DEVICE_CLOSE:
    self->backend->close (self->backend);
    break;
  }
  if (error != NULL)
    answer->problem = g_strdup (error->message);
  return answer;
}

static gpointer
run (gpointer data)
{
  TsrDeviceThread *self = data;
  for (gboolean quits = FALSE; !quits;) {
    Question *question = g_async_queue_pop (self->questions);
    quits = question->quits;
    atomic_store (&self->began_us, g_get_monotonic_time ());
    if (!quits)
      g_async_queue_push (self->answers, do_task (self, question));
    else
      self->backend->free (self->backend);
    atomic_store (&self->began_us, 0);
    question_free (question);
  }
  g_mutex_lock (&self->lock);
  self->ended = TRUE;
  g_cond_signal (&self->ended_cond);
  g_mutex_unlock (&self->lock);
  unref (self);
  return NULL;
}

TsrDeviceThread *
tsr_device_thread_new (TsrBackend *backend)
{
  TsrDeviceThread *self = g_new0 (TsrDeviceThread, 1);
  g_atomic_ref_count_init (&self->n_refs);
  self->backend = backend;
  self->questions = g_async_queue_new_full (question_free);
  self->answers = g_async_queue_new_full ((GDestroyNotify)tsr_device_answer_free);
  g_mutex_init (&self->lock);
  g_cond_init (&self->ended_cond);
  g_atomic_ref_count_inc (&self->n_refs);
  g_thread_unref (g_thread_new ("tsr-device", run, self));
  return self;
}

void
tsr_device_thread_ask (TsrDeviceThread   *self,
                       TsrDeviceTask      task,
                       const char        *device,
                       double             rate_hz,
                       TsrBackendCallback callback,
                       void              *user)
{
  Question *question = g_new0 (Question, 1);
  question->task = task;
  question->device = g_strdup (device);
  question->rate_hz = rate_hz;
  question->callback = callback;
  question->user = user;
  self->n_asked++;
  g_async_queue_push (self->questions, question);
}

TsrDeviceAnswer *
tsr_device_thread_answer (TsrDeviceThread *self)
{
  TsrDeviceAnswer *answer = g_async_queue_try_pop (self->answers);
  if (answer != NULL)
    self->n_answered++;
  return answer;
}

guint
tsr_device_thread_n_open_questions (TsrDeviceThread *self)
{
  return self->n_asked - self->n_answered;
}

gint64
tsr_device_thread_busy_us (TsrDeviceThread *self)
{
  gint64 began_us = atomic_load (&self->began_us);
  return began_us == 0 ? 0 : g_get_monotonic_time () - began_us;
}

void
tsr_device_thread_end (TsrDeviceThread *self,
                       gint64           at_most_us,
                       gpointer         used,
                       GDestroyNotify   free_used)
{
  Question *question = g_new0 (Question, 1);
  gint64    until_us = g_get_monotonic_time () + at_most_us;
  question->quits = TRUE;
  g_async_queue_push (self->questions, question);
  g_mutex_lock (&self->lock);
  self->used = used;
  self->free_used = free_used;
  while (!self->ended && g_cond_wait_until (&self->ended_cond, &self->lock, until_us))
    continue;
  g_mutex_unlock (&self->lock);
  unref (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * The watching thread.
 */
#include "store/watch.h"

#include <sys/stat.h>

/* A cancel is to be answered within 100 ms. */
#define PERIOD_US (20 * G_TIME_SPAN_MILLISECOND)

struct TsrWatch {
  const TsrJob *job;
  void (*interrupt) (gpointer data);
  gpointer data;
  GThread *thread;
  GMutex   mutex; /* of all below */
  GCond    ended;
  gboolean is_over, is_cancelled;
  char    *path; /* NULL: none */
  guint64  n_bytes;
  double   from, to;
};

static void
tell_growth (TsrWatch *self)
{
  struct stat status;

  if (self->path == NULL || self->n_bytes == 0 || stat (self->path, &status) != 0)
    return;
  double share = (double)status.st_size / (double)self->n_bytes;
  tsr_job_progress (self->job, self->from + (self->to - self->from) * MIN (1, share));
}

static gpointer
run (gpointer data)
{
  TsrWatch *self = data;

  g_mutex_lock (&self->mutex);
  while (!self->is_over) {
    self->is_cancelled |= tsr_job_cancelled (self->job);
    if (self->is_cancelled)
      self->interrupt (self->data);
    else
      tell_growth (self);
    g_cond_wait_until (&self->ended, &self->mutex, g_get_monotonic_time () + PERIOD_US);
  }
  g_mutex_unlock (&self->mutex);
  return NULL;
}

TsrWatch *
tsr_watch_new (const TsrJob *job, void (*interrupt) (gpointer data), gpointer data)
{
  TsrWatch *self = g_new0 (TsrWatch, 1);

  self->job = job;
  self->interrupt = interrupt;
  self->data = data;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->ended);
  self->thread = g_thread_new ("tsr-watch", run, self);
  return self;
}

void
tsr_watch_free (TsrWatch *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->mutex);
  self->is_over = TRUE;
  g_cond_signal (&self->ended);
  g_mutex_unlock (&self->mutex);
  g_thread_join (self->thread);
  g_cond_clear (&self->ended);
  g_mutex_clear (&self->mutex);
  g_free (self->path);
  g_free (self);
}

gboolean
tsr_watch_is_cancelled (TsrWatch *self)
{
  g_mutex_lock (&self->mutex);
  gboolean is_cancelled = self->is_cancelled;
  g_mutex_unlock (&self->mutex);
  return is_cancelled;
}

void
tsr_watch_file (TsrWatch *self, const char *path, guint64 n_bytes, double from, double to)
{
  g_mutex_lock (&self->mutex);
  g_free (self->path);
  self->path = g_strdup (path);
  self->n_bytes = n_bytes;
  self->from = from;
  self->to = to;
  g_mutex_unlock (&self->mutex);
}

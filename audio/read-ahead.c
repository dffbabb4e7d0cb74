/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reading ahead of the playhead.
 */
#include "audio/read-ahead.h"

/* Read at once: a new wish is looked at after that. */
#define PIECE_S 0.25

struct TsrReadAhead {
  GThread    *thread;
  GMutex      lock;
  GCond       changed;
  TsrProgram *program; /* of the wish, owned; NULL: there is none */
  double      time_s, end_s;
  gboolean    is_reading, quits;
};

/* A wish that is fulfilled holds nothing. Its program may be the last of it: nobody waits
 * for the lock while that is freed. */
static void
drop_fulfilled (TsrReadAhead *self)
{
  TsrProgram *program = NULL;

  g_mutex_lock (&self->lock);
  if (self->time_s >= self->end_s)
    program = g_steal_pointer (&self->program);
  g_mutex_unlock (&self->lock);
  tsr_program_unref (program);
}

/* Takes the next piece of the wish; NULL when the thread is to end. */
static TsrProgram *
next_piece (TsrReadAhead *self, double *from_s, double *duration_s)
{
  TsrProgram *program = NULL;

  drop_fulfilled (self);
  g_mutex_lock (&self->lock);
  self->is_reading = FALSE;
  g_cond_broadcast (&self->changed);
  while (!self->quits && self->program == NULL)
    g_cond_wait (&self->changed, &self->lock);
  if (!self->quits) {
    program = tsr_program_ref (self->program);
    self->is_reading = TRUE;
    *from_s = self->time_s;
    *duration_s = MIN (PIECE_S, self->end_s - self->time_s);
    self->time_s += *duration_s;
  }
  g_mutex_unlock (&self->lock);
  return program;
}

static gpointer
run (gpointer data)
{
  TsrReadAhead *self = data;
  TsrProgram   *program;
  double        from_s, duration_s;

  while ((program = next_piece (self, &from_s, &duration_s)) != NULL) {
    tsr_program_touch (program, from_s, duration_s);
    tsr_program_unref (program);
  }
  return NULL;
}

TsrReadAhead *
tsr_read_ahead_new (void)
{
  TsrReadAhead *self = g_new0 (TsrReadAhead, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->thread = g_thread_new ("tsr-read-ahead", run, self);
  return self;
}

void
tsr_read_ahead_free (TsrReadAhead *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->quits = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  g_thread_join (self->thread);
  g_clear_pointer (&self->program, tsr_program_unref);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

void
tsr_read_ahead_wish (TsrReadAhead *self,
                     TsrProgram   *program,
                     double        time_s,
                     double        duration_s)
{
  TsrProgram *before;

  g_mutex_lock (&self->lock);
  before = self->program;
  self->program = tsr_program_ref (program);
  self->time_s = time_s;
  self->end_s = time_s + duration_s;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  tsr_program_unref (before);
}

void
tsr_read_ahead_wait (TsrReadAhead *self)
{
  g_mutex_lock (&self->lock);
  while (self->program != NULL || self->is_reading)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
}

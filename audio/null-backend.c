/* SPDX-License-Identifier: GPL-3.0-or-later
 * A clock without a device: keeps time on machines without a sound card, and in tests.
 */
#include "audio/backend.h"

#include <stdatomic.h>
#include <time.h>

enum { PERIOD_FRAMES = 256 };

/* After a longer stop of the machine, time goes on from there. */
#define MAX_BEHIND_NS 200000000

struct TsrNullClock {
  double             rate_hz;
  TsrBackendCallback callback;
  void              *user;
  atomic_bool        quits;
  GThread           *thread;
  float              buffers[2][PERIOD_FRAMES];
};

static gint64
now_ns (void)
{
  struct timespec t;
  clock_gettime (CLOCK_MONOTONIC, &t);
  return (gint64)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void
sleep_until (gint64 ns)
{
  struct timespec t = {.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
  while (clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) != 0)
    continue;
}

static gpointer
run (gpointer data)
{
  TsrNullClock *self = data;
  float *const  out[2] = {self->buffers[0], self->buffers[1]};
  gint64        period_ns = (gint64)(PERIOD_FRAMES / self->rate_hz * 1e9);
  gint64        next_ns = now_ns ();
  while (!atomic_load (&self->quits)) {
    self->callback (self->user, out, PERIOD_FRAMES, FALSE);
    next_ns += period_ns;
    if (now_ns () - next_ns > MAX_BEHIND_NS)
      next_ns = now_ns ();
    sleep_until (next_ns);
  }
  return NULL;
}

TsrNullClock *
tsr_null_clock_new (double rate_hz, TsrBackendCallback callback, void *user)
{
  TsrNullClock *self = g_new0 (TsrNullClock, 1);
  self->rate_hz = rate_hz;
  self->callback = callback;
  self->user = user;
  self->thread = g_thread_new ("tsr-clock", run, self);
  return self;
}

void
tsr_null_clock_free (TsrNullClock *self)
{
  if (self == NULL)
    return;
  atomic_store (&self->quits, true);
  g_thread_join (self->thread);
  g_free (self);
}

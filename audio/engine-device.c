/* SPDX-License-Identifier: GPL-3.0-or-later
 * The engine's dealings with the device: what is asked of its thread, what is done when
 * it does not answer or when there is none.
 */
#include "audio/engine-private.h"

#include <glib/gi18n-lib.h>

enum {
  WATCHDOG_US = 1000000, /* a call to a driver that takes longer is given up */
  LOST_US = 1000000,     /* so is a device that has stopped calling back */
  QUIET_US = 5000000,    /* the device is let go of after so much silence */
  QUIT_US = 300000,      /* how long to wait for the device at the end */
};

static void
callback (void *user, float *const *out, gsize n_frames, gboolean underflow)
{
  TsrStreamContext *context = user;
  if (underflow)
    atomic_fetch_add_explicit (&context->n_underruns, 1, memory_order_relaxed);
  if (atomic_load_explicit (&context->enabled, memory_order_acquire)) {
    tsr_process_run (context->process, out, n_frames);
    return;
  }
  for (int c = 0; c < TSR_LIMITER_CHANNELS; c++)
    for (gsize i = 0; i < n_frames; i++)
      out[c][i] = 0;
}

TsrStreamContext *
tsr_stream_context_new (double rate_hz)
{
  TsrStreamContext *context = g_new0 (TsrStreamContext, 1);
  context->process = tsr_process_new (rate_hz);
  atomic_init (&context->enabled, true);
  return context;
}

static void
free_context (gpointer data)
{
  TsrStreamContext *context = data;
  tsr_process_free (context->process);
  g_free (context);
}

static void
set_device_state (TsrEngine *self, TsrDeviceState state, const char *problem)
{
  g_free (self->problem);
  self->problem = g_strdup (problem);
  if (self->device_state == state)
    return;
  self->device_state = state;
  g_object_notify (G_OBJECT (self), "device-state");
}

static void
ask (TsrEngine *self, TsrDeviceTask task)
{
  tsr_device_thread_ask (self->thread,
                         task,
                         self->device,
                         self->context->process->rate_hz,
                         callback,
                         self->context);
  tsr_engine_ensure_tick (self);
}

static gboolean
has_device (TsrEngine *self)
{
  return self->thread != NULL && (self->device_state == TSR_DEVICE_READY ||
                                  self->device_state == TSR_DEVICE_OPENING);
}

static void
ensure_clock (TsrEngine *self)
{
  if (self->clock != NULL || self->pulls || !self->playing)
    return;
  self->latency_s = 0;
  self->clock =
      tsr_null_clock_new (self->context->process->rate_hz, callback, self->context);
}

/* Brings the process to life: by the device, or by the clock where there is none. */
void
tsr_engine_device_ensure_stream (TsrEngine *self)
{
  if (self->pulls || self->stream != TSR_STREAM_CLOSED)
    return;
  if (!has_device (self)) /* the clock starts with the next tick */
    return;
  if (self->devices == NULL) /* the first scan opens it when it is done */
    return;
  g_clear_pointer (&self->clock, tsr_null_clock_free);
  self->stream = TSR_STREAM_OPENING;
  ask (self, TSR_DEVICE_OPEN);
}

static void
close_stream (TsrEngine *self)
{
  if (self->stream != TSR_STREAM_OPENING && self->stream != TSR_STREAM_RUNNING)
    return;
  self->stream = TSR_STREAM_CLOSING;
  ask (self, TSR_DEVICE_CLOSE);
}

/* A fresh process with nobody in it. */
static void
renew_process (TsrEngine *self, TsrProcess *process, double position_s)
{
  self->context->process = process;
  self->n_frames_seen = 0;
  tsr_momentary_free (self->momentary);
  self->momentary = tsr_momentary_new (process->rate_hz);
  tsr_engine_say_all (self, position_s);
}

/* No callback runs: the stream is open but not started. */
static void
change_rate (TsrEngine *self, double rate_hz)
{
  TsrProcess *old = self->context->process;
  double      position_s = tsr_engine_get_position_s (self);
  tsr_engine_drop_unsent (self);
  renew_process (self, tsr_process_new (rate_hz), position_s);
  tsr_process_free (old);
  g_object_notify (G_OBJECT (self), "rate-hz");
}

static void
fail_device (TsrEngine *self, const char *problem)
{
  set_device_state (self, TSR_DEVICE_FAILED, problem);
  ensure_clock (self);
}

/* The driver does not answer: its thread, and the context and process that its callback
 * may touch, are left behind. */
static void
give_up (TsrEngine *self)
{
  TsrStreamContext *old = self->context;
  double            position_s = tsr_engine_get_position_s (self);
  atomic_store (&old->enabled, false);
  g_clear_pointer (&self->clock, tsr_null_clock_free);
  self->stream = TSR_STREAM_CLOSED;
  tsr_engine_drop_unsent (self);
  self->context = tsr_stream_context_new (old->process->rate_hz);
  atomic_store (&self->context->n_underruns, atomic_load (&old->n_underruns));
  tsr_device_thread_end (g_steal_pointer (&self->thread), 0, old, free_context);
  renew_process (self, self->context->process, position_s);
  fail_device (self,
               _ ("the output device does not answer; choose another one or look for "
                  "devices again"));
}

void
tsr_engine_device_start_thread (TsrEngine *self)
{
  if (self->make_backend == NULL || self->thread != NULL)
    return;
  self->thread = tsr_device_thread_new (self->make_backend (self->make_data));
  set_device_state (self, TSR_DEVICE_OPENING, NULL);
  ask (self, TSR_DEVICE_SCAN);
}

static void
take_scan (TsrEngine *self, TsrDeviceAnswer *answer)
{
  g_clear_pointer (&self->devices, g_ptr_array_unref);
  self->devices = g_steal_pointer (&answer->devices);
  if (self->devices->len > 0)
    set_device_state (self, TSR_DEVICE_READY, NULL);
  else
    set_device_state (
        self, TSR_DEVICE_NONE, _ ("there is no sound output; everything else works"));
  g_signal_emit_by_name (self, "devices-changed");
  if (self->playing)
    tsr_engine_device_ensure_stream (self);
}

static void
take_open (TsrEngine *self, const TsrDeviceAnswer *answer)
{
  if (self->stream != TSR_STREAM_OPENING)
    return;
  if (answer->problem != NULL) {
    self->stream = TSR_STREAM_CLOSED;
    fail_device (self, answer->problem);
    return;
  }
  self->latency_s = CLAMP (answer->latency_s, 0, 1);
  if (answer->rate_hz != self->context->process->rate_hz)
    change_rate (self, answer->rate_hz);
  ask (self, TSR_DEVICE_START);
}

static void
take_start (TsrEngine *self, const TsrDeviceAnswer *answer)
{
  if (self->stream != TSR_STREAM_OPENING)
    return;
  self->stream = TSR_STREAM_RUNNING;
  self->frames_seen_us = self->silent_since_us = g_get_monotonic_time ();
  if (answer->problem == NULL)
    return;
  fail_device (self, answer->problem);
  close_stream (self);
}

static void
take_close (TsrEngine *self)
{
  if (self->stream != TSR_STREAM_CLOSING)
    return;
  self->stream = TSR_STREAM_CLOSED;
  if (self->playing)
    tsr_engine_device_ensure_stream (self);
}

static void
take_answers (TsrEngine *self)
{
  while (self->thread != NULL) {
    g_autoptr (TsrDeviceAnswer) answer = tsr_device_thread_answer (self->thread);
    if (answer == NULL)
      return;
    switch (answer->task) {
    case TSR_DEVICE_SCAN:
      take_scan (self, answer);
      break;
    case TSR_DEVICE_OPEN:
      take_open (self, answer);
      break;
    case TSR_DEVICE_START:
      take_start (self, answer);
      break;
    case TSR_DEVICE_CLOSE:
      take_close (self);
      break;
    }
  }
}

/* --- looking after it ----------------------------------------------------------------
 */

static void
watch_frames (TsrEngine *self, gint64 now_us)
{
  guint64 n_frames = atomic_load (&self->context->process->n_frames);
  if (self->stream != TSR_STREAM_RUNNING || n_frames != self->n_frames_seen) {
    self->n_frames_seen = n_frames;
    self->frames_seen_us = now_us;
  } else if (now_us - self->frames_seen_us > LOST_US) {
    fail_device (self, _ ("the output device is gone; choose another one"));
    close_stream (self);
  }
}

void
tsr_engine_device_tick (TsrEngine *self)
{
  gint64 now_us = g_get_monotonic_time ();
  take_answers (self);
  if (self->thread != NULL && tsr_device_thread_busy_us (self->thread) > WATCHDOG_US)
    give_up (self);
  watch_frames (self, now_us);
  if (!has_device (self))
    ensure_clock (self);
  if (!self->playing && now_us - self->silent_since_us > QUIET_US) {
    if (self->stream == TSR_STREAM_RUNNING)
      close_stream (self);
    g_clear_pointer (&self->clock, tsr_null_clock_free);
  }
}

gboolean
tsr_engine_device_is_quiet (TsrEngine *self)
{
  return self->stream == TSR_STREAM_CLOSED && self->clock == NULL &&
         (self->thread == NULL || tsr_device_thread_n_open_questions (self->thread) == 0);
}

void
tsr_engine_device_end (TsrEngine *self)
{
  TsrStreamContext *context = g_steal_pointer (&self->context);
  g_clear_pointer (&self->clock, tsr_null_clock_free);
  atomic_store (&context->enabled, false);
  self->stream = TSR_STREAM_CLOSED;
  if (self->thread != NULL)
    tsr_device_thread_end (
        g_steal_pointer (&self->thread), QUIT_US, context, free_context);
  else
    free_context (context);
}

void
tsr_engine_refresh_devices (TsrEngine *self)
{
  g_return_if_fail (TSR_IS_ENGINE (self) && self->context != NULL);
  if (self->thread == NULL) {
    tsr_engine_device_start_thread (self);
    return;
  }
  close_stream (self);
  ask (self, TSR_DEVICE_SCAN);
}

void
tsr_engine_select_device (TsrEngine *self, const char *name)
{
  g_return_if_fail (TSR_IS_ENGINE (self) && self->context != NULL);
  g_free (self->device);
  self->device = g_strdup (name);
  g_object_notify (G_OBJECT (self), "device");
  if (self->thread == NULL) {
    tsr_engine_device_start_thread (self);
    return;
  }
  if (self->device_state == TSR_DEVICE_FAILED)
    set_device_state (self, TSR_DEVICE_READY, NULL);
  close_stream (self);
  if (self->playing)
    tsr_engine_device_ensure_stream (self);
}

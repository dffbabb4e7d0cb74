/* SPDX-License-Identifier: GPL-3.0-or-later
 * The engine on the main thread: says what is to be played, looks after the device
 * thread, and frees what the callback has done with.
 */
#include "audio/engine.h"

#include <math.h>
#include <string.h>

#include "audio/engine-private.h"
#include "audio/program.h"
#include "model/class-signal.h"

enum { TICK_MS = 20 };

#define DEFAULT_RATE_HZ 48000.0
#define READ_AHEAD_S 4.0
#define READ_AGAIN_S 0.25
#define FOLLOW_US 200000
#define SETTLE_S 0.1

G_DEFINE_FINAL_TYPE (TsrEngine, tsr_engine, G_TYPE_OBJECT)

enum {
  PROP_PLAYING = 1,
  PROP_POSITION_S,
  PROP_DEVICE,
  PROP_DEVICE_STATE,
  PROP_N_UNDERRUNS,
  PROP_RATE_HZ,
  N_PROPS
};
enum { SIGNAL_DEVICES_CHANGED, SIGNAL_FINISHED, N_SIGNALS };
static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];

/* --- messages ---------------------------------------------------------------------- */

static gboolean
write_message (TsrEngine *self, GBytes *bytes)
{
  gsize         n;
  gconstpointer data = g_bytes_get_data (bytes, &n);
  return tsr_ring_write (self->context->process->commands, data, n, NULL, 0);
}

static void
flush_messages (TsrEngine *self)
{
  while (!g_queue_is_empty (&self->unsent) &&
         write_message (self, g_queue_peek_head (&self->unsent)))
    g_bytes_unref (g_queue_pop_head (&self->unsent));
}

static gboolean
nobody_plays (TsrEngine *self)
{
  return self->stream == TSR_STREAM_CLOSED && self->clock == NULL && !self->pulls;
}

static void take_replies (TsrEngine *self);

void
tsr_engine_send (TsrEngine *self, TsrMessageType type, gconstpointer body, gsize n_body)
{
  TsrMessageHead head = {type, (uint32_t)n_body};
  GByteArray    *bytes = g_byte_array_sized_new ((guint)(sizeof head + n_body));
  g_byte_array_append (bytes, (const guint8 *)&head, sizeof head);
  if (n_body > 0)
    g_byte_array_append (bytes, body, (guint)n_body);
  g_queue_push_tail (&self->unsent, g_byte_array_free_to_bytes (bytes));
  flush_messages (self);
  if (nobody_plays (self)) {
    tsr_process_drain (self->context->process);
    take_replies (self);
  }
  tsr_engine_ensure_tick (self);
}

/* From here the playhead does not go back for the time of the output's latency. */
static void
begin_at (TsrEngine *self, double time_s)
{
  self->began_s = time_s;
  self->began_us = g_get_monotonic_time ();
}

static void
set_playing (TsrEngine *self, gboolean playing)
{
  if (self->playing == playing)
    return;
  self->playing = playing;
  self->silent_since_us = g_get_monotonic_time ();
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PLAYING]);
}

static void
finish_cb (gpointer data)
{
  TsrEngine *self = data;
  self->finish_id = 0;
  set_playing (self, FALSE);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_POSITION_S]);
  g_signal_emit (self, signals[SIGNAL_FINISHED], 0);
}

/* The end is told when it has been heard. */
static void
finish (TsrEngine *self)
{
  guint delay_ms = self->pulls ? 0 : (guint)(self->latency_s * 1000);
  g_clear_handle_id (&self->finish_id, g_source_remove);
  if (!self->playing)
    return;
  if (delay_ms == 0)
    finish_cb (self);
  else
    self->finish_id = g_timeout_add_once (delay_ms, finish_cb, self);
}

static void
take_replies (TsrEngine *self)
{
  TsrRing       *replies = self->context->process->replies;
  TsrMessageHead head;
  TsrVoice      *voice;
  TsrTouchBanks *touch;
  while (tsr_ring_read (replies, &head, sizeof head)) {
    if (head.type == TSR_MESSAGE_VOICE_DONE &&
        tsr_ring_read (replies, &voice, sizeof voice)) {
      tsr_engine_forget_touches (self, voice);
      tsr_voice_free (voice);
    } else if (head.type == TSR_MESSAGE_TOUCH_DONE &&
               tsr_ring_read (replies, &touch, sizeof touch))
      tsr_engine_take_touch (self, touch);
    else if (head.type == TSR_MESSAGE_FINISHED)
      finish (self);
    else
      tsr_ring_skip (replies, head.n_body);
  }
}

void
tsr_engine_say_all (TsrEngine *self, double position_s)
{
  float volume = (float)pow (10, self->volume_db / 20);
  tsr_engine_send (self, TSR_MESSAGE_VOLUME, &volume, sizeof volume);
  tsr_engine_send (self, TSR_MESSAGE_MONITOR, &self->monitor, sizeof self->monitor);
  tsr_engine_send (self, TSR_MESSAGE_LOOP, &self->loop, sizeof self->loop);
  tsr_engine_send (self, TSR_MESSAGE_SEEK, &position_s, sizeof position_s);
  if (self->has_mix)
    tsr_engine_send (self, TSR_MESSAGE_MIX, &self->mix, sizeof self->mix);
  self->voice = NULL;
  if (self->program != NULL) {
    TsrVoice *voice = tsr_voice_new (self->program, self->context->process->rate_hz);
    tsr_engine_send (self, TSR_MESSAGE_VOICE, &voice, sizeof voice);
    self->voice = voice;
  }
  tsr_engine_resend_touch (self);
  if (self->playing)
    tsr_engine_send (self, TSR_MESSAGE_PLAY, NULL, 0);
}

/* Voices in them are freed. */
void
tsr_engine_drop_unsent (TsrEngine *self)
{
  GBytes *bytes;
  while ((bytes = g_queue_pop_head (&self->unsent)) != NULL) {
    const TsrMessageHead *head = g_bytes_get_data (bytes, NULL);
    if (head->type == TSR_MESSAGE_VOICE) {
      TsrVoice *voice;
      memcpy (&voice, head + 1, sizeof voice);
      tsr_voice_free (voice);
    } else if (head->type == TSR_MESSAGE_TOUCH) {
      TsrTouchMessage touch;
      memcpy (&touch, head + 1, sizeof touch);
      tsr_touch_banks_free (touch.banks);
    }
    g_bytes_unref (bytes);
  }
}

static void
read_ahead (TsrEngine *self, double time_s)
{
  self->read_ahead_s = time_s;
  if (self->program != NULL)
    tsr_read_ahead_wish (self->reader, self->program, time_s, READ_AHEAD_S);
}

/* --- what is played ---------------------------------------------------------------- */

void
tsr_engine_set_program (TsrEngine *self, TsrProgram *program)
{
  g_return_if_fail (TSR_IS_ENGINE (self) && self->context != NULL);
  TsrVoice *voice = NULL;
  if (program != NULL) {
    voice = tsr_voice_new (program, self->context->process->rate_hz);
    tsr_program_ref (program);
  }
  tsr_program_unref (self->program);
  self->program = program;
  read_ahead (self, tsr_engine_get_position_s (self));
  tsr_engine_end_touch (self);
  tsr_engine_send (self, TSR_MESSAGE_VOICE, &voice, sizeof voice);
  self->voice = voice;
}

double
tsr_engine_get_rate_hz (TsrEngine *self)
{
  g_return_val_if_fail (TSR_IS_ENGINE (self) && self->context != NULL, 48000);
  return self->context->process->rate_hz;
}

void
tsr_engine_play (TsrEngine *self)
{
  g_return_if_fail (TSR_IS_ENGINE (self) && self->context != NULL);
  g_clear_handle_id (&self->finish_id, g_source_remove);
  double position_s = tsr_engine_get_position_s (self);
  double end_s = self->program != NULL ? self->program->duration_s : 0;
  begin_at (self, self->playing || position_s >= end_s ? 0 : position_s);
  read_ahead (self, position_s >= end_s ? 0 : position_s);
  tsr_engine_send (self, TSR_MESSAGE_PLAY, NULL, 0);
  set_playing (self, TRUE);
  tsr_engine_device_ensure_stream (self);
}

void
tsr_engine_pause (TsrEngine *self)
{
  g_return_if_fail (TSR_IS_ENGINE (self) && self->context != NULL);
  g_clear_handle_id (&self->finish_id, g_source_remove);
  tsr_engine_send (self, TSR_MESSAGE_PAUSE, NULL, 0);
  set_playing (self, FALSE);
}

void
tsr_engine_stop (TsrEngine *self)
{
  g_return_if_fail (TSR_IS_ENGINE (self) && self->context != NULL);
  g_clear_handle_id (&self->finish_id, g_source_remove);
  tsr_engine_send (self, TSR_MESSAGE_STOP, NULL, 0);
  set_playing (self, FALSE);
}

void
tsr_engine_seek (TsrEngine *self, double time_s)
{
  g_return_if_fail (TSR_IS_ENGINE (self) && self->context != NULL && isfinite (time_s));
  begin_at (self, 0);
  read_ahead (self, time_s);
  tsr_engine_send (self, TSR_MESSAGE_SEEK, &time_s, sizeof time_s);
}

void
tsr_engine_set_loop (TsrEngine *self, gboolean on, double start_s, double end_s)
{
  g_return_if_fail (TSR_IS_ENGINE (self) && self->context != NULL);
  self->loop = (TsrLoop){.start_s = start_s, .end_s = end_s, .on = on != FALSE};
  tsr_engine_send (self, TSR_MESSAGE_LOOP, &self->loop, sizeof self->loop);
}

void
tsr_engine_set_monitor (TsrEngine *self, TsrMonitor monitor, gboolean level_matched)
{
  g_return_if_fail (TSR_IS_ENGINE (self) && self->context != NULL);
  self->monitor.monitor = monitor;
  self->monitor.level_matched = level_matched != FALSE;
  tsr_engine_send (self, TSR_MESSAGE_MONITOR, &self->monitor, sizeof self->monitor);
}

void
tsr_engine_set_layers (TsrEngine *self, const float gains[TSR_N_LAYERS])
{
  g_return_if_fail (TSR_IS_ENGINE (self) && self->context != NULL);
  memcpy (self->monitor.layer_gains, gains, sizeof self->monitor.layer_gains);
  tsr_engine_send (self, TSR_MESSAGE_MONITOR, &self->monitor, sizeof self->monitor);
}

void
tsr_engine_set_volume_db (TsrEngine *self, double volume_db)
{
  g_return_if_fail (TSR_IS_ENGINE (self) && self->context != NULL && !isnan (volume_db));
  float gain = (float)pow (10, MIN (volume_db, 24) / 20);
  self->volume_db = volume_db;
  tsr_engine_send (self, TSR_MESSAGE_VOLUME, &gain, sizeof gain);
}

void
tsr_engine_set_preview (TsrEngine *self, const TsrPreview *preview)
{
  g_return_if_fail (TSR_IS_ENGINE (self) && self->context != NULL);
  TsrLivePreview live;
  tsr_live_preview_init (&live, preview, self->context->process->rate_hz);
  tsr_engine_send (self, TSR_MESSAGE_PREVIEW, &live, sizeof live);
}

void
tsr_engine_set_mix (TsrEngine *self, const TsrMorphMix *mix)
{
  g_return_if_fail (TSR_IS_ENGINE (self) && self->context != NULL);
  self->mix = *mix;
  self->has_mix = TRUE;
  tsr_engine_send (self, TSR_MESSAGE_MIX, mix, sizeof *mix);
}

/* --- what is heard ----------------------------------------------------------------- */

gboolean
tsr_engine_is_playing (TsrEngine *self)
{
  g_return_val_if_fail (TSR_IS_ENGINE (self), FALSE);
  return self->playing;
}

double
tsr_engine_get_position_s (TsrEngine *self)
{
  g_return_val_if_fail (TSR_IS_ENGINE (self) && self->context != NULL, 0);
  TsrProcess *process = self->context->process;
  double      played_s = atomic_load_explicit (&process->played_s, memory_order_relaxed);
  gboolean    runs = atomic_load_explicit (&process->speed, memory_order_relaxed) > 0;
  if (self->pulls || !runs)
    return played_s;
  return MAX (
      0,
      tsr_playhead_clock_at (&self->playhead, played_s, runs, g_get_monotonic_time ()) -
          self->latency_s);
}

static double
momentary (TsrEngine *self)
{
  float blocks[64 * TSR_LIMITER_CHANNELS];
  while (tsr_ring_read (self->context->process->loudness, blocks, sizeof blocks))
    tsr_momentary_add (self->momentary, blocks, 64);
  if (tsr_engine_device_is_quiet (self) && !self->pulls)
    return -INFINITY;
  return tsr_momentary_get (self->momentary);
}

void
tsr_engine_read_meter (TsrEngine *self, TsrMeter *meter)
{
  g_return_if_fail (TSR_IS_ENGINE (self) && self->context != NULL);
  TsrProcess *process = self->context->process;
  for (int c = 0; c < TSR_LIMITER_CHANNELS; c++) {
    unsigned bits = atomic_exchange (&process->peaks[c], 0);
    memcpy (&meter->peak[c], &bits, sizeof bits);
  }
  meter->clipped = atomic_exchange (&process->limited, false);
  meter->momentary_lufs = momentary (self);
}

void
tsr_engine_pull (TsrEngine *self, float *left, float *right, gsize n_frames)
{
  g_return_if_fail (TSR_IS_ENGINE (self) && self->context != NULL);
  float *const out[2] = {left, right};
  self->pulls = TRUE;
  g_clear_pointer (&self->clock, tsr_null_clock_free);
  flush_messages (self);
  tsr_process_run (self->context->process, out, n_frames);
  take_replies (self);
  tsr_engine_send_touch (self);
}

/* --- devices ----------------------------------------------------------------------- */

GPtrArray *
tsr_engine_dup_devices (TsrEngine *self)
{
  g_return_val_if_fail (TSR_IS_ENGINE (self), NULL);
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify)tsr_device_free);
  for (guint i = 0; self->devices != NULL && i < self->devices->len; i++) {
    const TsrDevice *from = g_ptr_array_index (self->devices, i);
    TsrDevice       *device = g_new (TsrDevice, 1);
    *device = *from;
    device->name = g_strdup (from->name);
    device->host_api = g_strdup (from->host_api);
    g_ptr_array_add (copy, device);
  }
  return copy;
}

TsrDeviceState
tsr_engine_get_device_state (TsrEngine *self)
{
  g_return_val_if_fail (TSR_IS_ENGINE (self), TSR_DEVICE_NONE);
  return self->device_state;
}

guint
tsr_engine_get_n_underruns (TsrEngine *self)
{
  g_return_val_if_fail (TSR_IS_ENGINE (self), 0);
  return self->context != NULL ? atomic_load (&self->context->n_underruns)
                               : self->n_told_underruns;
}

const char *
tsr_engine_get_problem (TsrEngine *self)
{
  g_return_val_if_fail (TSR_IS_ENGINE (self), NULL);
  return self->problem;
}

/* --- the object -------------------------------------------------------------------- */

/* Every quarter of a second what the next seconds play: others may give pages back. After
 * a jump, which is read ahead at once, the playhead takes a moment to follow. */
static void
keep_reading_ahead (TsrEngine *self)
{
  double time_s = tsr_engine_get_position_s (self);
  if (g_get_monotonic_time () - self->began_us < FOLLOW_US)
    return;
  if (time_s < self->read_ahead_s || time_s >= self->read_ahead_s + READ_AGAIN_S)
    read_ahead (self, time_s);
}

static gboolean
tick_cb (gpointer data)
{
  TsrEngine *self = data;
  guint      n_underruns;
  flush_messages (self);
  take_replies (self);
  tsr_engine_send_touch (self);
  tsr_engine_device_tick (self);
  n_underruns = tsr_engine_get_n_underruns (self);
  if (n_underruns != self->n_told_underruns) {
    self->n_told_underruns = n_underruns;
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_UNDERRUNS]);
  }
  if (self->playing) {
    keep_reading_ahead (self);
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_POSITION_S]);
  }
  if (self->playing || !tsr_engine_device_is_quiet (self) ||
      !g_queue_is_empty (&self->unsent) || self->touch_waits)
    return G_SOURCE_CONTINUE;
  self->tick_id = 0;
  return G_SOURCE_REMOVE;
}

void
tsr_engine_ensure_tick (TsrEngine *self)
{
  if (self->tick_id == 0)
    self->tick_id = g_timeout_add (TICK_MS, tick_cb, self);
}

void
tsr_engine_shutdown (TsrEngine *self)
{
  g_return_if_fail (TSR_IS_ENGINE (self));
  if (self->context == NULL)
    return;
  g_clear_handle_id (&self->tick_id, g_source_remove);
  g_clear_handle_id (&self->finish_id, g_source_remove);
  tsr_engine_drop_unsent (self);
  tsr_engine_end_touch (self);
  self->n_told_underruns = tsr_engine_get_n_underruns (self);
  tsr_engine_device_end (self);
  set_playing (self, FALSE);
}

static void
tsr_engine_dispose (GObject *object)
{
  TsrEngine *self = TSR_ENGINE (object);
  tsr_engine_shutdown (self);
  g_clear_pointer (&self->reader, tsr_read_ahead_free);
  g_clear_pointer (&self->program, tsr_program_unref);
  g_clear_pointer (&self->devices, g_ptr_array_unref);
  g_clear_pointer (&self->device, g_free);
  g_clear_pointer (&self->problem, g_free);
  g_clear_pointer (&self->momentary, tsr_momentary_free);
  G_OBJECT_CLASS (tsr_engine_parent_class)->dispose (object);
}

static void
tsr_engine_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  TsrEngine *self = TSR_ENGINE (object);
  switch (id) {
  case PROP_PLAYING:
    g_value_set_boolean (value, self->playing);
    break;
  case PROP_POSITION_S:
    g_value_set_double (value, tsr_engine_get_position_s (self));
    break;
  case PROP_DEVICE:
    g_value_set_string (value, self->device);
    break;
  case PROP_DEVICE_STATE:
    g_value_set_int (value, (int)self->device_state);
    break;
  case PROP_N_UNDERRUNS:
    g_value_set_uint (value, tsr_engine_get_n_underruns (self));
    break;
  case PROP_RATE_HZ:
    g_value_set_double (value, tsr_engine_get_rate_hz (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
tsr_engine_class_init (TsrEngineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags   flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  object_class->dispose = tsr_engine_dispose;
  object_class->get_property = tsr_engine_get_property;
  properties[PROP_PLAYING] = g_param_spec_boolean ("playing", NULL, NULL, FALSE, flags);
  properties[PROP_POSITION_S] =
      g_param_spec_double ("position-s", NULL, NULL, 0, G_MAXDOUBLE, 0, flags);
  properties[PROP_DEVICE] = g_param_spec_string ("device", NULL, NULL, NULL, flags);
  properties[PROP_DEVICE_STATE] = g_param_spec_int (
      "device-state", NULL, NULL, 0, TSR_DEVICE_FAILED, TSR_DEVICE_NONE, flags);
  properties[PROP_N_UNDERRUNS] =
      g_param_spec_uint ("n-underruns", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_RATE_HZ] =
      g_param_spec_double ("rate-hz", NULL, NULL, 0, 1e6, 48000, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SIGNAL_DEVICES_CHANGED] = tsr_class_add_signal (klass, "devices-changed", 0);
  signals[SIGNAL_FINISHED] = tsr_class_add_signal (klass, "finished", 0);
}

static void
tsr_engine_init (TsrEngine *self)
{
  for (int l = 0; l < TSR_N_LAYERS; l++)
    self->monitor.layer_gains[l] = 1;
  g_queue_init (&self->unsent);
  self->device_state = TSR_DEVICE_NONE;
  self->context = tsr_stream_context_new (DEFAULT_RATE_HZ);
  self->momentary = tsr_momentary_new (DEFAULT_RATE_HZ);
  self->reader = tsr_read_ahead_new ();
}

TsrEngine *
tsr_engine_new_with_backend (TsrBackend *(*make) (gpointer data), gpointer data)
{
  TsrEngine *self = g_object_new (TSR_TYPE_ENGINE, NULL);
  self->make_backend = make;
  self->make_data = data;
  tsr_engine_device_start_thread (self);
  return self;
}

static TsrBackend *
make_portaudio (gpointer data)
{
  return tsr_portaudio_backend_new ();
}

TsrEngine *
tsr_engine_new (TsrBackendKind backend)
{
  return tsr_engine_new_with_backend (backend == TSR_BACKEND_NULL ? NULL : make_portaudio,
                                      NULL);
}

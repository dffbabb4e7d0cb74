/* SPDX-License-Identifier: GPL-3.0-or-later
 * The engine over a scripted system of devices that hangs, fails, loses devices and
 * changes its list: the main thread is never held up, playing goes on, quitting is quick.
 */
#include "audio/engine.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "audio/backend.h"
#include "tests/support/programs.h"

/* Longest time the main loop may stand still by its own doing (time in which it was ready
 * to run and other programs ran does not count), and quitting may take. */
#define MAIN_US 100000
#define QUIT_US 3000000

/* --- a scripted system -------------------------------------------------------------- */

typedef enum {
  PART_SCAN = 1 << 0,
  PART_OPEN = 1 << 1,
  PART_START = 1 << 2,
  PART_CLOSE = 1 << 3,
  PART_FREE = 1 << 4,
} Part;

typedef struct {
  atomic_int  hangs; /* parts that do not return while set */
  atomic_int  fails; /* parts that report an error */
  atomic_int  n_devices;
  atomic_int  rate_hz; /* the only rate there is; 0: any */
  atomic_bool silent;  /* the device no longer calls back */
  atomic_int  n_made, n_open;
} Script;

typedef struct {
  TsrBackend         backend;
  Script            *script;
  TsrNullClock      *clock;
  TsrBackendCallback callback;
  void              *user;
  double             rate_hz;
} Fake;

static void
maybe_hang (Script *script, Part part)
{
  while (atomic_load (&script->hangs) & (int)part)
    g_usleep (5000);
}

static void
fake_callback (void *user, float *const *out, gsize n_frames, gboolean underflow)
{
  Fake *self = user;
  if (!atomic_load (&self->script->silent))
    self->callback (self->user, out, n_frames, underflow);
}

static void
fake_scan (TsrBackend *backend, GPtrArray *devices)
{
  Fake *self = (Fake *)backend;
  maybe_hang (self->script, PART_SCAN);
  for (int i = 0; i < atomic_load (&self->script->n_devices); i++) {
    TsrDevice *device = g_new0 (TsrDevice, 1);
    device->name = g_strdup_printf ("device %d", i);
    device->host_api = g_strdup ("fake");
    device->n_channels = 2;
    device->is_default = i == 0;
    g_ptr_array_add (devices, device);
  }
}

static gboolean
fake_open (TsrBackend        *backend,
           const char        *device,
           TsrBackendCallback callback,
           void              *user,
           double            *rate_hz,
           double            *latency_s,
           GError           **error)
{
  Fake *self = (Fake *)backend;
  maybe_hang (self->script, PART_OPEN);
  if (atomic_load (&self->script->fails) & PART_OPEN) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, "the device is busy");
    return FALSE;
  }
  if (atomic_load (&self->script->rate_hz) != 0)
    *rate_hz = atomic_load (&self->script->rate_hz);
  self->callback = callback;
  self->user = user;
  self->rate_hz = *rate_hz;
  *latency_s = 0.01;
  atomic_fetch_add (&self->script->n_open, 1);
  return TRUE;
}

static gboolean
fake_start (TsrBackend *backend, GError **error)
{
  Fake *self = (Fake *)backend;
  maybe_hang (self->script, PART_START);
  if (atomic_load (&self->script->fails) & PART_START) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "it does not start");
    return FALSE;
  }
  self->clock = tsr_null_clock_new (self->rate_hz, fake_callback, self);
  return TRUE;
}

static void
fake_close (TsrBackend *backend)
{
  Fake *self = (Fake *)backend;
  maybe_hang (self->script, PART_CLOSE);
  if (self->callback != NULL)
    atomic_fetch_sub (&self->script->n_open, 1);
  self->callback = NULL;
  g_clear_pointer (&self->clock, tsr_null_clock_free);
}

static void
fake_free (TsrBackend *backend)
{
  maybe_hang (((Fake *)backend)->script, PART_FREE);
  fake_close (backend);
  g_free (backend);
}

static TsrBackend *
make_fake (gpointer script)
{
  Fake *self = g_new0 (Fake, 1);
  self->backend = (TsrBackend){fake_scan, fake_open, fake_start, fake_close, fake_free};
  self->script = script;
  atomic_fetch_add (&self->script->n_made, 1);
  return &self->backend;
}

/* --- helpers ------------------------------------------------------------------------ */

/* A script outlives threads that were left behind in it. */
static Script *
script_new (int n_devices)
{
  Script *script = g_new0 (Script, 1);
  g_test_queue_free (script);
  atomic_store (&script->n_devices, n_devices);
  return script;
}

/* The clock without what the scheduler kept this thread waiting for, so that a busy
 * machine is told from a main loop that waits; the plain clock where the system does not
 * say. */
static gint64
awake_us (void)
{
  g_autofree char *text = NULL;
  guint64          waited_ns = 0;
  if (g_file_get_contents ("/proc/thread-self/schedstat", &text, NULL, NULL) &&
      strchr (text, ' ') != NULL)
    waited_ns = g_ascii_strtoull (strchr (text, ' '), NULL, 10);
  return g_get_monotonic_time () - (gint64)(waited_ns / 1000);
}

typedef struct {
  gint64 last_us, longest_us;
} Heart;

static gboolean
beat_cb (gpointer data)
{
  Heart *heart = data;
  gint64 now_us = awake_us ();
  heart->longest_us = MAX (heart->longest_us, now_us - heart->last_us);
  heart->last_us = now_us;
  return G_SOURCE_CONTINUE;
}

/* Runs the main loop, watching that it goes on turning. */
static gint64
run_for (double seconds)
{
  Heart  heart = {.last_us = awake_us ()};
  gint64 end_us = g_get_monotonic_time () + (gint64)(seconds * 1e6);
  guint  id = g_timeout_add (5, beat_cb, &heart);
  while (g_get_monotonic_time () < end_us)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
  return heart.longest_us;
}

static gboolean
wait_state (TsrEngine *engine, TsrDeviceState state, double at_most_s)
{
  gint64 end_us = g_get_monotonic_time () + (gint64)(at_most_s * 1e6);
  while (tsr_engine_get_device_state (engine) != state &&
         g_get_monotonic_time () < end_us)
    g_assert_cmpint (run_for (0.02), <, MAIN_US);
  return tsr_engine_get_device_state (engine) == state;
}

static TsrEngine *
playing_engine (Script *script)
{
  TsrEngine  *engine = tsr_engine_new_with_backend (make_fake, script);
  TsrProgram *program = tsr_test_program (
      tsr_test_partials (10, 220, 60, 2, 0.5, 0.01), NULL, NULL, NULL, 60);
  tsr_engine_set_program (engine, program);
  tsr_program_unref (program);
  tsr_engine_play (engine);
  return engine;
}

/* Counted from the earliest position seen, since a seek may be under way at first. */
static gboolean
advances (TsrEngine *engine, double at_most_s)
{
  double position_s = tsr_engine_get_position_s (engine), from_s = position_s;
  gint64 end_us = g_get_monotonic_time () + (gint64)(at_most_s * 1e6);
  while (position_s <= from_s + 0.05 && g_get_monotonic_time () < end_us) {
    g_assert_cmpint (run_for (0.02), <, MAIN_US);
    position_s = tsr_engine_get_position_s (engine);
    from_s = MIN (from_s, position_s);
  }
  return position_s > from_s + 0.05;
}

static void
end (TsrEngine *engine)
{
  gint64 began_us = g_get_monotonic_time ();
  g_object_add_weak_pointer (G_OBJECT (engine), (gpointer *)&engine);
  g_object_unref (engine);
  g_assert_null (engine);
  g_assert_cmpint (g_get_monotonic_time () - began_us, <, QUIT_US);
}

/* --- what can happen ------------------------------------------------------------------
 */

static void
test_plays (void)
{
  Script    *script = script_new (2);
  TsrEngine *engine = playing_engine (script);
  g_assert_true (wait_state (engine, TSR_DEVICE_READY, 5));
  g_assert_true (advances (engine, 5));
  g_assert_null (tsr_engine_get_problem (engine));
  g_autoptr (GPtrArray) devices = tsr_engine_dup_devices (engine);
  g_assert_cmpuint (devices->len, ==, 2);
  g_assert_cmpint (atomic_load (&script->n_open), ==, 1);
  end (engine);
  g_assert_cmpint (atomic_load (&script->n_open), ==, 0);
}

static void
test_no_device (void)
{
  Script    *script = script_new (0);
  TsrEngine *engine = playing_engine (script);
  g_assert_true (wait_state (engine, TSR_DEVICE_NONE, 5));
  g_assert_true (advances (engine, 5));
  g_assert_nonnull (tsr_engine_get_problem (engine));
  atomic_store (&script->n_devices, 1); /* one is plugged in */
  tsr_engine_refresh_devices (engine);
  g_assert_true (wait_state (engine, TSR_DEVICE_READY, 5));
  g_assert_true (advances (engine, 5));
  g_assert_cmpint (atomic_load (&script->n_open), ==, 1);
  end (engine);
}

/* Whatever hangs: a notice within two seconds, playing goes on by the clock, and a quick
 * end. */
static void
test_hangs (void)
{
  const Part parts[] = {PART_SCAN, PART_OPEN, PART_START};
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++) {
    Script *script = script_new (1);
    atomic_store (&script->hangs, (int)parts[i]);
    TsrEngine *engine = playing_engine (script);
    g_assert_true (wait_state (engine, TSR_DEVICE_FAILED, 4));
    g_assert_nonnull (tsr_engine_get_problem (engine));
    g_assert_true (advances (engine, 5));
    if (i == 1) { /* and come back to life when it is asked for again */
      tsr_engine_select_device (engine, "device 0");
      atomic_store (&script->hangs, 0);
      g_assert_true (wait_state (engine, TSR_DEVICE_READY, 5));
      g_assert_true (advances (engine, 5));
      g_assert_cmpint (atomic_load (&script->n_made), ==, 2);
    }
    end (engine);
    atomic_store (&script->hangs, 0);
    g_usleep (50000); /* those left behind clean up */
  }
}

static void
test_hangs_at_end (void)
{
  const Part parts[] = {PART_CLOSE, PART_FREE};
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++) {
    Script    *script = script_new (1);
    TsrEngine *engine = playing_engine (script);
    g_assert_true (wait_state (engine, TSR_DEVICE_READY, 5));
    g_assert_true (advances (engine, 5));
    atomic_store (&script->hangs, (int)parts[i]);
    end (engine);
    atomic_store (&script->hangs, 0);
    g_usleep (50000);
  }
}

static void
test_fails (void)
{
  const Part parts[] = {PART_OPEN, PART_START};
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++) {
    Script *script = script_new (2);
    atomic_store (&script->fails, (int)parts[i]);
    TsrEngine *engine = playing_engine (script);
    g_assert_true (wait_state (engine, TSR_DEVICE_FAILED, 5));
    g_assert_nonnull (tsr_engine_get_problem (engine));
    g_assert_true (advances (engine, 5));
    atomic_store (&script->fails, 0);
    tsr_engine_select_device (engine, "device 1");
    g_assert_true (wait_state (engine, TSR_DEVICE_READY, 5));
    g_assert_true (advances (engine, 5));
    end (engine);
  }
}

/* The device is pulled out: it no longer calls back. */
static void
test_lost (void)
{
  Script    *script = script_new (2);
  TsrEngine *engine = playing_engine (script);
  g_assert_true (wait_state (engine, TSR_DEVICE_READY, 5));
  g_assert_true (advances (engine, 5));
  atomic_store (&script->silent, true);
  g_assert_true (wait_state (engine, TSR_DEVICE_FAILED, 4));
  g_assert_true (advances (engine, 5));
  atomic_store (&script->silent, false);
  tsr_engine_select_device (engine, "device 1");
  g_assert_true (wait_state (engine, TSR_DEVICE_READY, 5));
  g_assert_true (advances (engine, 5));
  end (engine);
}

static void
rate_cb (TsrEngine *engine, GParamSpec *spec, double *rate_hz)
{
  *rate_hz = tsr_engine_get_rate_hz (engine);
}

static void
test_other_rate (void)
{
  Script *script = script_new (1);
  double  rate_hz = 0;
  atomic_store (&script->rate_hz, 44100);
  TsrEngine *engine = playing_engine (script);
  g_signal_connect (engine, "notify::rate-hz", G_CALLBACK (rate_cb), &rate_hz);
  tsr_engine_seek (engine, 7);
  g_assert_true (wait_state (engine, TSR_DEVICE_READY, 5));
  g_assert_true (advances (engine, 5));
  g_assert_cmpfloat (rate_hz, ==, 44100);
  g_assert_cmpfloat (tsr_engine_get_position_s (engine), >, 6.9);
  end (engine);
}

/* 400 random commands and mishaps; the main loop goes on turning. */
static void
test_storm (void)
{
  Script    *script = script_new (2);
  TsrEngine *engine = playing_engine (script);
  TsrPreview preview = TSR_PREVIEW_INIT;
  gint64     longest_us = 0;
  for (int i = 0; i < 400; i++) {
    gint64 began_us = awake_us ();
    switch (g_test_rand_int_range (0, 12)) {
    case 0:
      tsr_engine_play (engine);
      break;
    case 1:
      tsr_engine_stop (engine);
      break;
    case 2:
      tsr_engine_pause (engine);
      break;
    case 3:
    case 4:
      tsr_engine_seek (engine, g_test_rand_double_range (0, 59));
      break;
    case 5:
      tsr_engine_set_loop (engine, g_test_rand_bit (), 1, 1.5);
      break;
    case 6:
      preview.pitch_ratio = g_test_rand_double_range (0.5, 2);
      preview.stretch = g_test_rand_double_range (0.5, 2);
      tsr_engine_set_preview (engine, g_test_rand_bit () ? &preview : NULL);
      break;
    case 7:
      tsr_engine_refresh_devices (engine);
      break;
    case 8:
      tsr_engine_select_device (engine, g_test_rand_bit () ? "device 1" : NULL);
      break;
    case 9:
      atomic_store (&script->n_devices, g_test_rand_int_range (0, 3));
      break;
    case 10:
      atomic_store (&script->fails, g_test_rand_int_range (0, 8) == 0 ? PART_OPEN : 0);
      break;
    default:
      tsr_engine_set_monitor (
          engine, (TsrMonitor)g_test_rand_int_range (0, 8), g_test_rand_bit ());
    }
    longest_us = MAX (longest_us, awake_us () - began_us);
    if (i % 4 == 0)
      longest_us = MAX (longest_us, run_for (0.01));
  }
  g_test_message ("the main loop stood still for %.1f ms at most",
                  (double)longest_us / 1e3);
  g_assert_cmpint (longest_us, <, MAIN_US);
  atomic_store (&script->n_devices, 1);
  atomic_store (&script->fails, 0);
  tsr_engine_set_preview (engine, NULL);
  tsr_engine_set_loop (engine, FALSE, 0, 0);
  tsr_engine_select_device (engine, NULL);
  tsr_engine_refresh_devices (engine);
  tsr_engine_seek (engine, 1);
  tsr_engine_play (engine);
  g_assert_true (wait_state (engine, TSR_DEVICE_READY, 5));
  for (int i = 0; i < 250 && tsr_engine_get_position_s (engine) > 20; i++)
    run_for (0.02);
  g_assert_true (advances (engine, 5));
  end (engine);
}

/* Commands while nothing runs do not pile up. */
static void
test_idle (void)
{
  TsrEngine *engine = tsr_engine_new (TSR_BACKEND_NULL);
  for (int i = 0; i < 5000; i++) {
    TsrProgram *program =
        tsr_test_program (tsr_test_sine (440, 0.5, 1), NULL, NULL, NULL, 1);
    tsr_engine_set_program (engine, program);
    tsr_program_unref (program);
    tsr_engine_seek (engine, 0.25);
  }
  g_assert_cmpfloat (tsr_engine_get_position_s (engine), ==, 0.25);
  end (engine);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audio/engine/plays", test_plays);
  g_test_add_func ("/audio/engine/no-device", test_no_device);
  g_test_add_func ("/audio/engine/hangs", test_hangs);
  g_test_add_func ("/audio/engine/hangs-at-end", test_hangs_at_end);
  g_test_add_func ("/audio/engine/fails", test_fails);
  g_test_add_func ("/audio/engine/lost", test_lost);
  g_test_add_func ("/audio/engine/other-rate", test_other_rate);
  g_test_add_func ("/audio/engine/storm", test_storm);
  g_test_add_func ("/audio/engine/idle", test_idle);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * How soon a breakpoint that is dragged, and a partial that is drawn, is heard among many
 * others, by the clock without a device; and what an eraser and the main thread need.
 */
#include <math.h>

#include "app/cli/bench.h"
#include "audio/engine.h"
#include "model/dsp-types.h"
#include "model/session.h"

enum { N_TRIALS = 40, N_PARTIALS = 1000, N_BREAKPOINTS = 100, N_PATH = 300 };

#define DURATION_S 10.0
#define QUIET_DB (-100.0)
#define HEARD 0.05 /* peak; the others are at -40 dB together */

typedef struct {
  TsrSession *session;
  TsrEngine  *engine;
  double      heard_ms[N_TRIALS], main_ms[N_TRIALS];
} Bench;

/* Many partials, hardly to be heard, and one more with two breakpoints. */
static TsrPartialSet *
make_set (void)
{
  g_autoptr (TsrPartialSet) many =
      tsr_bench_partials (N_PARTIALS, N_BREAKPOINTS, DURATION_S);
  g_autoptr (GPtrArray) all =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tsr_partial_unref);
  TsrBreakpoint ends[2] = {
      {.frequency_hz = 440, .log_amplitude = QUIET_DB * M_LN10 / 20},
      {.time_s = DURATION_S,
       .frequency_hz = 440,
       .phase_turns = 440 * DURATION_S,
       .log_amplitude = QUIET_DB * M_LN10 / 20},
  };

  for (gsize i = 0; i < tsr_partial_set_size (many); i++)
    g_ptr_array_add (all, tsr_partial_gain (tsr_partial_set_at (many, i), QUIET_DB));
  g_ptr_array_add (all,
                   tsr_partial_new (tsr_partial_set_max_id (many) + 1, 0, 0, ends, 2));
  return tsr_partial_set_new ((TsrPartial *const *)all->pdata, all->len);
}

static void
touch_cb (TsrSession *session, TsrEngine *engine)
{
  tsr_engine_set_touch (engine, tsr_session_get_touch (session));
}

static void
begin (Bench *self, TsrProject *project, TsrPartialSet *set)
{
  g_autoptr (TsrSoundState) state = tsr_sound_state_new (&(TsrSoundStateFields){
      .partials = set, .duration_s = DURATION_S, .analysed = TRUE});
  TsrProgramParts parts = {.score = tsr_score_new (set), .duration_s = DURATION_S};
  TsrProgram     *program = tsr_program_new (&parts);

  tsr_project_add_sound (project, "bench", NULL, state, "Import", "", NULL, NULL);
  self->session = tsr_session_new ();
  self->engine = tsr_engine_new (TSR_BACKEND_NULL);
  tsr_session_set_project (self->session, project);
  g_signal_connect_object (
      self->session, "touch-changed", G_CALLBACK (touch_cb), self->engine, 0);
  tsr_engine_set_program (self->engine, program);
  tsr_engine_set_loop (self->engine, TRUE, 0, 1);
  tsr_engine_play (self->engine);
  tsr_program_unref (program);
  tsr_score_unref (parts.score);
}

/* One turn of the main loop; its processor time. */
static double
turn (void)
{
  double begin_s = tsr_bench_thread_s ();

  g_main_context_iteration (NULL, FALSE);
  return tsr_bench_thread_s () - begin_s;
}

static void
settle (Bench *self, double time_s)
{
  TsrMeter meter;

  for (double end_s = tsr_bench_now_s () + time_s; tsr_bench_now_s () < end_s;) {
    turn ();
    g_usleep (500);
  }
  tsr_engine_read_meter (self->engine, &meter);
}

/* From the hand's motion until it is handed to the output. */
static void
try_once (Bench *self, const TsrOperation *operation, TsrSelection *on, int i)
{
  double   begin_s = tsr_bench_now_s (), thread_s = tsr_bench_thread_s ();
  TsrMeter meter = {0};

  tsr_session_touch (self->session, operation, on);
  double main_s = tsr_bench_thread_s () - thread_s;
  while (meter.peak[0] < HEARD && tsr_bench_now_s () < begin_s + 1) {
    main_s += turn ();
    tsr_engine_read_meter (self->engine, &meter);
    if (meter.peak[0] < HEARD)
      g_usleep (200);
  }
  self->heard_ms[i] = 1000 * (tsr_bench_now_s () - begin_s);
  self->main_ms[i] = 1000 * main_s;
  tsr_session_end_touch (self->session);
  settle (self, 0.06 + 0.0007 * i);
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

static void
tell (JsonBuilder *json, const char *what, const char *unit, double figure)
{
  g_autofree char *name = g_strdup_printf ("touch_%s_%s", what, unit);

  tsr_json_number (json, name, figure);
}

static void
try_often (
    Bench *self, JsonBuilder *json, const char *what, const char *text, TsrSelection *on)
{
  g_autoptr (TsrOperation) operation = tsr_operation_parse (text, NULL);

  for (int i = 0; i < N_TRIALS; i++)
    try_once (self, operation, on, i);
  qsort (self->heard_ms, N_TRIALS, sizeof (double), compare_doubles);
  qsort (self->main_ms, N_TRIALS, sizeof (double), compare_doubles);
  tell (json, what, "heard_after_median_ms", self->heard_ms[N_TRIALS / 2]);
  tell (json, what, "heard_after_longest_ms", self->heard_ms[N_TRIALS - 1]);
  tell (json, what, "main_thread_p95_ms", self->main_ms[N_TRIALS * 95 / 100]);
}

/* A wavy path over all of the time, each point with `level`. */
static char *
path_text (const char *word, const char *level, const char *end)
{
  GString *text = g_string_new (word);

  for (int i = 0; i < N_PATH; i++)
    g_string_append_printf (text,
                            "%s%.4f:%.2f%s",
                            i > 0 ? "," : " ",
                            DURATION_S * i / N_PATH,
                            2000 + 300 * sin (0.2 * i),
                            level);
  g_string_append (text, end);
  return g_string_free (text, FALSE);
}

static void
time_eraser (Bench *self, JsonBuilder *json)
{
  g_autofree char *text = path_text ("erase", "", " size 60ms:200Hz strength 0.8");
  g_autoptr (TsrOperation) operation = tsr_operation_parse (text, NULL);
  TsrSoundState *state = tsr_sound_get_state (tsr_session_get_sound (self->session));
  double         begin_s = tsr_bench_thread_s ();
  g_autoptr (TsrTouch) touch = tsr_touch_try (operation, state, NULL, 100000, NULL);
  gsize n = 0;

  if (touch != NULL)
    tsr_touch_removed (touch, &n);
  tell (json, "erase_stroke_found_after", "ms", 1000 * (tsr_bench_thread_s () - begin_s));
  tell (json, "erase_stroke", "partials", (double)n);
}

void
tsr_bench_touch (JsonBuilder *json)
{
  g_autoptr (TsrProject) project = tsr_project_new ();
  g_autoptr (TsrPartialSet) set = make_set ();
  gint64 last_id = tsr_partial_set_max_id (set);
  g_autoptr (TsrSelection) last = tsr_selection_new (&last_id, 1, NULL);
  g_autofree char *drawn = path_text ("draw", ":-6dB", " harmonics 8");
  Bench            self = {0};

  begin (&self, project, set);
  settle (&self, 0.3);
  try_often (&self, json, "breakpoint", "breakpoint 0 to 0:440:-6dB", last);
  try_often (&self, json, "draw_8_harmonics", drawn, NULL);
  time_eraser (&self, json);
  tsr_engine_shutdown (self.engine);
  g_object_unref (self.engine);
  g_object_unref (self.session);
}

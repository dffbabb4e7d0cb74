/* SPDX-License-Identifier: GPL-3.0-or-later
 * A benchmark of its own program: drives the real canvas at 1400 x 900 over a ten-minute
 * sound with 500,000 breakpoints, 100,000 segments in view, pans, zooms, drags a
 * selection of 1,000 partials, and sets up an analysis (spacing, floor, ranges of
 * time and frequency, noisiness) with what it would find in view. It prints frame times
 * as JSON: before-paint to after-paint, wall, in ms, each percentile the median of five
 * runs; and the main thread's time in the canvas's snapshot, of drag and set-up together
 * with what each movement costs.
 *
 *   tarsier-bench-canvas [RUNS]     the renderer is the one GSK_RENDERER names
 */
#include <gtk/gtk.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "app/reanalysis.h"
#include "views/canvas.h"

enum {
  WIDTH = 1400,
  HEIGHT = 900,
  N_PARTIALS = 5000,
  N_BREAKPOINTS = 100, /* a partial */
  N_FRAMES = 240,      /* a run */
  MAX_RUNS = 15,
  N_DRAGGED = 1000,
};
#define DURATION_S 600.0
#define RATE_HZ 44100.0
#define VIEW_S 120.0 /* a fifth of the sound: 100,000 segments */
#define PARTIAL_S 10.0
#define PAN_PX 8.0 /* a frame */
#define SEEN_S 8.0 /* while an analysis is set up: what the window foresees at most */

typedef enum { PHASE_PAN, PHASE_ZOOM, PHASE_DRAG, PHASE_SET_UP, N_PHASES } Phase;

/* What an analysis would find in view, as the window asks for it. */
typedef struct {
  TsrAnalysisParams params;
  double            end_s; /* from 0 on */
  gint64            asked_us;
  TsrSignal        *signal; /* borrowed */
  TsrWorkerJob      job;
  TsrPartialSet    *found;
} Foresight;

typedef struct {
  GMainLoop  *loop;
  TsrSession *session;
  GtkWidget  *window, *canvas;
  gint64      before_us;
  Phase       phase;
  int         frame, n_runs;
  gboolean    recording;
  gint64      moved_us; /* what the last movement cost before the snapshot */
  double      frames_ms[N_FRAMES], snapshots_ms[N_FRAMES];

  TsrAnalysisParams params; /* as the hand has them, */
  double            end_s;  /* and the range of times from 0 */
  gint64            asked_us;
  gboolean          is_foreseeing;
  gint64            shown_us; /* when what this frame shows was asked for; 0: nothing */
  double            shown_ms[N_FRAMES];
  int               n_shown;
} Bench;

/* Numbers that look random and are the same each time (a linear congruence). */
static double
noise (guint32 *state)
{
  *state = *state * 1664525u + 1013904223u;
  return *state / 4294967296.0;
}

/* Eight voices of ten harmonics that die away, over and over, and some noise. */
static void
add_note (float *x, gint64 n, double hz, double gain)
{
  for (int k = 1; k <= 10; k++) {
    double turn = 2 * G_PI * k * hz / RATE_HZ, last = 0, now = gain / k * sin (turn);
    double fall = exp (-0.7 * k / RATE_HZ), twice_cos = 2 * fall * cos (turn);
    for (gint64 i = 0; i < n; i++) {
      double next = twice_cos * now - fall * fall * last;
      x[i] += (float)now;
      last = now;
      now = next;
    }
  }
}

static TsrSignal *
make_signal (void)
{
  TsrSignal *signal = tsr_signal_new (RATE_HZ, 1, (gint64)(DURATION_S * RATE_HZ));
  float     *samples = tsr_signal_channel_writable (signal, 0);
  gint64     period = (gint64)(SEEN_S * RATE_HZ), n_note = period / 8;
  guint32    state = 1;

  for (gint64 i = 0; i < period; i++)
    samples[i] = (float)(0.02 * (noise (&state) - 0.5));
  for (int i = 0; i < 64; i++)
    add_note (samples + (i % 8) * n_note,
              n_note,
              55 * exp2 (4 * noise (&state)),
              0.01 + 0.04 * noise (&state));
  for (gint64 i = period; i < tsr_signal_n_frames (signal); i++)
    samples[i] = samples[i - period];
  return signal;
}

static TsrPartialSet *
make_partials (void)
{
  g_autoptr (GPtrArray) all =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tsr_partial_unref);
  guint32 state = 2;

  for (int i = 0; i < N_PARTIALS; i++) {
    TsrBreakpoint points[N_BREAKPOINTS] = {0};
    double        start_s = (DURATION_S - PARTIAL_S) * i / N_PARTIALS;
    double        hz = 60 + 16000 * noise (&state) * noise (&state);
    double        level = log (0.001 + 0.3 * noise (&state));
    double        step_s = PARTIAL_S / (N_BREAKPOINTS - 1), phase = 0;
    for (int k = 0; k < N_BREAKPOINTS; k++) {
      double now_hz = hz * (1 + 0.01 * sin (0.9 * k));
      points[k] = (TsrBreakpoint){.time_s = start_s + k * step_s,
                                  .phase_turns = phase,
                                  .frequency_hz = now_hz,
                                  .log_amplitude = level - 0.02 * k};
      phase += now_hz * step_s;
    }
    g_ptr_array_add (all, tsr_partial_new (i + 1, 0, 0, points, N_BREAKPOINTS));
  }
  return tsr_partial_set_new ((TsrPartial *const *)all->pdata, all->len);
}

static TsrSession *
make_session (void)
{
  TsrSession *session = tsr_session_new ();
  g_autoptr (TsrProject) project = tsr_project_new ();
  TsrSignal          *signal = make_signal ();
  TsrPartialSet      *partials = make_partials ();
  TsrSoundStateFields fields = {
      .partials = partials, .duration_s = DURATION_S, .analysed = TRUE};
  g_autoptr (TsrSoundState) state = tsr_sound_state_new (&fields);
  TsrSourceInfo info = {.name = "bench",
                        .format = "wav",
                        .rate_hz = RATE_HZ,
                        .n_channels = 1,
                        .n_frames = tsr_signal_n_frames (signal),
                        .bits = 16,
                        .decoded_sha256 = ""};
  g_autoptr (TsrSource) source = tsr_source_new (1, &info);
  gint64 id =
      tsr_project_add_sound (project, "bench", source, state, "bench", "", NULL, NULL);

  g_assert (id > 0);
  tsr_session_set_project (session, project);
  tsr_session_set_sound (session, tsr_project_get_sound (project, id));
  tsr_session_set_signal (session, signal);
  tsr_viewport_set_time (tsr_session_get_viewport (session), 0, VIEW_S);
  tsr_signal_unref (signal);
  tsr_partial_set_unref (partials);
  return session;
}

static gint64
thread_time_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* All of 1,000 partials up and down by a whole tone, and to and fro. */
static void
drag (Bench *b)
{
  double     turn = 2 * G_PI * b->frame / N_FRAMES;
  TsrPreview preview = TSR_PREVIEW_INIT;
  gint64     start_us = thread_time_us ();

  preview.pitch_ratio = exp2 (sin (turn) / 6);
  preview.move_s = 2 * sin (2 * turn);
  tsr_session_set_preview (b->session, &preview);
  b->moved_us = thread_time_us () - start_us;
}

static void start_foreseeing (Bench *b);

static void
foresight_free (gpointer data)
{
  Foresight *foresight = data;

  tsr_partial_set_unref (foresight->found);
  g_free (foresight);
}

static void
foresee_thread (GTask *task, gpointer object, gpointer data, GCancellable *cancellable)
{
  Foresight        *f = data;
  TsrRegion         span = {0, f->end_s, 0, INFINITY};
  TsrAnalysisRecord record;

  if (!tsr_excerpt_analyse (
          f->signal, &f->params, &span, &f->job, &f->found, &record, NULL))
    abort ();
  g_task_return_boolean (task, TRUE);
}

static void
foreseen_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Bench     *b = data;
  Foresight *foresight = g_task_get_task_data (G_TASK (result));
  gint64     start_us = thread_time_us ();

  b->is_foreseeing = FALSE;
  if (!b->recording)
    return;
  tsr_canvas_set_foreseen (TSR_CANVAS (b->canvas), foresight->found);
  b->moved_us += thread_time_us () - start_us;
  b->shown_us = foresight->asked_us;
  if (b->asked_us > foresight->asked_us)
    start_foreseeing (b);
}

/* One at a time, the newest wish, on one thread. */
static void
start_foreseeing (Bench *b)
{
  Foresight *foresight = g_new0 (Foresight, 1);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, foreseen_cb, b);

  foresight->params = b->params;
  foresight->end_s = b->end_s;
  foresight->asked_us = b->asked_us;
  foresight->signal = tsr_session_get_signal (b->session);
  tsr_worker_job_init (&foresight->job, NULL, NULL, NULL, NULL);
  g_task_set_task_data (task, foresight, foresight_free);
  b->is_foreseeing = TRUE;
  g_task_run_in_thread (task, foresee_thread);
}

/* All that can be dragged moves with every frame. */
static void
set_up (Bench *b)
{
  double turn = 2 * G_PI * b->frame / N_FRAMES;

  tsr_analysis_params_init (&b->params);
  b->params.spacing_hz = 90 * exp2 (sin (turn));
  b->params.floor_db = -75 + 15 * cos (turn);
  b->params.low_hz = 40 + 20 * sin (3 * turn);
  b->params.high_hz = 12000 + 4000 * sin (2 * turn);
  b->params.noisiness = (TsrNoisiness)(b->frame / 30 % 3);
  b->end_s = SEEN_S * (0.75 + 0.25 * cos (turn));
  b->asked_us = g_get_monotonic_time ();
  if (!b->is_foreseeing)
    start_foreseeing (b);
}

/* One step of the hand: where the view is in a frame of a phase. */
static void
step (Bench *b)
{
  TsrViewport *v = tsr_session_get_viewport (b->session);
  double       shift_s = PAN_PX / WIDTH * VIEW_S;

  if (b->phase == PHASE_DRAG) {
    if (b->recording)
      drag (b);
    return;
  }
  if (b->phase == PHASE_SET_UP) {
    if (b->recording)
      set_up (b);
    return;
  }
  if (b->phase == PHASE_PAN) {
    double start_s = 60 + shift_s * b->frame;
    tsr_viewport_set_time (v, start_s, start_s + VIEW_S);
    return;
  }
  double turn = sin (G_PI * b->frame / N_FRAMES); /* closer, and back */
  double span_s = VIEW_S * pow (0.125, turn);
  tsr_viewport_set_time (v, 300 - span_s / 2, 300 + span_s / 2);
}

static void
before_paint_cb (GdkFrameClock *clock, Bench *b)
{
  b->before_us = g_get_monotonic_time ();
}

static void
after_paint_cb (GdkFrameClock *clock, Bench *b)
{
  if (!b->recording || b->before_us == 0)
    return;
  b->frames_ms[b->frame] = (double)(g_get_monotonic_time () - b->before_us) / 1000;
  b->snapshots_ms[b->frame] =
      (double)(tsr_canvas_get_snapshot_us (TSR_CANVAS (b->canvas)) + b->moved_us) / 1000;
  b->moved_us = 0;
  if (b->shown_us > 0 && b->n_shown < N_FRAMES)
    b->shown_ms[b->n_shown++] = (double)(g_get_monotonic_time () - b->shown_us) / 1000;
  b->shown_us = 0;
  if (++b->frame < N_FRAMES)
    return;
  b->recording = FALSE;
  g_main_loop_quit (b->loop);
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Bench *b = data;

  if (b->recording)
    step (b);
  gtk_widget_queue_draw (widget);
  return G_SOURCE_CONTINUE;
}

static gboolean
look_cb (gpointer data)
{
  Bench *b = data;

  if (tsr_canvas_get_n_pending (TSR_CANVAS (b->canvas)) > 0)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (b->loop);
  return G_SOURCE_REMOVE;
}

/* Until all tiles in view are there. */
static void
settle (Bench *b)
{
  g_timeout_add (50, look_cb, b);
  g_main_loop_run (b->loop);
}

static int
compare (const void *a, const void *b)
{
  double difference = *(const double *)a - *(const double *)b;

  return (difference > 0) - (difference < 0);
}

static double
percentile (double *values, int n, double part)
{
  qsort (values, (size_t)n, sizeof *values, compare);
  return values[MIN (n - 1, (int)(part * n))];
}

typedef struct {
  double p50[MAX_RUNS], p95[MAX_RUNS], p99[MAX_RUNS];
  double snapshot[MAX_RUNS], snapshot_p95[MAX_RUNS];
  double shown[MAX_RUNS], shown_p95[MAX_RUNS];
  double n_shown[MAX_RUNS]; /* a second */
} Results;

static void
select_some (Bench *b)
{
  g_autofree gint64 *ids = g_new (gint64, N_DRAGGED);

  for (int i = 0; i < N_DRAGGED; i++)
    ids[i] = i + 1;
  g_autoptr (TsrSelection) selection = tsr_selection_new (ids, N_DRAGGED, NULL);
  tsr_session_set_selection (b->session, selection);
  tsr_viewport_set_time (tsr_session_get_viewport (b->session), 0, VIEW_S);
}

static void
stop_foreseeing (Bench *b)
{
  while (b->is_foreseeing)
    g_main_context_iteration (NULL, TRUE);
  tsr_canvas_set_foreseen (TSR_CANVAS (b->canvas), NULL);
}

static void
begin (Bench *b)
{
  b->frame = b->n_shown = 0;
  b->moved_us = b->shown_us = 0;
  if (b->phase == PHASE_DRAG)
    select_some (b);
  if (b->phase != PHASE_SET_UP)
    return;
  tsr_session_set_selection (b->session, NULL);
  tsr_viewport_set_time (tsr_session_get_viewport (b->session), 0, SEEN_S);
}

static void
run (Bench *b, Results *r, int i)
{
  begin (b);
  step (b);
  gtk_widget_queue_draw (b->canvas);
  settle (b);
  b->before_us = 0;
  b->recording = TRUE;
  gint64 begin_us = g_get_monotonic_time ();
  g_main_loop_run (b->loop);
  double run_s = (double)(g_get_monotonic_time () - begin_us) / G_USEC_PER_SEC;
  tsr_session_set_preview (b->session, NULL);
  stop_foreseeing (b);
  r->p50[i] = percentile (b->frames_ms, N_FRAMES, 0.5);
  r->p95[i] = percentile (b->frames_ms, N_FRAMES, 0.95);
  r->p99[i] = percentile (b->frames_ms, N_FRAMES, 0.99);
  r->snapshot_p95[i] = percentile (b->snapshots_ms, N_FRAMES, 0.95);
  r->snapshot[i] = percentile (b->snapshots_ms, N_FRAMES, 0.99);
  if (b->phase != PHASE_SET_UP)
    return;
  r->n_shown[i] = b->n_shown / run_s;
  r->shown[i] = percentile (b->shown_ms, b->n_shown, 0.5);
  r->shown_p95[i] = percentile (b->shown_ms, b->n_shown, 0.95);
}

static void
print_results (const char *name, Results *r, int n, const char *end)
{
  printf ("  \"%s\": {\"p50_ms\": %.2f, \"p95_ms\": %.2f, \"p99_ms\": %.2f, "
          "\"snapshot_p95_ms\": %.3f, \"snapshot_p99_ms\": %.3f}%s\n",
          name,
          percentile (r->p50, n, 0.5),
          percentile (r->p95, n, 0.5),
          percentile (r->p99, n, 0.5),
          percentile (r->snapshot_p95, n, 0.5),
          percentile (r->snapshot, n, 0.5),
          end);
}

/* How soon what is asked for is seen. */
static void
print_foreseen (Results *r, int n)
{
  printf ("  \"foreseen\": {\"seconds_in_view\": %.0f, \"shown_a_second\": %.1f, "
          "\"shown_after_median_ms\": %.0f, \"shown_after_p95_ms\": %.0f}\n",
          SEEN_S,
          percentile (r->n_shown, n, 0.5),
          percentile (r->shown, n, 0.5),
          percentile (r->shown_p95, n, 0.5));
}

static void
open_window (Bench *b)
{
  b->window = gtk_window_new ();
  b->canvas = tsr_canvas_new (b->session);
  gtk_widget_set_size_request (b->canvas, WIDTH, HEIGHT);
  gtk_window_set_child (GTK_WINDOW (b->window), b->canvas);
  gtk_window_set_decorated (GTK_WINDOW (b->window), FALSE);
  gtk_window_present (GTK_WINDOW (b->window));
  GdkFrameClock *clock = gtk_widget_get_frame_clock (b->canvas);
  g_signal_connect (clock, "before-paint", G_CALLBACK (before_paint_cb), b);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), b);
  gtk_widget_add_tick_callback (b->canvas, tick_cb, b, NULL);
}

int
main (int argc, char **argv)
{
  Bench   b = {.n_runs = argc > 1 ? CLAMP (atoi (argv[1]), 1, MAX_RUNS) : 5};
  Results results[N_PHASES];

  if (!gtk_init_check ()) {
    fputs ("tarsier-bench-canvas: there is no display\n", stderr);
    return 1;
  }
  b.loop = g_main_loop_new (NULL, FALSE);
  b.session = make_session ();
  open_window (&b);
  for (b.phase = 0; b.phase < N_PHASES; b.phase++)
    for (int i = 0; i < b.n_runs; i++)
      run (&b, &results[b.phase], i);
  GskRenderer *renderer = gtk_native_get_renderer (gtk_widget_get_native (b.canvas));
  printf ("{\n  \"renderer\": \"%s\", \"width\": %d, \"height\": %d, \"runs\": %d,\n"
          "  \"breakpoints\": %d, \"segments_in_view\": %d,\n",
          G_OBJECT_TYPE_NAME (renderer),
          gtk_widget_get_width (b.canvas),
          gtk_widget_get_height (b.canvas),
          b.n_runs,
          N_PARTIALS * N_BREAKPOINTS,
          (int)(N_PARTIALS * (N_BREAKPOINTS - 1) * VIEW_S / DURATION_S));
  print_results ("pan", &results[PHASE_PAN], b.n_runs, ",");
  print_results ("zoom", &results[PHASE_ZOOM], b.n_runs, ",");
  print_results ("drag", &results[PHASE_DRAG], b.n_runs, ",");
  print_results ("set_up_analysis", &results[PHASE_SET_UP], b.n_runs, ",");
  print_foreseen (&results[PHASE_SET_UP], b.n_runs);
  puts ("}");
  gtk_window_destroy (GTK_WINDOW (b.window));
  g_object_unref (b.session);
  g_main_loop_unref (b.loop);
  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * A recording whose noise is audible: what is heard while a hand holds an edit is what
 * the edit sounds like once it is made, background included; and an edit changes nothing
 * but the partials it is made on.
 */
#include <math.h>

#include "app/analysis-task.h"
#include "app/render-task.h"
#include "app/source-file.h"
#include "audio/engine.h"
#include "model/dsp-types.h"
#include "model/operation.h"

#define MOST_DB (-60.0) /* of the sound's own level */
#define FIRST_S 0.05    /* gains have arrived, and fades of starting are over */

enum { BLOCK = 256, RATE_HZ = 48000 /* of the engine */ };

typedef struct {
  TsrSignal        *signal;
  TsrAnalysisResult result;
  TsrPartialSet    *set;
  TsrNoiseModel    *noise;
  TsrProgram       *program; /* of the sound as it was analysed */
} Recording;

static TsrSignal *
read_signal (const char *name, TsrWorkerJob *job)
{
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "../resources/demo", name, NULL);
  TsrSourceFile file;

  g_assert_true (tsr_source_file_open (&file, path, &job->job, NULL));
  TsrSignal *signal = tsr_resample (file.signal, RATE_HZ, &job->job, NULL);
  g_assert_nonnull (signal);
  tsr_source_file_clear (&file);
  return signal;
}

static TsrSignal *
render (const Recording *self, TsrSoundState *state, TsrPart part)
{
  TsrRenderSubject subject = {.state = state,
                              .analysed = self->set,
                              .source = self->signal,
                              .noise = self->noise,
                              .n_channels = tsr_signal_n_channels (self->signal),
                              .rate_hz = RATE_HZ,
                              .bits = 16};
  TsrRenderChoice  choice = {.part = part};
  TsrWorkerJob     job;

  tsr_worker_job_init (&job, NULL, NULL, NULL, NULL);
  TsrSignal *signal = tsr_render_to_signal (&subject, &choice, &job, NULL);
  g_assert_nonnull (signal);
  return signal;
}

/* What the window plays of a state (app/gui/program-builder.c). */
static TsrProgram *
program_of (const Recording *self, TsrSoundState *state)
{
  const TsrSoundStateFields *fields = tsr_sound_state_fields (state);
  TsrProgramParts            parts = {
                 .score = tsr_score_new (fields->partials),
                 .original = tsr_signal_ref (self->signal),
                 .residual = render (self, state, TSR_PART_BACKGROUND),
                 .noise = render (self, state, TSR_PART_NOISE),
                 .transients = render (self, state, TSR_PART_TRANSIENTS),
                 .duration_s = fields->duration_s,
                 .model = self->noise,
                 .source_s_over_sound_s = fields->source_s_over_sound_s,
                 .residual_gain_db_over_hz = fields->residual_gain_db_over_hz,
                 .residual_gain_db = fields->residual_gain_db,
                 .residual_laws = fields->residual_laws,
  };
  TsrProgram *program = tsr_program_new (&parts);

  tsr_score_unref (parts.score);
  tsr_signal_unref (parts.original);
  tsr_signal_unref (parts.residual);
  tsr_signal_unref (parts.noise);
  tsr_signal_unref (parts.transients);
  return program;
}

static void
recording_init (Recording *self, const char *name)
{
  TsrAnalysisParams params;
  TsrWorkerJob      job;

  tsr_worker_job_init (&job, NULL, NULL, NULL, NULL);
  tsr_analysis_params_init (&params);
  self->signal = read_signal (name, &job);
  g_assert_true (
      tsr_analysis_run (self->signal, &params, 1, TRUE, &job, &self->result, NULL));
  self->set = tsr_sound_state_fields (self->result.state)->partials;
  g_assert_cmpint (tsr_noise_model_new (self->result.residual, &job.job, &self->noise),
                   ==,
                   TSR_STATUS_OK);
  self->program = program_of (self, self->result.state);
}

static void
recording_clear (Recording *self)
{
  tsr_program_unref (self->program);
  tsr_noise_model_unref (self->noise);
  tsr_analysis_result_clear (&self->result);
  tsr_signal_unref (self->signal);
}

static TsrEngine *
engine_of (TsrProgram *program)
{
  TsrEngine *engine = tsr_engine_new (TSR_BACKEND_NULL);

  g_assert_cmpfloat (tsr_engine_get_rate_hz (engine), ==, RATE_HZ);
  tsr_engine_set_program (engine, program);
  return engine;
}

static float *
play (TsrEngine *engine, gsize n)
{
  float *left = g_new (float, n), right[BLOCK];

  tsr_engine_play (engine);
  for (gsize i = 0; i < n; i += BLOCK)
    tsr_engine_pull (engine, left + i, right, MIN (BLOCK, n - i));
  return left;
}

/* RMS of the difference from a time on, in dB of the RMS of the second. */
static double
difference_db (const float *a, const float *b, gsize from, gsize end)
{
  double difference = 0, all = 0;

  for (gsize i = from; i < end; i++) {
    difference += pow ((double)a[i] - (double)b[i], 2);
    all += pow ((double)b[i], 2);
  }
  return 10 * log10 ((difference + 1e-30) / (all + 1e-30));
}

static TsrOperation *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  TsrOperation *operation = tsr_operation_parse (text, &error);

  g_assert_no_error (error);
  return operation;
}

/* ---- gestures ---- */

typedef struct {
  const char *text;
  TsrPreview  preview;
  int         on; /* 0: the whole sound; 1: one partial; 2: a rectangle */
  gboolean    is_stroke;
} Gesture;

static const TsrRegion rectangle = {0.5, 1.1, 300, 1500};

static const Gesture gestures[] = {
    {"breakpoint 0.8 to 0.803:800", TSR_PREVIEW_INIT, 1, TRUE},
    {"draw 0.2:700:-30,1.2:900:-40", TSR_PREVIEW_INIT, 0, TRUE},
    {"erase 0.5:392,0.9:392 size 50ms:60Hz", TSR_PREVIEW_INIT, 0, TRUE},
    {"erase 0.5:392,0.9:784 size 50ms:60Hz strength 0.4", TSR_PREVIEW_INIT, 0, TRUE},
    {"pitch 1.2", {.pitch_ratio = 1.2, .stretch = 1}, 2, FALSE},
    {"shift 70Hz", {.pitch_ratio = 1, .stretch = 1, .shift_hz = 70}, 2, FALSE},
    {"gain -12dB", {.pitch_ratio = 1, .stretch = 1, .gain_db = -12}, 2, FALSE},
    {"move 0.2", {.pitch_ratio = 1, .stretch = 1, .move_s = 0.2}, 2, FALSE},
    {"pitch 1.2", {.pitch_ratio = 1.2, .stretch = 1}, 1, FALSE},
    {"gain -9dB", {.pitch_ratio = 1, .stretch = 1, .gain_db = -9}, 0, FALSE},
    {"pitch 1.2", {.pitch_ratio = 1.2, .stretch = 1}, 0, FALSE},
    {"shift 70Hz", {.pitch_ratio = 1, .stretch = 1, .shift_hz = 70}, 0, FALSE},
};

static TsrSelection *
choose (const Recording *recording, int on)
{
  if (on == 0)
    return NULL;
  if (on == 2)
    return tsr_selection_from_region (recording->set, &rectangle);
  for (gsize i = 0; i < tsr_partial_set_size (recording->set); i++) {
    TsrPartial              *partial = tsr_partial_set_at (recording->set, i);
    const TsrPartialSummary *s = tsr_partial_summary (partial);
    gint64                   id = tsr_partial_id (partial);
    if (s->start_s < 0.5 && s->end_s > 1 && fabs (s->mean_hz - 784) < 20)
      return tsr_selection_new (&id, 1, NULL);
  }
  g_assert_not_reached ();
}

static TsrTouch *
touch_of (const Recording *recording, const Gesture *gesture, const TsrSelection *on)
{
  gint64 next_id = tsr_partial_set_max_id (recording->set) + 1;

  if (gesture->is_stroke) {
    g_autoptr (TsrOperation) operation = parse (gesture->text);
    return tsr_touch_try (operation, recording->result.state, on, next_id, NULL);
  }
  return gesture->on == 2 ? tsr_touch_cut (recording->set, on, next_id) : NULL;
}

static TsrSoundState *
make (const Recording *recording, const Gesture *gesture, const TsrSelection *on)
{
  g_autoptr (TsrOperation) operation = parse (gesture->text);
  g_autoptr (GError) error = NULL;
  gint64         next_id = tsr_partial_set_max_id (recording->set) + 1;
  TsrSoundState *after = tsr_operation_apply (
      operation, recording->result.state, on, &next_id, NULL, &error);

  g_assert_no_error (error);
  return after;
}

static void
check_gesture (const Recording *recording, const Gesture *gesture)
{
  g_autoptr (TsrSelection) on = choose (recording, gesture->on);
  g_autoptr (TsrTouch) touch = touch_of (recording, gesture, on);
  g_autoptr (TsrSoundState) after = make (recording, gesture, on);
  g_autofree guint8 *mask = on != NULL ? tsr_selection_mask (on, recording->set) : NULL;
  TsrProgram        *programs[] = {tsr_program_new_selected (recording->program, mask),
                                   program_of (recording, after)};
  g_autoptr (TsrEngine) held = engine_of (programs[0]);
  g_autoptr (TsrEngine) made = engine_of (programs[1]);
  g_autoptr (TsrEngine) plain = engine_of (recording->program);
  gsize n = (gsize)(1.4 * RATE_HZ), first = (gsize)(FIRST_S * RATE_HZ);

  if (touch != NULL)
    tsr_engine_set_touch (held, touch);
  if (!gesture->is_stroke)
    tsr_engine_set_preview (held, &gesture->preview);
  g_autofree float *a = play (held, n), *b = play (made, n), *c = play (plain, n);
  tsr_program_unref (programs[0]);
  tsr_program_unref (programs[1]);
  double held_db = difference_db (a, b, first, n);
  double control_db = difference_db (c, b, first, n);
  g_test_message ("%s on %s: held and made %.1f dB apart; not held %.1f dB",
                  gesture->text,
                  gesture->on == 0   ? "all"
                  : gesture->on == 1 ? "one"
                                     : "a rectangle",
                  held_db,
                  control_db);
  g_assert_cmpfloat (held_db, <, MOST_DB);
  g_assert_cmpfloat (control_db, >, -50);
}

static void
test_gestures (void)
{
  Recording recording;

  recording_init (&recording, "flute-g4.flac");
  for (gsize i = 0; i < G_N_ELEMENTS (gestures); i++)
    check_gesture (&recording, &gestures[i]);
  recording_clear (&recording);
}

/* ---- elsewhere ---- */

static double
largest_difference (const TsrSignal *a, const TsrSignal *b, double from_s, double end_s)
{
  double rate_hz = tsr_signal_rate_hz (a), most = 0;
  gint64 end = (gint64)fmin (end_s * rate_hz, (double)tsr_signal_n_frames (a));

  for (gint64 i = (gint64)(fmax (from_s, 0) * rate_hz); i < end; i++)
    most = fmax (most,
                 fabs ((double)tsr_signal_channel (a, 0)[i] -
                       (double)tsr_signal_channel (b, 0)[i]));
  return most;
}

/* What lies behind the partials is bit for bit what it was, whatever is done to some of
 * them; and where they are not, the sound is the recording. */
static void
test_elsewhere (void)
{
  static const char *const texts[] = {"delete", "pitch 1.2", "gain -12dB", "smooth 20ms"};
  Recording                recording;

  recording_init (&recording, "flute-g4.flac");
  g_autoptr (TsrSelection) on = tsr_selection_from_region (recording.set, &rectangle);
  g_autoptr (TsrSignal) behind =
      render (&recording, recording.result.state, TSR_PART_RESIDUAL);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    Gesture gesture = {.text = texts[i]};
    g_autoptr (TsrSoundState) after = make (&recording, &gesture, on);
    g_autoptr (TsrSignal) background = render (&recording, after, TSR_PART_BACKGROUND);
    g_autoptr (TsrSignal) all = render (&recording, after, TSR_PART_ALL);
    double end_s = tsr_signal_duration_s (all);
    double most = largest_difference (background, behind, 0, end_s);
    double before =
        largest_difference (all, recording.signal, 0, rectangle.start_s - 0.001);
    double later =
        largest_difference (all, recording.signal, rectangle.end_s + 0.001, end_s);
    g_test_message ("%s: background %.1e off, before %.1e, later %.1e",
                    texts[i],
                    most,
                    before,
                    later);
    g_assert_cmpfloat (most, ==, 0);
    g_assert_cmpfloat (before, <, 1e-6);
    g_assert_cmpfloat (later, <, 1e-6);
    g_assert_cmpfloat (
        largest_difference (all, recording.signal, rectangle.start_s, rectangle.end_s),
        >,
        1e-3);
  }
  recording_clear (&recording);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/held/gestures", test_gestures);
  g_test_add_func ("/app/held/elsewhere", test_elsewhere);
  return g_test_run ();
}

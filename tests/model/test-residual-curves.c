/* SPDX-License-Identifier: GPL-3.0-or-later
 * What lies behind the partials follows edits of the whole sound given as curves: exactly
 * where they are linear, through the model elsewhere.
 */
#include <math.h>

#include "model/operation.h"
#include "model/render.h"
#include "tests/model/model-fixture.h"

enum { RATE = 8000, N = RATE, N_TONES = 4 };
#define AMPLITUDE 0.05

static const double TONES_HZ[N_TONES] = {250, 500, 1000, 2000};

/* Partials at the tones; the source is twice their sum (so that what they leave is once
 * their sum), or their sum and noise. */
typedef struct {
  TsrSignal     *source;
  TsrSoundState *state;
} Recording;

static void
recording_init (Recording *self, gboolean noisy)
{
  TsrPartial *partials[N_TONES];
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (int k = 0; k < N_TONES; k++) {
    g_autoptr (TsrPartial) loud = fixture_partial (k + 1, 0, 1, TONES_HZ[k]);
    partials[k] = tsr_partial_gain (loud, 20 * log10 (AMPLITUDE / exp (-1)));
  }
  g_autoptr (TsrPartialSet) set = tsr_partial_set_new (partials, N_TONES);
  for (int k = 0; k < N_TONES; k++)
    tsr_partial_unref (partials[k]);
  self->state = tsr_sound_state_new (
      &(TsrSoundStateFields){.partials = set, .duration_s = 1, .analysed = TRUE});
  self->source = tsr_signal_new (RATE, 1, N);
  float *x = tsr_signal_channel_writable (self->source, 0);
  for (int i = 0; i < N; i++) {
    double y = 0;
    for (int k = 0; k < N_TONES; k++)
      y += AMPLITUDE * cos (2 * G_PI * TONES_HZ[k] * i / RATE);
    x[i] = (float)(noisy ? y + g_rand_double_range (random, -0.05, 0.05) : 2 * y);
  }
}

static void
recording_clear (Recording *self)
{
  tsr_signal_unref (self->source);
  tsr_sound_state_unref (self->state);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Recording, recording_clear)

/* The operations of `texts`, joined by `;`, one after the other. */
static TsrSoundState *
edit (TsrSoundState *state, const char *texts)
{
  g_auto (GStrv) words = g_strsplit (texts, ";", -1);
  TsrSoundState *now = tsr_sound_state_ref (state);

  for (gsize i = 0; words[i] != NULL; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TsrOperation) operation = tsr_operation_parse (words[i], &error);
    gint64 next_id = tsr_partial_set_max_id (tsr_sound_state_fields (now)->partials) + 1;
    g_assert_no_error (error);
    TsrSoundState *after =
        tsr_operation_apply (operation, now, NULL, &next_id, NULL, &error);
    g_assert_no_error (error);
    tsr_sound_state_unref (now);
    now = after;
  }
  return now;
}

static double *
render (const Recording *recording,
        TsrSoundState   *state,
        TsrPart          part,
        gsize            block,
        gint64          *n)
{
  TsrRenderParams params = {.state = state,
                            .source = recording->source,
                            .n_channels = 1,
                            .part = part,
                            .rate_hz = RATE,
                            .analysed =
                                tsr_sound_state_fields (recording->state)->partials};
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrRender) r = tsr_render_new (&params, NULL, &error);

  g_assert_no_error (error);
  *n = tsr_render_n_frames (r);
  double *out = g_new0 (double, MAX (*n, 1));
  for (gint64 i = 0; i < *n; i += (gint64)block) {
    double *channels[] = {out + i};
    tsr_render_read (r, channels, MIN (block, (gsize)(*n - i)));
  }
  return out;
}

static double
level_db (const double *x, gint64 first, gint64 n)
{
  double sum = 0;

  for (gint64 i = first; i < first + n; i++)
    sum += x[i] * x[i];
  return 10 * log10 (sum / (double)n + 1e-30);
}

/* What partials are given, what lies behind them is given, too. */
static void
test_linear_edits (void)
{
  static const char *const edits[] = {
      "gain 0:0,0.5:-12,1:6",
      "gain 100Hz:0,1kHz:-12,3kHz:3",
      "fade 0.3:0.4",
      "tilt 0:0,1:-6",
      "tilt 0:6,0.5:-3",
      "tilt -3dB",
      "brightness 1.3",
      "brightness 0:1,1:0.7",
      "filter 100:0,3000:-12",
      "filter 100:0,3000:-12;fade 0.2:0.2",
      "fade 0.2:0.2;filter 100:0,3000:-12;gain -3dB",
      "gain 0:0,1:-20;gain 0:-20,1:0;tilt 0:0,1:3",
      "gain 0:0,0.5:-12,1:6;crop 0.25:0.75",
      "crop 0.25:0.75;gain 0:0,0.25:-12,0.5:6;fade 0.1:0.1",
      "move 0.125;gain 0:0,1:-12",
  };
  g_auto (Recording) recording = {0};

  recording_init (&recording, FALSE);
  for (gsize e = 0; e < G_N_ELEMENTS (edits); e++) {
    g_autoptr (TsrSoundState) after = edit (recording.state, edits[e]);
    gint64             n, hop = RATE / 20;
    g_autofree double *partials = render (&recording, after, TSR_PART_PARTIALS, 1000, &n);
    g_autofree double *residual = render (&recording, after, TSR_PART_RESIDUAL, 1000, &n);
    g_autofree double *all = render (&recording, after, TSR_PART_ALL, 1000, &n);
    for (gint64 first = 3 * hop; first + 3 * hop <= n; first += hop) {
      double wanted_db = level_db (partials, first, hop);
      double found_db = level_db (residual, first, hop);
      double all_db = level_db (all, first, hop);
      if (wanted_db < -70) /* near the silent end of a fade */
        continue;
      if (!(fabs (found_db - wanted_db) < 0.1 &&
            fabs (all_db - wanted_db - 6.0206) < 0.1))
        g_error ("%s at %.3f s: %.3f dB and %.3f dB together, not %.3f dB",
                 edits[e],
                 (double)first / RATE,
                 found_db,
                 all_db,
                 wanted_db);
    }
  }
}

/* Factors on the noise: sample for sample, and the partials do not mind. */
static void
test_noise_amount (void)
{
  static const struct {
    const char *text;
    double      at[5]; /* factor every quarter of a second */
  } rows[] = {
      {"noise 0.5", {0.5, 0.5, 0.5, 0.5, 0.5}},
      {"noise 0", {0, 0, 0, 0, 0}},
      {"noise 0:1,1:0", {1, 0.75, 0.5, 0.25, 0}},
      {"noise 0:0,0.5:2,1:0", {0, 1, 2, 1, 0}},
      {"noise 0:1,1:0;noise 2", {2, 1.5, 1, 0.5, 0}},
  };
  g_auto (Recording) recording = {0};
  gint64 n;

  recording_init (&recording, TRUE);
  g_autofree double *before =
      render (&recording, recording.state, TSR_PART_RESIDUAL, N, &n);
  for (gsize e = 0; e < G_N_ELEMENTS (rows); e++) {
    g_autoptr (TsrSoundState) after = edit (recording.state, rows[e].text);
    g_autofree double *partials = render (&recording, after, TSR_PART_PARTIALS, N, &n);
    g_autofree double *residual = render (&recording, after, TSR_PART_RESIDUAL, N, &n);
    g_autofree double *all = render (&recording, after, TSR_PART_ALL, N, &n);
    for (int i = 0; i < N; i++) {
      double at = 4.0 * i / N, u = at - floor (at);
      double factor = (1 - u) * rows[e].at[(int)at] + u * rows[e].at[(int)at + 1];
      g_assert_cmpfloat_with_epsilon (residual[i], factor * before[i], 1e-9);
      g_assert_cmpfloat_with_epsilon (all[i], partials[i] + residual[i], 1e-9);
    }
  }
}

/* The law stays on what it was drawn over while time is changed; the model follows it as
 * the residual does. */
static void
test_laws_through_time (void)
{
  static const struct {
    const char *edits;
    double      at[3]; /* dB at the start, the middle and the end */
  } rows[] = {
      {"gain 0:0,1:-12;stretch 2", {0, -6, -12}},
      {"stretch 2;gain 0:0,2:-12", {0, -6, -12}},
      {"gain 0:0,1:-12;stretch 0:0,0.5:0.25,1:2", {0, -8.571428571428571, -12}},
      {"gain 0:0,1:-12;reverse", {-12, -6, 0}},
      {"reverse;gain 0:0,1:-12", {0, -6, -12}},
      {"gain 0:0,1:-12;reverse;stretch 2", {-12, -6, 0}},
      {"gain 0:0,1:-12;stretch 2;crop 0.5:1.5", {-3, -6, -9}},
      {"noise 0:1,1:0.5;stretch 2", {0, -2.4987747321659985, -6.020599913279624}},
  };
  g_auto (Recording) recording = {0};

  recording_init (&recording, TRUE);
  for (gsize e = 0; e < G_N_ELEMENTS (rows); e++) {
    g_autoptr (TsrSoundState) after = edit (recording.state, rows[e].edits);
    const TsrSoundStateFields *f = tsr_sound_state_fields (after);
    const double               there[] = {0, f->duration_s / 2, f->duration_s};
    for (int k = 0; k < 3; k++) {
      double gain = tsr_residual_laws_gain (f->residual_laws,
                                            tsr_sound_state_source_s (after, there[k]));
      g_assert_cmpfloat_with_epsilon (20 * log10 (gain), rows[e].at[k], 1e-6);
    }
    TsrSoundStateFields plain = *f;
    plain.residual_laws = NULL;
    g_autoptr (TsrSoundState) without = tsr_sound_state_new (&plain);
    gint64             n;
    g_autofree double *with_laws = render (&recording, after, TSR_PART_NOISE, 700, &n);
    g_autofree double *as_it_was = render (&recording, without, TSR_PART_NOISE, 700, &n);
    for (gint64 i = 0; i < n; i++) {
      double source_s = tsr_sound_state_source_s (after, (double)i / RATE);
      double gain = tsr_residual_laws_gain (f->residual_laws, source_s);
      g_assert_cmpfloat (
          fabs (with_laws[i] - gain * as_it_was[i]), <, 1e-3 * gain + 1e-9);
    }
  }
}

/* Pitch and shift leave the noise as it is, stretching takes it along; what is heard is
 * partials and model. */
static void
test_other_edits (void)
{
  static const char *const edits[] = {
      "pitch 0:0ct,1:200ct", "shift 0:0,1:30", "stretch 0:0,0.5:0.75,1:2", "vibrato 2"};
  g_auto (Recording) recording = {0};
  gint64 n;

  recording_init (&recording, TRUE);
  g_autoptr (TsrSoundState) pitched = edit (recording.state, "pitch 2st");
  g_autofree double *noise = render (&recording, pitched, TSR_PART_NOISE, N, &n);
  for (gsize e = 0; e < 3; e++) {
    g_autoptr (TsrSoundState) after = edit (recording.state, edits[e]);
    g_autofree double *partials = render (&recording, after, TSR_PART_PARTIALS, N, &n);
    g_autofree double *model = render (&recording, after, TSR_PART_NOISE, N, &n);
    g_autofree double *hits = render (&recording, after, TSR_PART_TRANSIENTS, N, &n);
    g_autofree double *all = render (&recording, after, TSR_PART_ALL, N, &n);
    for (gint64 i = N / 10; i < n - N / 10; i++) {
      g_assert_cmpfloat_with_epsilon (all[i], partials[i] + model[i] + hits[i], 1e-9);
      if (e < 2)
        g_assert_cmpfloat_with_epsilon (model[i], noise[i], 1e-12);
    }
  }
}

static void
test_any_blocks (void)
{
  g_auto (Recording) recording = {0};
  gint64 n;

  recording_init (&recording, TRUE);
  g_autoptr (TsrSoundState) after = edit (
      recording.state, "tilt 0:0,1:-6;filter 100:0,3000:-6;fade 0.1:0.1;noise 0:1,1:2");
  for (TsrPart part = TSR_PART_ALL; part <= TSR_PART_BACKGROUND; part++) {
    g_autofree double *whole = render (&recording, after, part, N, &n);
    g_autofree double *odd = render (&recording, after, part, 77, &n);
    for (int i = 0; i < N; i++)
      g_assert_cmpfloat (whole[i], ==, odd[i]);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/residual-curves/linear", test_linear_edits);
  g_test_add_func ("/model/residual-curves/noise", test_noise_amount);
  g_test_add_func ("/model/residual-curves/time", test_laws_through_time);
  g_test_add_func ("/model/residual-curves/others", test_other_edits);
  g_test_add_func ("/model/residual-curves/blocks", test_any_blocks);
  return g_test_run ();
}

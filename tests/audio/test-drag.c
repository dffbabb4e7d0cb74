/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is heard of a whole sound while an edit is dragged is what the edit, once made,
 * sounds like: residual, noise and transients included.
 */
#include <math.h>
#include <string.h>

#include "audio/engine.h"
#include "model/dsp/partials/synth.h"
#include "model/dsp/spectrum/fft.h"
#include "model/layers.h"
#include "model/operation.h"
#include "model/render.h"
#include "tests/support/programs.h"

enum {
  RATE_HZ = TSR_TEST_RATE_HZ,
  N_CHANNELS = 2,
  FFT_SIZE = 4096,
  N_BANDS = 20, /* two ERB wide each */
};

#define DURATION_S 4.0
#define PARTIALS_S 3.0 /* then noise alone */

/* A recording: partials, coloured noise that is partly in the middle, and clicks. */
typedef struct {
  TsrPartialSet *partials;
  TsrSignal     *source;
  TsrSignal     *residual;
  TsrNoiseModel *noise;
} Recording;

static void
add_noise (TsrSignal *residual)
{
  gint64 n = tsr_signal_n_frames (residual);
  float *x[2] = {tsr_signal_channel_writable (residual, 0),
                 tsr_signal_channel_writable (residual, 1)};
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  double low[2] = {0};
  for (gint64 i = 0; i < n; i++) {
    double middle = g_rand_double_range (rand, -1, 1);
    double swell = 1 + 0.5 * sin (2 * M_PI * 2 * (double)i / RATE_HZ);
    for (int c = 0; c < 2; c++) {
      double white = 0.7 * middle + 0.7 * g_rand_double_range (rand, -1, 1);
      low[c] += 0.08 * (white - low[c]);
      x[c][i] = (float)(0.02 * swell * (3 * low[c] + 0.3 * white));
    }
  }
  for (gint64 at = RATE_HZ / 4; at + 600 < n; at += RATE_HZ * 2 / 5)
    for (int i = 0; i < 600; i++)
      x[(at / 97) % 2][at + i] +=
          (float)(0.25 * exp (-i / 120.0) * g_rand_double_range (rand, -1, 1));
}

static void
recording_init (Recording *self)
{
  gint64 n = (gint64)(DURATION_S * RATE_HZ);

  self->partials = tsr_test_partials (12, 220, PARTIALS_S, N_CHANNELS, 0.3, 0.01);
  self->residual = tsr_signal_new (RATE_HZ, N_CHANNELS, n);
  self->source = tsr_signal_new (RATE_HZ, N_CHANNELS, n);
  add_noise (self->residual);
  for (guint c = 0; c < N_CHANNELS; c++) {
    g_autofree double *y = tsr_test_reference (self->partials, c, 0, (gsize)n, NULL);
    float             *x = tsr_signal_channel_writable (self->source, c);
    float             *r = tsr_signal_channel_writable (self->residual, c);
    for (gint64 i = 0; i < n; i++) {
      x[i] = (float)(y[i] + (double)r[i]);
      r[i] = (float)((double)x[i] - y[i]);
    }
  }
  g_assert_cmpint (
      tsr_noise_model_new (self->residual, NULL, &self->noise), ==, TSR_STATUS_OK);
  g_assert_cmpuint (tsr_noise_model_n_transients (self->noise), >=, 6);
}

static void
recording_clear (Recording *self)
{
  tsr_partial_set_unref (self->partials);
  tsr_signal_unref (self->source);
  tsr_signal_unref (self->residual);
  tsr_noise_model_unref (self->noise);
}

static TsrSignal *
render_mixed (const Recording   *recording,
              TsrSoundState     *state,
              TsrPart            part,
              const TsrLayerMix *layers)
{
  TsrRenderParams params = {.state = state,
                            .layers = layers,
                            .source = recording->source,
                            .n_channels = N_CHANNELS,
                            .part = part,
                            .rate_hz = RATE_HZ,
                            .residual = recording->residual,
                            .noise = recording->noise,
                            .analysed = recording->partials};
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrRender) rendering = tsr_render_new (&params, NULL, &error);
  g_assert_no_error (error);
  gint64             n = tsr_render_n_frames (rendering);
  TsrSignal         *signal = tsr_signal_new (RATE_HZ, N_CHANNELS, n);
  g_autofree double *left = g_new (double, n), *right = g_new (double, n);
  g_assert_cmpuint (
      tsr_render_read (rendering, (double *const[]){left, right}, (gsize)n), ==, n);
  for (gint64 i = 0; i < n; i++) {
    tsr_signal_channel_writable (signal, 0)[i] = (float)left[i];
    tsr_signal_channel_writable (signal, 1)[i] = (float)right[i];
  }
  return signal;
}

static TsrSignal *
render (const Recording *recording, TsrSoundState *state, TsrPart part)
{
  return render_mixed (recording, state, part, NULL);
}

/* What the window plays of a state (app/gui/program-builder.c). */
static TsrProgram *
program_of (const Recording *recording, TsrSoundState *state, const guint8 *selected)
{
  const TsrSoundStateFields *fields = tsr_sound_state_fields (state);
  TsrProgramParts            parts = {
                 .score = tsr_score_new (fields->partials),
                 .original = tsr_signal_ref (recording->source),
                 .residual = render (recording, state, TSR_PART_BACKGROUND),
                 .noise = render (recording, state, TSR_PART_NOISE),
                 .transients = render (recording, state, TSR_PART_TRANSIENTS),
                 .duration_s = fields->duration_s,
                 .selected = selected,
                 .model = recording->noise,
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

static TsrSoundState *
state_of (const Recording *recording)
{
  TsrSoundStateFields fields = {
      .partials = recording->partials, .duration_s = DURATION_S, .analysed = TRUE};
  return tsr_sound_state_new (&fields);
}

/* An edit as it is dragged and as it is made. */
typedef struct {
  const char *text;
  TsrPreview  preview;
  gboolean    is_exact; /* the residual is the same, sample for sample */
} Edit;

static TsrCurve *
filter_curve (void)
{
  const TsrCurvePoint points[] = {{100, 0}, {800, -18}, {2500, 6}, {9000, -30}};
  return tsr_curve_new (points, G_N_ELEMENTS (points));
}

static TsrSoundState *
make_edit (TsrSoundState *state, const Edit *edit, const TsrSelection *selection)
{
  g_autoptr (GError) error = NULL;
  TsrOperation *operation;
  gint64        next_id = 1000;
  if (edit->preview.filter_gain_db_over_hz != NULL)
    operation = tsr_operation_new_filter (edit->preview.filter_gain_db_over_hz);
  else
    operation = tsr_operation_parse (edit->text, &error);
  g_assert_no_error (error);
  TsrSoundState *after =
      tsr_operation_apply (operation, state, selection, &next_id, NULL, &error);
  g_assert_no_error (error);
  tsr_operation_free (operation);
  return after;
}

static TsrEngine *
engine_of (TsrProgram *program, TsrMonitor monitor, const TsrPreview *preview)
{
  TsrEngine *engine = tsr_engine_new (TSR_BACKEND_NULL);
  tsr_engine_set_program (engine, program);
  tsr_engine_set_monitor (engine, monitor, FALSE);
  if (preview != NULL)
    tsr_engine_set_preview (engine, preview);
  tsr_engine_play (engine);
  return engine;
}

/* Power in bands of two ERB from 60 Hz up, and of all, in dB. */
static double
measure_bands (const float *x, gsize n, double band_db[N_BANDS])
{
  TsrRealFft     *fft = tsr_real_fft_new (FFT_SIZE);
  double         *values = tsr_fft_alloc (FFT_SIZE * sizeof *values);
  double complex *bins = tsr_fft_alloc ((FFT_SIZE / 2 + 1) * sizeof *bins);
  double          power[N_BANDS] = {0}, all = 0;
  for (gsize at = 0; at + FFT_SIZE <= n; at += FFT_SIZE / 2) {
    for (gsize i = 0; i < FFT_SIZE; i++)
      values[i] =
          (double)x[at + i] * (0.5 - 0.5 * cos (2 * M_PI * ((double)i + 0.5) / FFT_SIZE));
    tsr_real_fft_forward (fft, values, bins);
    for (gsize k = 0; k <= FFT_SIZE / 2; k++) {
      double hz = (double)k * RATE_HZ / FFT_SIZE;
      double erb = (21.4 * log10 (1 + 0.00437 * hz) - 2) / 2;
      double square = pow (cabs (bins[k]), 2);
      all += square;
      if (erb >= 0 && erb < N_BANDS)
        power[(int)erb] += square;
    }
  }
  for (int b = 0; b < N_BANDS; b++)
    band_db[b] = 10 * log10 (power[b] + 1e-20);
  tsr_real_fft_free (fft);
  tsr_fft_free (values);
  tsr_fft_free (bins);
  return 10 * log10 (all + 1e-20);
}

typedef struct {
  double level_db, band_db; /* largest differences */
} Difference;

static Difference
compare (const float *dragged, const float *made, gsize n)
{
  double     bands[2][N_BANDS];
  Difference difference = {0};
  for (int c = 0; c < 2; c++) {
    double a = measure_bands (dragged + (gsize)c * n, n, bands[0]);
    double b = measure_bands (made + (gsize)c * n, n, bands[1]);
    difference.level_db = MAX (difference.level_db, fabs (a - b));
    for (int k = 0; k < N_BANDS; k++)
      if (bands[1][k] > b - 70)
        difference.band_db = MAX (difference.band_db, fabs (bands[0][k] - bands[1][k]));
  }
  return difference;
}

static const char *const monitor_names[TSR_MONITOR_RESIDUAL + 1] = {
    [TSR_MONITOR_ALL] = "all",
    [TSR_MONITOR_NOISE] = "noise",
    [TSR_MONITOR_TRANSIENTS] = "transients",
    [TSR_MONITOR_RESIDUAL] = "residual",
};

static void
check_edit (const Recording *recording,
            const Edit      *edit,
            TsrSoundState   *state,
            gboolean         in_short)
{
  g_autoptr (TsrSoundState) after = make_edit (state, edit, NULL);
  TsrProgram      *programs[2] = {program_of (recording, state, NULL),
                                  program_of (recording, after, NULL)};
  const TsrMonitor monitors[] = {
      TSR_MONITOR_ALL, TSR_MONITOR_RESIDUAL, TSR_MONITOR_NOISE, TSR_MONITOR_TRANSIENTS};
  double duration_s = tsr_sound_state_fields (after)->duration_s;
  for (gsize m = 0; m < G_N_ELEMENTS (monitors); m += in_short ? 3 : 1) {
    TsrEngine        *dragged = engine_of (programs[0], monitors[m], &edit->preview);
    TsrEngine        *made = engine_of (programs[1], monitors[m], NULL);
    gsize             n = (gsize)(MIN (duration_s, 6) * RATE_HZ);
    g_autofree float *a = tsr_test_pull (dragged, n, 256);
    g_autofree float *b = tsr_test_pull (made, n, 256);
    Difference        difference = compare (a, b, n);
    g_test_message ("%s, %s: level %.2f dB, bands %.2f dB",
                    edit->text,
                    monitor_names[monitors[m]],
                    difference.level_db,
                    difference.band_db);
    g_assert_cmpfloat (difference.level_db, <, 0.5);
    g_assert_cmpfloat (difference.band_db, <, 1.5);
    if (edit->is_exact && monitors[m] != TSR_MONITOR_ALL)
      for (gsize i = RATE_HZ / 50; i < n - 2048; i++) /* gain has arrived */
        g_assert_cmpfloat_with_epsilon (a[i], b[i], 1e-6F);
    g_object_unref (dragged);
    g_object_unref (made);
  }
  tsr_program_unref (programs[0]);
  tsr_program_unref (programs[1]);
}

/* From the sound as analysed, and from one that was already stretched or reversed. */
static void
test_whole (gconstpointer data)
{
  int       again = GPOINTER_TO_INT (data); /* 0: as analysed */
  TsrCurve *filter = filter_curve ();
  Recording recording;
  recording_init (&recording);
  const Edit edits[] = {
      {"gain -9dB", {.pitch_ratio = 1, .stretch = 1, .gain_db = -9}, TRUE},
      {"filter",
       {.pitch_ratio = 1, .stretch = 1, .filter_gain_db_over_hz = filter},
       TRUE},
      {"pitch 1.3", {.pitch_ratio = 1.3, .stretch = 1}, FALSE},
      {"shift 70Hz", {.pitch_ratio = 1, .stretch = 1, .shift_hz = 70}, FALSE},
      {"stretch 1.9", {.pitch_ratio = 1, .stretch = 1.9}, FALSE},
      {"stretch 0.6", {.pitch_ratio = 1, .stretch = 0.6}, FALSE},
  };
  const Edit before[2] = {{"stretch 1.25", TSR_PREVIEW_INIT, FALSE},
                          {"reverse", TSR_PREVIEW_INIT, FALSE}};
  g_autoptr (TsrSoundState) state = state_of (&recording);
  if (again > 0) {
    TsrSoundState *stretched = make_edit (state, &before[again - 1], NULL);
    tsr_sound_state_unref (state);
    state = stretched;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (edits); i++)
    check_edit (&recording, &edits[i], state, again > 0);
  tsr_curve_unref (filter);
  recording_clear (&recording);
}

/* From a sound whose residual has followed curves over time. */
static void
test_after_curves (void)
{
  const Edit before[] = {{"gain 0:-4,1:0,2:-3", TSR_PREVIEW_INIT, FALSE},
                         {"tilt 0:-2,2:3", TSR_PREVIEW_INIT, FALSE},
                         {"noise 0:1,2:0.6", TSR_PREVIEW_INIT, FALSE}};
  const Edit edits[] = {
      {"gain -9dB", {.pitch_ratio = 1, .stretch = 1, .gain_db = -9}, FALSE},
      {"stretch 1.9", {.pitch_ratio = 1, .stretch = 1.9}, FALSE},
  };
  Recording recording;
  recording_init (&recording);
  TsrSoundState *state = state_of (&recording);
  for (gsize i = 0; i < G_N_ELEMENTS (before); i++) {
    TsrSoundState *next = make_edit (state, &before[i], NULL);
    tsr_sound_state_unref (state);
    state = next;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (edits); i++)
    check_edit (&recording, &edits[i], state, i == 0);
  tsr_sound_state_unref (state);
  recording_clear (&recording);
}

/* Whatever is done to some partials, the residual stays as it is. */
static void
test_selected (void)
{
  const gint64 ids[] = {2, 3, 5};
  guint8       mask[12] = {0, 1, 1, 0, 1};
  const Edit   edits[] = {
        {"gain -9dB", {.pitch_ratio = 1, .stretch = 1, .gain_db = -9}, FALSE},
        {"pitch 1.06", {.pitch_ratio = 1.06, .stretch = 1}, FALSE},
  };
  Recording recording;
  recording_init (&recording);
  g_autoptr (TsrSoundState) state = state_of (&recording);
  g_autoptr (TsrSelection) selection = tsr_selection_new (ids, G_N_ELEMENTS (ids), NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (edits); i++) {
    g_autoptr (TsrSoundState) after = make_edit (state, &edits[i], selection);
    TsrProgram *before_program = program_of (&recording, state, mask);
    TsrProgram *after_program = program_of (&recording, after, NULL);
    TsrEngine  *dragged =
        engine_of (before_program, TSR_MONITOR_RESIDUAL, &edits[i].preview);
    TsrEngine        *made = engine_of (after_program, TSR_MONITOR_RESIDUAL, NULL);
    gsize             n = (gsize)(DURATION_S * RATE_HZ);
    g_autofree float *a = tsr_test_pull (dragged, n, 256);
    g_autofree float *b = tsr_test_pull (made, n, 256);
    double            most = 0;
    for (gsize k = RATE_HZ / 50; k < n; k++)
      most = fmax (most, fabs ((double)a[k] - (double)b[k]));
    g_test_message ("%s of some: residual %.1e off", edits[i].text, most);
    g_assert_cmpfloat (most, <, 1e-6);
    tsr_program_unref (before_program);
    tsr_program_unref (after_program);
    g_object_unref (dragged);
    g_object_unref (made);
  }
  recording_clear (&recording);
}

/* The residual answers as soon as the partials do, and without a click. */
static void
test_response (void)
{
  TsrCurve *filter = filter_curve ();
  Recording recording;
  recording_init (&recording);
  const TsrPreview previews[] = {
      {.pitch_ratio = 1, .stretch = 1, .gain_db = -12},
      {.pitch_ratio = 1, .stretch = 1, .filter_gain_db_over_hz = filter},
      {.pitch_ratio = 1.1, .stretch = 1},
      {.pitch_ratio = 1, .stretch = 1.5},
  };
  g_autoptr (TsrSoundState) state = state_of (&recording);
  TsrProgram *program = program_of (&recording, state, NULL);
  for (gsize p = 0; p < G_N_ELEMENTS (previews); p++) {
    TsrEngine *with = engine_of (program, TSR_MONITOR_RESIDUAL, NULL);
    TsrEngine *without = engine_of (program, TSR_MONITOR_RESIDUAL, NULL);
    gsize      n = RATE_HZ / 10, first = 0;
    g_free (tsr_test_pull (with, 48000, 256));
    g_free (tsr_test_pull (without, 48000, 256));
    tsr_engine_set_preview (with, &previews[p]);
    g_autofree float *a = tsr_test_pull (with, n, 256);
    g_autofree float *b = tsr_test_pull (without, n, 256);
    double            level = tsr_test_rms (b, n);
    while (first < n && fabs ((double)(a[first] - b[first])) < 0.1 * level)
      first++;
    g_test_message (
        "preview %zu: heard after %.1f ms", p, 1000.0 * (double)first / RATE_HZ);
    g_assert_cmpuint (first, <=, RATE_HZ / 50);
    g_object_unref (with);
    g_object_unref (without);
  }
  tsr_program_unref (program);
  tsr_curve_unref (filter);
  recording_clear (&recording);
}

/* --- layers ----------------------------------------------------------------------------
 */

static double
largest_difference_db (const TsrSignal *a, const float *b, gsize n, gsize skip)
{
  double most = 0;
  for (int c = 0; c < 2; c++)
    for (gsize i = skip; i < n; i++)
      most = MAX (most,
                  fabs ((double)tsr_signal_channel (a, (unsigned)c)[i] -
                        (double)b[(gsize)c * n + i]));
  return 20 * log10 (most + 1e-30);
}

/* What is heard with layers set is what is rendered with them, -100 dB. */
static void
check_layers (const Recording *recording,
              TsrSoundState   *state,
              TsrProgram      *program,
              const char      *text)
{
  TsrLayerMix mix = {0};
  float       gains[TSR_N_LAYERS];
  g_assert_true (tsr_layer_mix_parse (text, &mix, NULL));
  for (int i = 0; i < TSR_N_LAYERS; i++)
    gains[i] = (float)tsr_layer_mix_gain (&mix, (TsrLayer)i);
  TsrEngine *engine = engine_of (program, TSR_MONITOR_ALL, NULL);
  TsrSignal *rendered = render_mixed (recording, state, TSR_PART_ALL, &mix);
  gsize      n = (gsize)tsr_signal_n_frames (rendered);
  tsr_engine_set_layers (engine, gains);
  g_autofree float *heard = tsr_test_pull (engine, n + TSR_TEST_RATE_HZ / 100, 256);
  gsize             late = 128; /* the limiter's */
  g_autofree float *aligned = g_new0 (float, 2 * n);
  for (int c = 0; c < 2; c++)
    memcpy (aligned + (gsize)c * n,
            heard + (gsize)c * (n + TSR_TEST_RATE_HZ / 100) + late,
            n * sizeof (float));
  double db = largest_difference_db (rendered, aligned, n, RATE_HZ / 50);
  g_test_message ("%s: heard against rendered %.1f dB", text, db);
  g_assert_cmpfloat (db, <, -100);
  tsr_signal_unref (rendered);
  g_object_unref (engine);
}

/* Partials alone and the rest alone add up to all; so do the parts of an edited sound. */
static void
check_sum (const Recording *recording, TsrSoundState *state)
{
  const char       *texts[] = {"noise=off,transients=off",
                               "partials=off,transients=off",
                               "partials=off,noise=off"};
  TsrSignal        *all = render (recording, state, TSR_PART_ALL);
  gsize             n = (gsize)tsr_signal_n_frames (all);
  g_autofree float *sum = g_new0 (float, 2 * n);
  for (gsize k = 0; k < G_N_ELEMENTS (texts); k++) {
    TsrLayerMix mix = {0};
    g_assert_true (tsr_layer_mix_parse (texts[k], &mix, NULL));
    TsrSignal *layer = render_mixed (recording, state, TSR_PART_ALL, &mix);
    for (gsize i = 0; i < 2 * n; i++)
      sum[i] += tsr_signal_channel (layer, (unsigned)(i / n))[i % n];
    tsr_signal_unref (layer);
  }
  double db = largest_difference_db (all, sum, n, 0);
  g_test_message ("sum of the layers: %.1f dB", db);
  g_assert_cmpfloat (db, <, -120);
  tsr_signal_unref (all);
}

static void
test_layers (void)
{
  const char *texts[] = {"partials=0",
                         "partials=off",
                         "noise=off,transients=off",
                         "noise=-6dB,transients=6dB",
                         "partials=-3dB,noise=off"};
  const Edit  pitch = {"pitch 1.2", TSR_PREVIEW_INIT, FALSE};
  Recording   recording;
  recording_init (&recording);
  g_autoptr (TsrSoundState) state = state_of (&recording);
  g_autoptr (TsrSoundState) edited = make_edit (state, &pitch, NULL);
  TsrProgram *programs[2] = {program_of (&recording, state, NULL),
                             program_of (&recording, edited, NULL)};
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    check_layers (&recording, state, programs[0], texts[i]);
    check_layers (&recording, edited, programs[1], texts[i]);
  }
  tsr_program_unref (programs[0]);
  tsr_program_unref (programs[1]);
  check_sum (&recording, state);
  check_sum (&recording, edited);
  recording_clear (&recording);
}

/* Texts of layers, and what solo and mute make of them. */
static void
test_mix (void)
{
  const char *bad[] = {"noise", "noise=loud", "voice=-3", "noise=-90", "noise=-3dBx"};
  TsrLayerMix mix = {0};
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_false (tsr_layer_mix_parse (bad[i], &mix, &error));
    g_assert_nonnull (error);
  }
  g_assert_true (tsr_layer_mix_is_unity (&mix));
  g_assert_true (tsr_layer_mix_parse ("noise=-6.0206dB, transients=off", &mix, NULL));
  g_assert_cmpfloat_with_epsilon (tsr_layer_mix_gain (&mix, TSR_LAYER_NOISE), 0.5, 1e-4);
  g_assert_cmpfloat (tsr_layer_mix_gain (&mix, TSR_LAYER_TRANSIENTS), ==, 0);
  mix.layers[TSR_LAYER_TRANSIENTS].solo = TRUE;
  g_assert_cmpfloat (tsr_layer_mix_gain (&mix, TSR_LAYER_PARTIALS), ==, 0);
  g_assert_cmpfloat (tsr_layer_mix_gain (&mix, TSR_LAYER_TRANSIENTS), ==, 0);
  g_assert_false (tsr_layer_mix_is_unity (&mix));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/audio/drag/whole", GINT_TO_POINTER (0), test_whole);
  g_test_add_data_func ("/audio/drag/stretched", GINT_TO_POINTER (1), test_whole);
  g_test_add_data_func ("/audio/drag/reversed", GINT_TO_POINTER (2), test_whole);
  g_test_add_func ("/audio/drag/after-curves", test_after_curves);
  g_test_add_func ("/audio/drag/selected", test_selected);
  g_test_add_func ("/audio/drag/response", test_response);
  g_test_add_func ("/audio/drag/layers", test_layers);
  g_test_add_func ("/audio/drag/mix", test_mix);
  return g_test_run ();
}

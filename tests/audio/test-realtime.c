/* SPDX-License-Identifier: GPL-3.0-or-later
 * The callback allocates nothing, locks nothing, waits for nothing and calls no system
 * function while everything is done to it that a hand can do. The trap itself is tested
 * with planted violations.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "audio/process-setup.h"
#include "model/dsp-types.h"
#include "tests/support/programs.h"
#include "tests/support/rt-trap.h"

enum {
  N_PROGRAMS = 7,
  BUFFER_FRAMES = 256,
  N_BUFFERS = 60 * TSR_TEST_RATE_HZ / BUFFER_FRAMES
};

static void
tell (TsrProcess *process, TsrMessageType type, const void *body, gsize n_body)
{
  TsrMessageHead head = {type, (uint32_t)n_body};
  g_assert_true (tsr_ring_write (process->commands, &head, sizeof head, body, n_body));
}

/* What the main thread does: voices come back and are freed. */
static guint
take_back (TsrProcess *process)
{
  TsrMessageHead head;
  TsrVoice      *voice;
  TsrTouchBanks *touch;
  guint          n = 0;
  while (tsr_ring_read (process->replies, &head, sizeof head))
    if (head.type == TSR_MESSAGE_VOICE_DONE) {
      g_assert_true (tsr_ring_read (process->replies, &voice, sizeof voice));
      tsr_voice_free (voice);
      n++;
    } else if (head.type == TSR_MESSAGE_TOUCH_DONE) {
      g_assert_true (tsr_ring_read (process->replies, &touch, sizeof touch));
      tsr_touch_banks_free (touch);
    }
  tsr_ring_skip (process->loudness, tsr_ring_readable (process->loudness));
  return n;
}

static TsrProgram *
random_program (GRand *rand)
{
  guint      n = (guint)g_rand_int_range (rand, 1, 200);
  guint8     selected[200];
  TsrSignal *residual = tsr_test_noise (0.05, 3, g_rand_int (rand));
  for (int i = 0; i < 3 * TSR_TEST_RATE_HZ; i++) /* bursts: transients */
    if (i % 24000 < 300)
      tsr_signal_channel_writable (residual, 0)[i] *= 10;
  for (guint i = 0; i < n; i++)
    selected[i] = g_rand_boolean (rand);
  TsrNoiseModel *model = NULL;
  TsrPartialSet *set = tsr_test_partials (n, 100, 3, 2, 0.5, 0.02);
  g_assert_cmpint (tsr_noise_model_new (residual, NULL, &model), ==, TSR_STATUS_OK);
  TsrProgramParts parts = {
      .score = tsr_score_new (set),
      .original = residual,
      .residual = residual,
      .noise = g_rand_boolean (rand) ? residual : NULL,
      .transients = residual,
      .duration_s = 3,
      .selected = g_rand_boolean (rand) ? selected : NULL,
      .model = model,
  };
  TsrProgram *program = tsr_program_new (&parts);
  tsr_score_unref (parts.score);
  tsr_partial_set_unref (set);
  tsr_noise_model_unref (model);
  tsr_signal_unref (residual);
  return program;
}

/* Between three sounds: with partners and without, noise, transients, curves. */
static TsrProgram *
random_morph (GRand *rand)
{
  TsrMorphInput   inputs[3] = {0};
  TsrMorphWeights weights = {.glides = TRUE};
  TsrMorphVoices  voices;
  TsrMorphParts   parts = {0};
  int             labels[60];
  for (int i = 0; i < 60; i++)
    labels[i] = i + 1;
  for (int k = 0; k < 3; k++) {
    guint         n = (guint)g_rand_int_range (rand, 20, 60);
    TsrCurvePoint map[3] = {{0, 0}, {1, g_rand_double_range (rand, 0.5, 1.5)}, {3, 3}};
    double w = k == 0 ? 0.4 : 0.3, v = g_rand_boolean (rand) ? w : k == 0 ? 0 : 0.5;
    inputs[k] =
        (TsrMorphInput){.set = tsr_test_partials (n, 100 + 40 * k, 3, 1, 0.4, 0.02),
                        .n_channels = 1,
                        .labels = labels,
                        .sound_s_over_result_s = tsr_curve_new (map, 3)};
    TsrCurve *curve = tsr_curve_new ((TsrCurvePoint[]){{0, w}, {3, v}}, 2);
    weights.frequency[k] = weights.amplitude[k] = weights.noise[k] = curve;
    TsrSignal *residual = tsr_test_noise (0.05, 3, g_rand_int (rand));
    for (int i = 0; i < 3 * TSR_TEST_RATE_HZ; i++)
      if (i % 24000 < 300)
        tsr_signal_channel_writable (residual, 0)[i] *= 10;
    tsr_noise_model_new (residual, NULL, &parts.models[k]);
    parts.transients[k] = residual;
  }
  g_assert_true (tsr_morph_find_voices (inputs, 3, 1, NULL, 0, &voices));
  TsrScore   *score = tsr_score_new_morph (inputs, 3, 1, &voices, &weights);
  TsrProgram *program = tsr_program_new_morph (score, &parts, 3);
  tsr_score_unref (score);
  tsr_morph_voices_clear (&voices);
  for (int k = 0; k < 3; k++) {
    tsr_partial_set_unref ((TsrPartialSet *)inputs[k].set);
    tsr_curve_unref ((TsrCurve *)inputs[k].sound_s_over_result_s);
    tsr_curve_unref ((TsrCurve *)weights.frequency[k]);
    tsr_noise_model_unref (parts.models[k]);
    tsr_signal_unref (parts.transients[k]);
  }
  return program;
}

static TsrMorphMix
random_mix (GRand *rand)
{
  double      w[3] = {g_rand_double (rand), g_rand_double (rand), g_rand_double (rand)};
  TsrMorphMix mix = {0};
  for (int k = 0; k < 3; k++)
    mix.frequency[k] = mix.amplitude[k] = mix.noise[k] = w[k] / (w[0] + w[1] + w[2]);
  return mix;
}

static TsrCurve *
random_filter (GRand *rand)
{
  TsrCurvePoint points[3] = {{100, 0}, {1000, 0}, {8000, 0}};
  for (int i = 0; i < 3; i++)
    points[i].y = g_rand_double_range (rand, -40, 6);
  return tsr_curve_new (points, 3);
}

/* Some partials of the voice's program go, some come; at times it is none that is played,
 * or nothing stands for anything. */
static void
say_touch (TsrProcess *process, GRand *rand, const TsrVoice *voice)
{
  g_autoptr (TsrPartialSet) added =
      tsr_test_partials ((guint)g_rand_int_range (rand, 0, 30), 150, 3, 2, 0.2, 0.02);
  TsrTouchMessage message = {(TsrVoice *)voice, NULL};
  gint64          removed = g_rand_int_range (rand, 1, 20), like[60];
  for (int i = 0; i < 60; i++)
    like[i] = g_rand_int_range (rand, -1, 2);
  if (voice != NULL && g_rand_boolean (rand)) {
    g_autoptr (TsrTouch) touch =
        tsr_touch_new (&removed, (gsize)g_rand_int_range (rand, 0, 2), added, like);
    message.banks = tsr_touch_banks_new (
        voice->program, touch, (guint64)g_rand_int_range (rand, 0, 3), TSR_TEST_RATE_HZ);
  }
  tell (process, TSR_MESSAGE_TOUCH, &message, sizeof message);
}

static void
say_something (TsrProcess        *process,
               GRand             *rand,
               TsrProgram *const *programs,
               TsrVoice         **last)
{
  TsrPreview       preview = TSR_PREVIEW_INIT;
  TsrLivePreview   live;
  TsrVoice        *voice;
  TsrLoop          loop = {.start_s = 0.5, .end_s = 0.9, .on = g_rand_boolean (rand)};
  TsrMonitorChoice choice = {
      g_rand_int_range (rand, 0, 8), g_rand_boolean (rand), {1, 0, 0.5F}};
  double      time_s = g_rand_double_range (rand, 0, 2.9);
  float       gain = (float)g_rand_double_range (rand, 0, 4);
  TsrMorphMix mix = random_mix (rand);
  switch (g_rand_int_range (rand, 0, 16)) {
  case 0:
    voice = tsr_voice_new (programs[g_rand_int_range (rand, 0, N_PROGRAMS)],
                           TSR_TEST_RATE_HZ);
    tell (process, TSR_MESSAGE_VOICE, &voice, sizeof voice);
    *last = voice;
    break;
  case 1:
    tell (process, TSR_MESSAGE_SEEK, &time_s, sizeof time_s);
    break;
  case 2:
    tell (process, TSR_MESSAGE_LOOP, &loop, sizeof loop);
    break;
  case 3:
    tell (process, TSR_MESSAGE_MONITOR, &choice, sizeof choice);
    break;
  case 4:
    tell (process, TSR_MESSAGE_VOLUME, &gain, sizeof gain);
    break;
  case 5:
    tell (process, g_rand_boolean (rand) ? TSR_MESSAGE_STOP : TSR_MESSAGE_PAUSE, NULL, 0);
    break;
  case 6:
    tsr_live_preview_init (&live, NULL, TSR_TEST_RATE_HZ);
    tell (process, TSR_MESSAGE_PREVIEW, &live, sizeof live);
    break;
  case 7:
    preview.pitch_ratio = g_rand_double_range (rand, 0.5, 2);
    preview.stretch = g_rand_double_range (rand, 0.2, 5);
    preview.move_s = g_rand_double_range (rand, -1, 1);
    preview.gain_db = g_rand_double_range (rand, -20, 20);
    preview.filter_gain_db_over_hz = g_rand_boolean (rand) ? random_filter (rand) : NULL;
    tsr_live_preview_init (&live, &preview, TSR_TEST_RATE_HZ);
    tsr_curve_unref (preview.filter_gain_db_over_hz);
    tell (process, TSR_MESSAGE_PREVIEW, &live, sizeof live);
    break;
  case 8:
  case 9:
    tell (process, TSR_MESSAGE_MIX, &mix, sizeof mix);
    break;
  case 10:
  case 11:
  case 12:
    say_touch (process, rand, *last);
    break;
  default:
    tell (process, TSR_MESSAGE_PLAY, NULL, 0);
  }
}

static void
test_script (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32)g_test_rand_int ());
  TsrProcess  *process = tsr_process_new (TSR_TEST_RATE_HZ);
  TsrProgram  *programs[N_PROGRAMS];
  TsrVoice    *last = NULL;
  float        buffers[2][BUFFER_FRAMES];
  float *const out[2] = {buffers[0], buffers[1]};
  double       energy = 0;
  guint        n_returned = 0;
  for (int i = 0; i < N_PROGRAMS; i++) /* the last ones are morphs */
    programs[i] = i < 4 ? random_program (rand) : random_morph (rand);
  tsr_rt_trap_forget ();
  for (int b = 0; b < N_BUFFERS; b++) {
    if (b % 4 == 0)
      say_something (process, rand, programs, &last);
    tsr_rt_trap_enter ();
    tsr_process_run (process, out, BUFFER_FRAMES);
    tsr_rt_trap_leave ();
    for (int i = 0; i < BUFFER_FRAMES; i++) {
      g_assert_true (fabsf (buffers[0][i]) <= 1 && fabsf (buffers[1][i]) <= 1);
      energy += (double)(buffers[0][i] * buffers[0][i]);
    }
    n_returned += take_back (process);
  }
  g_test_message ("%d callbacks, %u programs came back, rms %.3f",
                  N_BUFFERS,
                  n_returned,
                  sqrt (energy / N_BUFFERS / BUFFER_FRAMES));
  g_assert_cmpstr (tsr_rt_trap_last (), ==, "");
  g_assert_cmpint (tsr_rt_trap_n_findings (), ==, 0);
  g_assert_cmpuint (n_returned, >, 10);
  g_assert_cmpfloat (energy, >, 0);
  for (int i = 0; i < N_PROGRAMS; i++)
    tsr_program_unref (programs[i]);
  tsr_process_free (process);
}

/* --- does the trap work? ---------------------------------------------------------------
 */

typedef void (*Violation) (void);

static void
allocate (void)
{
  g_free (g_malloc (10));
}

static void
lock (void)
{
  static GMutex mutex;
  g_mutex_lock (&mutex);
  g_mutex_unlock (&mutex);
}

static void
wait (void)
{
  g_usleep (1);
}

static void
print (void)
{
  g_autofree char *text = g_strdup_printf ("%d", 1);
  fputs ("", stdout);
}

static void
talk (void)
{
  ssize_t n = write (STDERR_FILENO, "", 0);
  g_assert_cmpint (n, ==, 0);
}

static void
test_trap (void)
{
  const Violation violations[] = {allocate, lock, wait, print, talk};
  for (gsize i = 0; i < G_N_ELEMENTS (violations); i++) {
    tsr_rt_trap_forget ();
    violations[i]();
    g_assert_cmpint (tsr_rt_trap_n_findings (), ==, 0); /* outside the callback */
    tsr_rt_trap_enter ();
    violations[i]();
    tsr_rt_trap_leave ();
    g_assert_cmpint (tsr_rt_trap_n_findings (), >, 0);
  }
  tsr_rt_trap_forget ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audio/realtime/trap", test_trap);
  g_test_add_func ("/audio/realtime/script", test_script);
  return g_test_run ();
}

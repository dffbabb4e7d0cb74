/* SPDX-License-Identifier: GPL-3.0-or-later
 * Quality of an analysis: what is promised of speech, by the measure that is used for
 * drums and loops, too; and that the measure sees differences.
 */
#include "app/quality.h"

#include <math.h>

#include "audio/sound-file.h"
#include "model/dsp-types.h"

static TsrSignal *
read_demo (const char *name)
{
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "..", "resources", "demo", name, NULL);
  TsrSoundFileInfo info;
  TsrSignal       *signal = tsr_sound_file_read (path, NULL, &info, NULL, NULL);

  g_assert_nonnull (signal);
  return signal;
}

/* Partials, noise and transients against the recording: bands within 2 dB, attacks within
 * 2 ms and 1 dB, loudness within 0.3 LU. */
static void
test_speech (void)
{
  g_autoptr (TsrSignal) speech = read_demo ("speech.flac");
  TsrAnalysisParams params;
  TsrAnalysisResult result;
  TsrQuality        q;
  TsrWorkerJob      job;

  tsr_analysis_params_init (&params);
  tsr_worker_job_init (&job, NULL, NULL, NULL, NULL);
  g_assert_true (tsr_analysis_run (speech, &params, 1, TRUE, &job, &result, NULL));
  g_assert_true (tsr_quality_measure (speech, &result, &job.job, &q, NULL));
  g_test_message ("SNR %.1f dB, bands %.2f dB, loudness %+.2f LU, attacks %zu of %zu: "
                  "%.2f ms, %.2f dB",
                  q.snr_db,
                  q.likeness.band_difference_db,
                  q.loudness_difference,
                  q.likeness.n_found,
                  q.likeness.n_attacks,
                  1e3 * q.likeness.attack_s,
                  q.likeness.attack_db);
  g_assert_cmpfloat (q.snr_db, >=, 14);
  g_assert_cmpfloat (q.likeness.band_difference_db, <=, 2);
  g_assert_cmpfloat (fabs (q.loudness_difference), <=, 0.3);
  g_assert_cmpuint (q.likeness.n_found, >=, q.likeness.n_attacks * 9 / 10);
  g_assert_cmpfloat (q.likeness.attack_s, <=, 0.002);
  g_assert_cmpfloat (q.likeness.attack_db, <=, 1);
  tsr_analysis_result_clear (&result);
}

/* 3 dB more and 5 ms later are seen as such. */
static void
test_sees_differences (void)
{
  g_autoptr (TsrSignal) speech = read_demo ("speech.flac");
  gint64      n = tsr_signal_n_frames (speech);
  double      rate_hz = tsr_signal_rate_hz (speech);
  TsrLikeness likeness;
  g_autoptr (TsrSignal) louder = tsr_signal_new (rate_hz, 1, n);
  g_autoptr (TsrSignal) later = tsr_signal_new (rate_hz, 1, n);

  for (gint64 i = 0; i < n; i++) {
    gint64 before = i - (gint64)(0.005 * rate_hz);
    tsr_signal_channel_writable (louder, 0)[i] =
        1.4125375f * tsr_signal_channel (speech, 0)[i];
    if (before >= 0)
      tsr_signal_channel_writable (later, 0)[i] = tsr_signal_channel (speech, 0)[before];
  }
  g_assert_cmpint (
      tsr_likeness_measure (speech, speech, NULL, &likeness), ==, TSR_STATUS_OK);
  g_assert_cmpfloat (likeness.band_difference_db, ==, 0);
  g_assert_cmpfloat (likeness.attack_s, ==, 0);
  g_assert_cmpuint (likeness.n_found, ==, likeness.n_attacks);
  g_assert_cmpuint (likeness.n_attacks, >, 5);
  tsr_likeness_measure (speech, louder, NULL, &likeness);
  g_assert_cmpfloat_with_epsilon (likeness.band_difference_db, 3, 0.01);
  g_assert_cmpfloat_with_epsilon (likeness.attack_db, 3, 0.01);
  tsr_likeness_measure (speech, later, NULL, &likeness);
  g_assert_cmpfloat_with_epsilon (likeness.attack_s, 0.005, 0.0005);
}

static void
test_silence (void)
{
  g_autoptr (TsrSignal) silence = tsr_signal_new (8000, 1, 4000);
  TsrLikeness likeness;

  g_assert_cmpint (
      tsr_likeness_measure (silence, silence, NULL, &likeness), ==, TSR_STATUS_OK);
  g_assert_cmpuint (likeness.n_attacks, ==, 0);
  g_assert_true (isnan (likeness.attack_s));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/quality/speech", test_speech);
  g_test_add_func ("/quality/sees-differences", test_sees_differences);
  g_test_add_func ("/quality/silence", test_silence);
  return g_test_run ();
}

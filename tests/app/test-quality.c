/* SPDX-License-Identifier: GPL-3.0-or-later
 * Quality of an analysis: what is promised of speech, drums and notes; and that the
 * measure sees differences.
 */
#include "app/quality.h"

#include <math.h>

#include "audio/sound-file.h"
#include "model/dsp-types.h"

static TsrSignal *
read_recording (const char *folder, const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", folder, name, NULL);
  TsrSoundFileInfo info;
  TsrSignal       *signal = tsr_sound_file_read (path, NULL, &info, NULL, NULL);

  g_assert_nonnull (signal);
  return signal;
}

static TsrSignal *
read_demo (const char *name)
{
  return read_recording ("resources/demo", name);
}

static TsrQuality
analyse_and_measure (TsrSignal *sound, gsize *n_breakpoints)
{
  TsrAnalysisParams params;
  TsrAnalysisResult result;
  TsrQuality        q;
  TsrWorkerJob      job;

  tsr_analysis_params_init (&params);
  tsr_worker_job_init (&job, NULL, NULL, NULL, NULL);
  g_assert_true (tsr_analysis_run (sound, &params, 1, TRUE, &job, &result, NULL));
  g_assert_true (tsr_quality_measure (sound, &result, &job.job, &q, NULL));
  *n_breakpoints =
      tsr_partial_set_n_breakpoints (tsr_sound_state_fields (result.state)->partials);
  g_test_message ("SNR %.1f dB, %zu breakpoints, bands %.2f dB, loudness %+.2f LU, "
                  "attacks %zu of %zu: %.2f ms, %.2f dB",
                  q.snr_db,
                  *n_breakpoints,
                  q.likeness.band_difference_db,
                  q.loudness_difference,
                  q.likeness.n_found,
                  q.likeness.n_attacks,
                  1e3 * q.likeness.attack_s,
                  q.likeness.attack_db);
  tsr_analysis_result_clear (&result);
  return q;
}

/* Partials, noise and transients against the recording: bands within 2 dB, attacks within
 * 2 ms and 1 dB, loudness within 0.3 LU. */
static void
test_likeness (const void *data)
{
  gboolean is_speech = g_str_equal (data, "speech.flac");
  g_autoptr (TsrSignal) sound =
      read_recording (is_speech ? "resources/demo" : "tests/data", data);
  gsize      n;
  TsrQuality q = analyse_and_measure (sound, &n);

  g_assert_cmpfloat (q.snr_db, >=, is_speech ? 15 : 6);
  g_assert_cmpfloat (q.likeness.band_difference_db, <=, is_speech ? 1.8 : 1.45);
  g_assert_cmpfloat (fabs (q.loudness_difference), <=, is_speech ? 0.1 : 0.15);
  g_assert_cmpuint (q.likeness.n_attacks, >, 10);
  g_assert_cmpuint (q.likeness.n_found, ==, q.likeness.n_attacks);
  g_assert_cmpfloat (q.likeness.attack_s, <=, 0.001);
  g_assert_cmpfloat (q.likeness.attack_db, <=, 0.4);
}

/* Partials alone: Loris 1.8 leaves 6 dB more at least, with more breakpoints. */
static void
test_notes (void)
{
  static const struct {
    const char *name;
    double      loris_db, snr_db;
    gsize       loris_breakpoints;
  } rows[] = {{"cello-d3.flac", 27.6, 34.2, 80083}, {"flute-g4.flac", 36.5, 44.3, 57926}};

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TsrSignal) note = read_demo (rows[i].name);
    gsize      n;
    TsrQuality q = analyse_and_measure (note, &n);
    g_assert_cmpfloat (q.snr_db, >=, rows[i].loris_db + 6);
    g_assert_cmpfloat (q.snr_db, >=, rows[i].snr_db);
    g_assert_cmpuint (n, <=, rows[i].loris_breakpoints);
  }
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
  g_test_add_data_func ("/quality/speech", "speech.flac", test_likeness);
  g_test_add_data_func ("/quality/drums", "drums.flac", test_likeness);
  g_test_add_func ("/quality/notes", test_notes);
  g_test_add_func ("/quality/sees-differences", test_sees_differences);
  g_test_add_func ("/quality/silence", test_silence);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Going from one program to another while they play, as A/B comparing does: equally loud
 * with matched levels, without a gap or a click.
 */
#include <math.h>

#include "audio/part-loudness.h"
#include "tests/support/programs.h"

enum { SECOND = TSR_TEST_RATE_HZ, BLOCK = 256, WINDOW = TSR_TEST_RATE_HZ / 200 };

static double
loudness_of (const float *samples, gint64 n)
{
  TsrSignal    *signal = tsr_signal_new (TSR_TEST_RATE_HZ, 1, n);
  float        *to = tsr_signal_channel_writable (signal, 0);
  TsrPowerSteps steps;

  for (gint64 i = 0; i < n; i++)
    to[i] = samples[i];
  tsr_power_steps_init (&steps, (double)n / TSR_TEST_RATE_HZ);
  tsr_power_steps_add_signal (&steps, signal);
  double loudness_lufs = tsr_power_steps_loudness (&steps);
  tsr_power_steps_clear (&steps);
  tsr_signal_unref (signal);
  return loudness_lufs;
}

/* The quietest 5 ms. */
static double
least_rms (const float *samples, gsize n)
{
  double least = INFINITY;

  for (gsize i = 0; i + WINDOW <= n; i += WINDOW / 4)
    least = fmin (least, tsr_test_rms (samples + i, WINDOW));
  return least;
}

/* The largest step from sample to sample. */
static double
largest_step (const float *samples, gsize n)
{
  double largest = 0;

  for (gsize i = 1; i < n; i++)
    largest = fmax (largest, fabs ((double)samples[i] - (double)samples[i - 1]));
  return largest;
}

typedef struct {
  TsrEngine *engine;
  GArray    *left;
} Player;

/* Plays a second each of the first, the second, the first. */
static void
play_in_turn (Player *player, TsrProgram *first, TsrProgram *second, gboolean matched)
{
  TsrProgram *programs[] = {first, second, first};

  player->engine = tsr_engine_new (TSR_BACKEND_NULL);
  player->left = g_array_new (FALSE, FALSE, sizeof (float));
  tsr_engine_set_monitor (player->engine, TSR_MONITOR_ALL, matched);
  for (gsize i = 0; i < G_N_ELEMENTS (programs); i++) {
    tsr_engine_set_program (player->engine, programs[i]);
    if (i == 0)
      tsr_engine_play (player->engine);
    while (g_main_context_iteration (NULL, FALSE))
      ;
    tsr_test_record (player->engine, player->left, SECOND, BLOCK);
  }
}

static void
player_clear (Player *player)
{
  g_array_unref (player->left);
  tsr_engine_shutdown (player->engine);
  g_object_unref (player->engine);
}

/* The loudness of the second over the first, in the middle of their seconds. */
static double
difference_lu (const Player *player)
{
  const float *samples = (const float *)player->left->data;

  return loudness_of (samples + SECOND + SECOND / 4, SECOND * 3 / 4) -
         loudness_of (samples + SECOND / 4, SECOND * 3 / 4);
}

/* Imported sounds have no original: they are matched to one another. */
static void
test_matched (void)
{
  TsrProgram *a = tsr_test_program (tsr_test_sine (440, 0.4, 4), NULL, NULL, NULL, 4);
  TsrProgram *plain = tsr_test_program (tsr_test_sine (494, 0.1, 4), NULL, NULL, NULL, 4);
  TsrProgram *b = tsr_program_new_matched (plain, a);
  TsrProgram *first = tsr_program_new_matched (a, a);
  Player      player;

  play_in_turn (&player, first, b, TRUE);
  g_test_message ("matched: B is %+.2f LU", difference_lu (&player));
  g_assert_cmpfloat (fabs (difference_lu (&player)), <, 0.2);
  player_clear (&player);
  play_in_turn (&player, first, b, FALSE); /* the control: as they are */
  g_test_message ("as they are: B is %+.2f LU", difference_lu (&player));
  g_assert_cmpfloat (difference_lu (&player), <, -11);
  player_clear (&player);
  tsr_program_unref (a);
  tsr_program_unref (b);
  tsr_program_unref (first);
  tsr_program_unref (plain);
}

/* Sines in phase: what a gap or a jump does to them would be seen. */
static void
test_gapless (void)
{
  TsrProgram *a = tsr_test_program (tsr_test_sine (500, 0.2, 4), NULL, NULL, NULL, 4);
  TsrProgram *b = tsr_test_program (tsr_test_sine (1000, 0.1, 4), NULL, NULL, NULL, 4);
  TsrProgram *matched = tsr_program_new_matched (b, a);
  Player      player;

  play_in_turn (&player, a, matched, TRUE);
  const float *samples = (const float *)player.left->data;
  double       steady = least_rms (samples + SECOND / 4, SECOND / 2);
  for (gsize change = 1; change <= 2; change++) {
    const float *around = samples + change * SECOND - SECOND / 10;
    double       least_db = 20 * log10 (least_rms (around, SECOND / 5) / steady);
    double       step = largest_step (around, SECOND / 5);
    g_test_message (
        "change %zu: quietest 5 ms %+.1f dB, largest step %.4f", change, least_db, step);
    g_assert_cmpfloat (least_db, >, -4); /* two sounds that do not add up */
    g_assert_cmpfloat (step, <, 1.1 * 0.2 * 2 * G_PI * 1000 / SECOND);
  }
  player_clear (&player);
  tsr_program_unref (a);
  tsr_program_unref (b);
  tsr_program_unref (matched);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compare/matched", test_matched);
  g_test_add_func ("/compare/gapless", test_gapless);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * The table of operations agrees with the parser, and a command reads back as it was
 * told.
 */
#include "model/operation-table.h"

#include <math.h>
#include <string.h>

#include "model/operation.h"
#include "tests/model/model-fixture.h"

static TsrOperation *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  TsrOperation *operation = tsr_operation_parse (text, &error);

  g_assert_no_error (error);
  g_assert_nonnull (operation);
  return operation;
}

static void
assert_refused (const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (tsr_operation_parse (text, &error));
  g_assert_nonnull (error);
  g_assert_null (strchr (error->message, '\n'));
}

/* What the form of a parameter gives when a person chooses it. */
static void
fill (const TsrOperationInfo *info, TsrParameterValue *values)
{
  tsr_operation_info_start (info, values);
  for (guint i = 0; i < tsr_operation_info_n_parameters (info); i++)
    if (info->parameters[i].kind == TSR_PARAMETER_TEXT && !info->parameters[i].optional)
      values[i].text = info->parameters[i].hint;
  if (info->curves & TSR_CURVE_ONLY)
    values[0].text = "100Hz:0,1000Hz:-6";
}

static void
assert_parsed (const TsrOperationInfo *info, const TsrParameterValue *values)
{
  g_autofree char *text = tsr_operation_compose (info, values);
  g_autoptr (TsrOperation) operation = parse (text);
  g_autofree char *again = tsr_operation_to_text (operation);
  g_autoptr (TsrOperation) second = parse (again);
  g_autofree char *third = tsr_operation_to_text (second);

  g_test_message ("%s -> %s", text, again);
  g_assert_true (g_str_has_prefix (text, info->word));
  g_assert_cmpstr (again, ==, third);
}

static void
test_begins_valid (void)
{
  for (guint i = 0; i < tsr_operation_info_count (); i++) {
    const TsrOperationInfo *info = tsr_operation_info (i);
    TsrParameterValue       values[TSR_MAX_PARAMETERS];
    g_assert_true (tsr_operation_info_find (info->word) == info);
    fill (info, values);
    assert_parsed (info, values);
  }
  g_assert_null (tsr_operation_info_find ("insert"));
}

/* Each choice and each flag, and the numbers that come with them. */
static void
test_choices (void)
{
  for (guint i = 0; i < tsr_operation_info_count (); i++) {
    const TsrOperationInfo *info = tsr_operation_info (i);
    for (guint k = 0; k < tsr_operation_info_n_parameters (info); k++) {
      const TsrParameter *p = &info->parameters[k];
      TsrParameterValue   values[TSR_MAX_PARAMETERS];
      for (guint c = 0; p->kind == TSR_PARAMETER_CHOICE && p->words[c] != NULL; c++) {
        fill (info, values);
        values[k].choice = c;
        if (g_strcmp0 (p->names[c], "Scala file") != 0)
          assert_parsed (info, values);
        g_assert_nonnull (p->names[c]);
      }
      fill (info, values);
      values[k].on = TRUE;
      if (p->kind == TSR_PARAMETER_FLAG)
        assert_parsed (info, values);
    }
  }
}

/* The command with one number of it told. (transfer full) */
static char *
with_number (const TsrOperationInfo *info, guint k, double number)
{
  TsrParameterValue values[TSR_MAX_PARAMETERS];

  fill (info, values);
  if (info->parameters[k].only_of > 0)
    values[info->parameters[k].only_of - 1].choice = (guint)info->parameters[k].only_at;
  values[k].number = number;
  return tsr_operation_compose (info, values);
}

/* The parser takes numbers at the limits of the table and refuses those beyond. */
static void
test_limits (void)
{
  for (guint i = 0; i < tsr_operation_info_count (); i++) {
    const TsrOperationInfo *info = tsr_operation_info (i);
    for (guint k = 0; k < tsr_operation_info_n_parameters (info); k++) {
      const TsrParameter *p = &info->parameters[k];
      if ((p->kind != TSR_PARAMETER_NUMBER && p->kind != TSR_PARAMETER_AMOUNT) ||
          (info->curves & TSR_CURVE_ONLY) || g_str_equal (info->word, "crop"))
        continue;
      g_autofree char *low = with_number (info, k, p->low);
      g_autofree char *high = with_number (info, k, p->high);
      g_autofree char *above = with_number (info, k, p->high + fabs (p->high));
      g_autofree char *below = with_number (info, k, p->low - fabs (p->low) - 1e-3);
      g_autoptr (TsrOperation) lowest = parse (low);
      g_autoptr (TsrOperation) highest = parse (high);
      if (p->kind == TSR_PARAMETER_AMOUNT || p->measure == TSR_MEASURE_NUMBER ||
          p->measure == TSR_MEASURE_COUNT)
        assert_refused (above);
      if (p->kind == TSR_PARAMETER_AMOUNT || p->measure == TSR_MEASURE_NUMBER)
        assert_refused (below);
    }
  }
}

/* Curves come back word for word: a history's command repeats the step. */
static void
test_curves_come_back (void)
{
  static const char *const texts[] = {
      "pitch 0:0cents,0.5:200cents,1:-50cents keep formants",
      "pitch 100Hz:0cents,2000:1200cents",
      "stretch 0:0,0.5:0.7,1:1.5 keep shape",
      "stretch 0:1x,1:2x",
      "shift 0:0,1:50.5",
      "gain 0:0,1:-12",
      "filter 100:0,500:-12",
      "noise 0:1,1:0",
      "tilt 0:0,1:-6",
      "brightness 0:1,1:1.5",
      "vibrato 0:1,1:0",
      "tremolo 0:1,1:2",
      "formants 0:1,1:1.25",
      "harmonify 0:0,1:1",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (TsrOperation) operation = parse (texts[i]);
    g_autofree char *again = tsr_operation_to_text (operation);
    g_autoptr (TsrOperation) copy = tsr_operation_copy (operation);
    g_autofree char *copied = tsr_operation_to_text (copy);
    g_assert_cmpstr (again, ==, texts[i]);
    g_assert_cmpstr (copied, ==, texts[i]);
  }
  g_autoptr (TsrOperation) gain = parse ("gain 100Hz:0,500Hz:-12");
  g_autofree char *text = tsr_operation_to_text (gain);
  g_assert_cmpstr (text, ==, "filter 100:0,500:-12");
  assert_refused ("stretch 0:1x,1:200x");
  assert_refused ("vibrato 100Hz:1,200Hz:2");
  assert_refused ("stretch 100Hz:1x");
}

/* Factors over time are the integral: from 1 to 2 over a second makes 1.5 s. */
static void
test_factors (void)
{
  g_autoptr (TsrSoundState) state = fixture_state (1, 3);
  g_autoptr (TsrOperation) operation = parse ("stretch 0:1x,1:2x");
  gint64 next_id = 100;
  g_autoptr (TsrSoundState) after =
      tsr_operation_apply (operation, state, NULL, &next_id, NULL, NULL);

  g_assert_nonnull (after);
  g_assert_cmpfloat_with_epsilon (tsr_sound_state_fields (after)->duration_s, 1.5, 1e-4);
}

/* A curve with more points than a person draws is written out, too. */
static void
test_long_curve (void)
{
  g_autofree TsrCurvePoint *points = g_new (TsrCurvePoint, 3000);

  for (int i = 0; i < 3000; i++)
    points[i] = (TsrCurvePoint){20.0 + i, i % 7 - 3.0};
  g_autoptr (TsrCurve) curve = tsr_curve_new (points, 3000);
  g_autoptr (TsrOperation) filter = tsr_operation_new_filter (curve);
  g_autofree char *text = tsr_operation_to_text (filter);
  g_autoptr (TsrOperation) again = parse (text);
  g_autofree char *second = tsr_operation_to_text (again);
  g_assert_cmpstr (text, ==, second);
}

static void
test_help (void)
{
  g_autofree char *help = tsr_operation_dup_help ();

  for (guint i = 0; i < tsr_operation_info_count (); i++) {
    g_autofree char *line = g_strdup_printf ("  %s", tsr_operation_info (i)->word);
    g_assert_nonnull (strstr (help, line));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/operation-table/begins-valid", test_begins_valid);
  g_test_add_func ("/operation-table/choices", test_choices);
  g_test_add_func ("/operation-table/limits", test_limits);
  g_test_add_func ("/operation-table/curves-come-back", test_curves_come_back);
  g_test_add_func ("/operation-table/factors", test_factors);
  g_test_add_func ("/operation-table/long-curve", test_long_curve);
  g_test_add_func ("/operation-table/help", test_help);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fuzzes the operations by name: whatever parses must apply or say why not. Operations
 * that name a file are left out, so that the fuzzer reads nothing but its own input.
 */
#include "model/operation.h"

#include <string.h>

#include "model/scale.h"

enum { N_PARTIALS = 4 };

static TsrSoundState *
small_state (void)
{
  TsrPartial *partials[N_PARTIALS];

  for (int i = 0; i < N_PARTIALS; i++) {
    double        hz = 220 * (i + 1), end_s = 1 - 0.1 * i;
    TsrBreakpoint b[] = {
        {.time_s = 0, .frequency_hz = hz, .log_amplitude = -1, .bandwidth = 0.1f},
        {.time_s = end_s,
         .phase_turns = hz * end_s,
         .frequency_hz = hz,
         .log_amplitude = -2},
        {.time_s = end_s,
         .phase_turns = hz * end_s,
         .frequency_hz = hz,
         .log_amplitude = TSR_LOG_AMPLITUDE_NULL,
         .flags = TSR_BREAKPOINT_NULL}};
    partials[i] = tsr_partial_new (i + 1, i % 3, (unsigned)i % 2, b, 3);
  }
  TsrSoundStateFields fields = {.partials = tsr_partial_set_new (partials, N_PARTIALS),
                                .duration_s = 1,
                                .analysed = TRUE};
  TsrSoundState      *state = tsr_sound_state_new (&fields);

  tsr_partial_set_unref (fields.partials);
  for (int i = 0; i < N_PARTIALS; i++)
    tsr_partial_unref (partials[i]);
  return state;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autoptr (GError) error = NULL;
  gint64 next_id = N_PARTIALS + 1;

  tsr_scale_unref (tsr_scale_parse_scala (text, "fuzz.scl", NULL));
  if (strchr (text, '/') != NULL || strchr (text, '.') == text)
    return 0;
  g_autoptr (TsrOperation) operation = tsr_operation_parse (text, &error);
  if (operation == NULL)
    return 0;
  g_autoptr (TsrSoundState) before = small_state ();
  g_autoptr (TsrSoundState) after =
      tsr_operation_apply (operation, before, NULL, &next_id, NULL, NULL);
  g_autofree char *again = tsr_operation_to_text (operation);
  g_autofree char *label = tsr_operation_label (operation, 1);
  g_assert (again != NULL && label != NULL);
  return 0;
}

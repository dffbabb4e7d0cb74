/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fuzzes the operations by name: whatever parses must apply or say why not. Operations
 * that name a file are left out, so that the fuzzer reads nothing but its own input.
 */
#include "model/operation.h"

#include <string.h>

static TsrSoundState *
small_state (void)
{
  TsrBreakpoint b[2] = {
      {.time_s = 0, .frequency_hz = 440, .log_amplitude = -1},
      {.time_s = 1, .phase_turns = 440, .frequency_hz = 440, .log_amplitude = -2}};
  TsrPartial         *partial = tsr_partial_new (1, 0, 0, b, 2);
  TsrSoundStateFields fields = {
      .partials = tsr_partial_set_new (&partial, 1), .duration_s = 1, .analysed = TRUE};
  TsrSoundState *state = tsr_sound_state_new (&fields);

  tsr_partial_set_unref (fields.partials);
  tsr_partial_unref (partial);
  return state;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autoptr (GError) error = NULL;
  gint64 next_id = 2;

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

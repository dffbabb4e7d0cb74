/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fuzzes the query language: whatever parses must also select without harm.
 */
#include "model/query.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  TsrBreakpoint b[2] = {
      {.time_s = 0, .frequency_hz = 440, .log_amplitude = -1},
      {.time_s = 1, .phase_turns = 440, .frequency_hz = 440, .log_amplitude = -2}};
  TsrPartial      *partial = tsr_partial_new (1, 0, 0, b, 2);
  TsrPartialSet   *set = tsr_partial_set_new (&partial, 1);
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (TsrQuery) query = tsr_query_parse (text, &error);

  if (query != NULL)
    tsr_selection_unref (tsr_query_select (query, set, 0));
  else
    g_assert (error != NULL && error->message[0] != '\0');
  tsr_partial_set_unref (set);
  tsr_partial_unref (partial);
  return 0;
}

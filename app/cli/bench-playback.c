/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the audio callback costs, how soon a change is heard, and whether it waits for the
 * disk.
 */
#include "app/cli/bench.h"
#include "audio/engine-bench.h"

static void
bench_callback (JsonBuilder *json)
{
  TsrCallbackBench result;

  tsr_engine_bench_callback (2000, &result);
  tsr_json_number (
      json, "callback_2000_partials_percent_of_core", 100 * result.mean_share);
  tsr_json_number (json, "callback_2000_partials_p99_percent", 100 * result.p99_share);
  tsr_json_number (
      json, "callback_2000_partials_dragged_percent", 100 * result.dragged_share);
  tsr_json_number (json, "callback_2000_partials_seek_percent", 100 * result.seek_share);
}

static void
bench_preview (JsonBuilder *json)
{
  TsrPreviewBench result;

  tsr_engine_bench_preview (&result);
  tsr_json_number (json, "preview_heard_after_median_ms", result.median_ms);
  tsr_json_number (json, "preview_heard_after_longest_ms", result.longest_ms);
}

static void
bench_morph (JsonBuilder *json)
{
  TsrMorphBench result;

  tsr_engine_bench_morph (120, &result);
  tsr_json_number (
      json, "live_morph_4_sounds_120_partials_percent_of_core", 100 * result.still_share);
  tsr_json_number (json, "live_morph_weights_moving_percent", 100 * result.moved_share);
  tsr_json_number (json, "live_morph_weights_moving_p99_percent", 100 * result.p99_share);
  tsr_json_number (json, "live_morph_480_unpaired_percent", 100 * result.alone_share);
  tsr_json_number (json, "live_morph_swap_percent", 100 * result.swap_share);
  tsr_json_number (json, "live_morph_anchor_program_ms", result.program_ms);
  tsr_json_number (json, "live_morph_weights_heard_after_median_ms", result.median_ms);
  tsr_json_number (json, "live_morph_weights_heard_after_longest_ms", result.longest_ms);
}

static void
bench_cold (JsonBuilder *json)
{
  TsrColdBench without, with;

  if (!tsr_engine_bench_cold (FALSE, &without) || !tsr_engine_bench_cold (TRUE, &with))
    return;
  tsr_json_whole (json, "cold_project_disk_waits_of_callback", with.n_waits);
  tsr_json_whole (json, "cold_project_pages_mapped_by_callback", with.n_pages);
  tsr_json_number (json, "cold_project_longest_buffer_ms", with.longest_ms);
  tsr_json_whole (json, "cold_project_disk_waits_without_read_ahead", without.n_waits);
  tsr_json_whole (json, "cold_project_pages_mapped_without_read_ahead", without.n_pages);
  tsr_json_number (
      json, "cold_project_longest_buffer_without_read_ahead_ms", without.longest_ms);
}

gboolean
tsr_bench_playback (TsrCli *cli, JsonBuilder *json, GError **error)
{
  bench_callback (json);
  bench_preview (json);
  tsr_bench_touch (json);
  bench_morph (json);
  bench_cold (json);
  return TRUE;
}

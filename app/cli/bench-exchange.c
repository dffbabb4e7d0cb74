/* SPDX-License-Identifier: GPL-3.0-or-later
 * Benchmark of files of partials: 500,000 breakpoints out and in, in each format.
 */
#include <gio/gio.h>
#include <glib/gstdio.h>

#include "app/cli/bench.h"
#include "model/dsp-types.h"
#include "store/formats/exchange.h"

enum { N_PARTIALS = 2500, N_BREAKPOINTS = 200 };

/* Straight glides: no format needs more rows than there are breakpoints. */
static TsrPartialSet *
make_glides (void)
{
  g_autoptr (GPtrArray) partials =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tsr_partial_unref);
  TsrBreakpoint b[N_BREAKPOINTS] = {0};

  for (int k = 0; k < N_PARTIALS; k++) {
    for (int i = 0; i < N_BREAKPOINTS; i++) {
      double t = 0.01 * i, start_hz = 50 + 5 * k;
      b[i].time_s = 0.02 * k + t;
      b[i].frequency_hz = start_hz + 10 * t;
      b[i].phase_turns = start_hz * t + 5 * t * t;
      b[i].log_amplitude = -3 - 0.5 * t;
      b[i].slope_per_s = -0.5f;
      b[i].chirp_hz_per_s = 10;
    }
    g_ptr_array_add (partials, tsr_partial_new (k + 1, 0, 0, b, N_BREAKPOINTS));
  }
  return tsr_partial_set_new ((TsrPartial *const *)partials->pdata, partials->len);
}

static gboolean
measure (
    const char *folder, TsrPartialSet *set, guint i, JsonBuilder *json, GError **error)
{
  g_autofree char *file = g_strconcat ("bench.", tsr_exchange_format_suffix (i), NULL);
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autofree char *out_name =
      g_strdup_printf ("export_%s_500000_breakpoints_s", tsr_exchange_format_suffix (i));
  g_autofree char *in_name =
      g_strdup_printf ("import_%s_500000_breakpoints_s", tsr_exchange_format_suffix (i));
  g_auto (TsrExchange) content = {0}, back = {0};
  double begin_s = tsr_bench_now_s ();

  tsr_exchange_init (&content, set, NULL, 0, 60);
  gboolean ok = tsr_exchange_write (&content, path, NULL, NULL, NULL, error);
  tsr_json_number (json, out_name, tsr_bench_now_s () - begin_s);
  begin_s = tsr_bench_now_s ();
  ok = ok && tsr_exchange_read (&back, path, NULL, error);
  tsr_json_number (json, in_name, tsr_bench_now_s () - begin_s);
  g_unlink (path);
  return ok;
}

gboolean
tsr_bench_exchange (TsrCli *cli, JsonBuilder *json, GError **error)
{
  g_autofree char *folder = g_dir_make_tmp ("tarsier-bench-XXXXXX", error);
  g_autoptr (TsrPartialSet) set = make_glides ();
  gboolean ok = folder != NULL;

  for (guint i = 0; ok && tsr_exchange_format_suffix (i) != NULL; i++)
    ok = measure (folder, set, i, json, error);
  if (folder != NULL)
    g_rmdir (folder);
  return ok;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * The benchmark of length: what analysis with writing, without and with a report on its
 * quality, loading, an edit of all partials and its undo cost in time and memory for 1,
 * 10 and 60 minutes. Each runs in a process of its own, so that the peaks are its.
 */
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/cli/bench.h"
#include "audio/sound-file.h"
#include "model/dsp-types.h"

#define RATE_HZ 44100.0
#define SELF "tarsier-cli" /* as what it calls itself */

enum { PERIOD_S = 30, BLOCK = 65536 };

static const int minutes[] = {1, 10, 60};

typedef struct {
  double wall_s, cpu_s, peak_mb;
} Cost;

/* The generated music, over and over. */
static gboolean
write_sound (const char *path, const TsrSignal *period, int n_minutes, GError **error)
{
  TsrSoundFileWriter *writer =
      tsr_sound_file_writer_new (path, RATE_HZ, 1, TSR_SAMPLES_16, NULL, 0, error);
  g_autofree double *block = g_new (double, BLOCK);
  const float       *x = tsr_signal_channel (period, 0);
  gint64             n = (gint64)(60 * RATE_HZ) * n_minutes;
  gint64             n_period = tsr_signal_n_frames (period);

  if (writer == NULL)
    return FALSE;
  for (gint64 first = 0; first < n; first += BLOCK) {
    gsize n_here = (gsize)MIN (BLOCK, n - first);
    for (gsize i = 0; i < n_here; i++)
      block[i] = (double)x[(first + (gint64)i) % n_period];
    if (!tsr_sound_file_writer_write (writer, &block, n_here, error)) {
      tsr_sound_file_writer_abort (writer);
      return FALSE;
    }
  }
  return tsr_sound_file_writer_finish (writer, NULL, error);
}

static gboolean
fail (GError **error, int code)
{
  g_set_error (error,
               G_IO_ERROR,
               g_io_error_from_errno (code),
               _ ("the program cannot run itself (%s)"),
               g_strerror (code));
  return FALSE;
}

/* Waits for a process; a cancel ends it. */
static gboolean
wait_for (TsrCli *cli, pid_t pid, struct rusage *usage, GError **error)
{
  int status = 0;

  while (wait4 (pid, &status, WNOHANG, usage) == 0) {
    if (tsr_cli_is_cancelled (cli))
      kill (pid, SIGKILL);
    g_usleep (20000);
  }
  if (g_cancellable_set_error_if_cancelled (cli->cancellable, error))
    return FALSE;
  if (WIFEXITED (status) && WEXITSTATUS (status) == 0)
    return TRUE;
  g_set_error (error,
               G_IO_ERROR,
               G_IO_ERROR_FAILED,
               _ ("a run of the benchmark came to no good end"));
  return FALSE;
}

/* This program with other arguments, its output thrown away. */
static gboolean
measure (TsrCli *cli, const char *const *arguments, Cost *cost, GError **error)
{
  posix_spawn_file_actions_t actions;
  g_auto (GStrv) environment = g_get_environ ();
  struct rusage usage = {0};
  pid_t         pid;
  double        begin_s = tsr_bench_now_s ();

  posix_spawn_file_actions_init (&actions);
  posix_spawn_file_actions_addopen (&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  int code = posix_spawn (
      &pid, "/proc/self/exe", &actions, NULL, (char *const *)arguments, environment);
  posix_spawn_file_actions_destroy (&actions);
  if (code != 0)
    return fail (error, code);
  if (!wait_for (cli, pid, &usage, error))
    return FALSE;
  *cost = (Cost){
      .wall_s = tsr_bench_now_s () - begin_s,
      .cpu_s = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
               1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec),
      .peak_mb = (double)usage.ru_maxrss / 1024,
  };
  return TRUE;
}

static void
add_cost (JsonBuilder *json, const char *what, const Cost *cost)
{
  json_builder_set_member_name (json, what);
  json_builder_begin_object (json);
  tsr_json_number (json, "wall_s", cost->wall_s);
  tsr_json_number (json, "processor_s", cost->cpu_s);
  tsr_json_number (json, "peak_memory_mb", cost->peak_mb);
  json_builder_end_object (json);
}

/* Runs some commands one after the other and tells what each costs. */
typedef struct {
  const char *what;
  const char *arguments[10]; /* NULL ends them */
} Run;

static gboolean
run_all (TsrCli      *cli,
         const Run   *runs,
         gsize        n_runs,
         const char  *project,
         JsonBuilder *json,
         GError     **error)
{
  for (gsize i = 0; i < n_runs; i++) {
    Cost cost;
    if (g_str_equal (runs[i].arguments[1], "analyze"))
      g_unlink (project);
    if (!measure (cli, runs[i].arguments, &cost, error))
      return FALSE;
    add_cost (json, runs[i].what, &cost);
  }
  return TRUE;
}

static gboolean
bench_one (TsrCli          *cli,
           const char      *folder,
           const TsrSignal *period,
           int              n_minutes,
           JsonBuilder     *json,
           GError         **error)
{
  g_autofree char *sound = g_build_filename (folder, "length.wav", NULL);
  g_autofree char *project = g_build_filename (folder, "length.tarsier", NULL);
  g_autofree char *report = g_build_filename (folder, "length.json", NULL);
  g_autofree char *name = g_strdup_printf ("%d_minutes", n_minutes);
  const Run        runs[] = {
             {"analyze_with_report",
              {SELF, "analyze", "--quiet", "--report", report, sound, "-o", project}},
             {"analyze", {SELF, "analyze", "--quiet", sound, "-o", project}},
             {"load", {SELF, "list", "--quiet", project}},
             {"edit_all", {SELF, "edit", "--quiet", project, "1", "--do", "pitch +2st"}},
             {"undo", {SELF, "undo", "--quiet", project, "1"}},
  };

  json_builder_set_member_name (json, name);
  json_builder_begin_object (json);
  gboolean ok = write_sound (sound, period, n_minutes, error) &&
                run_all (cli, runs, G_N_ELEMENTS (runs), project, json, error);
  json_builder_end_object (json);
  g_unlink (sound);
  g_unlink (project);
  g_unlink (report);
  return ok;
}

gboolean
tsr_bench_length (TsrCli *cli, JsonBuilder *json, GError **error)
{
  g_autofree char *folder = g_dir_make_tmp ("tarsier-bench-XXXXXX", error);
  g_autoptr (TsrSignal) period = tsr_bench_music (RATE_HZ, PERIOD_S);
  TsrWorkerJob job;
  gboolean     ok = folder != NULL;

  if (!ok)
    return FALSE;
  json_builder_set_member_name (json, "length");
  json_builder_begin_object (json);
  for (gsize i = 0; i < G_N_ELEMENTS (minutes) && ok; i++) {
    tsr_cli_begin (cli,
                   "length",
                   (double)i / G_N_ELEMENTS (minutes),
                   (double)(i + 1) / G_N_ELEMENTS (minutes),
                   &job);
    ok = bench_one (cli, folder, period, minutes[i], json, error);
  }
  json_builder_end_object (json);
  g_rmdir (folder);
  return ok;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * play and devices: through PortAudio.
 */
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/cli/cli-sound.h"
#include "app/cli/count-words.h"
#include "app/cli/json.h"
#include "app/cli/verbs.h"
#include "app/source-file.h"
#include "audio/engine.h"
#include "model/dsp-types.h"

enum { DEVICES_TIMEOUT_S = 10 };

/* What is played, until it is over. */
typedef struct {
  TsrCli     *cli;
  TsrEngine  *engine;
  GMainLoop  *loop;
  TsrSignal  *signal; /* at its own rate */
  gboolean    is_loop;
  const char *device; /* NULL: the default */
  GError     *error;
} Player;

static void
stop_with (Player *player, const char *why)
{
  if (player->error == NULL)
    g_set_error_literal (&player->error, G_IO_ERROR, G_IO_ERROR_FAILED, why);
  g_main_loop_quit (player->loop);
}

/* The signal at the engine's rate as the engine's program. */
static void
set_program (Player *player)
{
  double rate_hz = tsr_engine_get_rate_hz (player->engine);
  g_autoptr (TsrSignal) signal = tsr_signal_ref (player->signal);

  if (tsr_signal_rate_hz (signal) != rate_hz) {
    tsr_signal_unref (signal);
    signal = tsr_resample (player->signal, rate_hz, NULL, &player->error);
  }
  if (signal == NULL) {
    g_main_loop_quit (player->loop);
    return;
  }
  TsrProgram *program = tsr_program_new (&(TsrProgramParts){
      .original = signal, .duration_s = tsr_signal_duration_s (signal)});
  tsr_engine_set_program (player->engine, program);
  tsr_program_unref (program);
}

static void
rate_cb (TsrEngine *engine, GParamSpec *pspec, Player *player)
{
  set_program (player);
}

static void
state_cb (TsrEngine *engine, GParamSpec *pspec, Player *player)
{
  TsrDeviceState state = tsr_engine_get_device_state (engine);
  const char    *problem = tsr_engine_get_problem (engine);

  if (state == TSR_DEVICE_NONE)
    stop_with (player, _ ("there is no sound device on this machine; use `render`"));
  else if (state == TSR_DEVICE_FAILED)
    stop_with (player,
               problem != NULL ? problem : _ ("the sound device does not answer"));
}

static void
finished_cb (TsrEngine *engine, Player *player)
{
  if (!player->is_loop)
    g_main_loop_quit (player->loop);
}

static gboolean
has_device (GPtrArray *devices, const char *name)
{
  for (guint i = 0; i < devices->len; i++)
    if (g_strcmp0 (((TsrDevice *)g_ptr_array_index (devices, i))->name, name) == 0)
      return TRUE;
  return FALSE;
}

/* Chooses the device once the list is there, and begins. */
static void
devices_cb (TsrEngine *engine, Player *player)
{
  g_autoptr (GPtrArray) devices = tsr_engine_dup_devices (engine);

  if (tsr_engine_is_playing (engine))
    return;
  if (devices->len == 0) {
    stop_with (player, _ ("there is no sound device on this machine; use `render`"));
    return;
  }
  if (player->device != NULL && !has_device (devices, player->device)) {
    g_autofree char *why = g_strdup_printf (
        _ ("there is no device “%s”; `devices` lists them"), player->device);
    stop_with (player, why);
    return;
  }
  tsr_engine_select_device (engine, player->device);
  tsr_engine_play (engine);
}

static gboolean
tick_cb (gpointer data)
{
  Player *player = data;
  double  duration_s = tsr_signal_duration_s (player->signal);

  if (tsr_cli_is_cancelled (player->cli))
    g_main_loop_quit (player->loop);
  else if (duration_s > 0)
    tsr_cli_progress (player->cli,
                      tsr_engine_get_position_s (player->engine) / duration_s);
  return G_SOURCE_CONTINUE;
}

static gboolean
timeout_cb (gpointer data)
{
  Player *player = data;

  if (!tsr_engine_is_playing (player->engine))
    stop_with (player, _ ("the sound system does not answer"));
  return G_SOURCE_REMOVE;
}

static void
play_signal (Player *player)
{
  player->engine = tsr_engine_new (TSR_BACKEND_DEFAULT);
  player->loop = g_main_loop_new (NULL, FALSE);
  g_signal_connect (player->engine, "notify::rate-hz", G_CALLBACK (rate_cb), player);
  g_signal_connect (
      player->engine, "notify::device-state", G_CALLBACK (state_cb), player);
  g_signal_connect (player->engine, "finished", G_CALLBACK (finished_cb), player);
  g_signal_connect (player->engine, "devices-changed", G_CALLBACK (devices_cb), player);
  tsr_engine_set_monitor (player->engine, TSR_MONITOR_ORIGINAL, FALSE);
  tsr_engine_set_loop (player->engine, player->is_loop, 0, 0);
  set_program (player);
  guint tick = g_timeout_add (50, tick_cb, player);
  guint timeout = g_timeout_add_seconds (DEVICES_TIMEOUT_S, timeout_cb, player);
  if (player->error == NULL)
    g_main_loop_run (player->loop);
  g_source_remove (tick);
  if (g_main_context_find_source_by_id (NULL, timeout) != NULL)
    g_source_remove (timeout);
}

static void
report (TsrCli *cli, const Player *player)
{
  guint n_underruns = tsr_engine_get_n_underruns (player->engine);

  tsr_cli_print (cli,
                 g_dngettext (GETTEXT_PACKAGE,
                              "played, %u underrun\n",
                              "played, %u underruns\n",
                              n_underruns),
                 n_underruns);
  if (!cli->json)
    return;
  JsonBuilder *json = json_builder_new ();
  json_builder_begin_object (json);
  tsr_json_number (json, "duration_s", tsr_signal_duration_s (player->signal));
  tsr_json_number (json, "rate_hz", tsr_engine_get_rate_hz (player->engine));
  tsr_json_whole (json, "underruns", n_underruns);
  json_builder_end_object (json);
  tsr_json_print (json);
}

/* PROJECT SOUND: the rendered sound. */
static TsrSignal *
load_sound (TsrCli *cli, const TsrArguments *arguments, TsrCliSound *sound, int *status)
{
  g_auto (TsrCliProject) project = {0};
  TsrWorkerJob job;
  GError      *error = NULL;

  if (!tsr_cli_project_open (cli, tsr_arguments_word (arguments, 0), &project, status) ||
      !tsr_cli_sound_load (cli, &project, arguments, sound, status))
    return NULL;
  tsr_cli_begin (cli, tsr_arguments_word (arguments, 1), 0, 1, &job);
  TsrSignal *signal =
      tsr_render_to_signal (&sound->subject, &sound->choice, &job, &error);
  if (signal == NULL)
    *status = tsr_cli_fail (cli, project.path, error);
  return signal;
}

/* AUDIO: the file, or a part of it. */
static TsrSignal *
load_file (TsrCli *cli, const char *path, const TsrRenderChoice *choice, int *status)
{
  TsrSourceFile file;
  TsrWorkerJob  job;
  GError       *error = NULL;

  tsr_cli_begin (cli, path, 0, 1, &job);
  if (!tsr_source_file_open (&file, path, &job.job, &error)) {
    *status = tsr_cli_fail (cli, path, error);
    return NULL;
  }
  tsr_cli_notes (cli, path, file.notes);
  g_autoptr (TsrSoundState) state = tsr_sound_state_new (
      &(TsrSoundStateFields){.duration_s = tsr_signal_duration_s (file.signal)});
  TsrRenderSubject subject = {.state = state,
                              .source = file.signal,
                              .n_channels = file.info.n_channels,
                              .rate_hz = file.info.rate_hz};
  TsrSignal       *signal = tsr_render_to_signal (&subject, choice, &job, &error);
  tsr_source_file_clear (&file);
  if (signal == NULL)
    *status = tsr_cli_fail (cli, path, error);
  return signal;
}

static int
run_play (TsrCli *cli, const TsrArguments *arguments)
{
  g_auto (TsrCliSound) sound = {0};
  gboolean is_file = tsr_arguments_n_words (arguments) == 1;
  Player   player = {.cli = cli,
                     .is_loop = tsr_arguments_has (arguments, "--loop"),
                     .device = tsr_arguments_get (arguments, "--device")};
  GError  *error = NULL;
  int      status = TSR_EXIT_DONE;

  if (tsr_cli_sound_read_choice (arguments, &sound, &error) && is_file &&
      (sound.query != NULL || sound.step != NULL ||
       tsr_arguments_has (arguments, "--part")))
    tsr_usage_fail (&error,
                    _ ("--part, --select and --step go with a sound of a project"));
  if (error != NULL)
    return tsr_cli_fail (cli, "play", error);
  player.signal =
      is_file ? load_file (cli, tsr_arguments_word (arguments, 0), &sound.choice, &status)
              : load_sound (cli, arguments, &sound, &status);
  if (player.signal == NULL)
    return status;
  play_signal (&player);
  if (player.error != NULL)
    status = tsr_cli_fail (cli, "play", g_steal_pointer (&player.error));
  else { /* --loop ends by SIGINT only */
    report (cli, &player);
    status = tsr_cli_is_cancelled (cli) ? TSR_EXIT_INTERRUPTED : TSR_EXIT_DONE;
  }
  tsr_engine_shutdown (player.engine);
  g_object_unref (player.engine);
  g_main_loop_unref (player.loop);
  tsr_signal_unref (player.signal);
  return status;
}

/* ---- devices ---- */

static void
list_cb (TsrEngine *engine, GMainLoop *loop)
{
  g_main_loop_quit (loop);
}

static gboolean
quit_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static void
report_devices (TsrCli *cli, GPtrArray *devices)
{
  JsonBuilder *json = json_builder_new ();

  json_builder_begin_object (json);
  tsr_json_begin_array (json, "devices");
  for (guint i = 0; i < devices->len; i++) {
    const TsrDevice *device = g_ptr_array_index (devices, i);
    json_builder_begin_object (json);
    tsr_json_text (json, "name", device->name);
    tsr_json_text (json, "host_api", device->host_api);
    tsr_json_whole (json, "channels", device->n_channels);
    tsr_json_truth (json, "default", device->is_default);
    json_builder_end_object (json);
    g_autofree char *channels = tsr_count_channels (device->n_channels);
    tsr_cli_print (cli,
                   "%s %s (%s, %s)\n",
                   device->is_default ? "*" : " ",
                   device->name,
                   device->host_api,
                   channels);
  }
  if (devices->len == 0)
    tsr_cli_print (cli, _ ("there is no sound device on this machine\n"));
  json_builder_end_array (json);
  json_builder_end_object (json);
  if (cli->json)
    tsr_json_print (json);
  else
    g_object_unref (json);
}

static int
run_devices (TsrCli *cli, const TsrArguments *arguments)
{
  g_autoptr (TsrEngine) engine = tsr_engine_new (TSR_BACKEND_DEFAULT);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_signal_connect (engine, "devices-changed", G_CALLBACK (list_cb), loop);
  guint timeout = g_timeout_add_seconds (DEVICES_TIMEOUT_S, quit_cb, loop);
  g_main_loop_run (loop);
  if (g_main_context_find_source_by_id (NULL, timeout) != NULL)
    g_source_remove (timeout);
  g_autoptr (GPtrArray) devices = tsr_engine_dup_devices (engine);
  report_devices (cli, devices);
  tsr_engine_shutdown (engine);
  return TSR_EXIT_DONE;
}

static const TsrOption play_options[] = {
    {"--part",
     "PART",
     N_ ("all, original, partials, residual, noise or transients; default all")},
    {"--select", "QUERY", N_ ("only these partials; see `edit --help`")},
    {"--layers",
     "LAYER=DB,...",
     N_ ("levels of partials, noise and transients; or `off`")},
    {"--time", "A:B", N_ ("only from A to B seconds")},
    {"--step", "STEP", N_ ("as it was after a step that `history --all` lists")},
    {"--loop", NULL, N_ ("again and again, until interrupted")},
    {"--device", "NAME", N_ ("as `devices` lists it; default the system's")},
    {NULL, NULL, NULL},
};

const TsrVerb tsr_verb_play = {
    .name = "play",
    .summary = N_ ("Plays a sound of a project, or a recording."),
    .syntax = {.usage = "PROJECT SOUND | AUDIO [OPTIONS]",
               .min_words = 1,
               .max_words = 2,
               .options = play_options},
    .run = run_play,
};

const TsrVerb tsr_verb_devices = {
    .name = "devices",
    .summary = N_ ("Lists the sound devices."),
    .syntax = {.usage = "", .min_words = 0, .max_words = 0},
    .run = run_devices,
};

/* SPDX-License-Identifier: GPL-3.0-or-later
 * The built-in benchmarks: generated sounds and projects, or recordings.
 */
#pragma once

#include "app/cli/cli.h"
#include "app/cli/json.h"
#include "model/dsp/partials/partial-set.h"
#include "model/dsp/signal.h"

G_BEGIN_DECLS

/* Generated sounds, one channel, the same each time. */
TsrSignal *tsr_bench_note (double rate_hz, double duration_s); /* 30 harmonics, vibrato */
TsrSignal *tsr_bench_mix (double rate_hz, double duration_s);  /* 24 such voices, noise */
TsrSignal *tsr_bench_drums (double rate_hz, double duration_s); /* bursts of noise */
/* 24 voices of notes of 0.2 to 2 s, drums, noise: like a dense mix. */
TsrSignal *tsr_bench_music (double rate_hz, double duration_s);
/* n partials that all sound from 0 to duration_s, n_breakpoints each. */
TsrPartialSet *tsr_bench_partials (gsize n, gsize n_breakpoints, double duration_s);

/* A part of "playback". */
void tsr_bench_touch (JsonBuilder *json);

/* Each adds named figures; FALSE with an error. Length takes many minutes. */
typedef gboolean (*TsrBenchFunction) (TsrCli *cli, JsonBuilder *json, GError **error);
gboolean tsr_bench_analysis (TsrCli *cli, JsonBuilder *json, GError **error);
gboolean tsr_bench_spectrogram (TsrCli *cli, JsonBuilder *json, GError **error);
gboolean tsr_bench_synthesis (TsrCli *cli, JsonBuilder *json, GError **error);
gboolean tsr_bench_bank (TsrCli *cli, JsonBuilder *json, GError **error);
gboolean tsr_bench_playback (TsrCli *cli, JsonBuilder *json, GError **error);
gboolean tsr_bench_project (TsrCli *cli, JsonBuilder *json, GError **error);
gboolean tsr_bench_exchange (TsrCli *cli, JsonBuilder *json, GError **error);
gboolean tsr_bench_undo (TsrCli *cli, JsonBuilder *json, GError **error);
gboolean tsr_bench_memory (TsrCli *cli, JsonBuilder *json, GError **error);
gboolean tsr_bench_history (TsrCli *cli, JsonBuilder *json, GError **error);
gboolean tsr_bench_length (TsrCli *cli, JsonBuilder *json, GError **error);

/* Analysis and synthesis of a sound file. */
gboolean
tsr_bench_recording (TsrCli *cli, JsonBuilder *json, const char *path, GError **error);

/* Seconds of the monotonic clock, and of processor time of the process and of this
 * thread. */
double tsr_bench_now_s (void);
double tsr_bench_processor_s (void);
double tsr_bench_thread_s (void);

G_END_DECLS

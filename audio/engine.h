/* SPDX-License-Identifier: GPL-3.0-or-later
 * Playing: what the main thread sees of it. The engine owns a device thread (every
 * PortAudio call), and the audio callback reads immutable programs through a lock-free
 * ring. Thread: main. Properties (notify): "playing", "position-s", "device",
 * "device-state", "n-underruns", "rate-hz" (programs have to be made anew for the new
 * rate). Signals: "devices-changed", "finished" (played to the end).
 *
 * The device is open while something plays and some seconds longer. Messages of one turn
 * of the main loop take effect together.
 */
#pragma once

#include <gio/gio.h>

#include "model/dsp/partials/morph-live.h"
#include "model/dsp/partials/noise.h"
#include "model/dsp/partials/oscillator-bank.h"
#include "model/dsp/partials/residual-law.h"
#include "model/dsp/signal.h"
#include "model/layers.h"
#include "model/monitor.h"
#include "model/preview.h"
#include "model/touch.h"

G_BEGIN_DECLS

#define TSR_TYPE_ENGINE (tsr_engine_get_type ())
G_DECLARE_FINAL_TYPE (TsrEngine, tsr_engine, TSR, ENGINE, GObject)

typedef enum {
  TSR_BACKEND_DEFAULT, /* PortAudio; the null backend when there is no device */
  TSR_BACKEND_NULL,    /* a clock without a device */
} TsrBackendKind;

typedef enum {
  TSR_DEVICE_OPENING,
  TSR_DEVICE_READY,
  TSR_DEVICE_NONE,   /* no device on this machine: the null backend keeps time */
  TSR_DEVICE_FAILED, /* lost, or it did not answer */
} TsrDeviceState;

TsrEngine *tsr_engine_new (TsrBackendKind backend);
/* Stops and lets go of the device; does not wait for a driver that hangs. */
void tsr_engine_shutdown (TsrEngine *self);

/* What there is to hear of a sound, made by a worker (tsr_program_new), adopted with a
 * short crossfade. */
typedef struct TsrProgram TsrProgram;

typedef struct {
  TsrScore  *score;    /* partials; NULL: none */
  TsrSignal *original; /* at the engine's rate, on the sound's own time line or NULL */
  TsrSignal *residual; /* at the engine's rate, as `all` needs it now (residual, or noise
                          + transients) */
  TsrSignal *noise;    /* or NULL */
  TsrSignal *transients; /* or NULL */
  double     duration_s;
  /* What the noise comes from, so that it can follow a stretch that is dragged: the model
   * of the source's residual (NULL: not known), the time map from the sound to the source
   * (NULL: identity) and what edits did to the residual's level. */
  TsrNoiseModel   *model;
  TsrCurve        *source_s_over_sound_s;
  TsrCurve        *residual_gain_db_over_hz; /* or NULL */
  double           residual_gain_db;
  TsrResidualLaws *residual_laws; /* or NULL */
  const guint8
      *selected; /* a byte for each partial of the score's set; NULL: none selected */
} TsrProgramParts;

/* What a morph of up to four sounds has behind its partials, each NULL where there is
 * none: models of the residuals (of one rate), and their transients as recordings at the
 * engine's rate, in the sounds' own time. */
typedef struct {
  TsrNoiseModel *models[TSR_MORPH_MOST];
  TsrSignal     *transients[TSR_MORPH_MOST];
} TsrMorphParts;

/* The program of a morph (tsr_score_new_morph): all of it is heard in place of original,
 * selection and rest; it has no loudness to be matched to. Takes references. Quick.
 * Where it replaces another morph of the same sounds while that is played, the sounds
 * are heard on from where they are, in their phases. Thread: any but audio. */
TsrProgram *
tsr_program_new_morph (TsrScore *score, const TsrMorphParts *parts, double duration_s);

/* Takes references, copies `selected`, measures level matching gains (the long part, so
 * best in a worker). The signals have to be at the engine's rate (tsr_resample), others
 * stay silent. Thread: any but audio. */
TsrProgram *tsr_program_new (const TsrProgramParts *parts);
/* The same with another selection (NULL: none) and the same level, quickly. Thread: any
 * but audio. */
TsrProgram *tsr_program_new_selected (const TsrProgram *program, const guint8 *selected);
/* The same, matched in level not to its own original but to what `reference` is matched
 * to: its original, or, where it has none, all of it; so that both are equally loud.
 * Thread: any but audio. */
TsrProgram *tsr_program_new_matched (const TsrProgram *program,
                                     const TsrProgram *reference);
TsrProgram *tsr_program_ref (TsrProgram *program);
void        tsr_program_unref (TsrProgram *program); /* thread: any but audio */

/* Takes a reference; NULL: silence. The played time stays. When an edit that was dragged
 * is made, set its program and then the preview to NULL in one turn of the main loop:
 * nothing is heard of the exchange. */
void   tsr_engine_set_program (TsrEngine *self, TsrProgram *program);
double tsr_engine_get_rate_hz (TsrEngine *self);

void tsr_engine_play (TsrEngine *self);
void tsr_engine_pause (TsrEngine *self);
void tsr_engine_stop (TsrEngine *self); /* and back to the start */
void tsr_engine_seek (TsrEngine *self, double time_s);
/* Loops [start_s, end_s) while on; end_s <= start_s: the whole sound. */
void tsr_engine_set_loop (TsrEngine *self, gboolean on, double start_s, double end_s);
/* What is heard; a crossfade of 10 ms. With level matching each part is brought to the
 * original's loudness, by at most 40 dB. ALL is partials and residual, REST all partials
 * that are not selected and the residual; SELECTION is silent when nothing is selected.
 */
void tsr_engine_set_monitor (TsrEngine *self, TsrMonitor monitor, gboolean level_matched);
/* Linear gains of partials, noise and transients where they are heard together (ALL,
 * REST); a crossfade of 10 ms. Level matching goes by the part where one alone is heard.
 */
void tsr_engine_set_layers (TsrEngine *self, const float gains[TSR_N_LAYERS]);
void tsr_engine_set_volume_db (TsrEngine *self, double volume_db);
/* The edit in hand, as it will sound when it is made (model/operation.h): it applies to
 * the selected partials, or, if none is selected, to the whole sound. Then gain and
 * filter change the residual too, and stretch makes its noise anew at the stretched times
 * and moves its transients (where the program has a model; else by overlapping grains, as
 * the original always is). Where partials sound that are otherwise transformed, noise and
 * transients take the residual's place. NULL: back to the program as it is. Heard within
 * one buffer plus 20 ms. */
void tsr_engine_set_preview (TsrEngine *self, const TsrPreview *preview);

/* Partials of the program that others stand for while an edit of them is in hand, by a
 * crossfade of at most 10 ms; NULL: they sound themselves again. Another program ends
 * it; a morph has none. Costs what it touches, and a byte for each partial of the
 * program. Heard within one buffer plus 20 ms. */
void tsr_engine_set_touch (TsrEngine *self, TsrTouch *touch);

/* Weights of the morph that is played, or will be, in place of those of its program that
 * are constant; without a jump. Heard within one buffer plus 20 ms. */
void tsr_engine_set_mix (TsrEngine *self, const TsrMorphMix *mix);

gboolean tsr_engine_is_playing (TsrEngine *self);
double   tsr_engine_get_position_s (
      TsrEngine *self); /* of what is heard now, output latency considered */

typedef struct {
  float    peak[2];        /* linear, since the last call */
  double   momentary_lufs; /* -INFINITY for silence */
  gboolean clipped;        /* the limiter had to act since the last call */
} TsrMeter;
void tsr_engine_read_meter (TsrEngine *self, TsrMeter *meter);

typedef struct {
  char    *name;
  char    *host_api;
  guint    n_channels;
  gboolean is_default;
} TsrDevice;
void tsr_device_free (TsrDevice *device);

/* The list as last scanned (transfer full, of TsrDevice); the first scan begins with the
 * engine, and "devices-changed" tells the end of each. Refresh scans anew on the device
 * thread. */
GPtrArray *tsr_engine_dup_devices (TsrEngine *self);
void       tsr_engine_refresh_devices (TsrEngine *self);
void tsr_engine_select_device (TsrEngine *self, const char *name); /* NULL: the default */
TsrDeviceState tsr_engine_get_device_state (TsrEngine *self);
guint          tsr_engine_get_n_underruns (TsrEngine *self);
/* A sentence about what is wrong with the device, or NULL. */
const char *tsr_engine_get_problem (TsrEngine *self);

/* For tests and measurements with the null backend: render n_frames of the callback now,
 * on this thread, into two planar buffers. From the first call on its clock stands. */
void tsr_engine_pull (TsrEngine *self, float *left, float *right, gsize n_frames);

G_END_DECLS

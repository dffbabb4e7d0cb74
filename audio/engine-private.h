/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the two halves of the engine share: engine.c talks to the process, engine-device.c
 * looks after the device. Thread: main.
 */
#pragma once

#include <stdatomic.h>

#include "audio/device-thread.h"
#include "audio/engine.h"
#include "audio/loudness.h"
#include "audio/playhead-clock.h"
#include "audio/process-setup.h"
#include "audio/read-ahead.h"

G_BEGIN_DECLS

/* What callbacks use. Left behind when a driver hangs. */
typedef struct {
  TsrProcess *process; /* owned */
  atomic_bool enabled;
  atomic_uint n_underruns;
} TsrStreamContext;

typedef enum {
  TSR_STREAM_CLOSED,
  TSR_STREAM_OPENING,
  TSR_STREAM_RUNNING,
  TSR_STREAM_CLOSING
} TsrStreamState;

struct _TsrEngine {
  GObject parent_instance;

  TsrBackend *(*make_backend) (gpointer data); /* NULL: no devices at all */
  gpointer make_data;

  TsrDeviceThread  *thread; /* NULL: none, or it hung and was left behind */
  TsrStreamContext *context;
  TsrNullClock     *clock; /* keeps time where there is no device */
  TsrStreamState    stream;
  gboolean          pulls; /* tsr_engine_pull drives the process */
  GQueue            unsent;
  guint             tick_id;

  GPtrArray     *devices;
  char          *device; /* wanted; NULL: the default */
  TsrDeviceState device_state;
  char          *problem;
  double         latency_s;

  gboolean         playing;
  double           volume_db;
  TsrMonitorChoice monitor;
  TsrMorphMix      mix;
  gboolean         has_mix;
  TsrLoop          loop;
  TsrProgram      *program;
  TsrReadAhead    *reader;
  const TsrVoice  *voice;        /* of the program, as last sent; compared, never read */
  TsrTouch        *touch;        /* NULL: none */
  gboolean         touch_waits;  /* it is not sent yet */
  guint            n_touches;    /* with the callback, or on their way */
  guint64          cover;        /* counts what is covered */
  double           read_ahead_s; /* where reading ahead last began */
  double           began_s;      /* where playing began, */
  gint64           began_us;     /* and when */
  TsrPlayheadClock playhead;
  TsrMomentary    *momentary;
  guint            finish_id;
  guint            n_told_underruns;
  gint64           silent_since_us;
  guint64          n_frames_seen;
  gint64           frames_seen_us;
};

/* engine.c */
void
tsr_engine_send (TsrEngine *self, TsrMessageType type, gconstpointer body, gsize n_body);
/* The process is new: all that was said to the old one is said again. */
void tsr_engine_say_all (TsrEngine *self, double position_s);
void tsr_engine_drop_unsent (TsrEngine *self);
void tsr_engine_ensure_tick (TsrEngine *self);

/* engine-touch.c: sends what waits, as soon as there is room; takes back what the
 * callback has done with; forgets what is with a process that is gone. */
void tsr_engine_send_touch (TsrEngine *self);
void tsr_engine_take_touch (TsrEngine *self, TsrTouchBanks *banks);
/* A voice that is to be freed has some of them. */
void tsr_engine_forget_touches (TsrEngine *self, const TsrVoice *voice);
void tsr_engine_resend_touch (TsrEngine *self);
void tsr_engine_end_touch (TsrEngine *self); /* the program's voice goes */

/* engine-device.c */
TsrStreamContext *tsr_stream_context_new (double rate_hz);
void              tsr_engine_device_start_thread (TsrEngine *self);
/* Brings the process to life: by the device, or by a clock where there is none. */
void tsr_engine_device_ensure_stream (TsrEngine *self);
/* Answers of the device thread, a driver that hangs, a device that was lost, silence. */
void     tsr_engine_device_tick (TsrEngine *self);
gboolean tsr_engine_device_is_quiet (TsrEngine *self); /* nothing left to look after */
void     tsr_engine_device_end (TsrEngine *self);

G_END_DECLS

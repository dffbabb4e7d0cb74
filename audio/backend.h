/* SPDX-License-Identifier: GPL-3.0-or-later
 * Interface to a system of output devices, implemented by PortAudio and by scripted ones
 * in tests. All functions are called by one device thread only, and any of them may hang:
 * nobody waits for it without a limit.
 */
#pragma once

#include "audio/engine.h"

G_BEGIN_DECLS

typedef struct TsrBackend TsrBackend;

/* Fills two planar buffers. Thread: audio. */
typedef void (*TsrBackendCallback) (void         *user,
                                    float *const *out,
                                    gsize         n_frames,
                                    gboolean      underflow);

struct TsrBackend {
  /* Looks for devices anew (no stream is open) and appends TsrDevice to the array. */
  void (*scan) (TsrBackend *self, GPtrArray *devices);
  /* Opens the device of that name (NULL: the default) for two channels. *rate_hz is what
   * is wanted, and on return what there is. *latency_s: from callback to loudspeaker.
   * FALSE with a sentence. */
  gboolean (*open) (TsrBackend        *self,
                    const char        *device,
                    TsrBackendCallback callback,
                    void              *user,
                    double            *rate_hz,
                    double            *latency_s,
                    GError           **error);
  gboolean (*start) (TsrBackend *self, GError **error);
  /* Stops at once; no callback runs afterwards. Nothing open: does nothing. */
  void (*close) (TsrBackend *self);
  void (*free) (TsrBackend *self);
};

/* NULL never; a system without devices has an empty list. */
TsrBackend *tsr_portaudio_backend_new (void);

/* Calls back at the pace of real time on a thread of its own. */
typedef struct TsrNullClock TsrNullClock;
TsrNullClock *
tsr_null_clock_new (double rate_hz, TsrBackendCallback callback, void *user);
/* Waits for the thread, 10 ms at most. NULL is allowed. */
void tsr_null_clock_free (TsrNullClock *self);

/* An engine over another system of devices; for tests. `make` is called again after a
 * backend was given up because it hung. */
TsrEngine *tsr_engine_new_with_backend (TsrBackend *(*make) (gpointer data),
                                        gpointer data);

G_END_DECLS

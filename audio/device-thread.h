/* SPDX-License-Identifier: GPL-3.0-or-later
 * The thread on which every call to a backend is made. The main thread asks and later
 * fetches the answer; it never waits for a driver. A thread that hangs is left behind and
 * cleans up by itself should it ever come back. Thread of these functions: main.
 */
#pragma once

#include "audio/backend.h"

G_BEGIN_DECLS

typedef struct TsrDeviceThread TsrDeviceThread;

typedef enum {
  TSR_DEVICE_SCAN,
  TSR_DEVICE_OPEN,
  TSR_DEVICE_START,
  TSR_DEVICE_CLOSE,
} TsrDeviceTask;

typedef struct {
  TsrDeviceTask task;
  GPtrArray    *devices;   /* of SCAN: TsrDevice, owned */
  double        rate_hz;   /* of OPEN */
  double        latency_s; /* of OPEN */
  char         *problem;   /* NULL: done; else a sentence, owned */
} TsrDeviceAnswer;

void tsr_device_answer_free (TsrDeviceAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsrDeviceAnswer, tsr_device_answer_free)

/* Takes the backend. */
TsrDeviceThread *tsr_device_thread_new (TsrBackend *backend);

/* `device` and rate are for OPEN, whose stream calls back as told. */
void tsr_device_thread_ask (TsrDeviceThread   *self,
                            TsrDeviceTask      task,
                            const char        *device,
                            double             rate_hz,
                            TsrBackendCallback callback,
                            void              *user);
/* The next answer, or NULL. (transfer full) */
TsrDeviceAnswer *tsr_device_thread_answer (TsrDeviceThread *self);
guint            tsr_device_thread_n_open_questions (TsrDeviceThread *self);
/* How long the present call to the backend has taken; 0 between calls. */
gint64 tsr_device_thread_busy_us (TsrDeviceThread *self);

/* Closes and ends the thread, waiting as long as told at most; what callbacks use is
 * freed as soon as none can run any more: now, or by the thread should it come back. */
void tsr_device_thread_end (TsrDeviceThread *self,
                            gint64           at_most_us,
                            gpointer         used,
                            GDestroyNotify   free_used);

G_END_DECLS

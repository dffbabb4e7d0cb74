/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is heard of a sound.
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum {
  TSR_MONITOR_ALL,
  TSR_MONITOR_ORIGINAL,
  TSR_MONITOR_PARTIALS,
  TSR_MONITOR_NOISE,
  TSR_MONITOR_TRANSIENTS,
  TSR_MONITOR_RESIDUAL,
  TSR_MONITOR_SELECTION,
  TSR_MONITOR_REST,
} TsrMonitor;

#define TSR_TYPE_MONITOR (tsr_monitor_get_type ())
GType tsr_monitor_get_type (void); /* nicks: "all", "original", "partials", ... */

G_END_DECLS

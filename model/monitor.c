/* SPDX-License-Identifier: GPL-3.0-or-later
 * The enumeration of monitors as a GType.
 */
#include "model/monitor.h"

GType
tsr_monitor_get_type (void)
{
  static gsize type = 0;

  if (g_once_init_enter (&type)) {
    static const GEnumValue values[] = {
        {TSR_MONITOR_ALL, "TSR_MONITOR_ALL", "all"},
        {TSR_MONITOR_ORIGINAL, "TSR_MONITOR_ORIGINAL", "original"},
        {TSR_MONITOR_PARTIALS, "TSR_MONITOR_PARTIALS", "partials"},
        {TSR_MONITOR_NOISE, "TSR_MONITOR_NOISE", "noise"},
        {TSR_MONITOR_TRANSIENTS, "TSR_MONITOR_TRANSIENTS", "transients"},
        {TSR_MONITOR_RESIDUAL, "TSR_MONITOR_RESIDUAL", "residual"},
        {TSR_MONITOR_SELECTION, "TSR_MONITOR_SELECTION", "selection"},
        {TSR_MONITOR_REST, "TSR_MONITOR_REST", "rest"},
        {0, NULL, NULL},
    };
    GType registered = g_enum_register_static ("TsrMonitor", values);
    g_once_init_leave (&type, registered);
  }
  return type;
}

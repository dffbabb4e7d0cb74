/* SPDX-License-Identifier: GPL-3.0-or-later
 * Signals as every class here declares them.
 */
#include "model/class-signal.h"

#include <stdarg.h>

guint
tsr_class_add_signal (gpointer klass, const char *name, guint n_params, ...)
{
  va_list types;

  va_start (types, n_params);
  guint id = g_signal_new_valist (name,
                                  G_TYPE_FROM_CLASS (klass),
                                  G_SIGNAL_RUN_LAST,
                                  NULL,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  n_params,
                                  types);
  va_end (types);
  return id;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Signals as every class here declares them.
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Adds a signal to the class `klass` (in its class_init): run last, no default handler,
 * nothing returned; n_params GTypes follow. Returns its id. */
guint tsr_class_add_signal (gpointer klass, const char *name, guint n_params, ...);

G_END_DECLS

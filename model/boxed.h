/* SPDX-License-Identifier: GPL-3.0-or-later
 * name##_get_type () of a value that is reference counted by name##_ref and name##_unref.
 * (GLib's own macro converts to a union, which -Wpedantic refuses.)
 */
#pragma once

#include <glib-object.h>

#define TSR_DEFINE_BOXED_TYPE(Name, name)                                                \
  GType name##_get_type (void)                                                           \
  {                                                                                      \
    static gsize type = 0;                                                               \
                                                                                         \
    if (g_once_init_enter (&type)) {                                                     \
      GType registered = g_boxed_type_register_static (g_intern_static_string (#Name),   \
                                                       (GBoxedCopyFunc)name##_ref,       \
                                                       (GBoxedFreeFunc)name##_unref);    \
      g_once_init_leave (&type, registered);                                             \
    }                                                                                    \
    return type;                                                                         \
  }

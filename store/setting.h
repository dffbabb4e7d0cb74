/* SPDX-License-Identifier: GPL-3.0-or-later
 * Settings of a project: key -> text. Thread: the writer's.
 */
#pragma once

#include "store/project-file.h"

G_BEGIN_DECLS

/* A value of NULL removes the key. */
gboolean tsr_setting_write (TsrProjectFile *file,
                            const char     *key,
                            const char     *value,
                            GError        **error);
/* *value becomes NULL when there is none, or its row is damaged. */
gboolean
tsr_setting_read (TsrProjectFile *file, const char *key, char **value, GError **error);

G_END_DECLS

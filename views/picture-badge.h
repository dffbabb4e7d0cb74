/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tells whether the picture behind the partials shows the edited sound or the recording,
 * and switches between them. Not seen while the sound was not edited.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_PICTURE_BADGE (tsr_picture_badge_get_type ())
G_DECLARE_FINAL_TYPE (TsrPictureBadge, tsr_picture_badge, TSR, PICTURE_BADGE, GtkWidget)

GtkWidget *tsr_picture_badge_new (TsrSession *session);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the parts of the application share.
 */
#pragma once

#include "app/gui/application.h"

G_BEGIN_DECLS

struct _TsrApplication {
  AdwApplication parent_instance;
  GSettings     *settings;
  gboolean       demo; /* --demo was given */
  TsrPartialSet *copied;
  GWeakRef       copied_project; /* where it is from */
  gint64         copied_sound_id, copied_step_id;
  char          *copied_query;
};

/* application-actions.c */
void tsr_application_add_actions (TsrApplication *self);

G_END_DECLS

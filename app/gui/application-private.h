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
};

/* application-actions.c */
void tsr_application_add_actions (TsrApplication *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * The interface of pages.
 */
#include "views/page.h"

enum { COMMANDS_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_INTERFACE (TsrPage, tsr_page, G_TYPE_OBJECT)

static void
tsr_page_default_init (TsrPageInterface *iface)
{
  signals[COMMANDS_CHANGED] = g_signal_new ("commands-changed",
                                            TSR_TYPE_PAGE,
                                            G_SIGNAL_RUN_LAST,
                                            0,
                                            NULL,
                                            NULL,
                                            NULL,
                                            G_TYPE_NONE,
                                            0);
}

const char *
tsr_page_get_id (TsrPage *self)
{
  return TSR_PAGE_GET_IFACE (self)->get_id (self);
}

GtkWidget *
tsr_page_get_center (TsrPage *self)
{
  return TSR_PAGE_GET_IFACE (self)->get_center (self);
}

GtkWidget *
tsr_page_get_inspector (TsrPage *self)
{
  return TSR_PAGE_GET_IFACE (self)->get_inspector (self);
}

GtkWidget *
tsr_page_get_focus (TsrPage *self)
{
  return TSR_PAGE_GET_IFACE (self)->get_focus (self);
}

gboolean
tsr_page_owns (TsrPage *self, const char *command, gboolean *can)
{
  return TSR_PAGE_GET_IFACE (self)->owns (self, command, can);
}

void
tsr_page_perform (TsrPage *self, const char *command)
{
  TSR_PAGE_GET_IFACE (self)->perform (self, command);
}

char *
tsr_page_dup_step_name (TsrPage *self, const char *command)
{
  return TSR_PAGE_GET_IFACE (self)->dup_step_name (self, command);
}

void
tsr_page_set_shown (TsrPage *self, gboolean is_shown)
{
  TSR_PAGE_GET_IFACE (self)->set_shown (self, is_shown);
}

void
tsr_page_commands_changed (TsrPage *self)
{
  g_signal_emit (self, signals[COMMANDS_CHANGED], 0);
}

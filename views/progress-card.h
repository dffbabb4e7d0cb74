/* SPDX-License-Identifier: GPL-3.0-or-later
 * A card over the canvas that says what long work is under way, how far it is, and lets
 * it be cancelled. Thread: main. Signal "cancel".
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TSR_TYPE_PROGRESS_CARD (tsr_progress_card_get_type ())
G_DECLARE_FINAL_TYPE (TsrProgressCard, tsr_progress_card, TSR, PROGRESS_CARD, GtkWidget)

GtkWidget *tsr_progress_card_new (void);
void       tsr_progress_card_show (TsrProgressCard *self, const char *text);
void tsr_progress_card_set_fraction (TsrProgressCard *self, double fraction); /* 0..1 */
void tsr_progress_card_hide (TsrProgressCard *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Over the canvas while two steps of the history are compared: which is heard, to be
 * switched; what tells them apart, in a sentence; and the legend of the picture. Not
 * seen else. Thread: main.
 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"

G_BEGIN_DECLS

#define TSR_TYPE_COMPARE_CARD (tsr_compare_card_get_type ())
G_DECLARE_FINAL_TYPE (TsrCompareCard, tsr_compare_card, TSR, COMPARE_CARD, GtkWidget)

GtkWidget *tsr_compare_card_new (TsrSession *session);

G_END_DECLS

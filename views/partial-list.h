/* SPDX-License-Identifier: GPL-3.0-or-later
 * The partials of a set as a GListModel of TsrPartialItem, made when they are asked for.
 * Thread: main.
 */
#pragma once

#include <gio/gio.h>

#include "model/dsp/partials/partial-set.h"

G_BEGIN_DECLS

#define TSR_TYPE_PARTIAL_ITEM (tsr_partial_item_get_type ())
G_DECLARE_FINAL_TYPE (TsrPartialItem, tsr_partial_item, TSR, PARTIAL_ITEM, GObject)

TsrPartial *tsr_partial_item_get_partial (TsrPartialItem *self); /* borrowed */

#define TSR_TYPE_PARTIAL_LIST (tsr_partial_list_get_type ())
G_DECLARE_FINAL_TYPE (TsrPartialList, tsr_partial_list, TSR, PARTIAL_LIST, GObject)

TsrPartialList *tsr_partial_list_new (void);
/* Takes a reference; NULL empties the list. */
void tsr_partial_list_set_set (TsrPartialList *self, TsrPartialSet *set);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * The page on which sounds are morphed: lanes in the middle, what is chosen in the
 * inspector, undo of its own. Thread: main.
 */
#pragma once

#include "views/morph/morph-panel.h"
#include "views/page.h"

G_BEGIN_DECLS

#define TSR_TYPE_MORPH_PAGE (tsr_morph_page_get_type ())
G_DECLARE_FINAL_TYPE (TsrMorphPage, tsr_morph_page, TSR, MORPH_PAGE, GObject)

TsrMorphPage  *tsr_morph_page_new (TsrMorphSession *morph, TsrSession *session);
TsrMorphLanes *tsr_morph_page_get_lanes (TsrMorphPage *self);
TsrMorphPanel *tsr_morph_page_get_panel (TsrMorphPage *self);

G_END_DECLS

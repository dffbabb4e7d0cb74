/* SPDX-License-Identifier: GPL-3.0-or-later
 * All verbs of tarsier-cli; each is defined in the file of its group.
 */
#pragma once

#include "app/cli/cli.h"

G_BEGIN_DECLS

/* verb-info.c */
extern const TsrVerb tsr_verb_info;
/* verb-analyze.c */
extern const TsrVerb tsr_verb_analyze;
/* verb-reanalyze.c */
extern const TsrVerb tsr_verb_reanalyze;
/* verb-list.c, verb-show.c */
extern const TsrVerb tsr_verb_list;
extern const TsrVerb tsr_verb_show;
/* verb-edit.c, verb-history.c */
extern const TsrVerb tsr_verb_edit;
extern const TsrVerb tsr_verb_undo;
extern const TsrVerb tsr_verb_redo;
extern const TsrVerb tsr_verb_go;
extern const TsrVerb tsr_verb_history;
extern const TsrVerb tsr_verb_diff;
/* verb-morph.c, verb-paste.c */
extern const TsrVerb tsr_verb_morph;
extern const TsrVerb tsr_verb_paste;
/* verb-sound.c, verb-marker.c */
extern const TsrVerb tsr_verb_sound;
extern const TsrVerb tsr_verb_marker;
/* verb-selection.c */
extern const TsrVerb tsr_verb_selection;
/* verb-project.c */
extern const TsrVerb tsr_verb_save_copy;
extern const TsrVerb tsr_verb_compact;
extern const TsrVerb tsr_verb_check;
/* verb-render.c */
extern const TsrVerb tsr_verb_render;
/* verb-play.c */
extern const TsrVerb tsr_verb_play;
extern const TsrVerb tsr_verb_devices;
/* verb-exchange.c */
extern const TsrVerb tsr_verb_export;
extern const TsrVerb tsr_verb_import;
/* verb-spectrogram.c, verb-points.c */
extern const TsrVerb tsr_verb_spectrogram;
extern const TsrVerb tsr_verb_points;
/* verb-bench.c */
extern const TsrVerb tsr_verb_bench;

G_END_DECLS

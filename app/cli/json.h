/* SPDX-License-Identifier: GPL-3.0-or-later
 * JSON out: members with their names in one call, numbers that round-trip, null for what
 * is not defined.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

void
tsr_json_text (JsonBuilder *json, const char *name, const char *text); /* NULL: null */
void tsr_json_whole (JsonBuilder *json, const char *name, gint64 number);
void tsr_json_number (JsonBuilder *json, const char *name, double number);
void tsr_json_truth (JsonBuilder *json, const char *name, gboolean truth);
void tsr_json_begin_array (JsonBuilder *json, const char *name);
void tsr_json_empty_array (JsonBuilder *json, const char *name);

/* Prints the finished object and a line end; takes the builder. */
void tsr_json_print (JsonBuilder *json);
/* The same as text; takes the builder. (transfer full) */
char *tsr_json_to_text (JsonBuilder *json);

G_END_DECLS

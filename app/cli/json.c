/* SPDX-License-Identifier: GPL-3.0-or-later
 * JSON out, by json-glib.
 */
#include "app/cli/json.h"

#include <math.h>
#include <stdio.h>

void
tsr_json_text (JsonBuilder *json, const char *name, const char *text)
{
  json_builder_set_member_name (json, name);
  if (text == NULL) {
    json_builder_add_null_value (json);
    return;
  }
  /* File names may be any bytes; JSON is UTF-8. */
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  json_builder_add_string_value (json, valid);
}

void
tsr_json_whole (JsonBuilder *json, const char *name, gint64 number)
{
  json_builder_set_member_name (json, name);
  json_builder_add_int_value (json, number);
}

void
tsr_json_number (JsonBuilder *json, const char *name, double number)
{
  json_builder_set_member_name (json, name);
  if (isfinite (number))
    json_builder_add_double_value (json, number);
  else
    json_builder_add_null_value (json);
}

void
tsr_json_truth (JsonBuilder *json, const char *name, gboolean truth)
{
  json_builder_set_member_name (json, name);
  json_builder_add_boolean_value (json, truth);
}

void
tsr_json_begin_array (JsonBuilder *json, const char *name)
{
  json_builder_set_member_name (json, name);
  json_builder_begin_array (json);
}

void
tsr_json_empty_array (JsonBuilder *json, const char *name)
{
  tsr_json_begin_array (json, name);
  json_builder_end_array (json);
}

char *
tsr_json_to_text (JsonBuilder *json)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  JsonNode *root = json_builder_get_root (json);

  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  char *text = json_generator_to_data (generator, NULL);
  json_node_unref (root);
  g_object_unref (json);
  return text;
}

void
tsr_json_print (JsonBuilder *json)
{
  g_autofree char *text = tsr_json_to_text (json);

  puts (text);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Gains of layers, and their text.
 */
#include "model/layers.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

static const char *const names[TSR_N_LAYERS] = {"partials", "noise", "transients"};

double
tsr_layer_mix_gain (const TsrLayerMix *mix, TsrLayer layer)
{
  const TsrLayerSetting *setting = &mix->layers[layer];
  gboolean               any_solo = FALSE;

  for (int i = 0; i < TSR_N_LAYERS; i++)
    any_solo = any_solo || mix->layers[i].solo;
  if (setting->mute || (any_solo && !setting->solo))
    return 0;
  return pow (10,
              CLAMP (setting->level_db, TSR_LAYER_LOWEST_DB, TSR_LAYER_HIGHEST_DB) / 20);
}

gboolean
tsr_layer_mix_is_unity (const TsrLayerMix *mix)
{
  for (int i = 0; i < TSR_N_LAYERS; i++)
    if (tsr_layer_mix_gain (mix, (TsrLayer)i) != 1)
      return FALSE;
  return TRUE;
}

static gboolean
parse_level (const char *text, TsrLayerSetting *setting)
{
  char  *end;
  double level_db;

  if (g_ascii_strcasecmp (text, "off") == 0) {
    setting->mute = TRUE;
    return TRUE;
  }
  level_db = g_ascii_strtod (text, &end);
  if (end == text || !isfinite (level_db) ||
      (*end != '\0' && g_ascii_strcasecmp (end, "dB") != 0) ||
      level_db < TSR_LAYER_LOWEST_DB || level_db > TSR_LAYER_HIGHEST_DB)
    return FALSE;
  setting->level_db = level_db;
  return TRUE;
}

static gboolean
parse_layer (const char *text, TsrLayerMix *mix)
{
  const char *equals = strchr (text, '=');

  for (int i = 0; equals != NULL && i < TSR_N_LAYERS; i++)
    if (strlen (names[i]) == (gsize)(equals - text) &&
        strncmp (text, names[i], (gsize)(equals - text)) == 0)
      return parse_level (equals + 1, &mix->layers[i]);
  return FALSE;
}

gboolean
tsr_layer_mix_parse (const char *text, TsrLayerMix *mix, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);

  for (char **part = parts; *part != NULL; part++)
    if (!parse_layer (g_strstrip (*part), mix)) {
      g_set_error (error,
                   G_IO_ERROR,
                   G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("“%s” is no layer; write partials, noise or transients with a "
                      "level from -60 to 24 dB or off, such as noise=-6dB"),
                   *part);
      return FALSE;
    }
  return TRUE;
}

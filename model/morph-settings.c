/* SPDX-License-Identifier: GPL-3.0-or-later
 * What was chosen about a morph: copies, comparison, and the command that tells it.
 */
#include "model/morph-settings.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "model/dsp-types.h"

/* ---- copies ---- */

void
tsr_morph_settings_clear (TsrMorphSettings *settings)
{
  for (guint k = 0; k < TSR_MORPH_MOST; k++)
    g_clear_object (&settings->sounds[k]);
  for (guint p = 0; p < TSR_MORPH_N_PARAMETERS; p++)
    tsr_morph_amount_clear (&settings->amounts[p]);
  g_clear_pointer (&settings->anchors, g_array_unref);
  g_clear_pointer (&settings->links, g_array_unref);
  g_free (settings->name);
  *settings = (TsrMorphSettings){0};
}

void
tsr_morph_settings_copy (TsrMorphSettings *settings, const TsrMorphSettings *from)
{
  *settings = *from;
  for (guint k = 0; k < from->n; k++)
    g_object_ref (from->sounds[k]);
  for (guint p = 0; p < TSR_MORPH_N_PARAMETERS; p++)
    tsr_morph_amount_copy (&settings->amounts[p], &from->amounts[p]);
  if (from->anchors != NULL)
    settings->anchors = g_array_copy (from->anchors);
  if (from->links != NULL)
    settings->links = g_array_copy (from->links);
  settings->name = g_strdup (from->name);
}

static gboolean
amounts_equal (const TsrMorphAmount *a, const TsrMorphAmount *b)
{
  if (a->n != b->n)
    return FALSE;
  for (guint k = 0; k < a->n; k++)
    if (!tsr_curve_equal (a->curves[k], b->curves[k]))
      return FALSE;
  return TRUE;
}

static gboolean
arrays_equal (const GArray *a, const GArray *b, gsize size)
{
  if (a == NULL || b == NULL)
    return a == b;
  return a->len == b->len &&
         (a->len == 0 || memcmp (a->data, b->data, a->len * size) == 0);
}

gboolean
tsr_morph_settings_equal (const TsrMorphSettings *a, const TsrMorphSettings *b)
{
  gboolean same = a->n == b->n && a->pairing == b->pairing &&
                  a->is_linear == b->is_linear && a->fades == b->fades &&
                  g_strcmp0 (a->name, b->name) == 0 &&
                  arrays_equal (a->anchors, b->anchors, sizeof (TsrMorphAnchor)) &&
                  arrays_equal (a->links, b->links, sizeof (TsrMorphLink));

  for (guint k = 0; same && k < a->n; k++)
    same = a->sounds[k] == b->sounds[k];
  for (guint p = 0; same && p < TSR_MORPH_N_PARAMETERS; p++)
    same = amounts_equal (&a->amounts[p], &b->amounts[p]);
  return same;
}

gboolean
tsr_morph_settings_has_own (const TsrMorphSettings *settings, TsrMorphParameter parameter)
{
  return settings->amounts[parameter].n > 0;
}

const TsrMorphAmount *
tsr_morph_settings_amount (const TsrMorphSettings *settings, TsrMorphParameter parameter)
{
  return tsr_morph_settings_has_own (settings, parameter)
             ? &settings->amounts[parameter]
             : &settings->amounts[TSR_MORPH_ALL];
}

/* ---- as a command ---- */

static const char *const options[TSR_MORPH_N_PARAMETERS] = {
    "--amount", "--frequency", "--amplitude", "--noise"};
static const char *const pairing_words[] = {"auto", "labels", "spectrum", NULL};

static void
append_amounts (GString *command, const TsrMorphSettings *settings)
{
  const TsrMorphAmount *all = &settings->amounts[TSR_MORPH_ALL];

  for (guint p = 0; p < TSR_MORPH_N_PARAMETERS; p++) {
    const TsrMorphAmount *own = &settings->amounts[p];
    if (own->n == 0 || (p != TSR_MORPH_ALL && amounts_equal (own, all)))
      continue;
    g_autofree char *text = tsr_morph_amount_to_text (own);
    g_string_append_printf (command, " %s %s", options[p], text);
  }
}

char *
tsr_morph_settings_to_command (const TsrMorphSettings *settings,
                               const GArray           *anchors,
                               TsrMorphPairing         pairing,
                               const char             *name)
{
  GString         *command = g_string_new ("morph");
  g_autofree char *as = g_shell_quote (name);

  if (anchors == NULL)
    anchors = settings->anchors;
  if (pairing == TSR_MORPH_PAIR_AUTO)
    pairing = settings->pairing;
  for (guint k = 0; k < settings->n; k++) {
    g_autofree char *word = g_shell_quote (tsr_sound_get_name (settings->sounds[k]));
    g_string_append_printf (command, " %s", word);
  }
  append_amounts (command, settings);
  if (anchors != NULL) {
    g_autofree char *text = tsr_morph_anchors_to_text (anchors, settings->n);
    g_string_append_printf (command, " --anchors %s", text);
  }
  if (settings->links != NULL && settings->links->len > 0) {
    g_autofree char *text = tsr_morph_links_to_text (settings->links, settings->n);
    g_string_append_printf (command, " --pairs %s", text);
  }
  if (pairing != TSR_MORPH_PAIR_AUTO)
    g_string_append_printf (command, " --pairing %s", pairing_words[pairing]);
  g_string_append_printf (command,
                          "%s%s --as %s",
                          settings->is_linear ? " --scale linear" : "",
                          settings->fades ? " --unmatched fade" : "",
                          as);
  return g_string_free (command, FALSE);
}

/* ---- read again ---- */

static gboolean
fail (GError **error, const char *what)
{
  g_set_error (error, TSR_MORPH_ERROR, 0, _ ("%s does not belong to a morph"), what);
  return FALSE;
}

static gboolean
read_amount (TsrMorphSettings *settings, guint p, const char *text, GError **error)
{
  tsr_morph_amount_clear (&settings->amounts[p]);
  return tsr_morph_amount_parse (&settings->amounts[p], settings->n, text, error);
}

static gboolean
read_option (TsrMorphSettings *settings,
             const char       *option,
             const char       *value,
             GError          **error)
{
  for (guint p = 0; p < TSR_MORPH_N_PARAMETERS; p++)
    if (g_str_equal (option, options[p]))
      return read_amount (settings, p, value, error);
  if (g_str_equal (option, "--anchors")) {
    g_clear_pointer (&settings->anchors, g_array_unref);
    settings->anchors = tsr_morph_anchors_parse (value, settings->n, error);
    return settings->anchors != NULL;
  }
  if (g_str_equal (option, "--pairs")) {
    g_clear_pointer (&settings->links, g_array_unref);
    settings->links = tsr_morph_links_parse (value, settings->n, error);
    return settings->links != NULL;
  }
  if (g_str_equal (option, "--as")) {
    g_free (settings->name);
    settings->name = g_strdup (value);
    return TRUE;
  }
  for (guint i = 0; g_str_equal (option, "--pairing") && pairing_words[i] != NULL; i++)
    if (g_str_equal (value, pairing_words[i])) {
      settings->pairing = (TsrMorphPairing)i;
      return TRUE;
    }
  if (g_str_equal (option, "--scale"))
    settings->is_linear = g_str_equal (value, "linear");
  else if (g_str_equal (option, "--unmatched"))
    settings->fades = g_str_equal (value, "fade");
  else
    return fail (error, option);
  return TRUE;
}

static gboolean
read_sounds (TsrMorphSettings *settings,
             TsrProject       *project,
             char            **words,
             GError          **error)
{
  for (guint i = 1; words[i] != NULL && !g_str_has_prefix (words[i], "--"); i++) {
    if (settings->n == TSR_MORPH_MOST)
      return fail (error, words[i]);
    TsrSound *sound = tsr_project_find_sound (project, words[i], error);
    if (sound == NULL)
      return FALSE;
    settings->sounds[settings->n++] = g_object_ref (sound);
  }
  return settings->n >= 2 || fail (error, words[0]);
}

static gboolean
read_all (TsrMorphSettings *settings, TsrProject *project, char **words, GError **error)
{
  if (!g_str_equal (words[0], "morph"))
    return fail (error, words[0]);
  if (!read_sounds (settings, project, words, error))
    return FALSE;
  for (guint i = settings->n + 1; words[i] != NULL; i += 2)
    if (words[i + 1] == NULL)
      return fail (error, words[i]);
    else if (!read_option (settings, words[i], words[i + 1], error))
      return FALSE;
  return settings->amounts[TSR_MORPH_ALL].n > 0 || fail (error, words[0]);
}

gboolean
tsr_morph_settings_from_command (TsrMorphSettings *settings,
                                 TsrProject       *project,
                                 const char       *command,
                                 GError          **error)
{
  g_auto (GStrv) words = NULL;

  *settings = (TsrMorphSettings){0};
  if (!g_shell_parse_argv (command, NULL, &words, error))
    return FALSE;
  if (read_all (settings, project, words, error))
    return TRUE;
  tsr_morph_settings_clear (settings);
  return FALSE;
}

char *
tsr_morph_settings_dup_label (const TsrMorphSettings *settings)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint k = 0; k < settings->n; k++)
    g_string_append_printf (
        names, "%s“%s”", k > 0 ? ", " : "", tsr_sound_get_name (settings->sounds[k]));
  return g_strdup_printf (_ ("Morph of %s"), names->str);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * The plan of a morph that is being made, and what it says: links, voices, anchors.
 */
#include <glib/gi18n-lib.h>

#include "model/dsp-types.h"
#include "model/morph-session-private.h"

/* ---- links by hand ---- */

/* Index of the link that has the partial; -1: none. */
static gssize
link_with (const GArray *links, guint sound, gint64 id)
{
  for (guint i = 0; i < links->len; i++)
    if (g_array_index (links, TsrMorphLink, i).ids[sound] == id)
      return (gssize)i;
  return -1;
}

static GArray *
dup_links (TsrMorphSession *self)
{
  return self->settings.links != NULL ? g_array_copy (self->settings.links)
                                      : g_array_new (FALSE, TRUE, sizeof (TsrMorphLink));
}

/* Takes the link of a partial out of the list; all 0 where there is none. */
static TsrMorphLink
take_link (GArray *links, guint sound, gint64 id)
{
  gssize       at = link_with (links, sound, id);
  TsrMorphLink link = {{0}};

  if (at >= 0) {
    link = g_array_index (links, TsrMorphLink, at);
    g_array_remove_index (links, (guint)at);
  }
  return link;
}

gboolean
tsr_morph_session_link (TsrMorphSession *self, guint a, gint64 id_a, guint b, gint64 id_b)
{
  g_return_val_if_fail (TSR_IS_MORPH_SESSION (self), FALSE);
  if (a == b || MAX (a, b) >= self->settings.n || id_a <= 0 || id_b <= 0)
    return FALSE;
  g_autoptr (GArray) links = dup_links (self);
  TsrMorphLink link = take_link (links, a, id_a);
  TsrMorphLink other = take_link (links, b, id_b);
  link.ids[a] = id_a;
  link.ids[b] = id_b;
  for (guint k = 0; k < self->settings.n; k++)
    if (link.ids[k] == 0)
      link.ids[k] = other.ids[k];
  g_array_append_val (links, link);
  return tsr_morph_session_set_links (self, links);
}

gboolean
tsr_morph_session_unlink (TsrMorphSession *self, guint sound, gint64 id)
{
  g_return_val_if_fail (TSR_IS_MORPH_SESSION (self), FALSE);
  if (sound >= self->settings.n || id <= 0)
    return FALSE;
  g_autoptr (GArray) links = dup_links (self);
  TsrMorphLink rest = take_link (links, sound, id);
  TsrMorphLink alone = {{0}};
  guint        n_left = 0;
  rest.ids[sound] = 0;
  for (guint k = 0; k < self->settings.n; k++)
    n_left += rest.ids[k] > 0;
  if (n_left > 1)
    g_array_append_val (links, rest);
  alone.ids[sound] = id;
  g_array_append_val (links, alone);
  return tsr_morph_session_set_links (self, links);
}

/* ---- onsets and recipes ---- */

void
tsr_morph_session_set_onsets (TsrMorphSession *self,
                              TsrSound        *sound,
                              const double    *onsets_s,
                              gsize            n)
{
  g_return_if_fail (TSR_IS_MORPH_SESSION (self));
  GArray *copy = g_array_new (FALSE, FALSE, sizeof (double));

  if (n > 0)
    g_array_append_vals (copy, onsets_s, (guint)n);
  g_hash_table_replace (self->onsets_s, g_object_ref (sound), copy);
}

gboolean
tsr_morph_session_has_onsets (TsrMorphSession *self, TsrSound *sound)
{
  return g_hash_table_contains (self->onsets_s, sound);
}

TsrMorphRecipe *
tsr_morph_session_dup_recipe (TsrMorphSession *self)
{
  GArray *onsets_s[TSR_MORPH_MOST] = {NULL};

  g_return_val_if_fail (TSR_IS_MORPH_SESSION (self), NULL);
  if (self->settings.n < 2)
    return NULL;
  for (guint k = 0; k < self->settings.n; k++)
    onsets_s[k] = g_hash_table_lookup (self->onsets_s, self->settings.sounds[k]);
  return tsr_morph_recipe_new (&self->settings, onsets_s);
}

/* ---- the plan ---- */

TsrMorphPlan *
tsr_morph_session_get_plan (TsrMorphSession *self)
{
  return self->plan;
}

const char *
tsr_morph_session_get_why_none (TsrMorphSession *self)
{
  return self->why_none;
}

/* Of each sound the voice of each partial, the first one where there are several. */
static void
index_voices (TsrMorphSession *self)
{
  const TsrMorphVoices *voices = tsr_morph_plan_voices (self->plan);

  for (guint k = 0; k < self->settings.n; k++) {
    TsrSoundState       *state = tsr_sound_get_state (self->settings.sounds[k]);
    const TsrPartialSet *set = tsr_sound_state_fields (state)->partials;
    self->voices[k] = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    for (gsize v = voices->n; v-- > 0;)
      for (gsize i = 0; i < voices->items[v].n_members[k]; i++) {
        gsize at = voices->items[v].members[k][i];
        if (at >= tsr_partial_set_size (set))
          continue;
        gint64 id = tsr_partial_id (tsr_partial_set_at (set, at));
        g_hash_table_replace (
            self->voices[k], g_memdup2 (&id, sizeof id), GSIZE_TO_POINTER (v + 1));
      }
  }
}

void
tsr_morph_session_set_plan (TsrMorphSession *self,
                            TsrMorphPlan    *plan,
                            const char      *why_none)
{
  g_return_if_fail (TSR_IS_MORPH_SESSION (self));

  g_clear_pointer (&self->plan, tsr_morph_plan_free);
  for (guint k = 0; k < TSR_MORPH_MOST; k++)
    g_clear_pointer (&self->voices[k], g_hash_table_unref);
  g_free (self->why_none);
  self->why_none = g_strdup (why_none);
  self->plan = plan;
  if (plan != NULL) {
    index_voices (self);
    tsr_morph_session_update_plan (self);
  }
  tsr_morph_session_tell (self, TSR_MORPH_CHANGED_PLAN);
}

void
tsr_morph_session_count (TsrMorphSession *self, gsize *n_matched, gsize *n_voices)
{
  *n_matched = *n_voices = 0;
  if (self->plan == NULL)
    return;
  const TsrMorphVoices *voices = tsr_morph_plan_voices (self->plan);
  *n_voices = voices->n;
  for (gsize i = 0; i < voices->n; i++) {
    guint n_sounds = 0;
    for (guint k = 0; k < self->settings.n; k++)
      n_sounds += voices->items[i].n_members[k] > 0;
    *n_matched += n_sounds > 1;
  }
}

gssize
tsr_morph_session_voice_of (TsrMorphSession *self, guint k, gint64 id)
{
  if (k >= TSR_MORPH_MOST || self->voices[k] == NULL)
    return -1;
  return (gssize)GPOINTER_TO_SIZE (g_hash_table_lookup (self->voices[k], &id)) - 1;
}

const GArray *
tsr_morph_session_get_anchors (TsrMorphSession *self)
{
  if (self->settings.anchors != NULL)
    return self->settings.anchors;
  return self->plan != NULL ? tsr_morph_plan_anchors (self->plan) : self->no_anchors;
}

/* ---- focus and name ---- */

void
tsr_morph_session_set_focus (TsrMorphSession *self, guint sound, gint64 id)
{
  g_return_if_fail (TSR_IS_MORPH_SESSION (self));
  if (self->focus_id == id && (id == 0 || self->focus_sound == sound))
    return;
  self->focus_sound = sound;
  self->focus_id = id;
  tsr_morph_session_tell (self, TSR_MORPH_CHANGED_FOCUS);
}

gint64
tsr_morph_session_get_focus (TsrMorphSession *self, guint *sound)
{
  *sound = self->focus_sound;
  return self->focus_id;
}

char *
tsr_morph_session_dup_name (TsrMorphSession *self)
{
  g_autoptr (GString) name = g_string_new (NULL);

  if (self->settings.name != NULL)
    g_string_append (name, self->settings.name);
  for (guint k = 0; k < self->settings.n && self->settings.name == NULL; k++)
    g_string_append_printf (
        name, "%s%s", k > 0 ? "–" : "", tsr_sound_get_name (self->settings.sounds[k]));
  return self->project != NULL ? tsr_project_free_name (self->project, name->str)
                               : g_strdup (name->str);
}

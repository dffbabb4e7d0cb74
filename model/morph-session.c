/* SPDX-License-Identifier: GPL-3.0-or-later
 * The morph that is being made.
 */
#include "model/morph-session.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "model/class-signal.h"
#include "model/dsp-types.h"
#include "model/morph-session-private.h"

#define LEAST_GAP_S 1e-3 /* between anchors */

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsrMorphSession, tsr_morph_session, G_TYPE_OBJECT)

static void
forget_plan (TsrMorphSession *self)
{
  g_clear_pointer (&self->plan, tsr_morph_plan_free);
  g_clear_pointer (&self->why_none, g_free);
  for (guint k = 0; k < TSR_MORPH_MOST; k++)
    g_clear_pointer (&self->voices[k], g_hash_table_unref);
}

static void
unfollow (TsrMorphSession *self)
{
  for (guint k = 0; k < TSR_MORPH_MOST; k++) {
    if (self->followed[k] != NULL) {
      g_clear_signal_handler (&self->state_handlers[k], self->followed[k]);
      g_clear_signal_handler (&self->name_handlers[k], self->followed[k]);
    }
    g_clear_object (&self->followed[k]);
  }
}

static void
tsr_morph_session_dispose (GObject *object)
{
  TsrMorphSession *self = TSR_MORPH_SESSION (object);

  unfollow (self);
  if (self->project != NULL)
    g_clear_signal_handler (&self->items_handler, self->project);
  g_clear_object (&self->project);
  g_ptr_array_set_size (self->undo, 0);
  g_ptr_array_set_size (self->redo, 0);
  tsr_morph_settings_clear (&self->settings);
  tsr_morph_settings_clear (&self->before);
  g_hash_table_remove_all (self->onsets_s);
  forget_plan (self);
  G_OBJECT_CLASS (tsr_morph_session_parent_class)->dispose (object);
}

static void
tsr_morph_session_finalize (GObject *object)
{
  TsrMorphSession *self = TSR_MORPH_SESSION (object);

  g_ptr_array_unref (self->undo);
  g_ptr_array_unref (self->redo);
  g_hash_table_unref (self->onsets_s);
  g_array_unref (self->no_anchors);
  G_OBJECT_CLASS (tsr_morph_session_parent_class)->finalize (object);
}

static void
tsr_morph_session_class_init (TsrMorphSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tsr_morph_session_dispose;
  object_class->finalize = tsr_morph_session_finalize;
  signals[CHANGED] = tsr_class_add_signal (klass, "changed", 1, G_TYPE_UINT);
}

static void
tsr_morph_session_init (TsrMorphSession *self)
{
  self->undo = tsr_morph_steps_new ();
  self->redo = tsr_morph_steps_new ();
  self->onsets_s =
      g_hash_table_new_full (NULL, NULL, g_object_unref, (GDestroyNotify)g_array_unref);
  self->no_anchors = g_array_new (FALSE, FALSE, sizeof (TsrMorphAnchor));
}

TsrMorphSession *
tsr_morph_session_new (void)
{
  return g_object_new (TSR_TYPE_MORPH_SESSION, NULL);
}

void
tsr_morph_session_tell (TsrMorphSession *self, guint what)
{
  if (what != 0)
    g_signal_emit (self, signals[CHANGED], 0, what);
}

/* ---- its sounds ---- */

static void
state_cb (TsrSound *sound, GParamSpec *pspec, TsrMorphSession *self)
{
  g_hash_table_remove (self->onsets_s, sound);
  forget_plan (self);
  tsr_morph_session_tell (self, TSR_MORPH_CHANGED_SOUNDS | TSR_MORPH_CHANGED_PLAN);
}

static void
name_cb (TsrSound *sound, GParamSpec *pspec, TsrMorphSession *self)
{
  tsr_morph_session_tell (self, TSR_MORPH_CHANGED_NAME);
}

static void
follow (TsrMorphSession *self)
{
  unfollow (self);
  for (guint k = 0; k < self->settings.n; k++) {
    TsrSound *sound = self->settings.sounds[k];
    gboolean  is_first = TRUE;
    for (guint i = 0; i < k; i++)
      is_first = is_first && self->settings.sounds[i] != sound;
    if (!is_first)
      continue;
    self->followed[k] = g_object_ref (sound);
    self->state_handlers[k] =
        g_signal_connect (sound, "notify::state", G_CALLBACK (state_cb), self);
    self->name_handlers[k] =
        g_signal_connect (sound, "notify::name", G_CALLBACK (name_cb), self);
  }
}

/* The settings without sounds that were removed; fewer than two: nothing to morph. */
static void
drop_removed (TsrMorphSession *self, TsrMorphSettings *settings)
{
  TsrSound        *left[TSR_MORPH_MOST];
  TsrMorphSettings next = {0};
  guint            n = 0;

  for (guint k = 0; k < settings->n; k++)
    if (!tsr_project_is_removed (self->project, tsr_sound_get_id (settings->sounds[k])))
      left[n++] = settings->sounds[k];
  if (n == settings->n)
    return;
  if (n >= 2)
    tsr_morph_settings_carry (&next, settings, left, n);
  tsr_morph_settings_clear (settings);
  *settings = next;
}

static void
items_cb (TsrMorphSession *self)
{
  TsrMorphSettings next;

  tsr_morph_settings_copy (&next, &self->settings);
  drop_removed (self, &next);
  tsr_morph_session_replace (self, &next);
}

void
tsr_morph_session_set_project (TsrMorphSession *self, TsrProject *project)
{
  TsrMorphSettings none = {0};

  g_return_if_fail (TSR_IS_MORPH_SESSION (self));
  if (self->project == project)
    return;
  if (self->project != NULL)
    g_clear_signal_handler (&self->items_handler, self->project);
  tsr_morph_session_cancel (self);
  g_ptr_array_set_size (self->undo, 0);
  g_ptr_array_set_size (self->redo, 0);
  g_hash_table_remove_all (self->onsets_s);
  tsr_morph_session_replace (self, &none);
  g_set_object (&self->project, project);
  if (project != NULL)
    self->items_handler =
        g_signal_connect_swapped (project, "items-changed", G_CALLBACK (items_cb), self);
  tsr_morph_session_tell (self, TSR_MORPH_CHANGED_SOUNDS | TSR_MORPH_CHANGED_UNDO);
}

/* ---- the settings ---- */

const TsrMorphSettings *
tsr_morph_session_get_settings (TsrMorphSession *self)
{
  return &self->settings;
}

guint
tsr_morph_session_get_n (TsrMorphSession *self)
{
  return self->settings.n;
}

TsrSound *
tsr_morph_session_get_sound (TsrMorphSession *self, guint k)
{
  return k < self->settings.n ? self->settings.sounds[k] : NULL;
}

static guint
difference (const TsrMorphSettings *a, const TsrMorphSettings *b)
{
  TsrMorphSettings x = *a, y = *b;
  guint            what = 0;

  if (x.n != y.n)
    return TSR_MORPH_CHANGED_MATTER | TSR_MORPH_CHANGED_NAME;
  for (guint k = 0; k < x.n; k++)
    if (x.sounds[k] != y.sounds[k])
      what |= TSR_MORPH_CHANGED_SOUNDS;
  if (g_strcmp0 (x.name, y.name) != 0)
    what |= TSR_MORPH_CHANGED_NAME;
  if (x.pairing != y.pairing || x.is_linear != y.is_linear || x.fades != y.fades)
    what |= TSR_MORPH_CHANGED_RULES;
  x = y; /* and then only one thing of a at a time */
  x.anchors = a->anchors;
  if (!tsr_morph_settings_equal (&x, &y))
    what |= TSR_MORPH_CHANGED_ANCHORS;
  x.anchors = y.anchors;
  x.links = a->links;
  if (!tsr_morph_settings_equal (&x, &y))
    what |= TSR_MORPH_CHANGED_LINKS;
  x.links = y.links;
  for (guint p = 0; p < TSR_MORPH_N_PARAMETERS; p++)
    x.amounts[p] = a->amounts[p];
  if (!tsr_morph_settings_equal (&x, &y))
    what |= TSR_MORPH_CHANGED_WEIGHTS;
  return what;
}

void
tsr_morph_session_update_plan (TsrMorphSession *self)
{
  const TsrMorphSettings *s = &self->settings;

  if (self->plan != NULL &&
      !tsr_morph_plan_set_amounts (self->plan,
                                   tsr_morph_settings_amount (s, TSR_MORPH_ALL),
                                   tsr_morph_settings_amount (s, TSR_MORPH_FREQUENCY),
                                   tsr_morph_settings_amount (s, TSR_MORPH_AMPLITUDE),
                                   tsr_morph_settings_amount (s, TSR_MORPH_NOISE),
                                   NULL))
    forget_plan (self);
}

void
tsr_morph_session_replace (TsrMorphSession *self, TsrMorphSettings *next)
{
  guint what = difference (&self->settings, next);

  tsr_morph_settings_clear (&self->settings);
  self->settings = *next;
  *next = (TsrMorphSettings){0};
  if ((what & TSR_MORPH_CHANGED_SOUNDS) != 0) {
    forget_plan (self);
    follow (self);
    self->focus_id = 0;
    what |= TSR_MORPH_CHANGED_PLAN | TSR_MORPH_CHANGED_FOCUS | TSR_MORPH_CHANGED_NAME;
  } else if ((what & TSR_MORPH_CHANGED_WEIGHTS) != 0)
    tsr_morph_session_update_plan (self);
  tsr_morph_session_tell (self, what);
}

void
tsr_morph_session_commit (TsrMorphSession  *self,
                          TsrMorphSettings *next,
                          const char       *label)
{
  if (tsr_morph_settings_equal (&self->settings, next)) {
    tsr_morph_settings_clear (next);
    return;
  }
  if (self->dragging) {
    self->drag_label = label;
    tsr_morph_session_replace (self, next);
    return;
  }
  tsr_morph_session_push (self->undo, &self->settings, label, 0);
  g_ptr_array_set_size (self->redo, 0);
  tsr_morph_session_replace (self, next);
  tsr_morph_session_tell (self, TSR_MORPH_CHANGED_UNDO);
}

gboolean
tsr_morph_session_set_sounds (TsrMorphSession *self, TsrSound *const *sounds, guint n)
{
  TsrMorphSettings next = {0};

  g_return_val_if_fail (TSR_IS_MORPH_SESSION (self), FALSE);
  if (n < 2 || n > TSR_MORPH_MOST)
    return FALSE;
  tsr_morph_settings_carry (&next, &self->settings, sounds, n);
  if (self->settings.n == 0)
    tsr_morph_session_replace (self, &next); /* nothing to go back to */
  else
    tsr_morph_session_commit (self, &next, _ ("Choose Sounds"));
  return TRUE;
}

/* Thousandths, which read well; the largest takes the rest. */
static gboolean
tidy_weights (const double *weights, guint n, double *tidy)
{
  double sum = 0, rest = 1;
  guint  largest = 0;

  for (guint k = 0; k < n; k++) {
    if (!(weights[k] >= 0 && isfinite (weights[k])))
      return FALSE;
    sum += weights[k];
    largest = weights[k] > weights[largest] ? k : largest;
  }
  if (!(sum > 0))
    return FALSE;
  for (guint k = 0; k < n; k++) {
    tidy[k] = round (1000 * weights[k] / sum) / 1000;
    rest -= k == largest ? 0 : tidy[k];
  }
  tidy[largest] = round (1000 * rest) / 1000;
  return TRUE;
}

static const char *
label_of_weights (TsrMorphParameter parameter)
{
  switch (parameter) {
  case TSR_MORPH_FREQUENCY:
    return _ ("Amount of Frequency");
  case TSR_MORPH_AMPLITUDE:
    return _ ("Amount of Amplitude");
  case TSR_MORPH_NOISE:
    return _ ("Amount of Noise");
  case TSR_MORPH_ALL:
  case TSR_MORPH_N_PARAMETERS:
    break;
  }
  return _ ("Amount");
}

gboolean
tsr_morph_session_set_weights (TsrMorphSession  *self,
                               TsrMorphParameter parameter,
                               const double     *weights)
{
  g_auto (TsrMorphAmount) amount = {0};
  double tidy[TSR_MORPH_MOST];

  g_return_val_if_fail (TSR_IS_MORPH_SESSION (self), FALSE);
  return self->settings.n >= 2 && tidy_weights (weights, self->settings.n, tidy) &&
         tsr_morph_amount_init (&amount, self->settings.n, tidy) &&
         tsr_morph_session_set_amount (self, parameter, &amount);
}

gboolean
tsr_morph_session_set_amount (TsrMorphSession      *self,
                              TsrMorphParameter     parameter,
                              const TsrMorphAmount *amount)
{
  TsrMorphSettings next;

  g_return_val_if_fail (TSR_IS_MORPH_SESSION (self), FALSE);
  if (self->settings.n < 2 || (amount == NULL && parameter == TSR_MORPH_ALL) ||
      (amount != NULL && amount->n != self->settings.n))
    return FALSE;
  tsr_morph_settings_copy (&next, &self->settings);
  tsr_morph_amount_clear (&next.amounts[parameter]);
  next.amounts[parameter] = (TsrMorphAmount){0};
  if (amount != NULL)
    tsr_morph_amount_copy (&next.amounts[parameter], amount);
  tsr_morph_session_commit (self, &next, label_of_weights (parameter));
  return TRUE;
}

static gboolean
anchors_fit (const TsrMorphSettings *settings, const GArray *anchors)
{
  for (guint i = 0; i < anchors->len; i++)
    for (guint k = 0; k < settings->n; k++) {
      double time_s = g_array_index (anchors, TsrMorphAnchor, i).times_s[k];
      double least_s =
          i > 0 ? g_array_index (anchors, TsrMorphAnchor, i - 1).times_s[k] + LEAST_GAP_S
                : 0;
      TsrSoundState *state = tsr_sound_get_state (settings->sounds[k]);
      if (!(time_s >= least_s && time_s <= tsr_sound_state_fields (state)->duration_s))
        return FALSE;
    }
  return TRUE;
}

gboolean
tsr_morph_session_set_anchors (TsrMorphSession *self, const GArray *anchors)
{
  TsrMorphSettings next;

  g_return_val_if_fail (TSR_IS_MORPH_SESSION (self), FALSE);
  if (self->settings.n < 2 ||
      (anchors != NULL && !anchors_fit (&self->settings, anchors)))
    return FALSE;
  tsr_morph_settings_copy (&next, &self->settings);
  g_clear_pointer (&next.anchors, g_array_unref);
  if (anchors != NULL)
    next.anchors = g_array_copy ((GArray *)anchors);
  tsr_morph_session_commit (self, &next, _ ("Time Anchors"));
  return TRUE;
}

gboolean
tsr_morph_session_set_links (TsrMorphSession *self, const GArray *links)
{
  TsrMorphSettings next;

  g_return_val_if_fail (TSR_IS_MORPH_SESSION (self), FALSE);
  if (self->settings.n < 2)
    return FALSE;
  tsr_morph_settings_copy (&next, &self->settings);
  g_clear_pointer (&next.links, g_array_unref);
  if (links != NULL && links->len > 0)
    next.links = g_array_copy ((GArray *)links);
  tsr_morph_session_commit (self, &next, _ ("Links of Partials"));
  return TRUE;
}

gboolean
tsr_morph_session_set_pairing (TsrMorphSession *self, TsrMorphPairing pairing)
{
  TsrMorphSettings next;

  g_return_val_if_fail (TSR_IS_MORPH_SESSION (self), FALSE);
  tsr_morph_settings_copy (&next, &self->settings);
  next.pairing = pairing;
  tsr_morph_session_commit (self, &next, _ ("Pairing"));
  return TRUE;
}

gboolean
tsr_morph_session_set_linear (TsrMorphSession *self, gboolean is_linear)
{
  TsrMorphSettings next;

  g_return_val_if_fail (TSR_IS_MORPH_SESSION (self), FALSE);
  tsr_morph_settings_copy (&next, &self->settings);
  next.is_linear = is_linear;
  tsr_morph_session_commit (self, &next, _ ("Scale of Amplitudes"));
  return TRUE;
}

gboolean
tsr_morph_session_set_fades (TsrMorphSession *self, gboolean fades)
{
  TsrMorphSettings next;

  g_return_val_if_fail (TSR_IS_MORPH_SESSION (self), FALSE);
  tsr_morph_settings_copy (&next, &self->settings);
  next.fades = fades;
  tsr_morph_session_commit (self, &next, _ ("Unmatched Partials"));
  return TRUE;
}

gboolean
tsr_morph_session_set_name (TsrMorphSession *self, const char *name)
{
  TsrMorphSettings next;

  g_return_val_if_fail (TSR_IS_MORPH_SESSION (self), FALSE);
  if (self->settings.n < 2) /* an entry tells what is in it when its project closes */
    return FALSE;
  tsr_morph_settings_copy (&next, &self->settings);
  g_free (next.name);
  next.name = name != NULL && *name != '\0' ? g_strdup (name) : NULL;
  tsr_morph_session_commit (self, &next, _ ("Name of the Morph"));
  return TRUE;
}

gboolean
tsr_morph_session_set_settings (TsrMorphSession *self, const TsrMorphSettings *settings)
{
  TsrMorphSettings next;

  g_return_val_if_fail (TSR_IS_MORPH_SESSION (self), FALSE);
  tsr_morph_settings_copy (&next, settings);
  tsr_morph_session_commit (self, &next, _ ("Open a Morph"));
  return TRUE;
}

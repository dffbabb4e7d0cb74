/* SPDX-License-Identifier: GPL-3.0-or-later
 * Edits: immutable, reference counted.
 */
#include "model/edit.h"

#include "model/boxed.h"

struct TsrEdit {
  TsrEditFields     fields;
  TsrAnalysisRecord analysis;
};

TSR_DEFINE_BOXED_TYPE (TsrEdit, tsr_edit)

static TsrMarker *
copy_markers (const TsrMarker *markers, gsize n)
{
  TsrMarker *copy = g_new (TsrMarker, n);

  for (gsize i = 0; i < n; i++) {
    copy[i] = markers[i];
    copy[i].name = g_strdup (markers[i].name);
  }
  return copy;
}

TsrEdit *
tsr_edit_new (const TsrEditFields *fields)
{
  TsrEdit       *edit = g_atomic_rc_box_new0 (TsrEdit);
  TsrEditFields *f = &edit->fields;

  *f = *fields;
  f->name = g_strdup (fields->name);
  if (f->source != NULL)
    g_object_ref (f->source);
  if (f->step != NULL)
    tsr_step_ref (f->step);
  if (fields->analysis != NULL) {
    edit->analysis = *fields->analysis;
    f->analysis = &edit->analysis;
  }
  f->markers = copy_markers (fields->markers, fields->n_markers);
  f->saved = tsr_saved_selections_copy (fields->saved, fields->n_saved);
  return edit;
}

TsrEdit *
tsr_edit_ref (TsrEdit *edit)
{
  return g_atomic_rc_box_acquire (edit);
}

static void
clear (gpointer data)
{
  TsrEditFields *f = &((TsrEdit *)data)->fields;

  for (gsize i = 0; i < f->n_markers; i++)
    g_free (f->markers[i].name);
  g_free ((gpointer)f->markers);
  tsr_saved_selections_free ((TsrSavedSelection *)f->saved, f->n_saved);
  g_free ((char *)f->name);
  g_clear_object (&f->source);
  g_clear_pointer (&f->step, tsr_step_unref);
}

void
tsr_edit_unref (TsrEdit *edit)
{
  if (edit != NULL)
    g_atomic_rc_box_release_full (edit, clear);
}

const TsrEditFields *
tsr_edit_fields (const TsrEdit *edit)
{
  return &edit->fields;
}

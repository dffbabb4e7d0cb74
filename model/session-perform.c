/* SPDX-License-Identifier: GPL-3.0-or-later
 * An operation on what a window shows: one step of the history.
 */
#include <glib/gi18n-lib.h>

#include "model/query.h"
#include "model/session.h"

static char *
command_of (const TsrOperation *operation, const TsrSelection *selection)
{
  g_autofree char *text = tsr_operation_to_text (operation);
  if (g_str_equal (text, "insert"))
    return g_strdup ("");
  g_autofree char *quoted = g_shell_quote (text);
  g_autofree char *query = NULL;
  g_autofree char *quoted_query = NULL;

  if (selection == NULL)
    return g_strconcat ("edit --do ", quoted, NULL);
  query = tsr_query_text_of_selection (selection);
  quoted_query = g_shell_quote (query);
  return g_strconcat ("edit --select ", quoted_query, " --do ", quoted, NULL);
}

static gboolean
perform (TsrSession         *self,
         const TsrOperation *wanted,
         TsrSelection       *on,
         gboolean            take,
         const char         *told,
         GError            **error)
{
  TsrSound *sound = tsr_session_get_sound (self);
  gsize     n = on != NULL ? tsr_selection_size (on) : 0;
  gint64    next_id = tsr_sound_next_partial_id (sound);
  g_autoptr (TsrSelection) made = NULL;
  g_autoptr (TsrOperation) operation = tsr_operation_copy (wanted);
  tsr_operation_find_onsets (
      operation, tsr_sound_get_state (sound), tsr_session_get_signal (self));
  g_autoptr (TsrSoundState) after = tsr_operation_apply (
      operation, tsr_sound_get_state (sound), on, &next_id, &made, error);

  if (after == NULL)
    return FALSE;
  g_autofree char *label = tsr_operation_label (operation, n);
  g_autofree char *command = told != NULL ? g_strdup (told) : command_of (operation, on);
  TsrProject      *project = tsr_session_get_project (self);
  g_autoptr (TsrSelection) before = tsr_selection_ref (tsr_session_get_selection (self));
  if (!tsr_project_add_step (project, sound, after, label, command, NULL, error))
    return FALSE;
  g_autoptr (TsrSelection) left =
      tsr_selection_within (before, tsr_sound_state_fields (after)->partials);
  tsr_session_set_selection (self, take ? made : left);
  return TRUE;
}

gboolean
tsr_session_perform_on (TsrSession         *self,
                        const TsrOperation *operation,
                        TsrSelection       *on,
                        gboolean            take)
{
  return tsr_session_perform_as (self, operation, on, take, NULL);
}

gboolean
tsr_session_perform_as (TsrSession         *self,
                        const TsrOperation *operation,
                        TsrSelection       *on,
                        gboolean            take,
                        const char         *command)
{
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (TSR_IS_SESSION (self), FALSE);
  g_return_val_if_fail (operation != NULL, FALSE);

  if (tsr_session_get_sound (self) == NULL) {
    g_signal_emit_by_name (self, "failed", _ ("there is no sound to edit"));
    return FALSE;
  }
  if (perform (self, operation, on, take, command, &error))
    return TRUE;
  g_signal_emit_by_name (self, "failed", error->message);
  return FALSE;
}

char *
tsr_session_dup_command (TsrSession *self, const TsrOperation *operation)
{
  TsrSelection *selection;

  g_return_val_if_fail (TSR_IS_SESSION (self), NULL);

  selection = tsr_session_get_selection (self);
  return command_of (operation, tsr_selection_size (selection) > 0 ? selection : NULL);
}

gboolean
tsr_session_perform (TsrSession *self, const TsrOperation *operation)
{
  TsrSelection *selection;

  g_return_val_if_fail (TSR_IS_SESSION (self), FALSE);

  selection = tsr_session_get_selection (self);
  gboolean any = tsr_selection_size (selection) > 0;
  return tsr_session_perform_on (self, operation, any ? selection : NULL, any);
}

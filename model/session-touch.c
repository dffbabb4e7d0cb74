/* SPDX-License-Identifier: GPL-3.0-or-later
 * The edit that a hand is about to make: one worker finds what it does to the partials it
 * touches, and of all that waits for it only the latest counts.
 */
#include <gio/gio.h>

#include "model/session-private.h"

typedef struct Request Request;

struct TsrToucher {
  int          n_refs;  /* the session's, and one while the worker works; main thread */
  TsrSession  *session; /* NULL: it is gone */
  GThreadPool *pool;
  Request     *waiting; /* NULL: none */
  gboolean     working;
  guint        serial; /* answers to requests before it are not told */
};

struct Request {
  TsrToucher    *toucher;
  TsrOperation  *operation; /* NULL: cut */
  TsrSoundState *state;
  TsrSelection  *on; /* NULL: the whole sound */
  gint64         next_id;
  guint          serial;
  TsrTouch      *touch; /* out; NULL: none */
};

static void
request_free (Request *request)
{
  if (request == NULL)
    return;
  tsr_operation_free (request->operation);
  tsr_sound_state_unref (request->state);
  g_clear_pointer (&request->on, tsr_selection_unref);
  tsr_touch_unref (request->touch);
  g_free (request);
}

static void
toucher_unref (TsrToucher *self)
{
  if (--self->n_refs == 0)
    g_free (self);
}

static void
set_touch (TsrSession *self, TsrTouch *touch)
{
  if (touch == self->touch)
    return;
  tsr_touch_unref (self->touch);
  self->touch = touch != NULL ? tsr_touch_ref (touch) : NULL;
  g_signal_emit_by_name (self, "touch-changed");
}

static void start (TsrToucher *self);

static gboolean
deliver_cb (gpointer data)
{
  Request    *request = data;
  TsrToucher *self = request->toucher;

  self->working = FALSE;
  if (self->session != NULL && request->serial == self->serial)
    set_touch (self->session, request->touch);
  request_free (request);
  start (self);
  toucher_unref (self);
  return G_SOURCE_REMOVE;
}

static void
work_thread (gpointer data, gpointer user)
{
  Request *request = data;

  if (request->operation != NULL)
    request->touch = tsr_touch_try (
        request->operation, request->state, request->on, request->next_id, NULL);
  else
    request->touch = tsr_touch_cut (
        tsr_sound_state_fields (request->state)->partials, request->on, request->next_id);
  g_idle_add_full (G_PRIORITY_DEFAULT, deliver_cb, request, NULL);
}

static void
start (TsrToucher *self)
{
  if (self->session == NULL || self->working || self->waiting == NULL)
    return;
  self->working = TRUE;
  self->n_refs++;
  g_thread_pool_push (self->pool, g_steal_pointer (&self->waiting), NULL);
}

static TsrToucher *
ensure (TsrSession *session)
{
  if (session->toucher == NULL) {
    session->toucher = g_new0 (TsrToucher, 1);
    session->toucher->n_refs = 1;
    session->toucher->session = session;
    session->toucher->pool = g_thread_pool_new (work_thread, NULL, 1, TRUE, NULL);
  }
  return session->toucher;
}

/* What is seen and heard in the present state's place ends. */
static void
request (TsrSession *session, const TsrOperation *operation, TsrSelection *on)
{
  TsrToucher *self = ensure (session);
  Request    *wanted = g_new0 (Request, 1);

  tsr_session_compare (session, 0, 0);
  tsr_session_set_trial (session, NULL);
  wanted->toucher = self;
  wanted->operation = operation != NULL ? tsr_operation_copy (operation) : NULL;
  wanted->state = tsr_sound_state_ref (tsr_sound_get_state (session->sound));
  wanted->on = on != NULL ? tsr_selection_ref (on) : NULL;
  wanted->next_id = tsr_sound_next_partial_id (session->sound);
  wanted->serial = self->serial;
  request_free (self->waiting);
  self->waiting = wanted;
  start (self);
}

void
tsr_session_touch (TsrSession *self, const TsrOperation *operation, TsrSelection *on)
{
  g_return_if_fail (TSR_IS_SESSION (self));
  g_return_if_fail (operation != NULL);

  if (self->sound != NULL)
    request (self, operation, on);
}

void
tsr_session_touch_region (TsrSession *self)
{
  g_return_if_fail (TSR_IS_SESSION (self));

  if (self->sound != NULL && tsr_selection_region (self->selection) != NULL)
    request (self, NULL, self->selection);
}

void
tsr_session_end_touch (TsrSession *self)
{
  g_return_if_fail (TSR_IS_SESSION (self));

  if (self->toucher != NULL) {
    self->toucher->serial++;
    g_clear_pointer (&self->toucher->waiting, request_free);
  }
  set_touch (self, NULL);
}

TsrTouch *
tsr_session_get_touch (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), NULL);

  return self->touch;
}

void
tsr_session_free_toucher (TsrSession *self)
{
  TsrToucher *toucher = g_steal_pointer (&self->toucher);

  g_clear_pointer (&self->touch, tsr_touch_unref);
  if (toucher == NULL)
    return;
  g_clear_pointer (&toucher->waiting, request_free);
  g_thread_pool_free (toucher->pool, FALSE, TRUE);
  toucher->session = NULL;
  toucher_unref (toucher);
}

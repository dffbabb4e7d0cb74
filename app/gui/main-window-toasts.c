/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sentences that come and go above the transport. Those with a button belong to the
 * project that was open when they came: with it they go, and never touch another.
 */
#include "app/gui/main-window-private.h"

enum { SHORT_S = 4, LONG_S = 12 };

typedef struct {
  TsrMainWindow *window; /* holds the toast */
  char          *action;
  GVariant      *target;   /* NULL: none */
  guint          openings; /* of projects until then */
} Offer;

static void
offer_free (gpointer data, GClosure *closure)
{
  Offer *offer = data;

  g_free (offer->action);
  g_clear_pointer (&offer->target, g_variant_unref);
  g_free (offer);
}

/* A toast that fades away can be pressed still. */
static void
clicked_cb (AdwToast *toast, Offer *offer)
{
  if (offer->openings == offer->window->n_openings)
    gtk_widget_activate_action_variant (
        GTK_WIDGET (offer->window), offer->action, offer->target);
}

static void
dismissed_cb (AdwToast *toast, TsrMainWindow *self)
{
  GSList *link = g_slist_find (self->offers, toast);

  if (link == NULL)
    return;
  self->offers = g_slist_delete_link (self->offers, link);
  g_object_unref (toast);
}

static AdwToast *
toast_new (const char *sentence)
{
  g_autofree char *valid = g_utf8_make_valid (sentence, -1);
  g_autofree char *markup = g_markup_escape_text (valid, -1);

  return adw_toast_new (markup);
}

void
tsr_main_window_toast (TsrMainWindow *self, const char *sentence)
{
  AdwToast *toast = toast_new (sentence);

  adw_toast_set_timeout (toast, SHORT_S);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

void
tsr_main_window_offer (TsrMainWindow *self,
                       const char    *sentence,
                       const char    *button,
                       const char    *action,
                       GVariant      *target)
{
  AdwToast *toast = toast_new (sentence);
  Offer    *offer = g_new0 (Offer, 1);

  offer->window = self;
  offer->action = g_strdup (action);
  offer->target = target != NULL ? g_variant_ref_sink (target) : NULL;
  offer->openings = self->n_openings;
  adw_toast_set_button_label (toast, button);
  adw_toast_set_timeout (toast, LONG_S);
  g_signal_connect_data (
      toast, "button-clicked", G_CALLBACK (clicked_cb), offer, offer_free, 0);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (dismissed_cb), self, 0);
  self->offers = g_slist_prepend (self->offers, g_object_ref (toast));
  adw_toast_overlay_add_toast (self->toasts, toast);
}

void
tsr_main_window_withdraw_offers (TsrMainWindow *self)
{
  GSList *offers = g_steal_pointer (&self->offers);

  self->n_openings++;
  for (GSList *link = offers; link != NULL; link = link->next)
    adw_toast_dismiss (link->data);
  g_slist_free_full (offers, g_object_unref);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * A partial set seen as a list model.
 */
#include "views/partial-list.h"

struct _TsrPartialItem {
  GObject     parent_instance;
  TsrPartial *partial;
};

G_DEFINE_FINAL_TYPE (TsrPartialItem, tsr_partial_item, G_TYPE_OBJECT)

static void
tsr_partial_item_finalize (GObject *object)
{
  tsr_partial_unref (TSR_PARTIAL_ITEM (object)->partial);
  G_OBJECT_CLASS (tsr_partial_item_parent_class)->finalize (object);
}

static void
tsr_partial_item_class_init (TsrPartialItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tsr_partial_item_finalize;
}

static void
tsr_partial_item_init (TsrPartialItem *self)
{
}

TsrPartial *
tsr_partial_item_get_partial (TsrPartialItem *self)
{
  return self->partial;
}

struct _TsrPartialList {
  GObject        parent_instance;
  TsrPartialSet *set;
};

static GType
get_item_type (GListModel *model)
{
  return TSR_TYPE_PARTIAL_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  TsrPartialList *self = TSR_PARTIAL_LIST (model);

  return self->set != NULL ? (guint)tsr_partial_set_size (self->set) : 0;
}

static gpointer
get_item (GListModel *model, guint position)
{
  TsrPartialList *self = TSR_PARTIAL_LIST (model);
  TsrPartialItem *item;

  if (position >= get_n_items (model))
    return NULL;
  item = g_object_new (TSR_TYPE_PARTIAL_ITEM, NULL);
  item->partial = tsr_partial_ref (tsr_partial_set_at (self->set, position));
  return item;
}

static void
list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TsrPartialList,
                               tsr_partial_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
tsr_partial_list_finalize (GObject *object)
{
  tsr_partial_set_unref (TSR_PARTIAL_LIST (object)->set);
  G_OBJECT_CLASS (tsr_partial_list_parent_class)->finalize (object);
}

static void
tsr_partial_list_class_init (TsrPartialListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tsr_partial_list_finalize;
}

static void
tsr_partial_list_init (TsrPartialList *self)
{
}

TsrPartialList *
tsr_partial_list_new (void)
{
  return g_object_new (TSR_TYPE_PARTIAL_LIST, NULL);
}

void
tsr_partial_list_set_set (TsrPartialList *self, TsrPartialSet *set)
{
  guint before;

  g_return_if_fail (TSR_IS_PARTIAL_LIST (self));
  if (set == self->set)
    return;
  before = get_n_items (G_LIST_MODEL (self));
  tsr_partial_set_unref (self->set);
  self->set = set != NULL ? tsr_partial_set_ref (set) : NULL;
  g_list_model_items_changed (
      G_LIST_MODEL (self), 0, before, get_n_items (G_LIST_MODEL (self)));
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sources: plain immutable holders.
 */
#include "model/source.h"

struct _TsrSource {
  GObject       parent_instance;
  gint64        id;
  TsrSourceInfo info; /* strings owned */
};

G_DEFINE_FINAL_TYPE (TsrSource, tsr_source, G_TYPE_OBJECT)

static void
tsr_source_finalize (GObject *object)
{
  TsrSource *self = TSR_SOURCE (object);

  g_free ((char *)self->info.name);
  g_free ((char *)self->info.format);
  g_free ((char *)self->info.decoded_sha256);
  G_OBJECT_CLASS (tsr_source_parent_class)->finalize (object);
}

static void
tsr_source_class_init (TsrSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tsr_source_finalize;
}

static void
tsr_source_init (TsrSource *self)
{
}

TsrSource *
tsr_source_new (gint64 id, const TsrSourceInfo *info)
{
  g_return_val_if_fail (id > 0, NULL);
  g_return_val_if_fail (info->n_channels >= 1 && info->n_channels <= 64, NULL);

  TsrSource *self = g_object_new (TSR_TYPE_SOURCE, NULL);
  self->id = id;
  self->info = *info;
  self->info.name = g_strdup (info->name != NULL ? info->name : "");
  self->info.format = g_strdup (info->format != NULL ? info->format : "");
  self->info.decoded_sha256 =
      g_strdup (info->decoded_sha256 != NULL ? info->decoded_sha256 : "");
  return self;
}

gint64
tsr_source_get_id (TsrSource *self)
{
  g_return_val_if_fail (TSR_IS_SOURCE (self), 0);
  return self->id;
}

const TsrSourceInfo *
tsr_source_get_info (TsrSource *self)
{
  g_return_val_if_fail (TSR_IS_SOURCE (self), NULL);
  return &self->info;
}

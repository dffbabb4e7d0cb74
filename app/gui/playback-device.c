/* SPDX-License-Identifier: GPL-3.0-or-later
 * Devices and volume of playback.
 */
#include <glib/gi18n-lib.h>

#include "app/gui/playback-private.h"

void
tsr_playback_set_volume_db (TsrPlayback *self, double volume_db)
{
  g_return_if_fail (TSR_IS_PLAYBACK (self));
  if (self->engine != NULL)
    tsr_engine_set_volume_db (self->engine, volume_db);
}

void
tsr_playback_select_device (TsrPlayback *self, const char *name)
{
  g_return_if_fail (TSR_IS_PLAYBACK (self));
  if (self->engine != NULL)
    tsr_engine_select_device (self->engine, name);
}

void
tsr_playback_refresh_devices (TsrPlayback *self)
{
  g_return_if_fail (TSR_IS_PLAYBACK (self));
  if (self->engine != NULL)
    tsr_engine_refresh_devices (self->engine);
}

char **
tsr_playback_dup_devices (TsrPlayback *self)
{
  g_autoptr (GPtrArray) devices = NULL;
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  if (self->engine != NULL)
    devices = tsr_engine_dup_devices (self->engine);
  for (guint i = 0; devices != NULL && i < devices->len; i++)
    g_strv_builder_add (names, ((TsrDevice *)g_ptr_array_index (devices, i))->name);
  return g_strv_builder_end (names);
}

char *
tsr_playback_dup_device (TsrPlayback *self)
{
  char *name = NULL;

  if (self->engine != NULL)
    g_object_get (self->engine, "device", &name, NULL);
  return name != NULL ? name : g_strdup ("");
}

char *
tsr_playback_dup_notice (TsrPlayback *self)
{
  const char *problem;

  if (self->engine == NULL)
    return g_strdup ("");
  problem = tsr_engine_get_problem (self->engine);
  if (tsr_engine_get_device_state (self->engine) == TSR_DEVICE_NONE)
    return g_strdup (
        _ ("No sound device was found. Everything works, but nothing is heard."));
  return g_strdup (problem != NULL ? problem : "");
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * The properties of a session: installed, read, written and notified.
 */
#include "model/session-private.h"

#include "model/dsp-types.h"

static GParamSpec *properties[N_PROPS];

static double *
double_of (TsrSession *self, guint id)
{
  switch (id) {
  case PROP_PLAYHEAD_S:
    return &self->playhead_s;
  case PROP_LOOP_START_S:
    return &self->loop_start_s;
  case PROP_LOOP_END_S:
    return &self->loop_end_s;
  case PROP_BLEND:
    return &self->blend;
  case PROP_FLOOR_DB:
    return &self->floor_db;
  case PROP_CEILING_DB:
    return &self->ceiling_db;
  case PROP_SPACING_HZ:
    return &self->spacing_hz;
  case PROP_PARTIALS_OPACITY:
    return &self->partials_opacity;
  default:
    return NULL;
  }
}

static gboolean *
boolean_of (TsrSession *self, guint id)
{
  switch (id) {
  case PROP_PLAYING:
    return &self->playing;
  case PROP_LOOP:
    return &self->loop;
  case PROP_SHOW_PARTIALS:
    return &self->show_partials;
  case PROP_FOLLOW:
    return &self->follow;
  case PROP_SHOW_RECORDING:
    return &self->show_recording;
  case PROP_COMPARE_READY:
    return &self->compare_ready;
  default:
    return NULL;
  }
}

static char **
string_of (TsrSession *self, guint id)
{
  switch (id) {
  case PROP_COLORMAP:
    return &self->colormap;
  case PROP_TOOL:
    return &self->tool;
  case PROP_MESSAGE:
    return &self->message;
  default:
    return NULL;
  }
}

static void
tsr_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TsrSession *self = TSR_SESSION (object);

  if (double_of (self, id) != NULL)
    g_value_set_double (value, *double_of (self, id));
  else if (boolean_of (self, id) != NULL)
    g_value_set_boolean (value, *boolean_of (self, id));
  else if (string_of (self, id) != NULL)
    g_value_set_string (value, *string_of (self, id));
  else if (id == PROP_PROJECT)
    g_value_set_object (value, self->project);
  else if (id == PROP_SOUND)
    g_value_set_object (value, self->sound);
  else if (id == PROP_SIGNAL)
    g_value_set_boxed (value, self->signal);
  else if (id == PROP_RESIDUAL)
    g_value_set_boxed (value, self->residual);
  else if (id == PROP_PICTURE)
    g_value_set_boxed (value, self->picture);
  else if (id == PROP_SELECTION)
    g_value_set_boxed (value, self->selection);
  else if (id == PROP_CHANNEL)
    g_value_set_int (value, self->channel);
  else if (id == PROP_HOVER_ID)
    g_value_set_int64 (value, self->hover_id);
  else if (id == PROP_COMPARE_STEP)
    g_value_set_int64 (value, self->compare_step);
  else if (id == PROP_MONITOR)
    g_value_set_enum (value, (int)self->monitor);
  else if (id == PROP_SELECT_MODE)
    g_value_set_int (value, (int)self->select_mode);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

void
tsr_session_notify (TsrSession *self, guint id)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
}

void
tsr_session_change_double (TsrSession *self, guint id, double number)
{
  double *field = double_of (self, id);

  if (*field == number)
    return;
  *field = number;
  tsr_session_notify (self, id);
}

static void
set_boolean (TsrSession *self, guint id, gboolean on)
{
  gboolean *field = boolean_of (self, id);

  if (*field == on)
    return;
  *field = on;
  tsr_session_notify (self, id);
  if (id == PROP_SHOW_RECORDING)
    tsr_session_update_picture (self);
}

static void
set_string (TsrSession *self, guint id, const char *text)
{
  char **field = string_of (self, id);

  if (g_strcmp0 (*field, text) == 0)
    return;
  g_free (*field);
  *field = g_strdup (text);
  tsr_session_notify (self, id);
}

void
tsr_session_change_channel (TsrSession *self, int channel)
{
  if (self->channel == channel)
    return;
  self->channel = channel;
  tsr_session_notify (self, PROP_CHANNEL);
}

void
tsr_session_change_hover_id (TsrSession *self, gint64 id)
{
  if (self->hover_id == id)
    return;
  self->hover_id = id;
  tsr_session_notify (self, PROP_HOVER_ID);
}

void
tsr_session_change_compare_step (TsrSession *self, gint64 step_id)
{
  if (self->compare_step == step_id)
    return;
  self->compare_step = step_id;
  tsr_session_notify (self, PROP_COMPARE_STEP);
}

static void
set_monitor (TsrSession *self, TsrMonitor monitor)
{
  if (self->monitor == monitor)
    return;
  self->monitor = monitor;
  tsr_session_notify (self, PROP_MONITOR);
}

TsrSelectMode
tsr_session_get_select_mode (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), TSR_SELECT_REPLACE);
  return self->select_mode;
}

void
tsr_session_set_select_mode (TsrSession *self, TsrSelectMode mode)
{
  g_return_if_fail (TSR_IS_SESSION (self));
  if (self->select_mode == mode)
    return;
  self->select_mode = mode;
  tsr_session_notify (self, PROP_SELECT_MODE);
}

static void
tsr_session_set_property (GObject      *object,
                          guint         id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  TsrSession *self = TSR_SESSION (object);

  if (double_of (self, id) != NULL)
    tsr_session_change_double (self, id, g_value_get_double (value));
  else if (boolean_of (self, id) != NULL)
    set_boolean (self, id, g_value_get_boolean (value));
  else if (string_of (self, id) != NULL)
    set_string (self, id, g_value_get_string (value));
  else if (id == PROP_PROJECT)
    tsr_session_set_project (self, g_value_get_object (value));
  else if (id == PROP_SOUND)
    tsr_session_set_sound (self, g_value_get_object (value));
  else if (id == PROP_SIGNAL)
    tsr_session_set_signal (self, g_value_get_boxed (value));
  else if (id == PROP_RESIDUAL)
    tsr_session_set_residual (self, g_value_get_boxed (value));
  else if (id == PROP_SELECTION)
    tsr_session_set_selection (self, g_value_get_boxed (value));
  else if (id == PROP_CHANNEL)
    tsr_session_change_channel (self, g_value_get_int (value));
  else if (id == PROP_HOVER_ID)
    tsr_session_change_hover_id (self, g_value_get_int64 (value));
  else if (id == PROP_COMPARE_STEP)
    tsr_session_change_compare_step (self, g_value_get_int64 (value));
  else if (id == PROP_MONITOR)
    set_monitor (self, (TsrMonitor)g_value_get_enum (value));
  else if (id == PROP_SELECT_MODE)
    tsr_session_set_select_mode (self, (TsrSelectMode)g_value_get_int (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

void
tsr_session_install_properties (GObjectClass *klass)
{
  static const struct {
    guint       id;
    const char *name;
    double      low, high, start;
  } doubles[] = {
      {PROP_PLAYHEAD_S, "playhead-s", 0, G_MAXDOUBLE, 0},
      {PROP_LOOP_START_S, "loop-start-s", 0, G_MAXDOUBLE, 0},
      {PROP_LOOP_END_S, "loop-end-s", 0, G_MAXDOUBLE, 0},
      {PROP_BLEND, "blend", 0, 1, 0},
      {PROP_FLOOR_DB, "floor-db", -200, 60, -90},
      {PROP_CEILING_DB, "ceiling-db", -200, 60, 0},
      {PROP_SPACING_HZ, "spacing-hz", 0, 96000, 0},
      {PROP_PARTIALS_OPACITY, "partials-opacity", 0, 1, 1},
  };
  static const struct {
    guint       id;
    const char *name;
    gboolean    start;
  } booleans[] = {
      {PROP_PLAYING, "playing", FALSE},
      {PROP_LOOP, "loop", FALSE},
      {PROP_SHOW_PARTIALS, "show-partials", TRUE},
      {PROP_FOLLOW, "follow", TRUE},
      {PROP_SHOW_RECORDING, "show-recording", FALSE},
      {PROP_COMPARE_READY, "compare-ready", FALSE},
  };
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  for (gsize i = 0; i < G_N_ELEMENTS (doubles); i++)
    properties[doubles[i].id] = g_param_spec_double (doubles[i].name,
                                                     NULL,
                                                     NULL,
                                                     doubles[i].low,
                                                     doubles[i].high,
                                                     doubles[i].start,
                                                     flags);
  for (gsize i = 0; i < G_N_ELEMENTS (booleans); i++)
    properties[booleans[i].id] =
        g_param_spec_boolean (booleans[i].name, NULL, NULL, booleans[i].start, flags);
  properties[PROP_PROJECT] =
      g_param_spec_object ("project", NULL, NULL, TSR_TYPE_PROJECT, flags);
  properties[PROP_SOUND] =
      g_param_spec_object ("sound", NULL, NULL, TSR_TYPE_SOUND, flags);
  properties[PROP_SIGNAL] =
      g_param_spec_boxed ("signal", NULL, NULL, TSR_TYPE_SIGNAL, flags);
  properties[PROP_RESIDUAL] =
      g_param_spec_boxed ("residual", NULL, NULL, TSR_TYPE_SIGNAL, flags);
  properties[PROP_PICTURE] = g_param_spec_boxed (
      "picture", NULL, NULL, TSR_TYPE_SIGNAL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SELECTION] =
      g_param_spec_boxed ("selection", NULL, NULL, TSR_TYPE_SELECTION, flags);
  properties[PROP_CHANNEL] = g_param_spec_int ("channel", NULL, NULL, -1, 63, 0, flags);
  properties[PROP_HOVER_ID] =
      g_param_spec_int64 ("hover-id", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_COMPARE_STEP] =
      g_param_spec_int64 ("compare-step", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_MONITOR] =
      g_param_spec_enum ("monitor", NULL, NULL, TSR_TYPE_MONITOR, TSR_MONITOR_ALL, flags);
  properties[PROP_SELECT_MODE] = g_param_spec_int (
      "select-mode", NULL, NULL, TSR_SELECT_REPLACE, TSR_SELECT_SUBTRACT, 0, flags);
  properties[PROP_COLORMAP] = g_param_spec_string ("colormap", NULL, NULL, NULL, flags);
  properties[PROP_TOOL] = g_param_spec_string ("tool", NULL, NULL, "select", flags);
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, flags);
  klass->get_property = tsr_session_get_property;
  klass->set_property = tsr_session_set_property;
  g_object_class_install_properties (klass, N_PROPS, properties);
}

gboolean
tsr_session_get_playing (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), FALSE);
  return self->playing;
}

gboolean
tsr_session_get_loop (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), FALSE);
  return self->loop;
}

TsrMonitor
tsr_session_get_monitor (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), TSR_MONITOR_ALL);
  return self->monitor;
}

int
tsr_session_get_channel (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), 0);
  return self->channel;
}

double
tsr_session_get_blend (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), 0);
  return self->blend;
}

double
tsr_session_get_floor_db (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), 0);
  return self->floor_db;
}

double
tsr_session_get_ceiling_db (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), 0);
  return self->ceiling_db;
}

double
tsr_session_get_spacing_hz (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), 0);
  return self->spacing_hz;
}

const char *
tsr_session_get_colormap (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), NULL);
  return self->colormap;
}

const char *
tsr_session_get_tool (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), NULL);
  return self->tool;
}

gboolean
tsr_session_get_show_partials (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), FALSE);
  return self->show_partials;
}

gboolean
tsr_session_get_follow (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), FALSE);
  return self->follow;
}

gint64
tsr_session_get_compare_step (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), 0);
  return self->compare_step;
}

gint64
tsr_session_get_hover_id (TsrSession *self)
{
  g_return_val_if_fail (TSR_IS_SESSION (self), 0);
  return self->hover_id;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the canvas is told about itself: preferences, colours, sizes of tools.
 */
#include "views/canvas-private.h"

void
tsr_canvas_set_wheel_zooms (TsrCanvas *self, gboolean wheel_zooms)
{
  g_return_if_fail (TSR_IS_CANVAS (self));

  self->wheel_zooms = wheel_zooms;
}

void
tsr_canvas_set_tuning_hz (TsrCanvas *self, double tuning_hz)
{
  g_return_if_fail (TSR_IS_CANVAS (self));

  self->tuning_hz = tuning_hz;
}

void
tsr_canvas_set_tool_options (TsrCanvas *self, const TsrToolOptions *options)
{
  g_return_if_fail (TSR_IS_CANVAS (self));

  self->options = *options;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
tsr_canvas_get_tool_options (TsrCanvas *self, TsrToolOptions *options)
{
  g_return_if_fail (TSR_IS_CANVAS (self));

  *options = self->options;
}

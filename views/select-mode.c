/* SPDX-License-Identifier: GPL-3.0-or-later
 * Keys that change a selection.
 */
#include "views/select-mode.h"

TsrSelectMode
tsr_select_mode_held (GdkModifierType modifiers, TsrSelectMode plain)
{
  switch (modifiers & (GDK_SHIFT_MASK | GDK_CONTROL_MASK)) {
  case GDK_SHIFT_MASK:
    return TSR_SELECT_ADD;
  case GDK_CONTROL_MASK:
    return TSR_SELECT_SUBTRACT;
  case GDK_SHIFT_MASK | GDK_CONTROL_MASK:
    return TSR_SELECT_INTERSECT;
  default:
    return plain;
  }
}

TsrSelectMode
tsr_select_mode_now (GtkWidget *widget, TsrSelectMode plain)
{
  GdkSeat   *seat = gdk_display_get_default_seat (gtk_widget_get_display (widget));
  GdkDevice *keyboard = seat != NULL ? gdk_seat_get_keyboard (seat) : NULL;

  return keyboard != NULL
             ? tsr_select_mode_held (gdk_device_get_modifier_state (keyboard), plain)
             : plain;
}

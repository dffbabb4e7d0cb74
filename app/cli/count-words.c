/* SPDX-License-Identifier: GPL-3.0-or-later
 * Counts in words.
 */
#include "app/cli/count-words.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

char *
tsr_count_partials (guint64 n)
{
  return g_strdup_printf (
      ngettext ("%" PRIu64 " partial", "%" PRIu64 " partials", (gulong)n), n);
}

char *
tsr_count_breakpoints (guint64 n)
{
  return g_strdup_printf (
      ngettext ("%" PRIu64 " breakpoint", "%" PRIu64 " breakpoints", (gulong)n), n);
}

char *
tsr_count_rows (guint64 n)
{
  return g_strdup_printf (ngettext ("%" PRIu64 " row", "%" PRIu64 " rows", (gulong)n), n);
}

char *
tsr_count_points (guint64 n)
{
  return g_strdup_printf (ngettext ("%" PRIu64 " point", "%" PRIu64 " points", (gulong)n),
                          n);
}

char *
tsr_count_channels (guint64 n)
{
  return g_strdup_printf (
      ngettext ("%" PRIu64 " channel", "%" PRIu64 " channels", (gulong)n), n);
}

char *
tsr_count_steps (guint64 n)
{
  return g_strdup_printf (ngettext ("%" PRIu64 " step", "%" PRIu64 " steps", (gulong)n),
                          n);
}

char *
tsr_count_removed_sounds (guint64 n)
{
  return g_strdup_printf (
      ngettext ("%" PRIu64 " removed sound", "%" PRIu64 " removed sounds", (gulong)n), n);
}

char *
tsr_count_recordings (guint64 n)
{
  return g_strdup_printf (
      ngettext ("%" PRIu64 " recording", "%" PRIu64 " recordings", (gulong)n), n);
}

char *
tsr_count_bytes (guint64 n)
{
  return g_strdup_printf (ngettext ("%" PRIu64 " byte", "%" PRIu64 " bytes", (gulong)n),
                          n);
}

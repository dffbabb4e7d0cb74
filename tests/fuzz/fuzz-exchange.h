/* SPDX-License-Identifier: GPL-3.0-or-later
 * The body of the fuzzers of interchange files: what can be read can be written and read
 * again, and is the same then.
 */
#pragma once

#include "model/dsp-types.h"
#include "store/formats/exchange.h"

#include <glib/gstdio.h>
#include <stdint.h>
#include <unistd.h>

static void
check_again (const char *path, TsrExchange *content)
{
  g_autoptr (GError) error = NULL;
  g_auto (TsrExchange) back = {0};

  if (!tsr_exchange_write (content, path, NULL, NULL, NULL, &error))
    g_error ("%s", error->message);
  if (!tsr_exchange_read (&back, path, NULL, &error))
    g_error ("%s", error->message);
  g_assert_cmpuint (back.n_markers, <=, content->n_markers);
  g_assert_cmpuint (
      tsr_partial_set_size (back.partials), <=, tsr_partial_set_size (content->partials));
}

static int
fuzz_exchange (const char *suffix, const uint8_t *data, size_t size)
{
  g_autofree char *path =
      g_strdup_printf ("%s/tsr-fuzz-%d.%s", g_get_tmp_dir (), (int)getpid (), suffix);
  g_autoptr (GError) error = NULL;
  g_auto (TsrExchange) content = {0};

  if (!g_file_set_contents (path, (const char *)data, (gssize)size, NULL))
    return 0;
  gboolean ok = tsr_exchange_read (&content, path, NULL, &error);
  g_assert (ok == (error == NULL));
  if (ok)
    check_again (path, &content);
  g_remove (path);
  return 0;
}

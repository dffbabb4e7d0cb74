/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fuzzes the reader of sound files: whatever it accepts has finite samples.
 */
#include "audio/sound-file.h"

#include <math.h>
#include <sys/mman.h>
#include <unistd.h>

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  TsrSoundFileInfo info;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) notes = NULL;
  int fd = memfd_create ("fuzz", MFD_CLOEXEC);

  if (fd < 0 || write (fd, data, size) != (ssize_t)size || lseek (fd, 0, SEEK_SET) != 0)
    return 0;
  TsrSignal *signal = tsr_sound_file_read_fd (fd, "fuzz", NULL, &info, &notes, &error);
  close (fd);
  if (signal == NULL) {
    g_assert (error != NULL);
    return 0;
  }
  for (unsigned c = 0; c < tsr_signal_n_channels (signal); c++)
    for (gint64 i = 0; i < tsr_signal_n_frames (signal); i++)
      g_assert (isfinite (tsr_signal_channel (signal, c)[i]));
  tsr_signal_unref (signal);
  return 0;
}

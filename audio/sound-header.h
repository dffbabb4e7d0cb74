/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the header of a WAV or AIFF file promises: libsndfile tells only what it found.
 * Thread: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Frames that the header of the file promises (from its sizes, not from what is there);
 * -1 when it does not say: another format, a compressed one, or a stream whose writer did
 * not know. Reads with pread, the descriptor's position stays. */
gint64 tsr_sound_header_promised_frames (int fd);

G_END_DECLS

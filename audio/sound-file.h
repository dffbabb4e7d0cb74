/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sound files in and out, behind one interface so that a sandboxed decoder can take its
 * place. Thread: any but audio.
 */
#pragma once

#include <gio/gio.h>

#include "model/dsp/job.h"
#include "model/dsp/signal.h"

G_BEGIN_DECLS

#define TSR_SOUND_FILE_ERROR (tsr_sound_file_error_quark ())
GQuark tsr_sound_file_error_quark (void);
typedef enum {
  TSR_SOUND_FILE_ERROR_NOT_FOUND,
  TSR_SOUND_FILE_ERROR_NOT_REGULAR, /* folder, FIFO, device */
  TSR_SOUND_FILE_ERROR_FORMAT,      /* empty, text, unknown */
  TSR_SOUND_FILE_ERROR_NO_SAMPLES,  /* zero samples, or a header that promises what is not
                                       there */
  TSR_SOUND_FILE_ERROR_TOO_LARGE,   /* channels, rate, length beyond the limits */
  TSR_SOUND_FILE_ERROR_CANCELLED,
  TSR_SOUND_FILE_ERROR_WRITE, /* unwritable folder, full disk */
} TsrSoundFileError;

typedef struct {
  char     format[8]; /* "wav", "flac", "aiff", "ogg", "mp3" */
  double   rate_hz;
  guint    n_channels;
  gint64   n_frames; /* as decoded */
  int      bits;     /* 16, 24, 32 (float or 32-bit integer); lossy formats say 16 */
  gboolean is_float;
  gint64   n_promised_frames;  /* what the header said */
  gint64   n_repaired_samples; /* NaN and infinite samples set to zero */
  char     decoded_sha256[65];
} TsrSoundFileInfo;

/* Reads the whole file. Large sounds live in an unlinked temporary file that is mapped.
 * `notes` (may be NULL) gets sentences about what was repaired ("12 samples were not
 * numbers and are set to zero"). NULL with one clear sentence that names the file. */
TsrSignal *tsr_sound_file_read (const char       *path,
                                const TsrJob     *job,
                                TsrSoundFileInfo *info,
                                GPtrArray       **notes,
                                GError          **error);
/* The same from an open descriptor at its beginning (a source out of a project); `name`
 * is for errors. */
TsrSignal *tsr_sound_file_read_fd (int               fd,
                                   const char       *name,
                                   const TsrJob     *job,
                                   TsrSoundFileInfo *info,
                                   GPtrArray       **notes,
                                   GError          **error);

typedef enum { TSR_SAMPLES_16, TSR_SAMPLES_24, TSR_SAMPLES_FLOAT } TsrSampleFormat;

typedef struct {
  double      time_s;
  const char *name;
} TsrCue;

typedef struct TsrSoundFileWriter TsrSoundFileWriter;

/* Whether the suffix names a format that can be written; FALSE with an error. */
gboolean tsr_sound_file_can_write (const char *path, GError **error);

/* Opens a file for writing, its format by suffix (.wav .flac .aiff .ogg); it appears
 * under its name only with _finish. Cues go into formats that hold them. */
TsrSoundFileWriter *tsr_sound_file_writer_new (const char     *path,
                                               double          rate_hz,
                                               guint           n_channels,
                                               TsrSampleFormat samples,
                                               const TsrCue   *cues,
                                               gsize           n_cues,
                                               GError        **error);
/* Planar doubles; integers are rounded to nearest, beyond full scale clipped and counted.
 */
gboolean tsr_sound_file_writer_write (TsrSoundFileWriter *self,
                                      double *const      *channels,
                                      gsize               n_frames,
                                      GError            **error);
/* Flushes, syncs and gives the file its name; frees. On FALSE nothing is left behind. */
gboolean tsr_sound_file_writer_finish (TsrSoundFileWriter *self,
                                       guint64            *n_clipped,
                                       GError            **error);
/* Gives up: nothing is left behind. NULL is allowed. */
void tsr_sound_file_writer_abort (TsrSoundFileWriter *self);

/* Another rate by libsamplerate's best converter. */
TsrSignal *
tsr_resample (const TsrSignal *signal, double rate_hz, const TsrJob *job, GError **error);
/* Peak in dBFS and integrated loudness in LUFS (-INFINITY for silence). */
void
tsr_loudness_measure (const TsrSignal *signal, double *peak_dbfs, double *loudness_lufs);
/* Beats per minute, or NAN when there is no steady beat. */
double tsr_tempo_estimate (const TsrSignal *signal);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * PortAudio, and silence for what its host systems print.
 */
#include "audio/backend.h"

#include <alsa/asoundlib.h>
#include <dlfcn.h>
#include <glib/gi18n-lib.h>
#include <portaudio.h>
#include <string.h>

enum { BUFFER_FRAMES = 256 };

/* Shorter ones drop out on a busy machine. */
#define MIN_LATENCY_S 0.02

typedef struct {
  TsrBackend         backend;
  gboolean           initialised;
  PaStream          *stream; /* NULL: none is open */
  int                n_channels;
  TsrBackendCallback callback;
  void              *user;
  float              second[BUFFER_FRAMES]; /* the other channel of a device with one */
} PortAudio;

/* --- what the hosts print ----------------------------------------------------------- */

static void
ignore_alsa (
    const char *file, int line, const char *function, int code, const char *format, ...)
{
}

static void
ignore_jack (const char *message)
{
}

/* JACK's library comes along with PortAudio; there is no other way to its switches. */
static void
silence_hosts (void)
{
  void (*set) (void (*) (const char *));
  const char *names[] = {"jack_set_error_function", "jack_set_info_function"};
  snd_lib_error_set_handler (ignore_alsa);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    void *symbol = dlsym (RTLD_DEFAULT, names[i]);
    memcpy (&set, &symbol, sizeof set);
    if (symbol != NULL)
      set (ignore_jack);
  }
}

/* --- devices ------------------------------------------------------------------------ */

static void
append_device (GPtrArray *devices, PaDeviceIndex index)
{
  const PaDeviceInfo *info = Pa_GetDeviceInfo (index);
  if (info == NULL || info->maxOutputChannels < 1)
    return;
  const PaHostApiInfo *host = Pa_GetHostApiInfo (info->hostApi);
  TsrDevice           *device = g_new0 (TsrDevice, 1);
  device->name = g_utf8_make_valid (info->name, -1);
  device->host_api = g_strdup (host != NULL ? host->name : "");
  device->n_channels = (guint)info->maxOutputChannels;
  device->is_default = index == Pa_GetDefaultOutputDevice ();
  g_ptr_array_add (devices, device);
}

static void
scan (TsrBackend *backend, GPtrArray *devices)
{
  PortAudio *self = (PortAudio *)backend;
  if (self->initialised)
    Pa_Terminate ();
  silence_hosts ();
  self->initialised = Pa_Initialize () == paNoError;
  silence_hosts (); /* the JACK host sets its own */
  for (PaDeviceIndex i = 0; self->initialised && i < Pa_GetDeviceCount (); i++)
    append_device (devices, i);
}

static PaDeviceIndex
find_device (const char *name)
{
  if (name == NULL)
    return Pa_GetDefaultOutputDevice ();
  for (PaDeviceIndex i = 0; i < Pa_GetDeviceCount (); i++) {
    const PaDeviceInfo *info = Pa_GetDeviceInfo (i);
    if (info != NULL && info->maxOutputChannels > 0 && g_strcmp0 (info->name, name) == 0)
      return i;
  }
  return paNoDevice;
}

/* --- the stream --------------------------------------------------------------------- */

static int
stream_cb (const void                     *input,
           void                           *output,
           unsigned long                   n_frames,
           const PaStreamCallbackTimeInfo *time,
           PaStreamCallbackFlags           flags,
           void                           *data)
{
  PortAudio    *self = data;
  float *const *channels = output;
  float *const  out[2] = {channels[0], self->n_channels > 1 ? channels[1] : self->second};
  if (n_frames > BUFFER_FRAMES && self->n_channels < 2)
    n_frames = BUFFER_FRAMES;
  self->callback (self->user, out, n_frames, (flags & paOutputUnderflow) != 0);
  for (unsigned long i = 0; self->n_channels < 2 && i < n_frames; i++)
    out[0][i] = 0.5f * (out[0][i] + out[1][i]);
  return paContinue;
}

static gboolean
fail (GError **error, const char *what, PaError code)
{
  g_set_error (error,
               G_IO_ERROR,
               G_IO_ERROR_FAILED,
               _ ("%s (%s); choose another output device"),
               what,
               Pa_GetErrorText (code));
  return FALSE;
}

static gboolean
open_stream (TsrBackend        *backend,
             const char        *device,
             TsrBackendCallback callback,
             void              *user,
             double            *rate_hz,
             double            *latency_s,
             GError           **error)
{
  PortAudio    *self = (PortAudio *)backend;
  PaDeviceIndex index = self->initialised ? find_device (device) : paNoDevice;
  if (index == paNoDevice)
    return fail (error, _ ("the output device is not there"), paInvalidDevice);
  const PaDeviceInfo *info = Pa_GetDeviceInfo (index);
  PaStreamParameters  output = {
       .device = index,
       .channelCount = MIN (2, info->maxOutputChannels),
       .sampleFormat = paFloat32 | paNonInterleaved,
       .suggestedLatency = MAX (MIN_LATENCY_S, info->defaultLowOutputLatency),
  };
  self->callback = callback;
  self->user = user;
  self->n_channels = output.channelCount;
  if (Pa_IsFormatSupported (NULL, &output, *rate_hz) != paFormatIsSupported)
    *rate_hz = info->defaultSampleRate;
  PaError code = Pa_OpenStream (&self->stream,
                                NULL,
                                &output,
                                *rate_hz,
                                BUFFER_FRAMES,
                                paClipOff | paDitherOff,
                                stream_cb,
                                self);
  if (code != paNoError) {
    self->stream = NULL;
    return fail (error, _ ("the output device cannot be opened"), code);
  }
  const PaStreamInfo *stream = Pa_GetStreamInfo (self->stream);
  *latency_s = stream != NULL ? stream->outputLatency : output.suggestedLatency;
  return TRUE;
}

static gboolean
start (TsrBackend *backend, GError **error)
{
  PaError code = Pa_StartStream (((PortAudio *)backend)->stream);
  return code == paNoError || fail (error, _ ("the output device does not start"), code);
}

static void
close_stream (TsrBackend *backend)
{
  PortAudio *self = (PortAudio *)backend;
  if (self->stream == NULL)
    return;
  Pa_AbortStream (self->stream);
  Pa_CloseStream (self->stream);
  self->stream = NULL;
}

static void
free_backend (TsrBackend *backend)
{
  PortAudio *self = (PortAudio *)backend;
  close_stream (backend);
  if (self->initialised)
    Pa_Terminate ();
  g_free (self);
}

TsrBackend *
tsr_portaudio_backend_new (void)
{
  PortAudio *self = g_new0 (PortAudio, 1);
  self->backend = (TsrBackend){scan, open_stream, start, close_stream, free_backend};
  return &self->backend;
}

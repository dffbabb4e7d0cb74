/* SPDX-License-Identifier: GPL-3.0-or-later
 * The layers that a sound is heard in: partials, noise and transients, each with a level,
 * mute and solo. They belong to listening, as the volume does; a file gets them only
 * where they are asked for.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  TSR_LAYER_PARTIALS,
  TSR_LAYER_NOISE,      /* what lies behind the partials, without the transients: where a
                           sound was not edited, exactly; elsewhere the noise model */
  TSR_LAYER_TRANSIENTS, /* the transients of the noise model */
  TSR_N_LAYERS
} TsrLayer;

#define TSR_LAYER_LOWEST_DB (-60.0) /* of a level; below is mute */
#define TSR_LAYER_HIGHEST_DB 24.0

typedef struct {
  double   level_db;
  gboolean mute, solo;
} TsrLayerSetting;

typedef struct {
  TsrLayerSetting layers[TSR_N_LAYERS];
} TsrLayerMix; /* all 0: as it is */

/* Linear. While any layer is soloed, only those are heard; mute comes before solo. */
double   tsr_layer_mix_gain (const TsrLayerMix *mix, TsrLayer layer);
gboolean tsr_layer_mix_is_unity (const TsrLayerMix *mix);
/* "noise=-6dB,transients=off"; what is not named stays as it is. FALSE with one sentence.
 */
gboolean tsr_layer_mix_parse (const char *text, TsrLayerMix *mix, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * The table of operations: what there is to be told of each.
 */
#include "model/operation-table.h"

#include <glib/gi18n-lib.h>

#include "model/operation-private.h"

static const char *const split_join[] = {"", "bridge", "crossfade", NULL};
static const char *const split_join_names[] = {
    N_ ("Gaps and overlaps"), N_ ("Gaps only"), N_ ("Overlaps only"), NULL};
static const char *const label_words[] = {"auto", "", NULL};
static const char *const label_names[] = {
    N_ ("Numbers of harmonics"), N_ ("One number"), NULL};
static const char *const breakpoint_words[] = {"to ", "add", "delete", NULL};
static const char *const breakpoint_names[] = {
    N_ ("Move"), N_ ("Add"), N_ ("Delete"), NULL};
/* The last two: equal divisions, and the path of a Scala file. */
static const char *const scale_words[] = {"chromatic",
                                          "major",
                                          "minor",
                                          "dorian",
                                          "phrygian",
                                          "lydian",
                                          "mixolydian",
                                          "locrian",
                                          "harmonic-minor",
                                          "pentatonic",
                                          "minor-pentatonic",
                                          "blues",
                                          "whole-tone",
                                          "just",
                                          "",
                                          "",
                                          NULL};
static const char *const scale_names[] = {N_ ("Chromatic"),
                                          N_ ("Major"),
                                          N_ ("Minor"),
                                          N_ ("Dorian"),
                                          N_ ("Phrygian"),
                                          N_ ("Lydian"),
                                          N_ ("Mixolydian"),
                                          N_ ("Locrian"),
                                          N_ ("Harmonic minor"),
                                          N_ ("Pentatonic"),
                                          N_ ("Minor pentatonic"),
                                          N_ ("Blues"),
                                          N_ ("Whole tone"),
                                          N_ ("Just"),
                                          N_ ("Equal divisions"),
                                          N_ ("Scala file"),
                                          NULL};
static const char *const quantize_words[] = {"notes", "partials", NULL};
static const char *const quantize_names[] = {N_ ("Notes"), N_ ("Each partial"), NULL};
enum { SCALE_EQUAL = 14, SCALE_FILE = 15, BREAKPOINT_MOVES = 0, LABEL_NUMBER = 1 };

#define OVER_BOTH (TSR_CURVE_OVER_TIME | TSR_CURVE_OVER_HZ)

/* A number with a curve beside it, and what may follow the word. */
#define AMOUNT(title, after, what, least, most, first, by)                               \
  {                                                                                      \
    .name = title, .before = " ", .unit = after, .kind = TSR_PARAMETER_AMOUNT,           \
    .measure = what, .low = least, .high = most, .start = first, .step = by              \
  }
#define NUMBER(title, put_before, after, what, least, most, first, by)                   \
  {                                                                                      \
    .name = title, .before = put_before, .unit = after, .kind = TSR_PARAMETER_NUMBER,    \
    .measure = what, .low = least, .high = most, .start = first, .step = by              \
  }
#define FLAG(title, words, bit)                                                          \
  {                                                                                      \
    .name = title, .before = words, .kind = TSR_PARAMETER_FLAG, .flag = bit              \
  }
#define TIME(title, put_before, first)                                                   \
  NUMBER (title, put_before, "", TSR_MEASURE_TIME, 0, TSR_MAX_MOVE_S, first, 0.01)
#define OFFSET(title)                                                                    \
  NUMBER (title, " ", "", TSR_MEASURE_OFFSET, -TSR_MAX_MOVE_S, TSR_MAX_MOVE_S, 0, 0.01)

static const TsrOperationInfo infos[TSR_OPERATION_INSERT] = {
    [TSR_OPERATION_PITCH] =
        {
            .word = "pitch",
            .name = N_ ("Pitch"),
            .summary = N_ ("Transposes; formants go along, or stay where they are."),
            .usage = "RATIO|Ncents|Nst|CURVE [keep formants]",
            .curves = OVER_BOTH,
            .value = "ratio",
            .curve_unit = "cents",
            .shown_low = -1200,
            .shown_high = 1200,
            .shown_step = 100,
            .parameters =
                {AMOUNT (N_ ("Pitch"), "cents", TSR_MEASURE_CENTS, -7200, 7200, 0, 10),
                 FLAG (N_ ("Keep formants"), " keep formants", TSR_KEEP_FORMANTS)},
        },
    [TSR_OPERATION_SHIFT] =
        {
            .word = "shift",
            .name = N_ ("Frequency shift"),
            .summary = N_ ("Moves every partial by the same number of Hz."),
            .usage = "NHz|CURVE",
            .curves = OVER_BOTH,
            .value = "shift_hz",
            .curve_unit = "",
            .shown_low = -400,
            .shown_high = 400,
            .shown_step = 10,
            .parameters = {AMOUNT (N_ ("Shift"),
                                   "Hz",
                                   TSR_MEASURE_SHIFT,
                                   -TSR_MAX_SHIFT_HZ,
                                   TSR_MAX_SHIFT_HZ,
                                   0,
                                   5)},
        },
    [TSR_OPERATION_GAIN] =
        {
            .word = "gain",
            .name = N_ ("Gain"),
            .summary = N_ ("Louder or softer; over frequency it is a filter."),
            .usage = "NdB|CURVE",
            .curves = OVER_BOTH,
            .value = "gain_db",
            .curve_unit = "",
            .shown_low = -24,
            .shown_high = 24,
            .shown_step = 1,
            .parameters = {AMOUNT (N_ ("Gain"),
                                   "dB",
                                   TSR_MEASURE_GAIN,
                                   TSR_MIN_GAIN_DB,
                                   TSR_MAX_GAIN_DB,
                                   0,
                                   0.5)},
        },
    [TSR_OPERATION_NOISE] =
        {
            .word = "noise",
            .name = N_ ("Noise amount"),
            .summary = N_ ("Multiplies the amplitude of the noise part."),
            .usage = "FACTOR|CURVE",
            .curves = OVER_BOTH,
            .value = "factor",
            .curve_unit = "",
            .shown_low = 0,
            .shown_high = 2,
            .shown_step = 0.1,
            .parameters = {AMOUNT (
                N_ ("Noise"), "", TSR_MEASURE_NUMBER, 0, 1000, 1, 0.1)},
        },
    [TSR_OPERATION_FORMANTS] =
        {
            .word = "formants",
            .name = N_ ("Formants"),
            .summary = N_ ("Moves the formants while the pitch stays."),
            .usage = "RATIO|Ncents|Nst|CURVE",
            .curves = OVER_BOTH,
            .value = "ratio",
            .curve_unit = "",
            .shown_low = 0.5,
            .shown_high = 1.5,
            .shown_step = 0.05,
            .parameters = {AMOUNT (
                N_ ("Formants"), "", TSR_MEASURE_FACTOR, 1.0 / 16, 16, 1, 0.05)},
        },
    [TSR_OPERATION_VIBRATO] =
        {
            .word = "vibrato",
            .name = N_ ("Vibrato"),
            .summary = N_ ("Scales how far frequencies swing around their course."),
            .usage = "FACTOR|CURVE",
            .curves = TSR_CURVE_OVER_TIME,
            .value = "factor",
            .curve_unit = "",
            .shown_low = -1,
            .shown_high = 3,
            .shown_step = 0.1,
            .parameters = {AMOUNT (
                N_ ("Vibrato"), "", TSR_MEASURE_NUMBER, -20, 20, 1, 0.1)},
        },
    [TSR_OPERATION_TREMOLO] =
        {
            .word = "tremolo",
            .name = N_ ("Tremolo"),
            .summary = N_ ("Scales how far amplitudes swing around their course."),
            .usage = "FACTOR|CURVE",
            .curves = TSR_CURVE_OVER_TIME,
            .value = "factor",
            .curve_unit = "",
            .shown_low = -1,
            .shown_high = 3,
            .shown_step = 0.1,
            .parameters = {AMOUNT (
                N_ ("Tremolo"), "", TSR_MEASURE_NUMBER, -20, 20, 1, 0.1)},
        },
    [TSR_OPERATION_TILT] =
        {
            .word = "tilt",
            .name = N_ ("Spectral tilt"),
            .summary =
                N_ ("Raises what is above 1 kHz against what is below, or the other "
                    "way round."),
            .usage = "NdB|CURVE",
            .curves = TSR_CURVE_OVER_TIME,
            .value = "tilt_db",
            .curve_unit = "",
            .shown_low = -12,
            .shown_high = 12,
            .shown_step = 0.5,
            .parameters = {AMOUNT (
                N_ ("Tilt an octave"), "dB", TSR_MEASURE_TILT, -60, 60, 0, 0.5)},
        },
    [TSR_OPERATION_BRIGHTNESS] =
        {
            .word = "brightness",
            .name = N_ ("Brightness"),
            .summary = N_ ("Moves the spectral centroid by a ratio, the energy stays."),
            .usage = "RATIO|Ncents|Nst|CURVE",
            .curves = TSR_CURVE_OVER_TIME,
            .value = "ratio",
            .curve_unit = "",
            .shown_low = 0.5,
            .shown_high = 1.5,
            .shown_step = 0.05,
            .parameters = {AMOUNT (
                N_ ("Brightness"), "", TSR_MEASURE_FACTOR, 1.0 / 16, 16, 1, 0.05)},
        },
    [TSR_OPERATION_HARMONIFY] =
        {
            .word = "harmonify",
            .name = N_ ("Harmonify"),
            .summary =
                N_ ("Takes partials towards multiples of the fundamental: 1 all the "
                    "way, below 0 farther from them."),
            .usage = "AMOUNT|CURVE",
            .curves = OVER_BOTH,
            .value = "amount",
            .curve_unit = "",
            .shown_low = -1,
            .shown_high = 1,
            .shown_step = 0.1,
            .parameters = {AMOUNT (
                N_ ("Amount"), "", TSR_MEASURE_NUMBER, -10, 1, 0, 0.1)},
        },
    [TSR_OPERATION_STRETCH] =
        {
            .word = "stretch",
            .name = N_ ("Stretch"),
            .summary =
                N_ ("Longer or shorter at the same pitch; as a time map, each moment "
                    "goes where it is put."),
            .usage =
                "FACTOR|FILE|s:s,...|s:Nx,... [keep transients [at S,S...]] [keep shape]",
            .curves = TSR_CURVE_OVER_TIME | TSR_CURVE_TIME_MAP,
            .value = "factor",
            .curve_unit = "x",
            .shown_low = 0,
            .shown_high = 2,
            .shown_step = 0.05,
            .parameters =
                {AMOUNT (N_ ("Stretch"),
                         "",
                         TSR_MEASURE_FACTOR,
                         TSR_MIN_STRETCH,
                         TSR_MAX_STRETCH,
                         1,
                         0.05),
                 FLAG (N_ ("Keep waveform shape"), " keep shape", TSR_KEEP_SHAPE),
                 FLAG (N_ ("Keep transients"), " keep transients", TSR_KEEP_TRANSIENTS)},
        },
    [TSR_OPERATION_FILTER] =
        {
            .word = "filter",
            .name = N_ ("Filter"),
            .summary = N_ ("A gain over frequency, drawn over the picture."),
            .usage = "FILE|Hz:dB,...",
            .curves = TSR_CURVE_OVER_HZ | TSR_CURVE_ONLY,
            .value = "gain_db",
            .curve_unit = "",
            .shown_low = -24,
            .shown_high = 24,
            .shown_step = 1,
            .parameters =
                {
                    AMOUNT (N_ ("Gain"),
                            "dB",
                            TSR_MEASURE_GAIN,
                            TSR_MIN_GAIN_DB,
                            TSR_MAX_GAIN_DB,
                            0,
                            0.5)},
        },
    [TSR_OPERATION_DELETE] =
        {
            .word = "delete",
            .name = N_ ("Delete"),
            .summary = N_ ("Takes the partials away, or all that sounds in a span of "
                           "time."),
            .usage = "[[A]:[B]]",
            .parameters = {{.name = N_ ("Span of time"),
                            .before = " ",
                            .kind = TSR_PARAMETER_TEXT,
                            .hint = "0.5:1.2",
                            .optional = TRUE}},
        },
    [TSR_OPERATION_CROP] =
        {
            .word = "crop",
            .name = N_ ("Crop"),
            .summary = N_ ("Keeps only a span of time."),
            .usage = "[A]:[B]",
            .parameters = {TIME (N_ ("From"), " ", 0), TIME (N_ ("To"), ":", 1)},
        },
    [TSR_OPERATION_FADE] =
        {
            .word = "fade",
            .name = N_ ("Fade"),
            .summary = N_ ("Fades in at the beginning and out at the end."),
            .usage = "IN:OUT",
            .parameters = {TIME (N_ ("In"), " ", 0.05), TIME (N_ ("Out"), ":", 0.05)},
        },
    [TSR_OPERATION_SMOOTH] =
        {
            .word = "smooth",
            .name = N_ ("Smooth"),
            .summary = N_ ("Evens out frequencies and amplitudes over a time."),
            .usage = "MS",
            .parameters =
                {
                    NUMBER (N_ ("Over"),
                            " ",
                            "s",
                            TSR_MEASURE_TIME,
                            0,
                            TSR_MAX_SMOOTH_S,
                            0.05,
                            0.005)},
        },
    [TSR_OPERATION_QUANTIZE] =
        {
            .word = "quantize",
            .name = N_ ("Quantize to a scale"),
            .summary =
                N_ ("Takes notes, or every partial, to the nearest note of a scale."),
            .usage = "SCALE|NedO|FILE.scl [root HZ|NOTE] [amount X] [by notes|partials]",
            .parameters = {{.name = N_ ("Scale"),
                            .before = " ",
                            .kind = TSR_PARAMETER_CHOICE,
                            .words = scale_words,
                            .names = scale_names},
                           {.name = N_ ("Notes an octave"),
                            .before = "",
                            .unit = "edo",
                            .kind = TSR_PARAMETER_NUMBER,
                            .measure = TSR_MEASURE_COUNT,
                            .low = 1,
                            .high = 1200,
                            .start = 19,
                            .step = 1,
                            .only_of = 1,
                            .only_at = SCALE_EQUAL},
                           {.name = N_ ("File"),
                            .before = "",
                            .kind = TSR_PARAMETER_FILE,
                            .hint = "*.scl",
                            .only_of = 1,
                            .only_at = SCALE_FILE},
                           {.name = N_ ("Root"),
                            .before = " root ",
                            .kind = TSR_PARAMETER_NUMBER,
                            .measure = TSR_MEASURE_HZ,
                            .low = 1,
                            .high = TSR_MAX_SHIFT_HZ,
                            .start = TSR_SCALE_ROOT_HZ,
                            .step = 1,
                            .optional = TRUE},
                           {.name = N_ ("Amount"),
                            .before = " amount ",
                            .kind = TSR_PARAMETER_NUMBER,
                            .measure = TSR_MEASURE_NUMBER,
                            .low = 0,
                            .high = 1,
                            .start = 1,
                            .step = 0.1,
                            .optional = TRUE},
                           {.name = N_ ("What moves"),
                            .before = " by ",
                            .kind = TSR_PARAMETER_CHOICE,
                            .words = quantize_words,
                            .names = quantize_names}},
        },
    [TSR_OPERATION_REVERSE] =
        {
            .word = "reverse",
            .name = N_ ("Reverse"),
            .summary = N_ ("Turns time around."),
            .usage = "",
        },
    [TSR_OPERATION_MOVE] =
        {
            .word = "move",
            .name = N_ ("Move"),
            .summary = N_ ("Later or earlier."),
            .usage = "S",
            .parameters = {OFFSET (N_ ("By"))},
        },
    [TSR_OPERATION_JOIN] =
        {
            .word = "join",
            .name = N_ ("Join"),
            .summary = N_ ("Makes one of partials that go on where others end."),
            .usage = "[bridge|crossfade]",
            .parameters = {{.name = N_ ("What"),
                            .before = " ",
                            .kind = TSR_PARAMETER_CHOICE,
                            .words = split_join,
                            .names = split_join_names}},
        },
    [TSR_OPERATION_SPLIT] =
        {
            .word = "split",
            .name = N_ ("Split"),
            .summary = N_ ("Cuts partials in two."),
            .usage = "S",
            .parameters = {TIME (N_ ("At"), " ", 0.5)},
        },
    [TSR_OPERATION_LABEL] =
        {
            .word = "label",
            .name = N_ ("Label"),
            .summary = N_ ("Numbers partials as harmonics."),
            .usage = "N|auto",
            .parameters = {{.name = N_ ("Label"),
                            .before = " ",
                            .kind = TSR_PARAMETER_CHOICE,
                            .words = label_words,
                            .names = label_names},
                           {.name = N_ ("Label number"),
                            .before = "",
                            .unit = "",
                            .kind = TSR_PARAMETER_NUMBER,
                            .measure = TSR_MEASURE_COUNT,
                            .low = 0,
                            .high = TSR_MAX_LABEL,
                            .start = 1,
                            .step = 1,
                            .only_of = 1,
                            .only_at = LABEL_NUMBER}},
        },
    [TSR_OPERATION_DUPLICATE] =
        {
            .word = "duplicate",
            .name = N_ ("Duplicate"),
            .summary = N_ ("The same once more, at another time."),
            .usage = "S",
            .parameters = {OFFSET (N_ ("Later by"))},
        },
    [TSR_OPERATION_DRAW] =
        {
            .word = "draw",
            .name = N_ ("Draw a partial"),
            .summary = N_ ("A new partial along points of time, frequency and level."),
            .usage = "S:HZ[:dB],... [harmonics N] [channel N]",
            .parameters = {{.name = N_ ("Points (s:Hz:dB)"),
                            .before = " ",
                            .kind = TSR_PARAMETER_TEXT,
                            .hint = "0.1:440:-30,0.5:660:-36"},
                           {.name = N_ ("Harmonics"),
                            .before = " harmonics ",
                            .unit = "",
                            .kind = TSR_PARAMETER_NUMBER,
                            .measure = TSR_MEASURE_COUNT,
                            .low = 1,
                            .high = TSR_MAX_HARMONICS,
                            .start = 1,
                            .step = 1,
                            .optional = TRUE},
                           {.name = N_ ("Channel"),
                            .before = " channel ",
                            .kind = TSR_PARAMETER_TEXT,
                            .optional = TRUE}},
        },
    [TSR_OPERATION_ERASE] =
        {
            .word = "erase",
            .name = N_ ("Erase"),
            .summary = N_ ("Softens what a brush is led over, or takes it away."),
            .usage = "S:HZ,... size S:HZ [strength X]",
            .parameters = {{.name = N_ ("Points (s:Hz)"),
                            .before = " ",
                            .kind = TSR_PARAMETER_TEXT,
                            .hint = "0.1:440,0.5:440"},
                           NUMBER (N_ ("Radius in time"),
                                   " size ",
                                   "",
                                   TSR_MEASURE_TIME,
                                   1e-4,
                                   1000,
                                   0.05,
                                   0.01),
                           NUMBER (N_ ("Radius in frequency"),
                                   ":",
                                   "",
                                   TSR_MEASURE_HZ,
                                   0.1,
                                   TSR_MAX_SHIFT_HZ,
                                   50,
                                   5),
                           {.name = N_ ("Strength"),
                            .before = " strength ",
                            .unit = "",
                            .kind = TSR_PARAMETER_NUMBER,
                            .measure = TSR_MEASURE_NUMBER,
                            .low = 0,
                            .high = 1,
                            .start = 1,
                            .step = 0.1,
                            .optional = TRUE}},
        },
    [TSR_OPERATION_BREAKPOINT] =
        {
            .word = "breakpoint",
            .name = N_ ("Breakpoint"),
            .summary =
                N_ ("Moves, adds or deletes the nearest breakpoint of the selected "
                    "partials."),
            .usage = "S to S:HZ[:dB]|add|delete",
            .parameters = {TIME (N_ ("At"), " ", 0.5),
                           {.name = N_ ("What"),
                            .before = " ",
                            .kind = TSR_PARAMETER_CHOICE,
                            .words = breakpoint_words,
                            .names = breakpoint_names},
                           {.name = N_ ("To time"),
                            .before = "",
                            .unit = "",
                            .kind = TSR_PARAMETER_NUMBER,
                            .measure = TSR_MEASURE_TIME,
                            .low = 0,
                            .high = TSR_MAX_MOVE_S,
                            .start = 0.5,
                            .step = 0.01,
                            .only_of = 2,
                            .only_at = BREAKPOINT_MOVES},
                           {.name = N_ ("To frequency"),
                            .before = ":",
                            .unit = "",
                            .kind = TSR_PARAMETER_NUMBER,
                            .measure = TSR_MEASURE_HZ,
                            .low = 1,
                            .high = TSR_MAX_SHIFT_HZ,
                            .start = 440,
                            .step = 1,
                            .only_of = 2,
                            .only_at = BREAKPOINT_MOVES},
                           {.name = N_ ("To level (dB)"),
                            .before = ":",
                            .kind = TSR_PARAMETER_TEXT,
                            .optional = TRUE,
                            .only_of = 2,
                            .only_at = BREAKPOINT_MOVES}},
        },
};

guint
tsr_operation_info_count (void)
{
  return G_N_ELEMENTS (infos);
}

const TsrOperationInfo *
tsr_operation_info (guint index)
{
  g_return_val_if_fail (index < G_N_ELEMENTS (infos), NULL);

  return &infos[index];
}

const TsrOperationInfo *
tsr_operation_info_find (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (infos); i++)
    if (g_str_equal (word, infos[i].word))
      return &infos[i];
  return NULL;
}

guint
tsr_operation_info_n_parameters (const TsrOperationInfo *info)
{
  guint n = 0;

  while (info->parameters[n].name != NULL)
    n++;
  return n;
}

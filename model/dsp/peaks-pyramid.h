/* SPDX-License-Identifier: GPL-3.0-or-later
 * Lowest and highest sample of any stretch of a waveform, fast at any zoom: what the
 * overview is drawn from. Immutable once built, reference counted; memory is a 24th of
 * the signal's.
 */
#pragma once

#include "model/dsp/job.h"
#include "model/dsp/signal.h"
#include "model/dsp/status.h"

#include <stddef.h>

typedef struct TsrPeaksPyramid TsrPeaksPyramid;

/* Reads the signal once, in parts that the job shares out, and keeps a reference to it.
 * On success *pyramid is the caller's (unref), else NULL: CANCELLED or NO_MEMORY. */
TsrStatus        tsr_peaks_pyramid_new (const TsrSignal  *signal,
                                        const TsrJob     *job,
                                        TsrPeaksPyramid **pyramid);
TsrPeaksPyramid *tsr_peaks_pyramid_ref (TsrPeaksPyramid *pyramid); /* thread: any */
/* Thread: any but audio; NULL is allowed. */
void   tsr_peaks_pyramid_unref (TsrPeaksPyramid *pyramid);
size_t tsr_peaks_pyramid_bytes (const TsrPeaksPyramid *pyramid);

/* Cuts [start_s, end_s), which may reach outside the signal, into n_columns columns and
 * gives the lowest and highest value of the waveform in each; samples are joined by
 * straight lines, so that neighbouring columns always touch. Columns narrower than 256
 * samples are exact; in wider ones a peak up to 64 samples beyond the edge may count, and
 * none is ever missed. Columns outside the signal get 0 and 0.
 * channel < that of the signal, start_s < end_s, both finite. Thread: any. */
void tsr_peaks_pyramid_query (const TsrPeaksPyramid *pyramid,
                              unsigned               channel,
                              double                 start_s,
                              double                 end_s,
                              size_t                 n_columns,
                              float                 *lowest,
                              float                 *highest);

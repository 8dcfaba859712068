/* Bytes moved over time, for the counters of a trace: a fixed number of samples whose width grows
 * with the run. Private to emu/prof/vendor. */
#ifndef DV_PROF_VENDOR_RATE_H
#define DV_PROF_VENDOR_RATE_H

#include "emu/prof/vendor/codes.h"

enum { DV_SAMPLES = 4096, DV_RATE_KINDS = 6 };

struct dv_rates {
    struct dv_clock clock;
    uint64_t width; /* of a sample, microseconds: a power of two */
    uint32_t n;
    uint64_t bytes[DV_SAMPLES][DV_RATE_KINDS];
};

void dv_rates_begin(struct dv_rates *r, const struct dv_clock *clock);
/* Spreads the bytes of a move evenly over its time. */
void dv_rates_add(struct dv_rates *r, unsigned path, dv_time from, dv_time to, uint64_t bytes);
/* Counter events; values x width add up to the bytes. */
void dv_rates_write(const struct dv_rates *r, struct dv_out *out);

#endif

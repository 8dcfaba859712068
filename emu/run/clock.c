/* Which clock a result was made with, for chips whose papers give two. Owns the words. */
#include <stdio.h>

#include "emu/run/run.h"

static double mhz(uint64_t hz)
{
    return (double)hz * 1e-6;
}

const char *dv_clock_text(const struct dv_chip *c, char *out, size_t size)
{
    uint64_t now = DV_P(c, clock), also = DV_P(c, clock_also);
    const struct dv_origin *o = &c->origin[DV_CP_clock];
    if (!also)
        return NULL;
    if (now == also)
        snprintf(out, size, "%g MHz, one of its two documented clocks; not the chip file's",
                 mhz(now));
    else if (o->file[0])
        snprintf(out, size,
                 "%g MHz, one of its two documented clocks; --set clock=%g takes the other",
                 mhz(now), mhz(also));
    else
        snprintf(out, size, "%g MHz, set; %g MHz is documented", mhz(now), mhz(also));
    return out;
}

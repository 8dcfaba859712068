/* Instructions from elsewhere: instead of walking through the program, S takes what a log says it
 * issued, with the values its registers had. Queues, flags, memories and times are the machine's
 * own; what a register or GM holds besides is not known, so payload must be off. */
#ifndef DV_CORE_FEED_H
#define DV_CORE_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "isa/isa.h"

struct dv_feed_line {
    uint64_t x[DV_SLOTS]; /* of xd xn xm xt, 0 where the word names none */
    uint64_t tick;        /* cycle of its issue, from the launch on; never falls on a core */
    uint32_t op;          /* index of its word in the program */
    uint32_t part;        /* block on its core, from 0 on */
};

struct dv_feed {
    void *self;
    void (*rewind)(void *self);
    /* The next line of a core; false: there is none. */
    bool (*next)(void *self, unsigned core, struct dv_feed_line *out);
    /* S issues nothing before its tick, and after a delay catches up at the lesser of the ticks'
     * distance and the cost of the instruction. Otherwise S takes what its instructions cost. */
    bool paced;
    uint64_t gm_bytes;   /* GM that is used, from DV_GM_BASE on; 0 = all there is */
    uint64_t gm_touched; /* .. of which so many bytes are touched */
};

#endif

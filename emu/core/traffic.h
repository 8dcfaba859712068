/* What a move asks of L2 and memory: its rows cut into requests. */
#ifndef DV_CORE_TRAFFIC_H
#define DV_CORE_TRAFFIC_H

#include "emu/access/access.h"

/* A line of L2, and what one transfer between L2 and a core carries (timing.md 2.4). */
enum { DV_LINE = 512, DV_SECTOR = 128 };

struct dv_traffic {
    uint64_t requests; /* pieces of rows, each within one line */
    uint64_t sectors;  /* bytes between core and L2: whole sectors */
    uint64_t lines;    /* bytes between L2 and memory: whole lines */
};

/* The GM side of a footprint; one aligned row of amount.bytes when it names no address in GM. */
struct dv_traffic dv_traffic_of(const struct dv_foot *f);

#endif

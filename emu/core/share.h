/* Who gets how much of what all share: max-min fair shares of several pools. Pure; integers only.
 * Private to emu/core. */
#ifndef DV_CORE_SHARE_H
#define DV_CORE_SHARE_H

#include "emu/core/chip.h"

/* Pools of the chip: L2, memory behind it, and lines that several cores read at once past L2. */
enum dv_pool { DV_POOL_L2, DV_POOL_MEM, DV_POOL_SAME, DV_POOLS };

#define DV_FULL ((uint64_t)1 << 24) /* speed of a transfer that nothing slows */

/* One transfer: bytes a cycle that it takes from each pool when nothing slows it, and what it is
 * left. */
struct dv_sharer {
    dv_rate want[DV_POOLS];
    dv_rate most;   /* the largest of them */
    uint64_t speed; /* out: of DV_FULL, 1 at least */
    int pool;       /* out: what slows it, -1 = nothing */
};

/* Raises all rates alike until a pool is used up or a transfer has what it wants, then goes on with
 * the others. The order of the sharers makes no difference. */
void dv_share(struct dv_sharer *s[], unsigned n, const dv_rate pool[DV_POOLS]);

#endif

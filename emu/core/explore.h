/* Other legal schedules of the same program, for exploration: everything that silicon does not
 * promise in time is perturbed, everything that it promises stays. Items still start in the order
 * of their queue and complete in it, flags, barriers and unit flags still hold; but an item may
 * start later and take longer, a pipe or S may be slow as a whole or in stretches, queues may be
 * shorter within their plausible range, blocks may begin late and on any idle core, and the cores
 * of a window run in any order.
 *
 * Every answer is a function of the seed, the core, the block, the queue and a running number, the
 * same on every host. Callers ask only when m->opt.explore is not 0, one test each. */
#ifndef DV_CORE_EXPLORE_H
#define DV_CORE_EXPLORE_H

#include "emu/core/state.h"

/* An item may leave its queue later. */
void dv_explore_start(const struct dv_machine *m, const struct dv_core *c, unsigned queue,
                      const struct dv_item *it, struct dv_bid *b);
/* Its unit is busy for longer, and it completes later still. */
void dv_explore_end(const struct dv_machine *m, const struct dv_core *c, unsigned queue,
                    struct dv_item *it, struct dv_moment *end);
/* S is slow after an instruction. */
void dv_explore_scalar(const struct dv_machine *m, struct dv_core *c);
/* A block that begins: late, and with shorter queues. */
void dv_explore_block(const struct dv_machine *m, struct dv_core *c);
/* How much later than it is idle a core bids for the next block. */
dv_time dv_explore_turn(const struct dv_machine *m, const struct dv_core *c);
/* How much later than usual counter `id` of a core goes up, for a set at `at`. */
dv_time dv_explore_cross(const struct dv_machine *m, const struct dv_core *c, unsigned id,
                         dv_time at);
/* Which core runs as number i of a window. */
uint32_t dv_explore_core(const struct dv_machine *m, uint32_t i);

#endif

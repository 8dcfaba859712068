/* Flags between the cores of a mix launch: groups, counters, who waits for what (isa.md 3.5). */
#ifndef DV_CORE_CROSS_H
#define DV_CORE_CROSS_H

#include "emu/core/state.h"

enum dv_cross_mode {
    DV_CROSS_PEERS, /* all AICs of the launch, or all AIVs */
    DV_CROSS_PAIR,  /* the two AIVs of a block */
    DV_CROSS_SIDES  /* the AIC of a block and its AIVs: one side raises the other's counters */
};

/* The launch has flags between cores. */
bool dv_cross_used(const struct dv_machine *m);
/* An item SET_CROSS_CORE got its time. */
enum dv_err dv_cross_set(struct dv_machine *m, struct dv_core *c, const struct dv_item *it);
/* Every core has run up to `until`: groups that are complete raise counters. */
enum dv_err dv_cross_deliver(struct dv_machine *m, dv_time until);
/* FLAG when a counter of the core goes past its limit before `until`. */
enum dv_err dv_cross_due(struct dv_machine *m, struct dv_core *c, dv_time until);
/* True when it is known when counter `id` is above 0; S then waits for that and takes one. */
bool dv_cross_known(const struct dv_core *c, unsigned id);
enum dv_err dv_cross_take(struct dv_machine *m, struct dv_core *c, unsigned id);
/* Counters above 0 and groups half set when the launch has ended. */
enum dv_err dv_cross_leftovers(struct dv_machine *m);
/* S waits for a counter that nothing raises yet. */
bool dv_cross_waits(const struct dv_core *c);
/* After dv_cross_deliver: no core can move any more. */
bool dv_cross_stuck(const struct dv_machine *m, dv_time until);

enum dv_cross_giver_kind {
    DV_CROSS_NONE, /* nobody has set it */
    DV_CROSS_HALF, /* `core` has set it in mode `number`, `lacks` of the same group has not */
    DV_CROSS_OTHER /* `core` has set id `number`, for which the core does not wait */
};

struct dv_cross_giver {
    uint8_t kind;
    unsigned number, core, lacks;
    int64_t op; /* the set */
};

/* Who could have raised a counter of c. */
void dv_cross_giver(const struct dv_machine *m, const struct dv_core *c, unsigned id,
                    struct dv_cross_giver *out);
/* Of cores that are stuck the one to point at: one with a flag it does not wait for, else one whose
 * group is not complete, else the first. */
unsigned dv_cross_culprit(const struct dv_machine *m);

#endif

/* The rules of the checker: one struct a rule, all with the same few calls.
 *
 * Private to emu/check. check.c makes deeds of events and hands them over:
 *   order.c   every deed when it is dispatched; calls dv_check_touch for each work as soon as what
 *             it waits for has been done
 *   race.c    a work with what its agent knows to be complete
 *   init.c    a work in that same order: which bytes were never written
 *   the rest  deeds as they are dispatched
 * "begin" is the start of a block on a core, "end" its END, "finish" the end of the launch. */
#ifndef DV_CHECK_RULES_H
#define DV_CHECK_RULES_H

#include "emu/check/book.h"

/* What is known to be complete: of each agent everything up to a number, a row a reach. */
struct dv_know {
    uint32_t upto[DV_REACHES][DV_AGENTS];
};

static inline unsigned dv_reach_of(unsigned space)
{
    return space == DV_SPACE_GM ? DV_REACH_GM : space == DV_SPACE_UB ? DV_REACH_UB : DV_REACH_REST;
}

struct dv_rules {
    struct dv_book book;
    struct dv_check_tensor *tensor; /* ascending addresses */
    unsigned tensors, cores;
    struct dv_order *order;
    struct dv_links *links;
    struct dv_race *race;
    struct dv_init *init;
    struct dv_stale *stale;
    struct dv_leave *leave;
    struct dv_hints *hints;
};

/* The tensor that holds an address, NULL when none does. */
const struct dv_check_tensor *dv_rules_tensor(const struct dv_rules *k, uint64_t address);

/* A work whose turn has come: `know` is what its agent knows. Called by order.c. */
void dv_check_touch(struct dv_rules *k, const struct dv_deed *e, const struct dv_know *know);

/* ---- order.c: happens-before ----------------------------------------------------------------- */
struct dv_order *dv_order_new(struct dv_rules *k);
void dv_order_free(struct dv_order *o);
void dv_order_begin(struct dv_order *o, unsigned core);
void dv_order_end(struct dv_order *o, unsigned core);
void dv_order_deed(struct dv_order *o, struct dv_deed *e);
/* S executed an instruction: it has the results of the loads whose registers it names. */
void dv_order_scalar(struct dv_order *o, const struct dv_event *e);
/* S took one from a counter of flags between cores. */
void dv_order_cross(struct dv_order *o, unsigned core, unsigned id);

/* ---- race.c: accesses that nothing orders ---------------------------------------------------- */
struct dv_race *dv_race_new(struct dv_rules *k);
void dv_race_free(struct dv_race *r);
void dv_race_touch(struct dv_race *r, const struct dv_deed *e, const struct dv_know *know);
/* S reads a special register that a pipe writes. */
void dv_race_live(struct dv_race *r, const struct dv_event *e, const struct dv_know *know);
/* The last instruction that wrote a byte of a core's local memory or of GM; false when none is
 * known. Fills pc and line of the place. */
bool dv_race_writer(const struct dv_race *r, unsigned core, unsigned space, uint64_t address,
                    struct dv_place *p);

/* ---- init.c, spread.c: bytes never written --------------------------------------------------- */
struct dv_init *dv_init_new(struct dv_rules *k);
void dv_init_free(struct dv_init *i);
void dv_init_begin(struct dv_init *i, unsigned core);
void dv_init_touch(struct dv_init *i, const struct dv_deed *e);
void dv_init_scalar(struct dv_init *i, const struct dv_event *e); /* reads of special registers */

/* ---- stale.c: the data cache; output.c: writes outside outputs ------------------------------- */
struct dv_stale *dv_stale_new(struct dv_rules *k);
void dv_stale_free(struct dv_stale *s);
void dv_stale_touch(struct dv_stale *s, const struct dv_deed *e);   /* works, S's included */
void dv_stale_scalar(struct dv_stale *s, const struct dv_event *e); /* DCCI */
void dv_stale_end(struct dv_stale *s, unsigned core);               /* dirty lines left */
void dv_output_touch(struct dv_rules *k, const struct dv_deed *e);

/* ---- leave.c: registers left changed at END -------------------------------------------------- */
struct dv_leave *dv_leave_new(struct dv_rules *k);
void dv_leave_free(struct dv_leave *l);
void dv_leave_begin(struct dv_leave *l, unsigned core);
void dv_leave_scalar(struct dv_leave *l,
                     const struct dv_event *e); /* writes of special registers */
void dv_leave_end(struct dv_leave *l, unsigned core, const struct dv_event *e);

/* ---- hints.c: what costs time ---------------------------------------------------------------- */
struct dv_hints *dv_hints_new(struct dv_rules *k);
void dv_hints_free(struct dv_hints *h);
void dv_hints_touch(struct dv_hints *h, const struct dv_deed *e);
/* Every item when it is dispatched; one without bytes does nothing. */
void dv_hints_count(struct dv_hints *h, const struct dv_deed *e);
void dv_hints_stall(struct dv_hints *h, const struct dv_event *e);
/* S executed an instruction, after its deed. */
void dv_hints_scalar(struct dv_hints *h, const struct dv_event *e);
void dv_hints_begin(struct dv_hints *h, unsigned core);
void dv_hints_end(struct dv_hints *h, unsigned core);
/* order.c: a WAIT (of the SET at `set`) or a BAR that ordered something new or did not. */
void dv_hints_sync(struct dv_hints *h, const struct dv_deed *e, uint64_t set, bool useful);
/* race.c: without the BAR at pc two accesses of its pipe would be a race. */
void dv_hints_needed(struct dv_hints *h, uint64_t bar);
void dv_hints_finish(struct dv_hints *h);

#endif

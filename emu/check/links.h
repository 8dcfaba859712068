/* What cores know of each other's works on GM through flags between cores (isa.md 3.5).
 *
 * Private to emu/check. A set carries what its pipe knows; a group that is complete hands all of it
 * to its targets; a wait takes the oldest that reached its counter. Only S waits, so what a core
 * knows of others is what S knew when it dispatched a work. */
#ifndef DV_CHECK_LINKS_H
#define DV_CHECK_LINKS_H

#include "emu/check/rules.h"

/* Of each core and agent all works on GM up to a number are complete. Never changes once it is
 * handed out; counted by its owners. */
struct dv_far {
    unsigned owners;
    uint32_t upto[][DV_AGENTS];
};

struct dv_links;

struct dv_links *dv_links_new(struct dv_rules *k);
void dv_links_free(struct dv_links *l);
/* A core begins its block: it takes part in the launch. */
void dv_links_begin(struct dv_links *l, unsigned core);
/* A SET whose turn has come, and what its pipe knows of its own core then. */
void dv_links_set(struct dv_links *l, const struct dv_deed *e, const struct dv_know *know);
/* S took one from a counter: what the core knows now; NULL when nobody set it. */
const struct dv_far *dv_links_wait(struct dv_links *l, unsigned core, unsigned id);
/* What a core knows now, with one owner more; NULL: nothing. */
struct dv_far *dv_links_now(struct dv_links *l, unsigned core);
void dv_far_drop(struct dv_far *f); /* NULL allowed */

#endif

/* Where intrinsics are written: each word at each place is one entry of the machine's code.
 *
 * Owns the table from (word, place) to entry, the object that names files and lines, and what is
 * known of the registers of an entry. */
#ifndef DV_CCE_SITES_H
#define DV_CCE_SITES_H

#include "emu/core/native.h"
#include "emu/cce/include/dv/issue.h"

/* What a register holds. */
enum dv_holds {
    DV_HOLDS_VALUE,
    DV_HOLDS_GM,    /* a pointer into GM */
    DV_HOLDS_LOCAL, /* an offset in a local memory */
    DV_HOLDS_EITHER /* address of S: a pointer into GM, or an address of the local window */
};

struct dv_site {
    struct dv_cce_at at;
    uint32_t word;
    uint8_t holds[DV_SLOTS];       /* enum dv_holds */
    const char *operand[DV_SLOTS]; /* name of the operand in that register, NULL = none */
    uint8_t space[DV_SLOTS];       /* DV_SPACE_* of it */
    bool returns;                  /* x1 is a result */
    bool ends;                     /* END, which only the library issues */
};

struct dv_sites;

/* kinds: mask of DV_ON of the chip's cores. */
struct dv_sites *dv_sites_new(unsigned kinds);
void dv_sites_free(struct dv_sites *s);
struct dv_obj *dv_sites_object(struct dv_sites *s);
/* The entry of a word at a place, made at the first call; DV_NATIVE_FULL: no room, no memory. */
uint32_t dv_site_find(struct dv_sites *s, struct dv_machine *m, uint32_t word,
                      const struct dv_cce_at *at);
const struct dv_site *dv_site(const struct dv_sites *s, uint32_t op);
uint32_t dv_sites_count(const struct dv_sites *s);
/* While a kernel runs .text has room for every entry to come, for reports made afterwards it ends
 * with the last. */
void dv_sites_open(struct dv_sites *s, bool running);

#endif

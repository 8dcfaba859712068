/* How an instruction carries marks of bytes never written from what it reads to what it writes.
 *
 * Private to emu/check. A rule works on shadows (poison.h) as a meaning works on memories: `w` is
 * the instruction, its mem[] are the marks of the bytes that lie there. */
#ifndef DV_CHECK_INIT_H
#define DV_CHECK_INIT_H

#include "emu/access/access.h"
#include "emu/check/poison.h"
#include "emu/check/rules.h"

struct dv_spread {
    struct dv_work w;
    /* Bytes not clean that were used, and the first of them; of one never written if there is one,
     * then mark is FRESH. */
    uint64_t bytes, address;
    uint8_t space, mark;
    bool astray;         /* it takes addresses from such bytes */
    const uint8_t *live; /* marks of the special registers of pipes */
};

/* A rule a shape, indexed like dv_access[]; a shape without one is a link error. A byte made of one
 * never written becomes FRESH. Moves may hand on NEVER: the caller renames it. */
typedef void (*dv_spread_fn)(struct dv_spread *s);
extern const dv_spread_fn dv_spread[];
#define X(name) void dv_spread_##name(struct dv_spread *);
DV_ACCESS_LIST(X)
#undef X

/* The mark that n <= 256 bytes give to what is made of them; notes them in s. */
uint8_t dv_spread_look(struct dv_spread *s, unsigned space, const uint8_t *p, uint32_t n);

/* The mark of what is made of two. */
static inline uint8_t dv_spread_worse(uint8_t a, uint8_t b)
{
    return a == DV_MARK_CLEAN || b == DV_MARK_FRESH ? b : a;
}
/* spread_lanes.c: whether the item writes only a part of the bytes its footprint names. */
bool dv_spread_lanes_holes(const struct dv_work *w);

/* A shape that only moves bytes. */
bool dv_spread_moves(const struct dv_work *w);
/* The footprint may hold bytes that the item leaves alone: under a mask with holes, beside the
 * product of a vector. */
bool dv_spread_holes(const struct dv_work *w);

/* ---- the rule -------------------------------------------------------------------------------- */

/* What marks 1 .. DV_MARK_ORIGINS stand for: an instruction that first used bytes never written. */
struct dv_init_origin {
    uint64_t pc, address, warned; /* pc of the vector instruction that was warned, plus 1 */
    dv_time at;
    uint16_t core;
    uint8_t pipe, space;
};

struct dv_init_core {
    struct dv_poison local[DV_SPACE_COUNT]; /* made when touched */
    uint8_t live[DV_LIVE_COUNT];            /* marks of special registers of pipes */
};

struct dv_init {
    struct dv_rules *k;
    struct dv_init_core *core;
    struct dv_poison gm;
    uint8_t *page; /* of GM: its marks are set up */
    unsigned origins;
    struct dv_init_origin origin[DV_MARK_ORIGINS];
    struct dv_env env; /* scratch */
};

/* ---- init_report.c --------------------------------------------------------------------------- */

/* The instruction uses the bytes of s: V computes with them (warning), S has them (error). */
enum dv_used { DV_USED_BY_S, DV_USED_BY_V, DV_USED_AS_ADDRESS };
void dv_init_report_used(struct dv_init *i, const struct dv_deed *e, const struct dv_spread *s,
                         enum dv_used how);
/* The instruction put out->bytes bytes that came of those of s into tensor t, from out->address. */
void dv_init_report_output(struct dv_init *i, const struct dv_deed *e, const struct dv_spread *s,
                           const struct dv_spread *out, const struct dv_check_tensor *t);
/* S reads a special register that has a mark. */
void dv_init_report_live(struct dv_init *i, const struct dv_event *e, const char *name,
                         uint8_t mark);

#endif

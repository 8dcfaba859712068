/* Which of GM a log reaches: its items once without time, their footprints collected. */
#include "emu/replay/state.h"

#include <stdlib.h>

#include "emu/access/access.h"

enum { PAGE_BITS = 16, PAGES = 1 << 20 }; /* 64 GiB */
enum { BEHIND = 2 << 20 };                /* what only S loads, such as parameters */

struct extent {
    uint8_t *seen; /* a bit a page */
    uint64_t pages, end;
    struct dv_foot foot;
};

static void note(struct extent *x, const struct dv_strided *p)
{
    uint64_t lo, hi;

    dv_strided_hull(p, &lo, &hi);
    if (p->space != DV_SPACE_GM || lo >= hi || lo < DV_GM_BASE)
        return;
    x->end = hi - DV_GM_BASE > x->end ? hi - DV_GM_BASE : x->end;
    for (uint64_t i = (lo - DV_GM_BASE) >> PAGE_BITS; i <= (hi - 1 - DV_GM_BASE) >> PAGE_BITS; i++)
        if (i < PAGES && !(x->seen[i / 8] >> i % 8 & 1)) {
            x->seen[i / 8] |= (uint8_t)(1u << i % 8);
            x->pages++;
        }
}

static void hear(void *self, const struct dv_event *e)
{
    struct extent *x = self;

    if (!e->work || e->op->exec != DV_EXEC_ITEM ||
        dv_access[dv_op_insn(e->op)->access](e->work, &x->foot, NULL) != DV_OK)
        return;
    for (unsigned i = 0; i < x->foot.n; i++)
        note(x, &x->foot.part[i]);
}

/* A fault is met again, and said, when time is on. */
static enum dv_err run(struct dv_dump *k, struct dv_machine *m, struct extent *x, struct dv_diag *d)
{
    struct dv_listener l = {x, hear, 1u << DV_EV_ISSUE};
    struct dv_launch launch = {.core = k->program->kernel->core, .blocks = k->blocks, .kernel = 1};
    enum dv_err e = dv_machine_load(m, k->program, d);

    dv_machine_listen(m, &l);
    if (!e)
        e = dv_machine_launch(m, &launch, d);
    if (!e)
        (void)dv_machine_run(m, NULL);
    return e;
}

enum dv_err dv_dump_extent(struct dv_dump *k, const struct dv_chip *chip, struct dv_feed *f,
                           struct dv_diag *d)
{
    struct dv_machine_opts o = {.time_off = true, .data_off = true, .no_replay = true, .feed = f};
    struct extent *x = calloc(1, sizeof *x);
    struct dv_machine *m = NULL;
    enum dv_err e;

    dv_dump_feed(k, f);
    if (!x || !(x->seen = calloc(PAGES / 8, 1)))
        e = dv_fail(d, DV_E_MEMORY, "out of memory");
    else
        e = (m = dv_machine_new(chip, &o, d)) ? run(k, m, x, d) : DV_E_MEMORY;
    if (!e) {
        f->gm_bytes = x->end + BEHIND;
        f->gm_touched = x->pages << PAGE_BITS;
        e = dv_dump_failed(k, d);
    }
    dv_machine_free(m);
    free(x ? x->seen : NULL);
    free(x);
    return e;
}

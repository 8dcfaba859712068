/* The nearest of several names: what a misspelling probably meant.
 *
 * Knows nothing of where names come from. */
#include "asm/state.h"

#include "isa/near.h"

void dv_near_init(struct dv_near *n, struct dv_span want)
{
    /* A third of the letters may be wrong, at most three. */
    unsigned limit = want.n < 2 ? 0 : (unsigned)(want.n + 2) / 3;
    *n = (struct dv_near){.want = want, .distance = limit < 3 ? limit + 1 : 4};
}

void dv_near_offer(struct dv_near *n, struct dv_span name)
{
    size_t far = name.n > n->want.n ? name.n - n->want.n : n->want.n - name.n;
    if (!name.n || far >= n->distance)
        return;
    size_t d = dv_edits(n->want.p, n->want.n, name.p, name.n);
    if (d >= n->distance)
        return;
    n->distance = d;
    n->best = name;
}

void dv_near_help(struct dv_as *as, const struct dv_near *n)
{
    if (n->best.n)
        dv_as_help(as, "did you mean '%.*s'?", (int)n->best.n, n->best.p);
}

/* Hard flags: counters between MTE1 and M for L0A, L0B and BT, between M and FIX for L0C (isa.md
 * 3.3). What they count is ours: a set adds one, a wait takes one, the n-th wait the n-th set. */
#include "emu/core/flags.h"

#include <stdio.h>

static const struct {
    uint8_t src, dst, mem;
} kinds[DV_HARD_KINDS] = {
    {DV_PIPE_MTE1, DV_PIPE_M, DV_V_hmem_l0a}, {DV_PIPE_MTE1, DV_PIPE_M, DV_V_hmem_l0b},
    {DV_PIPE_MTE1, DV_PIPE_M, DV_V_hmem_bt},  {DV_PIPE_M, DV_PIPE_MTE1, DV_V_hmem_l0a},
    {DV_PIPE_M, DV_PIPE_MTE1, DV_V_hmem_l0b}, {DV_PIPE_M, DV_PIPE_MTE1, DV_V_hmem_bt},
    {DV_PIPE_M, DV_PIPE_FIX, DV_V_hmem_l0c},  {DV_PIPE_FIX, DV_PIPE_M, DV_V_hmem_l0c},
};

static int kind_of(unsigned src, unsigned dst, unsigned id)
{
    for (int k = 0; k < DV_HARD_KINDS; k++)
        if (kinds[k].src == src && kinds[k].dst == dst && kinds[k].mem == dv_flag_mem(id))
            return k;
    return -1;
}

struct dv_hard *dv_hard_at(struct dv_core *c, unsigned src, unsigned dst, unsigned id)
{
    int k = id < DV_FLAG_IDS ? -1 : kind_of(src, dst, id);
    return k < 0 ? NULL : &c->hard[k][id % DV_FLAG_IDS];
}

bool dv_flag_ever(struct dv_core *c, unsigned src, unsigned dst, unsigned id)
{
    const struct dv_hard *h = dv_hard_at(c, src, dst, id);
    return h ? h->sets : c->flag_used[src][dst] >> id & 1;
}

/* Set number n comes before wait number n - DV_HARD_MOST: one too many. */
static enum dv_err overflow(struct dv_machine *m, struct dv_core *c, const struct dv_flag_key *f,
                            const struct dv_hard *h, uint32_t n)
{
    struct dv_raise late = h->set[n % DV_HARD_ROOM];
    struct dv_raise first = h->set[(n - DV_HARD_MOST) % DV_HARD_ROOM];
    struct dv_diag *d = &m->diag;
    char text[128], at[100], insn[64];
    int64_t wait = dv_flag_any(m, DV_ENGINE_wait_flag, *f);

    dv_flag_text(m, *f, text, sizeof text);
    dv_core_fault(m, c, late.op, f->src, late.at.at, DV_E_FLAG,
                  "flag %s is set more than %d times before it is waited for", text, DV_HARD_MOST);
    d->has_other = true;
    dv_place_insn(m, c, first.op, f->src, first.at.at, &d->other);
    dv_line_text(m, wait, at, sizeof at);
    if (wait < 0)
        dv_diag_fix(d, "nothing waits for it: %s once for each set",
                    dv_flag_insn(DV_ENGINE_wait_flag, *f, insn, sizeof insn));
    else
        dv_diag_fix(d, "wait for it once for each set; the program waits at %s", at);
    return m->fault;
}

/* A set at the very time of a wait comes first. */
enum dv_err dv_hard_raise(struct dv_machine *m, struct dv_core *c, unsigned src, unsigned dst,
                          unsigned id, const struct dv_moment *at, uint32_t op_index)
{
    struct dv_hard *h = dv_hard_at(c, src, dst, id);
    uint32_t n = h->sets++;

    c->hard_used[kind_of(src, dst, id)] |= (uint8_t)(1u << id % DV_FLAG_IDS);
    h->set[n % DV_HARD_ROOM] = (struct dv_raise){*at, op_index};
    if (n >= DV_HARD_MOST && h->waits > n - DV_HARD_MOST &&
        h->taken[(n - DV_HARD_MOST) % DV_HARD_ROOM] >= at->at)
        return overflow(m, c, &(struct dv_flag_key){src, dst, id}, h, n);
    c->wake |= (uint8_t)(1u << queue_of(dst));
    return DV_OK;
}

enum dv_err dv_hard_take(struct dv_machine *m, struct dv_core *c, unsigned src, unsigned dst,
                         unsigned id, dv_time at)
{
    struct dv_hard *h = dv_hard_at(c, src, dst, id);
    uint32_t n = h->waits++;

    h->taken[n % DV_HARD_ROOM] = at;
    if (h->sets > n + DV_HARD_MOST && h->set[(n + DV_HARD_MOST) % DV_HARD_ROOM].at.at <= at)
        return overflow(m, c, &(struct dv_flag_key){src, dst, id}, h, n + DV_HARD_MOST);
    c->wake |= (uint8_t)(1u << queue_of(src));
    return DV_OK;
}

/* The counters in which more is left than `most`: the one whose first set too many is earliest. */
static const struct dv_hard *left_over(const struct dv_core *c, uint32_t most,
                                       struct dv_flag_key *f)
{
    const struct dv_hard *found = NULL;
    dv_time first = 0;

    for (unsigned k = 0; k < DV_HARD_KINDS; k++)
        for (unsigned used = c->hard_used[k]; used; used &= used - 1) {
            unsigned id = (unsigned)__builtin_ctz(used);
            const struct dv_hard *h = &c->hard[k][id];
            if (h->sets - h->waits <= most)
                continue;
            dv_time at = h->set[(h->waits + most) % DV_HARD_ROOM].at.at;
            if (found && at >= first)
                continue;
            found = h;
            first = at;
            *f = (struct dv_flag_key){kinds[k].src, kinds[k].dst,
                                      (kinds[k].mem + 1u) * DV_FLAG_IDS + id};
        }
    return found;
}

enum dv_err dv_hard_over(struct dv_machine *m, struct dv_core *c)
{
    struct dv_flag_key f;
    const struct dv_hard *h = left_over(c, DV_HARD_MOST, &f);
    return h ? overflow(m, c, &f, h, h->waits + DV_HARD_MOST) : DV_OK;
}

enum dv_err dv_hard_leftovers(struct dv_machine *m, struct dv_core *c)
{
    struct dv_flag_key f;
    const struct dv_hard *h = left_over(c, 0, &f);
    char text[128], at[100], insn[64];

    if (!h)
        return DV_OK;
    const struct dv_raise *set = &h->set[h->waits % DV_HARD_ROOM];
    int64_t wait = dv_flag_any(m, DV_ENGINE_wait_flag, f);
    dv_flag_text(m, f, text, sizeof text);
    dv_core_fault(m, c, set->op, f.src, set->at.at, DV_E_FLAG, "flag %s is still %u at END", text,
                  h->sets - h->waits);
    dv_line_text(m, wait, at, sizeof at);
    if (wait < 0)
        dv_diag_fix(&m->diag, "nothing waits for it: add %s",
                    dv_flag_insn(DV_ENGINE_wait_flag, f, insn, sizeof insn));
    else
        dv_diag_fix(&m->diag,
                    "it was set %u times and waited for %u times, at %s: wait once for each set, "
                    "or leave out a set",
                    h->sets, h->waits, at);
    return m->fault;
}

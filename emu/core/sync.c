/* Flags as limited counts, and leftovers at END. */
#include "emu/core/flags.h"

#include <stdio.h>

enum { PIPE_FLAG_LIMIT = 1 }; /* isa.md 3.3: one bit; a limit, not a type */

/* Set and not yet consumed at a time, though the queues may know more. */
static bool waits_at(const struct dv_flag *f, dv_time at)
{
    return (f->count && f->set[0].at.at <= at) || (f->taken > at && f->last.at.at <= at);
}

/* A flag that a pipe should wait for and that nothing in the program waits for. */
static bool forgotten(const struct dv_machine *m, unsigned pipe, struct dv_flag_key *f,
                      int64_t *set)
{
    for (unsigned i = 0; i < DV_PIPE_COUNT * DV_FLAG_IDS; i++) {
        *f = (struct dv_flag_key){i / DV_FLAG_IDS, pipe, i % DV_FLAG_IDS};
        *set = dv_flag_seek(m, DV_ENGINE_set_flag, *f, 0, m->code.words);
        if (*set >= 0 && dv_flag_any(m, DV_ENGINE_wait_flag, *f) < 0)
            return true;
    }
    return false;
}

/* A flag that a pipe should have waited for by a time: it is set, and waits for nobody. */
static bool unheeded(struct dv_core *c, unsigned pipe, dv_time at, struct dv_flag_key *f)
{
    for (unsigned i = 0; i < DV_PIPE_COUNT * DV_FLAG_IDS; i++) {
        *f = (struct dv_flag_key){i / DV_FLAG_IDS, pipe, i % DV_FLAG_IDS};
        if (waits_at(flag_at(c, f->src, f->dst, f->id), at))
            return true;
    }
    return false;
}

/* The pipe that sets a flag for the second time ran ahead of a wait that it lacks. */
static bool fix_ahead(struct dv_machine *m, struct dv_core *c, unsigned pipe, dv_time at,
                      bool taken)
{
    struct dv_flag_key f;
    char text[128], line[100];
    int64_t set;

    if (forgotten(m, pipe, &f, &set)) {
        dv_flag_text(m, f, text, sizeof text);
        dv_line_text(m, set, line, sizeof line);
        dv_diag_fix(&m->diag, "flag %s is set at %s and nothing waits for it, so that %s ran ahead",
                    text, line, dv_pipe_names[pipe]);
        return true;
    }
    if (!taken || !unheeded(c, pipe, at, &f))
        return false;
    dv_flag_text(m, f, text, sizeof text);
    dv_diag_fix(&m->diag,
                "flag %s is set and not waited for: is its wait missing, so that %s ran ahead?",
                text, dv_pipe_names[pipe]);
    return true;
}

/* Where the wait for a set should stand, as far as the text of the program says: false when it has
 * one. Ids in registers are not known. */
static bool no_wait(struct dv_machine *m, struct dv_flag_key f, int64_t set)
{
    struct dv_diag *d = &m->diag;
    unsigned other;
    int64_t stray = dv_flag_stray(m, DV_ENGINE_wait_flag, f, &other);
    int64_t next = dv_work_after(m, f.dst, set);
    char at[100], to[100];

    if (dv_flag_any(m, DV_ENGINE_wait_flag, f) >= 0)
        return false;
    dv_line_text(m, stray < 0 ? set : stray, at, sizeof at);
    dv_line_text(m, next < 0 ? set : next, to, sizeof to);
    if (stray >= 0)
        dv_diag_fix(d, "%s waits for id %u, which nobody sets: wait for id %u there, or set id %u",
                    at, other, f.id, other);
    else if (next >= 0 && f.dst != DV_PIPE_S)
        dv_diag_fix(d,
                    "nothing waits for it: add wait_flag.%s.%s #%u before %s, the next work of %s",
                    dv_pipe_names[f.src], dv_pipe_names[f.dst], f.id, to, dv_pipe_names[f.dst]);
    else
        dv_diag_fix(d, "nothing waits for it: add wait_flag.%s.%s #%u after %s",
                    dv_pipe_names[f.src], dv_pipe_names[f.dst], f.id, at);
    return true;
}

static void fix_twice(struct dv_machine *m, struct dv_flag_key f, int64_t first, int64_t second)
{
    int64_t wait = dv_flag_seek(m, DV_ENGINE_wait_flag, f, 0, m->code.words);
    char at[100], from[100], to[100];

    dv_line_text(m, wait, at, sizeof at);
    dv_line_text(m, first, from, sizeof from);
    dv_line_text(m, second, to, sizeof to);
    if (wait < 0)
        dv_diag_fix(&m->diag, "wait_flag.%s.%s id %u before the second set", dv_pipe_names[f.src],
                    dv_pipe_names[f.dst], f.id);
    else
        dv_diag_fix(
            &m->diag,
            "%s must wait for it between the set of %s and that of %s; the program waits at "
            "%s",
            dv_pipe_names[f.dst], from, to, at);
}

static void fix_left(struct dv_machine *m, struct dv_flag_key f, int64_t set)
{
    int64_t wait = dv_flag_seek(m, DV_ENGINE_wait_flag, f, 0, m->code.words);
    char at[100], from[100];

    if (no_wait(m, f, set))
        return;
    dv_line_text(m, wait, at, sizeof at);
    dv_line_text(m, set, from, sizeof from);
    if (wait < 0)
        dv_diag_fix(&m->diag, "wait for it before END; the next kernel on this core would see it");
    else
        dv_diag_fix(
            &m->diag,
            "%s sets it once more than %s waits for it: wait once more before END (drain), or "
            "leave out the last set",
            from, at);
}

/* `late` came before the wait for `first`, which was taken since or never. */
static enum dv_err set_twice(struct dv_machine *m, struct dv_core *c, unsigned src, unsigned dst,
                             unsigned id, const struct dv_raise *late, const struct dv_raise *first,
                             bool taken)
{
    struct dv_raise a = *late, b = *first;
    struct dv_flag_key f = {src, dst, id};
    dv_time at = a.at.at;
    char text[128];
    struct dv_diag *d = &m->diag;

    dv_flag_text(m, f, text, sizeof text);
    dv_core_fault(m, c, a.op, src, at, DV_E_FLAG, "flag %s is set twice without a wait between",
                  text);
    d->has_other = true;
    dv_place_insn(m, c, b.op, src, b.at.at, &d->other);
    if (!no_wait(m, f, b.op) && !fix_ahead(m, c, src, at, taken))
        fix_twice(m, f, b.op, a.op);
    return m->fault;
}

/* A set at the very time of the wait for the one before comes too early: sets come first. */
enum dv_err dv_flag_raise(struct dv_machine *m, struct dv_core *c, unsigned src, unsigned dst,
                          unsigned id, const struct dv_moment *at, uint32_t op_index)
{
    if (dv_flag_mem(id) >= 0)
        return dv_hard_raise(m, c, src, dst, id, at, op_index);

    struct dv_flag *f = flag_at(c, src, dst, id);
    struct dv_raise set = {*at, op_index};
    unsigned queue = queue_of(dst);

    if (!f->count && f->taken && at->at <= f->taken && !m->opt.unordered)
        return set_twice(m, c, src, dst, id, &set, &f->last, true);
    f->set[f->count++] = set;
    c->flag_used[src][dst] |= (uint8_t)(1u << id);
    if (queue != DV_Q_NONE)
        c->wake |= (uint8_t)(1u << queue);
    return DV_OK;
}

enum dv_err dv_flag_take(struct dv_machine *m, struct dv_core *c, unsigned src, unsigned dst,
                         unsigned id, dv_time at)
{
    if (dv_flag_mem(id) >= 0)
        return dv_hard_take(m, c, src, dst, id, at);

    struct dv_flag *f = flag_at(c, src, dst, id);
    unsigned queue = queue_of(src);

    f->last = f->set[0];
    f->taken = at;
    f->set[0] = f->set[1];
    if (--f->count && f->set[0].at.at <= at && !m->opt.unordered)
        return set_twice(m, c, src, dst, id, &f->set[0], &f->last, true);
    if (queue != DV_Q_NONE)
        c->wake |= (uint8_t)(1u << queue);
    return DV_OK;
}

bool dv_flag_full(struct dv_core *c, unsigned src, unsigned dst, unsigned id, unsigned more)
{
    const struct dv_hard *h = dv_hard_at(c, src, dst, id);
    return h ? h->sets - h->waits + more >= DV_HARD_ROOM
             : flag_at(c, src, dst, id)->count + more >= DV_SETS;
}

const struct dv_raise *dv_flag_next(struct dv_core *c, unsigned src, unsigned dst, unsigned id)
{
    const struct dv_hard *h = dv_hard_at(c, src, dst, id);
    const struct dv_flag *f = h ? NULL : flag_at(c, src, dst, id);

    if (h)
        return h->sets != h->waits ? &h->set[h->waits % DV_HARD_ROOM] : NULL;
    return f->count ? &f->set[0] : NULL;
}

/* The earliest second one. */
enum dv_err dv_flags_twice(struct dv_machine *m, struct dv_core *c)
{
    unsigned src = 0, dst = 0, id = 0;
    const struct dv_flag *first = NULL;

    for (unsigned s = 0; s < DV_PIPE_COUNT; s++)
        for (unsigned d = 0; d < DV_PIPE_COUNT; d++)
            for (unsigned used = c->flag_used[s][d]; used; used &= used - 1) {
                unsigned i = (unsigned)__builtin_ctz(used);
                const struct dv_flag *f = flag_at(c, s, d, i);
                if (f->count < DV_SETS || (first && first->set[1].at.at <= f->set[1].at.at))
                    continue;
                first = f;
                src = s, dst = d, id = i;
            }
    return first ? set_twice(m, c, src, dst, id, &first->set[1], &first->set[0], false)
                 : dv_hard_over(m, c);
}

enum dv_err dv_core_leftovers(struct dv_machine *m, struct dv_core *c)
{
    char text[128];

    if (dv_flags_twice(m, c))
        return m->fault;
    for (unsigned s = 0; s < DV_PIPE_COUNT; s++)
        for (unsigned d = 0; d < DV_PIPE_COUNT; d++)
            for (unsigned used = c->flag_used[s][d]; used; used &= used - 1) {
                struct dv_flag_key f = {s, d, (unsigned)__builtin_ctz(used)};
                const struct dv_flag *flag = flag_at(c, s, d, f.id);
                if (!flag->count)
                    continue;
                dv_flag_text(m, f, text, sizeof text);
                dv_core_fault(m, c, flag->set[0].op, s, flag->set[0].at.at, DV_E_FLAG,
                              "flag %s is still set at END", text);
                fix_left(m, f, flag->set[0].op);
                return m->fault;
            }
    return dv_hard_leftovers(m, c);
}

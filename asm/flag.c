/* Flags: .flag and the statements set, wait, arm, drain.
 *
 * Owns which event ids of a pipe pair a name holds. One id is one bit of the machine
 * (isa.md 3.3); each statement is one SET_FLAG or WAIT_FLAG per id. */
#include "asm/state.h"

#include <stdio.h>

/* Event ids per pair: 0..7 on c220, 0..3 on c100 (isa.md 3.3). */
static unsigned id_limit(const struct dv_as *as)
{
    return as->kinds == DV_ON(DV_C100) ? 4 : 8;
}

bool dv_as_pipe(struct dv_as *as, struct dv_span name, uint8_t *pipe)
{
    struct dv_near near;
    for (unsigned i = 0; i < DV_PIPE_COUNT; i++)
        if (dv_span_is(name, dv_pipe_names[i]) && i != DV_PIPE_ALL) {
            *pipe = (uint8_t)i;
            return true;
        }
    if (dv_span_is(name, "f")) {
        *pipe = DV_PIPE_FIX;
        return true;
    }
    dv_as_fail(as, name.p, DV_E_SYMBOL, "'%.*s' is no pipe (s v m mte1 mte2 mte3 fix)", (int)name.n,
               name.p);
    dv_near_init(&near, name);
    for (unsigned i = 0; i < DV_PIPE_COUNT; i++)
        dv_near_offer(&near, dv_span_of(dv_pipe_names[i]));
    dv_near_help(as, &near);
    return false;
}

/* A pipe is there when an instruction for the core goes to it. */
static bool on_core(struct dv_as *as, uint8_t pipe, const char *at)
{
    unsigned kinds = 0;
    for (unsigned i = 0; i < dv_insn_count; i++)
        if (dv_insns[i].pipe == pipe)
            kinds |= dv_insns[i].on;
    if (!as->kinds || (kinds & as->kinds))
        return true;
    dv_as_fail(as, at, DV_E_SYMBOL, "the core of this kernel has no pipe %s", dv_pipe_names[pipe]);
    return false;
}

static unsigned next_id(const struct dv_as *as, const struct dv_flag *f)
{
    unsigned n = 0;
    for (const struct dv_flag *o = as->flag; o; o = o->next)
        if (o->src == f->src && o->dst == f->dst && o->first + o->ids > n)
            n = o->first + o->ids;
    return n;
}

static enum dv_err too_many(struct dv_as *as, const struct dv_flag *f, const char *at)
{
    char held[400];
    size_t n = 0;
    held[0] = '\0';
    for (const struct dv_flag *o = as->flag; o && n < sizeof held; o = o->next)
        if (o->src == f->src && o->dst == f->dst)
            n += (size_t)snprintf(held + n, sizeof held - n, "%s%.*s holds %u..%u", n ? ", " : "; ",
                                  (int)o->name.n, o->name.p, o->first, o->first + o->ids - 1u);
    return dv_as_fail(as, at, DV_E_RANGE, "'%.*s' needs %u event id%s, %s -> %s has %u in all%s",
                      (int)f->name.n, f->name.p, f->ids, f->ids == 1 ? "" : "s",
                      dv_pipe_names[f->src], dv_pipe_names[f->dst], id_limit(as), held);
}

/* src -> dst */
static bool read_pair(struct dv_as *as, struct dv_span piece, struct dv_flag *f)
{
    struct dv_span rest = piece, src = dv_take_name(&rest);
    if (!dv_take(&rest, '-') || !dv_take(&rest, '>')) {
        dv_as_fail(as, piece.p, DV_E_SYNTAX, "expected a pipe pair: mte2 -> v");
        return false;
    }
    struct dv_span dst = dv_take_name(&rest);
    if (!dv_as_pipe(as, src, &f->src) || !dv_as_pipe(as, dst, &f->dst) ||
        dv_as_end(as, rest) != DV_OK)
        return false;
    if (f->src != f->dst)
        return on_core(as, f->src, src.p) && on_core(as, f->dst, dst.p);
    dv_as_fail(as, dst.p, DV_E_SYMBOL, "a flag orders two pipes, both are %s",
               dv_pipe_names[f->src]);
    dv_as_help(as, "within one pipe, bar.%s waits for what came before", dv_pipe_names[f->src]);
    return false;
}

static bool read_ids(struct dv_as *as, struct dv_span rest, int64_t *ids)
{
    struct dv_span piece, key, value;
    if (!dv_take_piece(&rest, &piece))
        return true;
    if (!dv_split_key(piece, &key, &value) || !dv_span_is(key, "ids")) {
        dv_as_fail(as, piece.p, DV_E_SYNTAX, "expected ids=N");
        return false;
    }
    return dv_as_int_in(as, value, "ids", 1, 16, ids) == DV_OK && dv_as_end(as, rest) == DV_OK;
}

static void remember(struct dv_as *as, struct dv_flag *f)
{
    *as->last_flag = f;
    as->last_flag = &f->next;
    struct dv_name *n = dv_as_name(as, DV_NAME_FLAG, f->name);
    n->src = f->src;
    n->dst = f->dst;
    n->first = f->first;
    n->copies = f->ids;
}

enum dv_err dv_flag_directive(struct dv_as *as, struct dv_span rest)
{
    struct dv_flag *f = dv_as_keep(as, sizeof *f);
    struct dv_span name, pair;
    int64_t ids = 1;
    if (!dv_take_piece(&rest, &name) || !dv_take_piece(&rest, &pair))
        return dv_as_fail(as, NULL, DV_E_SYNTAX, "expected .flag NAME, PIPE -> PIPE [, ids=N]");
    if (dv_name_length(name) != name.n)
        return dv_as_fail(as, name.p, DV_E_SYNTAX, "expected a flag name");
    if (!read_pair(as, pair, f) || !read_ids(as, rest, &ids))
        return as->now.code;
    f->name = name;
    f->ids = (uint8_t)ids;
    f->first = (uint8_t)next_id(as, f);
    if (f->first + f->ids > id_limit(as))
        return too_many(as, f, name.p);
    struct dv_sym *s = dv_as_define(as, name, DV_SYM_FLAG);
    if (!s)
        return as->now.code;
    f->name = s->name;
    s->flag = f;
    remember(as, f);
    return DV_OK;
}

/* ---- set, wait, arm, drain ------------------------------------------------------------------- */

static struct dv_flag *find(struct dv_as *as, struct dv_span name)
{
    struct dv_near near;
    const struct dv_sym *s = dv_as_find(as, name);
    if (s && s->kind == DV_SYM_FLAG)
        return s->flag;
    dv_as_fail(as, name.p, DV_E_SYMBOL, "there is no flag '%.*s'", (int)name.n, name.p);
    dv_near_init(&near, name);
    for (const struct dv_flag *f = as->flag; f; f = f->next)
        dv_near_offer(&near, f->name);
    dv_near_help(as, &near);
    return NULL;
}

/* [i] after the name; all ids when there is none. */
static bool read_which(struct dv_as *as, const struct dv_flag *f, struct dv_span *rest,
                       unsigned *from, unsigned *to)
{
    int64_t i;
    *from = 0;
    *to = f->ids;
    if (!dv_take(rest, '['))
        return true;
    struct dv_span inner = *rest;
    inner.n = dv_find(inner, "]");
    if (inner.n == rest->n)
        return dv_as_fail(as, inner.p, DV_E_SYNTAX, "this [ is not closed"), false;
    rest->p += inner.n + 1;
    rest->n -= inner.n + 1;
    if (dv_as_int(as, inner, &i) != DV_OK)
        return false;
    if (i < 0 || i >= f->ids) {
        dv_as_fail(as, inner.p, DV_E_RANGE, "flag '%.*s' has ids 0..%u, there is no %lld",
                   (int)f->name.n, f->name.p, f->ids - 1u, (long long)i);
        return false;
    }
    *from = (unsigned)i;
    *to = *from + 1;
    return true;
}

enum dv_err dv_as_flag_operation(struct dv_as *as, struct dv_span word, struct dv_span rest)
{
    bool all = dv_span_is(word, "arm") || dv_span_is(word, "drain");
    bool wait = dv_span_is(word, "wait") || dv_span_is(word, "drain");
    struct dv_span name = dv_take_name(&rest);
    unsigned from, to;
    if (!name.n)
        return dv_as_fail(as, rest.p, DV_E_SYNTAX, "expected a flag name");
    struct dv_flag *f = find(as, name);
    if (!f || !read_which(as, f, &rest, &from, &to) || dv_as_end(as, rest) != DV_OK)
        return as->now.code;
    if (!all && to - from > 1) {
        dv_as_fail(as, name.p, DV_E_SYNTAX, "'%.*s' has %u ids: write %.*s[i]", (int)name.n, name.p,
                   f->ids, (int)name.n, name.p);
        dv_as_help(as, "%s does all of them", wait ? "drain" : "arm");
        return as->now.code;
    }
    as->naming = true;
    for (unsigned i = from; i < to; i++) {
        f->set |= (uint16_t)(!wait << i);
        f->waited |= (uint16_t)(wait << i);
        dv_as_insn_text(as, "%s.%s.%s #%u", wait ? "wait_flag" : "set_flag", dv_pipe_names[f->src],
                        dv_pipe_names[f->dst], f->first + i);
    }
    as->naming = false;
    return as->now.code;
}

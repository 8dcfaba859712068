/* Words for races; see hazard.h. */
#include "emu/check/hazard.h"

#include <string.h>

static const char *agent_name(unsigned agent)
{
    static const char *const name[DV_AGENTS] = {"s",    "s",    "s",    "v",  "m",
                                                "mte1", "mte2", "mte3", "fix"};
    return name[agent];
}

static const char *pipe_label(unsigned agent)
{
    static const char *const name[DV_AGENTS] = {"PIPE_S",    "PIPE_S",    "PIPE_S",
                                                "PIPE_V",    "PIPE_M",    "PIPE_MTE1",
                                                "PIPE_MTE2", "PIPE_MTE3", "PIPE_FIX"};
    return name[agent];
}

unsigned dv_agent_pipe(unsigned agent)
{
    static const uint8_t pipe[DV_AGENTS] = {DV_PIPE_S,    DV_PIPE_S,    DV_PIPE_S,
                                            DV_PIPE_V,    DV_PIPE_M,    DV_PIPE_MTE1,
                                            DV_PIPE_MTE2, DV_PIPE_MTE3, DV_PIPE_FIX};
    return pipe[agent];
}

/* "full" when the kernel has named a flag of these pipes. */
static const char *flag_between(const struct dv_book *b, unsigned src, unsigned dst)
{
    const struct dv_obj *o = b->obj;
    uint32_t kernel = dv_machine_kernel(b->m);

    for (uint32_t i = 0; i < o->names; i++) {
        const struct dv_name *n = &o->name[i];
        if (n->kind == DV_NAME_FLAG && n->src == src && n->dst == dst && dv_name_is_of(n, kernel))
            return n->name;
    }
    return NULL;
}

/* The access that comes first in program order, in line `from`, has to be complete before the other
 * begins. */
static void remedy(const struct dv_book *b, struct dv_check_finding *f)
{
    unsigned one = f->order.one, two = f->order.two;
    const char *src = agent_name(one), *dst = agent_name(two);
    const char *flag = flag_between(b, dv_agent_pipe(one), dv_agent_pipe(two));
    int from = f->order.from, to = f->order.to;
    const char *next = to <= from ? "the next " : "";
    struct dv_diag *d = &f->d;

    if (one == two)
        dv_book_say(d->fix, sizeof d->fix, "bar.%s after line %d, before %sline %d", src, from,
                    next, to);
    else if (dv_agent_pipe(one) == dv_agent_pipe(two))
        dv_book_say(d->fix, sizeof d->fix, "dsb.all between the two");
    else if (flag)
        dv_book_say(d->fix, sizeof d->fix,
                    "set '%s' (%s -> %s) after line %d and wait for it before %sline %d", flag, src,
                    dst, from, next, to);
    else
        dv_book_say(d->fix, sizeof d->fix,
                    "set_flag.%s.%s after line %d, wait_flag.%s.%s before %sline %d", src, dst,
                    from, src, dst, next, to);
}

static void order(const struct dv_book *b, const struct dv_hazard *k, bool first_is_other,
                  struct dv_check_finding *f)
{
    const struct dv_diag *d = &f->d;

    f->order.one = (uint8_t)(first_is_other ? k->agent : k->e->agent);
    f->order.two = (uint8_t)(first_is_other ? k->e->agent : k->agent);
    f->order.core = (int)k->e->core;
    f->order.block = (int)k->e->block;
    f->order.after = first_is_other ? k->was->seq : k->e->seq;
    f->order.before = first_is_other ? k->e->seq : k->was->seq;
    f->order.from = first_is_other ? d->other.line : d->at.line;
    f->order.to = first_is_other ? d->at.line : d->other.line;
    f->seq = f->order.before;
    remedy(b, f);
}

static const char *hazard(bool first_writes, bool second_writes)
{
    return !first_writes ? "WAR" : second_writes ? "WAW" : "RAW";
}

static const char *verb(bool writes)
{
    return writes ? "writes" : "reads";
}

/* Blocks of a launch run in no order; cores of a mix kernel know of each other what flags tell. */
static void say_blocks(const struct dv_book *b, const struct dv_hazard *k, struct dv_diag *d)
{
    bool now = k->part->rw & DV_WRITE, same = k->was && k->was->block == k->e->block;
    uint32_t kernel = dv_machine_kernel(b->m);
    bool mix = kernel && b->obj->kernel[kernel - 1].core == DV_CORE_MIX;
    char who[48] = "another block";

    if (same)
        dv_book_say(who, sizeof who, "another core of this block");
    else if (k->was)
        dv_book_say(who, sizeof who, "block %u", k->was->block);
    dv_book_say(d->text, sizeof d->text,
                "potential %s hazard between %s: block %u %s gm bytes at 0x%llx that %s %s, and %s",
                hazard(k->writes, now), same ? "cores" : "blocks", k->e->block, verb(now),
                (unsigned long long)k->address, who, verb(k->writes),
                same || mix ? "nothing orders them" : "blocks of a launch run in no order");
    if (mix) {
        dv_book_say(d->fix, sizeof d->fix,
                    "a flag between the cores: set_cross_core after the one, wait_flag_dev before "
                    "the other; or give each core bytes of its own");
        return;
    }
    dv_book_say(d->fix, sizeof d->fix,
                same ? "give each core bytes of its own, or do both in one core"
                     : "give each block bytes of its own (blockid), or do both in one block");
}

static void say_pipes(const struct dv_book *b, const struct dv_hazard *k,
                      struct dv_check_finding *f)
{
    struct dv_diag *d = &f->d;
    bool now = k->part->rw & DV_WRITE;
    bool in_order = !k->was || k->was->seq <= k->e->seq;
    bool first = in_order ? k->writes : now, second = in_order ? now : k->writes;
    const char *in = *d->at.buffer ? " in " : "";

    if (k->agent == k->e->agent)
        dv_book_say(d->text, sizeof d->text,
                    "potential %s hazard at %s 0x%llx%s%s: two instructions of %s touch it and "
                    "only a barrier keeps them apart",
                    hazard(first, second), dv_spaces[k->part->space].name,
                    (unsigned long long)k->address, in, d->at.buffer, pipe_label(k->agent));
    else
        dv_book_say(d->text, sizeof d->text,
                    "potential %s hazard at %s 0x%llx%s%s: %s %s what %s %s, and no flag or "
                    "barrier orders them",
                    hazard(first, second), dv_spaces[k->part->space].name,
                    (unsigned long long)k->address, in, d->at.buffer, pipe_label(k->e->agent),
                    verb(now), pipe_label(k->agent), verb(k->writes));
    if (k->was)
        order(b, k, in_order, f);
}

static void place_was(const struct dv_book *b, const struct dv_hazard *k, struct dv_diag *d)
{
    d->has_other = true;
    dv_machine_place(b->m, k->core, k->was->pc, dv_agent_pipe(k->agent), k->was->at, &d->other);
    d->other.block = (int)k->was->block;
    dv_machine_place_bytes(b->m, k->part->space, k->address, 1, NULL, &d->other);
    d->other.bytes = 0;
}

void dv_hazard_report(struct dv_book *b, const struct dv_hazard *k)
{
    struct dv_check_finding *f =
        dv_book_open(b, "RACE", "error", k->e->pc, k->was ? k->was->pc : DV_BOOK_ALONE);

    if (!f)
        return;
    f->d.code = DV_E_RACE;
    dv_book_place(b, k->e, &f->d.at);
    dv_book_bytes(b, k->e, k->part, k->part->space, k->address, k->part->bytes, &f->d.at);
    if (k->was)
        place_was(b, k, &f->d);
    if (k->blocks)
        say_blocks(b, k, &f->d);
    else
        say_pipes(b, k, f);
}

/* ---- one remedy, one finding ----------------------------------------------------------------- */

/* Between agents of one pipe nothing but a barrier of that pipe is a remedy of its own place. */
static bool has_place(const struct dv_check_finding *f)
{
    unsigned one = f->order.one, two = f->order.two;

    return !strcmp(f->code, "RACE") && *f->d.fix && (one || two) &&
           (one == two || dv_agent_pipe(one) != dv_agent_pipe(two));
}

/* True when f is added to `all`: what stands behind all the first accesses and before all the
 * second ones orders every pair. */
static bool join(struct dv_check_finding *all, const struct dv_check_finding *f)
{
    bool later = f->order.after > all->order.after, sooner = f->order.before < all->order.before;
    uint32_t after = later ? f->order.after : all->order.after;
    uint32_t before = sooner ? f->order.before : all->order.before;

    if (all->order.one != f->order.one || all->order.two != f->order.two ||
        all->order.core != f->order.core || all->order.block != f->order.block || after >= before)
        return false;
    all->order.after = after;
    all->order.before = before;
    if (later)
        all->order.from = f->order.from;
    if (sooner)
        all->order.to = f->order.to;
    return true;
}

void dv_hazard_join(struct dv_book *b)
{
    unsigned n = 0, more[DV_CHECK_FINDINGS] = {0};

    for (unsigned i = 0; i < b->n; i++) {
        struct dv_check_finding *f = &b->at[i];
        unsigned a = has_place(f) ? 0 : n;
        while (a < n && !(has_place(&b->at[a]) && join(&b->at[a], f)))
            a++;
        if (a < n)
            more[a]++;
        else if (n++ < i)
            b->at[n - 1] = *f;
    }
    b->n = n;
    for (unsigned i = 0; i < n; i++) {
        struct dv_check_finding *f = &b->at[i];
        if (!more[i])
            continue;
        remedy(b, f);
        size_t used = strlen(f->d.fix);
        dv_book_say(f->d.fix + used, sizeof f->d.fix - used, "; that %s orders %u more pair%s",
                    f->order.one == f->order.two ? "barrier" : "flag", more[i],
                    more[i] == 1 ? "" : "s");
    }
}

/* The callgrind profile format, version 1. Costs are Busy and Stall of all pipes in 1/256 cycle,
 * Executed, and the busy time of every pipe that the run used. Expansions of macros are calls. */
#include "emu/prof/ecosystem/callgrind.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { BUSY, STALL, EXECUTED, PIPES, COSTS = PIPES + DV_PIPE_COUNT };

/* What one instruction costs, or hands to the caller of its frame. */
struct part {
    uint32_t fn, callee; /* callee + 1; 0 = the function's own cost */
    uint32_t line, at;   /* at: index of the instruction */
    uint64_t pc;
    const char *name, *file, *callee_name, *callee_file;
    uint64_t calls;
};

struct graph {
    uint64_t (*cost)[COSTS]; /* per instruction met */
    uint64_t *pc;
    uint32_t pcs;
    struct part *part;
    size_t parts, room;
    bool instr;
    unsigned used; /* mask of pipes */
};

/* ---- costs of instructions ------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static bool list_pcs(struct graph *g, const struct dv_sums *t)
{
    g->pc = malloc((t->rows + 1) * sizeof *g->pc);
    for (size_t i = 0; g->pc && i < t->rows; i++)
        g->pc[i] = t->row[i].pc;
    if (!g->pc)
        return false;
    qsort(g->pc, t->rows, sizeof *g->pc, by_number);
    for (size_t i = 0; i < t->rows; i++)
        if (!i || g->pc[i] != g->pc[g->pcs - 1])
            g->pc[g->pcs++] = g->pc[i];
    g->cost = calloc(g->pcs + 1ull, sizeof *g->cost);
    return g->cost != NULL;
}

static bool add_costs(struct graph *g, const struct dv_sums *t)
{
    if (!list_pcs(g, t))
        return false;
    for (size_t i = 0; i < t->rows; i++) {
        const struct dv_sum_row *r = &t->row[i];
        const uint64_t *at = bsearch(&r->pc, g->pc, g->pcs, sizeof *g->pc, by_number);
        uint64_t *cost = g->cost[at - g->pc];
        g->used |= 1u << r->pipe;
        if (r->what != DV_SPAN_BUSY) {
            cost[STALL] += r->time;
            continue;
        }
        cost[BUSY] += r->time;
        cost[PIPES + r->pipe] += r->time;
        if (r->pipe == DV_PIPE_S)
            cost[EXECUTED] += r->items;
    }
    return true;
}

/* ---- parts ----------------------------------------------------------------------------------- */

static struct part *new_part(struct graph *g)
{
    if (g->parts == g->room) {
        size_t room = g->room ? 2 * g->room : 1024;
        struct part *more = realloc(g->part, room * sizeof *more);
        if (!more)
            return NULL;
        g->part = more;
        g->room = room;
    }
    return &g->part[g->parts++];
}

static bool add_parts(struct graph *g, struct dv_stacks *s, uint32_t at)
{
    struct dv_stack_frame f[DV_STACK_DEPTH];
    unsigned n = dv_stack_at(s, g->pc[at], f);
    for (unsigned i = 0; i < n; i++) {
        struct part *p = new_part(g);
        if (!p)
            return false;
        *p = (struct part){.fn = f[i].fn,
                           .line = f[i].line,
                           .at = at,
                           .pc = f[i].pc,
                           .name = f[i].name,
                           .file = f[i].file};
        if (i + 1 == n)
            continue;
        p->callee = f[i + 1].fn + 1;
        p->callee_name = f[i + 1].name;
        p->callee_file = f[i + 1].file;
        p->calls = f[i].pc == g->pc[at] ? g->cost[at][EXECUTED] : 0;
    }
    return n != 0;
}

static int by_position(const struct part *x, const struct part *y, bool instr)
{
    if (x->fn != y->fn)
        return x->fn < y->fn ? -1 : 1;
    if (x->callee != y->callee)
        return x->callee < y->callee ? -1 : 1;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return !instr ? 0 : x->pc < y->pc ? -1 : x->pc > y->pc;
}

static int by_line(const void *a, const void *b)
{
    return by_position(a, b, false);
}

static int by_instr(const void *a, const void *b)
{
    return by_position(a, b, true);
}

/* ---- text ------------------------------------------------------------------------------------ */

static bool shows(const struct graph *g, unsigned cost)
{
    return cost < PIPES || g->used >> (cost - PIPES) & 1;
}

static void put_costs(struct dv_out *o, const struct graph *g, const uint64_t sum[COSTS])
{
    char *start = dv_out_room(o, COSTS * 21 + 1), *p = start;
    for (unsigned k = 0; k < COSTS; k++)
        if (shows(g, k)) {
            *p++ = ' ';
            p = dv_put_u64(p, sum[k]);
        }
    *p++ = '\n';
    o->n += (uint32_t)(p - start);
    dv_out_mark(o);
}

static void put_position(struct dv_out *o, const struct graph *g, const struct part *p)
{
    if (g->instr)
        dv_out_f(o, "0x%" PRIx64 " ", p->pc);
    dv_out_f(o, "%" PRIu32, p->line);
}

static void put_head(struct dv_out *o, const struct dv_prof_run *r, const struct graph *g)
{
    uint64_t sum[COSTS] = {0};
    dv_out_text(o, "# callgrind format\nversion: 1\ncreator: dv\n");
    dv_out_f(o, "cmd: %.1000s %.1000s\n", r->source, r->args);
    dv_out_text(o, "desc: Unit: 1/256 cycle of the core; Executed: instructions\n");
    dv_out_f(o, "positions:%s line\n", g->instr ? " instr" : "");
    dv_out_text(o, "event: Busy : time in which a pipe works\n"
                   "event: Stall : time in which a pipe waits\n"
                   "event: Executed : instructions that S executed\nevents: Busy Stall Executed");
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++)
        if (g->used >> p & 1)
            dv_out_f(o, " %s", dv_pipe_json(p));
    for (uint32_t i = 0; i < g->pcs; i++)
        for (unsigned k = 0; k < COSTS; k++)
            sum[k] += g->cost[i][k];
    dv_out_text(o, "\nsummary:");
    put_costs(o, g, sum);
}

/* Parts of one position, as one line of costs; returns the first behind them. */
static size_t put_part(struct dv_out *o, const struct graph *g, size_t first)
{
    const struct part *p = &g->part[first];
    uint64_t sum[COSTS] = {0}, calls = 0;
    size_t i = first;
    for (; i < g->parts && !by_position(p, &g->part[i], g->instr); i++) {
        calls += g->part[i].calls;
        for (unsigned k = 0; k < COSTS; k++)
            sum[k] += g->cost[g->part[i].at][k];
    }
    if (p->callee) {
        dv_out_f(o, "cfi=%s\ncfn=%s\n", p->callee_file, p->callee_name);
        dv_out_f(o, "calls=%" PRIu64 " %s0\n", calls ? calls : 1, g->instr ? "0x0 " : "");
    }
    put_position(o, g, p);
    put_costs(o, g, sum);
    return i;
}

static void put_form(const struct dv_prof_run *r, struct graph *g, bool instr)
{
    g->instr = instr;
    struct dv_out *o =
        dv_out_open(r->folder, instr ? "callgrind.out.instr" : "callgrind.out.line", NULL);
    if (!o)
        return;
    if (g->parts)
        qsort(g->part, g->parts, sizeof *g->part, instr ? by_instr : by_line);
    put_head(o, r, g);
    for (size_t i = 0; i < g->parts;) {
        const struct part *p = &g->part[i];
        if (!i || p->fn != p[-1].fn)
            dv_out_f(o, "\nfl=%s\nfn=%s\n", p->file, p->name);
        i = put_part(o, g, i);
    }
    dv_out_close(o);
}

void dv_callgrind_write(const struct dv_prof_run *r, struct dv_stacks *s, const struct dv_sums *t)
{
    struct graph g = {0};
    bool good = add_costs(&g, t);
    for (uint32_t i = 0; good && i < g.pcs; i++)
        good = add_parts(&g, s, i);
    if (good) {
        put_form(r, &g, false);
        put_form(r, &g, true);
    } else {
        dv_folder_no_memory(r->folder);
    }
    free(g.pc);
    free(g.cost);
    free(g.part);
}

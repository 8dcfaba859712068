/* Happens-before once more, from isa.md 3.1 - 3.4 and 7.6 and not from emu/check: a graph of
 * dispatches, starts and completions, closed transitively. See check_model.h. */
#include "tests/check_model.h"

#include <string.h>

static bool has(const uint64_t *row, unsigned bit)
{
    return row[bit / 64] >> bit % 64 & 1;
}

static void edge(struct graph *g, unsigned i, unsigned what, unsigned j, unsigned then)
{
    unsigned to = j * NODE + then;
    g->next[i * NODE + what][to / 64] |= 1ull << to % 64;
}

/* Every access of i that is in one of the classes is over before. */
static void done_edge(struct graph *g, const struct item *it, unsigned i, unsigned class,
                      unsigned j, unsigned then)
{
    for (unsigned c = 0; c < 3; c++)
        if (it[i].kind == WORK && it[i].class & class & 1u << c)
            edge(g, i, DONE + c, j, then);
}

static bool same_flag(const struct item *a, const struct item *b)
{
    return a->src == b->src && a->dst == b->dst && a->id == b->id;
}

/* The kth SET or WAIT of its flag is number k. */
static unsigned ordinal(const struct item *it, unsigned i)
{
    unsigned k = 0;
    for (unsigned j = 0; j < i; j++)
        k += it[j].kind == it[i].kind && same_flag(&it[j], &it[i]);
    return k;
}

unsigned model_partner(const struct item *it, unsigned n, unsigned i)
{
    unsigned k = ordinal(it, i), kind = it[i].kind == SET ? WAIT : SET, j = 0;

    for (; j < n; j++)
        if (it[j].kind == kind && same_flag(&it[j], &it[i]) && !k--)
            break;
    return j;
}

static void edges_queue(struct graph *g, const struct item *it, unsigned i)
{
    const struct item *me = &it[i];

    for (unsigned j = 0; j < i; j++) {
        if (it[j].pipe != me->pipe)
            continue;
        if (it[j].kind != SET && me->pipe != S)
            edge(g, j, START, i, START);
        if (me->kind == SET || (me->kind == BAR && me->pipe != S))
            done_edge(g, it, j, 7, i, START);
    }
}

/* Loads of S answer in order (ours): with the one whose register is named, those before it. */
static void edges_scalar(struct graph *g, const struct item *it, unsigned i)
{
    const struct item *me = &it[i];
    bool answered = false;

    for (unsigned j = i; j-- > 0;) {
        if (me->kind == BAR_ALL) {
            edge(g, j, START, i, DISPATCH);
            done_edge(g, it, j, 7, i, DISPATCH);
        } else if (me->kind == DSB) {
            done_edge(g, it, j, me->class, i, DISPATCH);
        }
        answered |= it[j].loads && me->names >> (it[j].loads - 1) & 1;
        if (it[j].loads && answered)
            done_edge(g, it, j, 7, i, DISPATCH);
    }
}

/* Who follows whom for a tile of L0C: the fixpipe the MMADs whose last turned the flags, those of
 * the next round the fixpipe. */
static void edges_unit(struct graph *g, const struct item *it, unsigned n, unsigned i)
{
    for (unsigned j = 0; j < n; j++) {
        if (!it[i].tile || it[j].tile != it[i].tile || it[j].turn + 1 != it[i].turn)
            continue;
        if (it[i].pipe == FIX)
            edge(g, j, START, i, START);
        for (unsigned c = 0; c < 3; c++) {
            edge(g, j, START, i, DONE + c);
            done_edge(g, it, j, CREST, i, DONE + c); /* a fixpipe has read, not written */
        }
    }
}

static void edges(struct graph *g, const struct item *it, unsigned n)
{
    memset(g->next, 0, sizeof g->next);
    g->n = n * NODE;
    for (unsigned i = 0; i < n; i++) {
        if (i)
            edge(g, i - 1, DISPATCH, i, DISPATCH);
        edge(g, i, DISPATCH, i, START);
        for (unsigned c = 0; c < 3; c++)
            edge(g, i, START, i, DONE + c);
        edges_queue(g, it, i);
        edges_scalar(g, it, i);
        edges_unit(g, it, n, i);
        if (it[i].kind == WAIT && model_partner(it, n, i) < n)
            edge(g, model_partner(it, n, i), START, i, it[i].pipe == S ? DISPATCH : START);
    }
}

/* Fills reach; false: a circle, nothing on it ever happens. */
static bool close_graph(struct graph *g)
{
    static uint8_t colour[NODES]; /* 1 under way, 2 over */
    static unsigned stack[NODES], at[NODES];

    memset(colour, 0, sizeof colour);
    memcpy(g->reach, g->next, sizeof g->reach);
    for (unsigned root = 0; root < g->n; root++) {
        unsigned top = 0;
        if (colour[root])
            continue;
        stack[0] = root, at[root] = 0, colour[root] = 1;
        for (;;) {
            unsigned v = stack[top], w = at[v];
            while (w < g->n && !(has(g->next[v], w) && colour[w] != 2))
                w++;
            at[v] = w;
            if (w < g->n) {
                if (colour[w] == 1)
                    return false;
                stack[++top] = w, at[w] = 0, colour[w] = 1;
                continue;
            }
            for (w = 0; w < g->n; w++)
                for (unsigned i = 0; has(g->next[v], w) && i < WORDS; i++)
                    g->reach[v][i] |= g->reach[w][i];
            colour[v] = 2;
            if (!top--)
                break;
        }
    }
    return true;
}

bool model_make(struct graph *g, const struct item *it, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (it[i].kind == WAIT && model_partner(it, n, i) == n)
            return false;
    edges(g, it, n);
    return close_graph(g);
}

static bool overlap(const struct part *a, const struct part *b, unsigned ashift, unsigned bshift)
{
    for (unsigned i = 0; i < a->rows; i++)
        for (unsigned j = 0; j < b->rows; j++) {
            unsigned p = a->base + ashift + i * a->pitch, q = b->base + bshift + j * b->pitch;
            if (p < q + b->bytes && q < p + a->bytes)
                return true;
        }
    return false;
}

/* What hardware orders by itself (isa.md 3.2). */
static bool by_itself(const struct item *a, const struct item *b, enum space space)
{
    if (a->tile && a->tile == b->tile && a->turn != b->turn && space == L0C)
        return true;
    if (a->pipe != b->pipe)
        return false;
    return a->pipe == S || a->pipe == MTE1 || (a->pipe == M && b->fractals >= 10);
}

static bool race_in(const struct graph *g, const struct item *it, unsigned i, unsigned j,
                    const struct part *a, const struct part *b)
{
    unsigned c = a->space == GM ? 0 : a->space == UB ? 1 : 2;

    return a->space == b->space && (a->write || b->write) && overlap(a, b, 0, 0) &&
           !by_itself(&it[i], &it[j], a->space) &&
           !has(g->reach[i * NODE + DONE + c], j * NODE + START) &&
           !has(g->reach[j * NODE + DONE + c], i * NODE + START);
}

bool model_race(const struct graph *g, const struct item *it, unsigned i, unsigned j)
{
    for (unsigned p = 0; p < it[i].parts; p++)
        for (unsigned q = 0; q < it[j].parts; q++)
            if (race_in(g, it, i, j, &it[i].part[p], &it[j].part[q]))
                return true;
    return false;
}

bool model_race_blocks(const struct prog *p, unsigned i, unsigned j)
{
    const struct item *a = &p->item[i], *b = &p->item[j];

    for (unsigned x = 0; x < a->parts * b->parts; x++) {
        const struct part *u = &a->part[x / b->parts], *v = &b->part[x % b->parts];
        if (u->space != GM || v->space != GM || (!u->write && !v->write))
            continue;
        for (unsigned s = 0; s < p->blocks * p->blocks; s++)
            if (s / p->blocks != s % p->blocks &&
                overlap(u, v, s / p->blocks * p->shift, s % p->blocks * p->shift))
                return true;
    }
    return false;
}

bool model_merges(const struct graph *g, const struct item *it, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        unsigned j = i;
        if (it[i].kind != SET)
            continue;
        while (j-- && !(it[j].kind == SET && same_flag(&it[j], &it[i])))
            ;
        if (j >= i)
            continue;
        unsigned w = model_partner(it, n, j);
        if (w == n ||
            !has(g->reach[w * NODE + (it[w].pipe == S ? DISPATCH : START)], i * NODE + START))
            return true;
    }
    return false;
}

/* Finds the lines of two runs that are the same line. Owns the order of the rules: what is sure
 * first; in a rule the first of one run goes to the first of the other. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "emu/run/against.h"

const char *const dv_matched_names[DV_MATCHED_KINDS] = {"place", "text", "moved", "mnemonic",
                                                        "none"};

double dv_pair_before(const struct dv_line_pair *p)
{
    return p->before ? p->before->cycles : 0;
}

double dv_pair_now(const struct dv_line_pair *p)
{
    return p->now ? p->now->cycles : 0;
}

/* ---- what is the same ------------------------------------------------------------------------ */

/* Kernels are run from anywhere: folders do not count. */
static const char *base(const char *file)
{
    const char *slash = file ? strrchr(file, '/') : NULL;
    return slash ? slash + 1 : file ? file : "";
}

static int texts(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "");
}

/* "vadd" of "vadd.f16 ..". */
static int stems(const char *a, const char *b)
{
    size_t n = strcspn(a ? a : "", " ."), m = strcspn(b ? b : "", " .");
    int order = memcmp(a ? a : "", b ? b : "", n < m ? n : m);
    return order ? order : n < m ? -1 : n > m;
}

/* Where no line is known the address is the place. */
static int by_pc(const struct dv_account_line *a, const struct dv_account_line *b)
{
    return a->line || a->pc == b->pc ? 0 : a->pc < b->pc ? -1 : 1;
}

/* Order of the keys of a rule; 0 = the same line by this rule. */
static int keys(const struct dv_account_line *a, const struct dv_account_line *b, unsigned rule)
{
    int order = 0;
    if (rule == DV_MATCHED_PLACE && !(order = strcmp(base(a->file), base(b->file))))
        order = a->line != b->line ? (a->line < b->line ? -1 : 1) : by_pc(a, b);
    if (!order && rule != DV_MATCHED_MNEMONIC)
        order = texts(a->text, b->text);
    if (!order && rule != DV_MATCHED_MOVED)
        order = texts(a->function, b->function);
    if (!order && rule == DV_MATCHED_MNEMONIC)
        order = stems(a->insn ? a->insn : a->text, b->insn ? b->insn : b->text);
    return order;
}

/* Only a place is always known. */
static bool is_known(const struct dv_account_line *l, unsigned rule)
{
    if (rule == DV_MATCHED_PLACE)
        return true;
    return rule == DV_MATCHED_MNEMONIC ? l->insn || l->text : l->text != NULL;
}

/* ---- a rule ---------------------------------------------------------------------------------- */

/* For qsort, which carries no context. */
struct ranked {
    struct dv_account_line *line;
    size_t at;
    unsigned rule;
};

static int by_key(const void *x, const void *y)
{
    const struct ranked *a = x, *b = y;
    int order = keys(a->line, b->line, a->rule);
    return order ? order : a->at < b->at ? -1 : a->at > b->at;
}

static size_t rank(struct dv_account *a, unsigned rule, struct ranked *out)
{
    size_t n = 0;
    for (size_t i = 0; i < a->lines; i++)
        if (a->line[i].pair < 0 && is_known(&a->line[i], rule))
            out[n++] = (struct ranked){&a->line[i], i, rule};
    qsort(out, n, sizeof *out, by_key);
    return n;
}

static void add_pair(struct dv_against *a, const struct dv_account_line *before,
                     const struct dv_account_line *now, unsigned matched)
{
    struct dv_line_pair p = {before, now, (uint8_t)matched};
    if (dv_pair_before(&p) != dv_pair_now(&p))
        a->pair[a->pairs++] = p;
}

static void apply(struct dv_against *a, struct ranked *x, size_t n, struct ranked *y, size_t m,
                  unsigned rule)
{
    for (size_t i = 0, k = 0; i < n && k < m;) {
        int order = keys(x[i].line, y[k].line, rule);
        if (order) {
            i += order < 0;
            k += order > 0;
            continue;
        }
        x[i].line->pair = (int64_t)y[k].at;
        y[k].line->pair = (int64_t)x[i].at;
        add_pair(a, x[i++].line, y[k++].line, rule);
    }
}

static void leftover(struct dv_against *a, const struct dv_account *of, bool before)
{
    for (size_t i = 0; i < of->lines; i++)
        if (of->line[i].pair < 0)
            add_pair(a, before ? &of->line[i] : NULL, before ? NULL : &of->line[i],
                     DV_MATCHED_NONE);
}

/* ---- the order ------------------------------------------------------------------------------- */

static int by_change(const void *x, const void *y)
{
    const struct dv_line_pair *a = x, *b = y;
    double p = fabs(dv_pair_now(a) - dv_pair_before(a));
    double q = fabs(dv_pair_now(b) - dv_pair_before(b));
    const struct dv_account_line *s = a->now ? a->now : a->before, *t = b->now ? b->now : b->before;
    if (p != q)
        return p > q ? -1 : 1;
    int order = texts(s->file, t->file);
    if (order)
        return order;
    if (s->line != t->line)
        return s->line < t->line ? -1 : 1;
    if (s->pc != t->pc)
        return s->pc < t->pc ? -1 : 1;
    return !!a->before - !!b->before;
}

bool dv_against_lines(struct dv_against *a, struct dv_account *before, struct dv_account *now)
{
    struct ranked *x = calloc(before->lines + 1, sizeof *x);
    struct ranked *y = calloc(now->lines + 1, sizeof *y);
    a->pair = calloc(before->lines + now->lines + 1, sizeof *a->pair);
    bool good = x && y && a->pair;
    for (unsigned rule = 0; good && rule < DV_MATCHED_NONE; rule++) {
        size_t n = rank(before, rule, x), m = rank(now, rule, y);
        apply(a, x, n, y, m, rule);
    }
    free(x);
    free(y);
    if (!good)
        return false;
    leftover(a, before, true);
    leftover(a, now, false);
    qsort(a->pair, a->pairs, sizeof *a->pair, by_change);
    return true;
}

/* The judge: hears what moves asked for, then says what bounds the run. Owns the rules that choose
 * the kind of bound; the words are in sentence.c. */
#include "emu/prof/verdict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct dv_judge {
    const struct dv_machine *machine;
    const struct dv_obj *obj;
    struct dv_way *path;
    struct dv_verdict v;
    uint64_t fetched;                 /* bytes of reads that L2 had not */
    dv_time (*worked)[DV_PIPE_COUNT]; /* by core */
    struct dv_foot foot;              /* scratch */
};

const char *const dv_bound_names[DV_BOUND_KINDS] = {
    [DV_BOUND_NONE] = "none",       [DV_BOUND_UNIT] = "unit",   [DV_BOUND_BURSTS] = "bursts",
    [DV_BOUND_LATENCY] = "latency", [DV_BOUND_BANKS] = "banks", [DV_BOUND_QUEUE] = "queue_full",
    [DV_BOUND_SCALAR] = "scalar",   [DV_BOUND_FLAGS] = "flags", [DV_BOUND_CROSS] = "cross_core",
    [DV_BOUND_SHARED] = "shared"};

/* The peak of a path: a number of the chip that is a rate a core. */
static unsigned rate_of(unsigned path)
{
    static const uint16_t rate[DV_PATHS] = {
        [DV_PATH_GM_TO_L1] = DV_CP_gm_l1_rate,   [DV_PATH_GM_TO_UB] = DV_CP_gm_ub_rate,
        [DV_PATH_GM_TO_L0A] = DV_CP_gm_l1_rate,  [DV_PATH_GM_TO_L0B] = DV_CP_gm_l1_rate,
        [DV_PATH_L1_TO_L0A] = DV_CP_l1_l0a_rate, [DV_PATH_L1_TO_L0B] = DV_CP_l1_l0b_rate,
        [DV_PATH_L1_TO_BT] = DV_CP_l1_bt_rate,   [DV_PATH_L1_TO_FB] = DV_CP_l1_fb_rate,
        [DV_PATH_L1_TO_GM] = DV_CP_l2_write,     [DV_PATH_UB_TO_GM] = DV_CP_l2_write,
        [DV_PATH_UB_TO_UB] = DV_CP_ub_ub_rate,   [DV_PATH_UB_TO_L1] = DV_CP_ub_l1_rate,
        [DV_PATH_L1_TO_UB] = DV_CP_l1_ub_rate,   [DV_PATH_L0C_TO_GM] = DV_CP_l2_write,
        [DV_PATH_L0C_TO_L1] = DV_CP_fix_l1_rate, [DV_PATH_L0C_TO_UB] = DV_CP_l0c_ub_rate,
        [DV_PATH_UB_TO_L0C] = DV_CP_ub_l0c_rate};
    return rate[path];
}

/* ---- hearing --------------------------------------------------------------------------------- */

/* Pieces of GM: bursts that adjoin are one, unless rows are fetched one by one. */
static uint64_t runs_of(const struct dv_foot *f, const struct dv_cost *c, uint64_t bursts)
{
    uint64_t n = 0;
    if (c->hint & DV_HINT_ROWS)
        return bursts;
    for (unsigned i = 0; i < f->n; i++)
        if (f->part[i].space == DV_SPACE_GM)
            n += f->part[i].pitch == (int64_t)f->part[i].bytes ? 1 : f->part[i].rows;
    return n && n < bursts ? n : bursts;
}

static void count_move(struct dv_judge *j, struct dv_moved *m, const struct dv_event *e)
{
    m->bytes += e->bytes;
    if (!e->cost->memory || !e->work)
        return;
    if (dv_access[dv_op_insn(e->op)->access](e->work, &j->foot, NULL))
        return;
    m->atomic += j->foot.atomic ? e->cost->work : 0;
    uint64_t bursts = j->foot.amount.bursts ? j->foot.amount.bursts : 1;
    m->bursts += bursts;
    m->runs += runs_of(&j->foot, e->cost, bursts);
}

/* Rule (ours): so much longer than at the rate of its path, work waits for requests that longer
 * rows would save. Requests of whole lines come nearer than that to the rate. */
#define LONG_ROWS 1.25

static bool is_thin(const struct dv_judge *j, const struct dv_event *e)
{
    const struct dv_cost *c = e->cost;
    unsigned by = c->by[DV_TERM_WORK];
    if ((by != DV_CP_reads && by != DV_CP_writes) || c->path >= DV_PATHS || !rate_of(c->path))
        return false;
    dv_time data = dv_time_of(e->bytes, dv_machine_chip(j->machine)->v[rate_of(c->path)]);
    return (double)c->work > LONG_ROWS * (double)data;
}

static void count_work(const struct dv_judge *j, struct dv_moved *m, const struct dv_event *e)
{
    const struct dv_cost *c = e->cost;
    m->items++;
    m->work += c->work;
    m->thin += is_thin(j, e) ? c->work : 0;
    m->rows += c->hint & DV_HINT_ROWS ? c->work : 0;
    m->longer += c->by[DV_TERM_WORK] == DV_CP_ub_banks ? c->work : 0;
}

static void hear(void *self, const struct dv_event *e)
{
    struct dv_judge *j = self;
    const struct dv_cost *c = e->cost;
    if (!c || e->pipe >= DV_PIPE_COUNT)
        return;
    j->worked[e->core][e->pipe] += c->work + e->shared;
    count_work(j, &j->v.unit[e->pipe], e);
    if (c->path >= DV_PATHS)
        return;
    count_work(j, &j->v.moved[c->path], e);
    j->fetched += c->path <= DV_PATH_GM_TO_L0B ? e->miss_bytes : 0;
    count_move(j, &j->v.moved[c->path], e);
}

void dv_judge_free(struct dv_judge *j)
{
    if (!j)
        return;
    dv_path_free(j->path);
    free(j->worked);
    free(j);
}

struct dv_judge *dv_judge_new(struct dv_machine *m, const struct dv_obj *obj)
{
    struct dv_judge *j = calloc(1, sizeof *j);
    if (!j)
        return NULL;
    j->machine = m;
    j->obj = obj;
    j->path = dv_path_new(m, (uint32_t)(obj->section[DV_TEXT].n / 4), 0);
    j->worked = calloc(dv_machine_cores(m) + 1, sizeof *j->worked);
    if (j->path && j->worked) {
        struct dv_listener a = dv_path_listener(j->path);
        struct dv_listener b = {.self = j, .event = hear, .kinds = 1u << DV_EV_RETIRE};
        if (dv_machine_listen(m, &a) && dv_machine_listen(m, &b))
            return j;
    }
    dv_judge_free(j);
    return NULL;
}

/* ---- roofs ----------------------------------------------------------------------------------- */

/* The cores that can use a path: those with the pipe that moves along it. */
static unsigned cores_of(const struct dv_summary *s, unsigned path)
{
    switch (path) {
    case DV_PATH_GM_TO_L1:
    case DV_PATH_GM_TO_L0A:
    case DV_PATH_GM_TO_L0B:
    case DV_PATH_L1_TO_L0A:
    case DV_PATH_L1_TO_L0B:
    case DV_PATH_L1_TO_BT:
    case DV_PATH_L1_TO_FB:
    case DV_PATH_L1_TO_GM:
    case DV_PATH_L0C_TO_GM:
    case DV_PATH_L0C_TO_L1:
        return s->used[DV_AIC] + s->used[DV_C100];
    default:
        return s->used[DV_AIV] + s->used[DV_C100];
    }
}

double dv_pool_rate(const struct dv_chip *c, unsigned pool)
{
    double one = 4294967296.0;
    if (pool == DV_SHARED_MEMORY)
        return (double)DV_P(c, mem_rate) * ((double)DV_P(c, mem_usable) / one) /
               (double)DV_P(c, clock);
    return (double)(pool == DV_SHARED_L2 ? DV_P(c, l2_rate) : DV_P(c, mem_same_rate)) / one;
}

static void roof_add(struct dv_verdict *v, struct dv_roof r)
{
    unsigned i = v->roofs++;
    for (; i && v->roof[i - 1].share < r.share; i--)
        v->roof[i] = v->roof[i - 1];
    v->roof[i] = r;
}

/* L2 and memory, from the launch to the last END, and no faster than the cores in use can be. What
 * is written stays in L2; when it goes to memory is not known here. */
static void roofs_shared(struct dv_judge *j, const struct dv_summary *s)
{
    const struct dv_chip *c = dv_machine_chip(j->machine);
    double end = (double)dv_machine_end(j->machine) / DV_CYCLE, one = 4294967296.0;
    double l2 = (double)s->path_bytes[DV_PATH_L2_HIT] + (double)s->path_bytes[DV_PATH_L2_MISS];
    double most = dv_pool_rate(c, DV_SHARED_MEMORY);
    double cores = (double)DV_P(c, mem_core_rate) / one *
                   (s->used[DV_AIC] + s->used[DV_AIV] + s->used[DV_C100]);
    if (end <= 0)
        return;
    if (l2 > 0)
        roof_add(&j->v, (struct dv_roof){DV_PIPE_COUNT, DV_PATH_L2_HIT,
                                         l2 / (dv_pool_rate(c, DV_SHARED_L2) * end)});
    if (j->fetched)
        roof_add(&j->v,
                 (struct dv_roof){DV_PIPE_COUNT, DV_PATH_L2_MISS,
                                  (double)j->fetched / ((cores < most ? cores : most) * end)});
}

/* How full units are, and how much of what is read from GM is far away. */
static void saturation(struct dv_judge *j, const struct dv_summary *s)
{
    uint64_t read = 0;
    for (unsigned p = 0; p <= DV_PATH_GM_TO_L0B; p++)
        read += s->path_bytes[p];
    j->v.missed = read ? (double)j->fetched / (double)read : 0;
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++) {
        j->v.works[p] = 0;
        for (unsigned c = 0; s->cycles && c < dv_machine_cores(j->machine); c++) {
            double share = (double)j->worked[c][p] / (double)s->cycles;
            j->v.works[p] = share > j->v.works[p] ? share : j->v.works[p];
        }
    }
}

static void roofs(struct dv_judge *j, const struct dv_summary *s)
{
    const struct dv_chip *c = dv_machine_chip(j->machine);
    double cycles = (double)s->cycles / DV_CYCLE, one = 4294967296.0;
    unsigned cubes = s->pipe[DV_PIPE_M].cores, lanes = s->pipe[DV_PIPE_V].cores;
    for (unsigned p = 0; p < DV_PATHS; p++) {
        unsigned cores = cores_of(s, p);
        if (!rate_of(p) || !s->path_bytes[p] || !cores || cycles <= 0)
            continue;
        double rate = (double)c->v[rate_of(p)] / one;
        roof_add(&j->v, (struct dv_roof){DV_PIPE_COUNT, (uint8_t)p,
                                         (double)s->path_bytes[p] / rate / (cycles * cores)});
    }
    if (s->macs && cubes && cycles > 0)
        roof_add(&j->v,
                 (struct dv_roof){DV_PIPE_M, DV_PATHS,
                                  (double)j->v.unit[DV_PIPE_M].work / DV_CYCLE / (cycles * cubes)});
    if (j->v.unit[DV_PIPE_V].items && lanes && cycles > 0)
        roof_add(&j->v,
                 (struct dv_roof){DV_PIPE_V, DV_PATHS,
                                  (double)j->v.unit[DV_PIPE_V].work / DV_CYCLE / (cycles * lanes)});
}

const char *dv_path_text(unsigned path, char out[16])
{
    const char *name = dv_path_names[path], *to = strstr(name, "_TO_");
    if (to)
        snprintf(out, 16, "%.*s->%s", (int)(to - name), name, to + 4);
    else
        snprintf(out, 16, "%.15s", name);
    return out;
}

const char *dv_roof_text(const struct dv_roof *r, char out[16])
{
    if (r->pipe == DV_PIPE_COUNT)
        return r->path == DV_PATH_L2_MISS  ? strcpy(out, "memory")
               : r->path == DV_PATH_L2_HIT ? strcpy(out, "L2")
                                           : dv_path_text(r->path, out);
    snprintf(out, 16, "%s", dv_pipe_json(r->pipe));
    return out;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static int texts(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "");
}

/* Order of places; lines of a macro belong to the place that it is called from. */
static int places(const struct dv_costly *a, const struct dv_costly *b)
{
    int order = texts(a->file, b->file);
    if (!order && a->line != b->line)
        order = a->line < b->line ? -1 : 1;
    if (!order)
        order = texts(a->macro, b->macro);
    if (!order)
        order = texts(a->caller, b->caller);
    if (!order && a->called != b->called)
        order = a->called < b->called ? -1 : 1;
    return order;
}

/* The innermost macro that put the instruction there; a .rept is none. */
static const struct dv_call *macro_of(const struct dv_obj *o, const struct dv_line *l)
{
    for (uint32_t c = l->call; c && c <= o->calls; c = o->call[c - 1].parent)
        if (*o->call[c - 1].name != '.')
            return &o->call[c - 1];
    return NULL;
}

static struct dv_costly line_of(const struct dv_judge *j, uint32_t op)
{
    const struct dv_line *l = dv_obj_line(j->obj, 4ull * op);
    const struct dv_path_sum *s = j->v.path;
    struct dv_costly c = {.pc = 4ull * op, .time = s->at[op]};
    if (l && l->line) {
        c.file = j->obj->file[l->file];
        c.line = l->line;
        const struct dv_call *k = macro_of(j->obj, l);
        c.macro = k ? k->name : NULL;
        c.caller = k && k->file < j->obj->files ? j->obj->file[k->file] : NULL;
        c.called = k ? k->line : 0;
    }
    return c;
}

static int by_place(const void *a, const void *b)
{
    const struct dv_costly *x = a, *y = b;
    int order = places(x, y);
    return order ? order : x->pc < y->pc ? -1 : x->pc > y->pc;
}

static void line_add(struct dv_verdict *v, const struct dv_costly *c)
{
    unsigned i = v->lines < DV_COSTLY ? v->lines++ : DV_COSTLY;
    for (; i && v->line[i - 1].time < c->time; i--)
        if (i < DV_COSTLY)
            v->line[i] = v->line[i - 1];
    if (i < DV_COSTLY)
        v->line[i] = *c;
}

/* Instructions of a line together, those of a macro by who calls it; the most expensive one stands
 * for them. */
static void lines(struct dv_judge *j)
{
    const struct dv_path_sum *s = j->v.path;
    struct dv_costly *all = calloc(s->words + 1u, sizeof *all), sum = {.time = 0};
    uint32_t n = 0;
    dv_time most = 0;
    for (uint32_t i = 0; all && i < s->words; i++)
        if (s->at[i])
            all[n++] = line_of(j, i);
    if (n)
        qsort(all, n, sizeof *all, by_place);
    for (uint32_t i = 0; i < n; i++) {
        if (!i || places(&sum, &all[i])) {
            if (i)
                line_add(&j->v, &sum);
            sum = all[i];
            most = all[i].time;
            continue;
        }
        sum.time += all[i].time;
        sum.pc = all[i].time > most ? all[i].pc : sum.pc;
        most = all[i].time > most ? all[i].time : most;
    }
    if (n)
        line_add(&j->v, &sum);
    free(all);
}

/* ---- the bound ------------------------------------------------------------------------------- */

/* Rules (ours): a queue is the bound when its waits last this share of the path .. */
#define QUEUE_SHARE 0.15
/* .. bursts when this share of the work of a path waits for requests; banks alike. */
#define THIN_SHARE 0.5
/* Of units whose shares of the path are no farther apart than this, the one that works most: more
 * under way hides starts, but no work. */
#define NEAR_SHARE 0.05

static double part(const struct dv_verdict *v, dv_time t)
{
    return v->path->total ? (double)t / (double)v->path->total : 0;
}

unsigned dv_verdict_along(const struct dv_verdict *v, unsigned pipe)
{
    static const uint8_t owner[DV_PATHS] = {
        [DV_PATH_GM_TO_L1] = DV_PIPE_MTE2,  [DV_PATH_GM_TO_UB] = DV_PIPE_MTE2,
        [DV_PATH_GM_TO_L0A] = DV_PIPE_MTE2, [DV_PATH_GM_TO_L0B] = DV_PIPE_MTE2,
        [DV_PATH_L1_TO_L0A] = DV_PIPE_MTE1, [DV_PATH_L1_TO_L0B] = DV_PIPE_MTE1,
        [DV_PATH_L1_TO_BT] = DV_PIPE_MTE1,  [DV_PATH_L1_TO_FB] = DV_PIPE_FIX,
        [DV_PATH_L1_TO_GM] = DV_PIPE_MTE3,  [DV_PATH_UB_TO_GM] = DV_PIPE_MTE3,
        [DV_PATH_UB_TO_L1] = DV_PIPE_MTE3,  [DV_PATH_L1_TO_UB] = DV_PIPE_MTE1,
        [DV_PATH_L0C_TO_GM] = DV_PIPE_FIX,  [DV_PATH_L0C_TO_L1] = DV_PIPE_FIX,
        [DV_PATH_UB_TO_UB] = DV_PIPE_V,     [DV_PATH_L0C_TO_UB] = DV_PIPE_V,
        [DV_PATH_UB_TO_L0C] = DV_PIPE_V};
    unsigned best = DV_PATHS;
    for (unsigned p = 0; p < DV_PATHS; p++)
        if (owner[p] == pipe && v->moved[p].bytes &&
            (best == DV_PATHS || v->moved[p].work > v->moved[best].work))
            best = p;
    return best;
}

static unsigned fullest(const struct dv_path_sum *s)
{
    unsigned best = 0;
    for (unsigned p = 1; p < DV_PIPE_COUNT; p++)
        if (s->full[p].others > s->full[best].others)
            best = p;
    return best;
}

static void set_bound(struct dv_verdict *v, unsigned kind, unsigned pipe, dv_time t)
{
    v->bound = (uint8_t)kind;
    v->pipe = (uint8_t)pipe;
    v->along = (uint8_t)dv_verdict_along(v, pipe);
    v->share = part(v, t) < 1 ? part(v, t) : 1;
}

static unsigned kind_of_unit(const struct dv_verdict *v, unsigned pipe)
{
    const dv_time *spent = v->path->spent[pipe];
    dv_time begin = spent[DV_PATH_BY_head] + spent[DV_PATH_BY_tail] + spent[DV_PATH_BY_interval];
    dv_time sync = spent[DV_PATH_BY_flag] + spent[DV_PATH_BY_sync] + spent[DV_PATH_BY_barrier];
    dv_time work = spent[DV_PATH_BY_work] + spent[DV_PATH_BY_shared];
    const struct dv_moved *m = &v->unit[pipe];
    if (sync > work && sync > begin)
        return DV_BOUND_FLAGS;
    if (begin > work)
        return DV_BOUND_LATENCY;
    if ((double)m->thin > THIN_SHARE * (double)m->work)
        return DV_BOUND_BURSTS;
    return (double)m->longer > THIN_SHARE * (double)m->work ? DV_BOUND_BANKS : DV_BOUND_UNIT;
}

/* What all cores share is an owner like a unit: what units lose to it counts for it, not for them.
 * The unit that loses most; DV_PIPE_COUNT = some unit is a larger owner. */
static unsigned shared(const struct dv_path_sum *s)
{
    unsigned most = DV_PIPE_S;
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++) {
        if (s->pipe[p] - s->spent[p][DV_PATH_BY_shared] >= s->cause[DV_PATH_BY_shared])
            return DV_PIPE_COUNT;
        if (s->spent[p][DV_PATH_BY_shared] > s->spent[most][DV_PATH_BY_shared])
            most = p;
    }
    return most;
}

/* What of the path a unit works; of S all but its waits for other cores. */
static dv_time worked(const struct dv_path_sum *s, unsigned pipe)
{
    const dv_time *spent = s->spent[pipe];
    return pipe == DV_PIPE_S ? s->pipe[pipe] - spent[DV_PATH_BY_cross_core]
                             : spent[DV_PATH_BY_work] + spent[DV_PATH_BY_shared];
}

static unsigned largest(const struct dv_path_sum *s, unsigned but)
{
    unsigned best = but == DV_PIPE_S ? DV_PIPE_V : DV_PIPE_S;
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++)
        if (p != but && s->pipe[p] > s->pipe[best])
            best = p;
    return best;
}

static unsigned owner(const struct dv_verdict *v)
{
    const struct dv_path_sum *s = v->path;
    unsigned most = largest(s, DV_PIPE_COUNT), best = most;
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++)
        if (part(v, s->pipe[most] - s->pipe[p]) <= NEAR_SHARE && worked(s, p) > worked(s, best))
            best = p;
    return best;
}

static void choose(struct dv_verdict *v)
{
    const struct dv_path_sum *s = v->path;
    unsigned q = fullest(s), loser = shared(s);
    if (part(v, s->full[q].others) >= QUEUE_SHARE) {
        set_bound(v, DV_BOUND_QUEUE, q, s->full[q].others);
        return;
    }
    if (loser < DV_PIPE_COUNT) {
        set_bound(v, DV_BOUND_SHARED, loser, s->cause[DV_PATH_BY_shared]);
        return;
    }
    unsigned best = owner(v);
    unsigned kind = best != DV_PIPE_S ? kind_of_unit(v, best) : DV_BOUND_SCALAR;
    if (best == DV_PIPE_S && s->cause[DV_PATH_BY_cross_core] > s->pipe[best] / 2)
        kind = DV_BOUND_CROSS;
    set_bound(v, kind, best, s->pipe[best]);
    v->next = (uint8_t)largest(s, best);
    v->next_share = part(v, s->pipe[v->next]);
}

const struct dv_verdict *dv_judge_take(struct dv_judge *j, const struct dv_summary *s)
{
    struct dv_verdict *v = &j->v;
    v->roofs = v->lines = 0;
    v->along = DV_PATHS;
    v->next_share = 0;
    v->paced = dv_feed_paced(j->machine);
    v->path = dv_path_take(j->path, &v->core);
    v->why = dv_path_why(j->path);
    roofs(j, s);
    roofs_shared(j, s);
    saturation(j, s);
    if (!v->path)
        return v;
    lines(j);
    choose(v);
    dv_verdict_say(v, s, dv_machine_chip(j->machine));
    return v;
}

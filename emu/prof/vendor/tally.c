/* Adds up what a run did, by core, instruction and line; see tally.h. Owns the sums; must not know
 * the files. */
#include "emu/prof/vendor/tally.h"

#include <stdlib.h>

/* ---- lines ----------------------------------------------------------------------------------- */

static bool same_line(const struct dv_line *a, const struct dv_line *b)
{
    return a == b || (a && b && a->file == b->file && a->line == b->line);
}

static bool number_lines(struct dv_tally *t)
{
    uint64_t words = t->codes.words;
    const struct dv_line **known = calloc(words + 1, sizeof *known); /* by number */
    t->line_of = calloc(words + 1, sizeof *t->line_of);
    t->first = calloc(words + 1, sizeof *t->first);
    for (uint64_t i = 0; known && t->line_of && t->first && i < words; i++) {
        const struct dv_line *l = dv_obj_line(t->run->obj, DV_CODE_BASE + 4 * i);
        uint32_t n = t->lines;
        while (n && !same_line(l, known[n - 1]))
            n--;
        if (!n) {
            known[t->lines] = l;
            t->first[t->lines] = i;
            n = ++t->lines;
        }
        t->line_of[i] = n - 1;
    }
    bool good = known && t->line_of && t->first;
    free(known);
    return good;
}

bool dv_tally_begin(struct dv_tally *t, const struct dv_prof_run *r)
{
    memset(t, 0, sizeof *t);
    t->run = r;
    t->clock = dv_clock_of(r->chip);
    t->cores = dv_machine_cores(r->machine);
    t->core = calloc(t->cores + 1, sizeof *t->core);
    return t->core && dv_codes_begin(&t->codes, r->obj) && number_lines(t);
}

static void core_free(struct dv_tally *t, struct dv_tally_core *c)
{
    for (uint64_t i = 0; c && c->code && i < t->codes.words; i++)
        free(c->code[i].detail);
    if (c) {
        free(c->code);
        free(c->line);
    }
    free(c);
}

void dv_tally_free(struct dv_tally *t)
{
    for (unsigned i = 0; t->core && i < t->cores; i++)
        core_free(t, t->core[i]);
    free(t->core);
    free(t->line_of);
    free(t->first);
    dv_codes_free(&t->codes);
}

static struct dv_tally_core *core_of(struct dv_tally *t, unsigned core)
{
    struct dv_tally_core *c = t->core[core];
    if (c || t->codes.failed)
        return c;
    c = calloc(1, sizeof *c);
    if (c) {
        c->code = calloc(t->codes.words + 1, sizeof *c->code);
        c->line = calloc(t->lines + 1, sizeof *c->line);
    }
    if (!c || !c->code || !c->line) {
        core_free(t, c);
        t->codes.failed = true;
        return NULL;
    }
    dv_core_label(t->run->machine, core, c->label, &c->order);
    c->first = UINT64_MAX;
    for (uint64_t i = 0; i < t->codes.words; i++)
        c->code[i].reads = c->code[i].writes = -1;
    return t->core[core] = c;
}

/* ---- what an item is ------------------------------------------------------------------------- */

static unsigned sort_of(const struct dv_op *op)
{
    const char *name = op->type ? dv_types[op->type].name : "";
    switch (name[0]) {
    case 'f':
        return !strncmp(name, "f32", 3) ? DV_SORT_FP32 : DV_SORT_FP16;
    case 'b':
        return !strncmp(name, "bf", 2) ? DV_SORT_FP16 : DV_SORT_MISC;
    case 's':
    case 'u':
        return !strncmp(name + 1, "32", 2)   ? DV_SORT_INT32
               : !strncmp(name + 1, "16", 2) ? DV_SORT_INT16
                                             : DV_SORT_INT8;
    default:
        return DV_SORT_MISC;
    }
}

/* formats.md 6: blocks of the first repeat that share a bank group, the most, minus one. */
static int32_t conflicts(const struct dv_foot *f, unsigned rw)
{
    uint8_t group[16] = {0}, most = 0;
    for (unsigned i = 0; i < f->walks; i++)
        for (unsigned b = 0; f->walk[i].rw == rw && b < f->walk[i].blocks; b++) {
            uint64_t at = f->walk[i].base + 32ull * b * f->walk[i].blk;
            uint8_t n = ++group[at >> 5 & 15];
            most = n > most ? n : most;
        }
    return most ? most - 1 : 0;
}

/* formats.md 6: two sources, one source, reductions. */
static bool is_template(const struct dv_op *op)
{
    switch (dv_op_insn(op)->access) {
    case DV_ACCESS_vec3:
    case DV_ACCESS_vec3b:
    case DV_ACCESS_vec3d:
    case DV_ACCESS_vec3n:
    case DV_ACCESS_vec3t:
    case DV_ACCESS_vec1:
    case DV_ACCESS_vec1t:
    case DV_ACCESS_red:
    case DV_ACCESS_redg:
    case DV_ACCESS_redx:
        return true;
    default:
        return false;
    }
}

static void add_vector(struct dv_tally *t, struct dv_tally_core *c, struct dv_tally_row *row,
                       const struct dv_event *e)
{
    uint64_t kinds[3] = {0, 0, 0};
    unsigned banks = (unsigned)DV_P(t->run->chip, ub_banks);
    if (!t->foot.walks)
        return;
    if (is_template(e->op)) {
        int32_t reads = conflicts(&t->foot, DV_READ), writes = conflicts(&t->foot, DV_WRITE);
        row->reads = reads > row->reads ? reads : row->reads;
        row->writes = writes > row->writes ? writes : row->writes;
    }
    dv_bank_extra(&t->foot, banks, kinds);
    row->extra_known = true;
    for (unsigned i = 0; i < 3; i++) {
        c->extra[i] += kinds[i] * DV_CYCLE;
        row->extra[i] += kinds[i];
    }
    unsigned sort = sort_of(e->op);
    c->lanes +=
        t->foot.amount.repeats * (sort == DV_SORT_FP16 || sort == DV_SORT_INT16 ? 128ull : 64ull);
}

static void add_foot(struct dv_tally *t, struct dv_tally_core *c, struct dv_tally_row *row,
                     const struct dv_event *e)
{
    if (dv_access[dv_op_insn(e->op)->access](e->work, &t->foot, NULL))
        return;
    for (unsigned i = 0; i < t->foot.n; i++) {
        const struct dv_strided *p = &t->foot.part[i];
        c->moved[e->pipe][p->space][p->rw == DV_WRITE] += (uint64_t)p->rows * p->bytes;
    }
    if (e->pipe == DV_PIPE_V)
        add_vector(t, c, row, e);
    if (e->pipe == DV_PIPE_M) {
        unsigned sort = sort_of(e->op);
        c->macs += t->foot.amount.macs;
        *(sort == DV_SORT_FP32 || sort == DV_SORT_FP16 ? &c->floats : &c->ints) += 1;
    }
}

static void add_work(struct dv_tally *t, struct dv_tally_core *c, struct dv_tally_row *row,
                     const struct dv_event *e, struct dv_taken at, dv_time before)
{
    dv_time from = at.from > before ? at.from : before;
    if (at.to > from) {
        c->busy[e->pipe] += at.to - from;
        c->sort[e->pipe][sort_of(e->op)] += at.to - from;
    }
    c->works[e->pipe]++;
    if (e->cost->memory) {
        unsigned write = e->pipe == DV_PIPE_MTE3 || e->pipe == DV_PIPE_FIX;
        c->hit[write] += e->hit_bytes;
        c->miss[write] += e->miss_bytes;
    }
    if (e->work)
        add_foot(t, c, row, e);
}

/* ---- events ---------------------------------------------------------------------------------- */

static void add_row(struct dv_tally_row *row, const struct dv_event *e, struct dv_taken at)
{
    row->calls++;
    row->bytes += e->bytes;
    row->cycles += at.to - at.from;
    dv_union_add(&row->running, at.from, at.to);
}

static void keep_detail(struct dv_tally *t, struct dv_tally_row *row, const struct dv_code *k,
                        const struct dv_event *e)
{
    char text[DV_PIECES_OF_DETAIL * 300];
    if (row->detail)
        return;
    size_t n = (size_t)(dv_codes_detail(k, e, text) - text);
    row->detail = strndup(text, n);
    t->codes.failed |= !row->detail;
}

static void add_event(struct dv_tally *t, struct dv_tally_core *c, const struct dv_event *e)
{
    const struct dv_code *k = dv_codes_of(&t->codes, e);
    uint64_t i = (e->pc - DV_CODE_BASE) / 4;
    if (!k)
        return;
    struct dv_tally_row *row = &c->code[i];
    dv_time before = c->pen.left[k->pipe];
    struct dv_taken at = dv_pen_draw(&c->pen, k, e);
    add_row(row, e, at);
    add_row(&c->line[t->line_of[i]], e, at);
    dv_union_core_add(&c->running, at.from, at.to);
    c->first = at.from < c->first ? at.from : c->first;
    c->last = at.to > c->last ? at.to : c->last;
    keep_detail(t, row, k, e);
    if (e->kind == DV_EV_RETIRE && e->cost)
        add_work(t, c, row, e, at, before);
    if (k->pipe == DV_PIPE_S && e->bytes)
        c->moved[DV_PIPE_S][e->space][e->rw == DV_WRITE] += e->bytes;
}

void dv_tally_event(struct dv_tally *t, const struct dv_event *e)
{
    struct dv_tally_core *c = core_of(t, e->core);
    if (!c)
        return;
    if (e->kind == DV_EV_STALL) {
        if (e->pipe != DV_PIPE_S)
            return;
        c->pen.stalled = e->end;
        if (e->reason == DV_STALL_queue_full)
            c->waiting += e->end - e->start;
        return;
    }
    if (e->kind == DV_EV_SCALAR) {
        c->full[e->op->pipe] += c->waiting;
        c->waiting = 0;
    }
    if (e->kind == DV_EV_RETIRE || dv_is_own(e->op))
        add_event(t, c, e);
}

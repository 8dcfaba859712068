/* Profiles by stack, without time: callgrind in both position forms, and folded stacks. Sums are
 * whole numbers of 1/256 cycle, so that they are exact. */
#include "emu/prof/ecosystem/callgrind.h"
#include "emu/prof/ecosystem/ecosystem.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct stacks {
    struct dv_sums sums;
    struct dv_spans *spans;
    struct dv_folder *folder;
};

const char *dv_core_text(const struct dv_machine *m, unsigned core, char out[16])
{
    const struct dv_chip *chip = dv_machine_chip(m);
    unsigned aic = (unsigned)DV_P(chip, aic);
    if (dv_machine_core(m, core)->kind == DV_C100)
        snprintf(out, 16, "core%u", core);
    else
        snprintf(out, 16, "%s%u", core < aic ? "aic" : "aiv", core < aic ? core : core - aic);
    return out;
}

const char *dv_span_text(unsigned what)
{
    return what < DV_REASONS ? dv_reason_names[what] : "busy";
}

static void heard_span(void *self, const struct dv_span *s)
{
    dv_sums_add(self, s);
}

static void *begin(const struct dv_prof_run *r)
{
    struct stacks *t = calloc(1, sizeof *t);
    if (t)
        t->spans = dv_spans_new(dv_machine_cores(r->machine), heard_span, &t->sums);
    if (t && t->spans) {
        t->folder = r->folder;
        return t;
    }
    free(t);
    dv_folder_no_memory(r->folder);
    return NULL;
}

static void event(void *self, const struct dv_event *e)
{
    struct stacks *t = self;
    dv_spans_event(t->spans, e);
}

/* ---- folded stacks --------------------------------------------------------------------------- */

/* Semicolons part frames, the last blank the number. */
static void put_frame(struct dv_out *o, const char *text)
{
    for (const char *c = text; *c; c++)
        dv_out_put(o, *c == ';' || (unsigned char)*c < 0x20 ? "_" : c, 1);
}

static void put_head(struct dv_out *o, const struct dv_prof_run *r, unsigned core, unsigned pipe)
{
    char name[16];
    dv_out_f(o, "%s;%s", dv_core_text(r->machine, core, name), dv_pipe_json(pipe));
}

static bool same_place(const struct dv_sum_row *a, const struct dv_sum_row *b,
                       const struct dv_stack_frame *f, const struct dv_stack_frame *g, unsigned n)
{
    if (a->core != b->core || a->pipe != b->pipe || a->what != b->what)
        return false;
    for (unsigned i = 0; i < n; i++)
        if (f[i].fn != g[i].fn || f[i].line != g[i].line)
            return false;
    return true;
}

/* Rows of one line, as far as they stand together; returns how many. */
static size_t put_rows(struct dv_out *o, const struct dv_prof_run *r, struct dv_stacks *s,
                       const struct dv_sum_row *row, size_t rows)
{
    struct dv_stack_frame f[DV_STACK_DEPTH], g[DV_STACK_DEPTH];
    unsigned n = dv_stack_at(s, row->pc, f);
    dv_time time = row->time;
    size_t k = 1;
    for (; k < rows && dv_stack_at(s, row[k].pc, g) == n && same_place(row, &row[k], f, g, n); k++)
        time += row[k].time;
    if (!time || !n)
        return k;
    put_head(o, r, row->core, row->pipe);
    for (unsigned i = 0; i < n; i++) {
        dv_out_text(o, ";");
        put_frame(o, f[i].name);
    }
    const char *slash = strrchr(f[n - 1].file, '/');
    dv_out_text(o, ";");
    put_frame(o, slash ? slash + 1 : f[n - 1].file);
    dv_out_f(o, ":%" PRIu32, f[n - 1].line);
    if (row->what != DV_SPAN_BUSY)
        dv_out_f(o, ";[%s]", dv_span_text(row->what));
    dv_out_f(o, " %" PRIu64 "\n", time);
    dv_out_mark(o);
    return k;
}

/* What neither works nor waits, so that every pipe of a core used is as wide as the run. */
static void put_idle(struct dv_out *o, const struct dv_prof_run *r, const struct dv_sums *t)
{
    dv_time whole = (r->sum->cycles + DV_CYCLE - 1) / DV_CYCLE * DV_CYCLE;
    size_t at = 0;
    for (unsigned c = 0; c < dv_machine_cores(r->machine); c++)
        for (unsigned p = 0; p < DV_PIPE_COUNT; p++) {
            dv_time used = 0;
            for (; at < t->rows && t->row[at].core == c && t->row[at].pipe == p; at++)
                used += t->row[at].time;
            const struct dv_core_stats *k = dv_machine_core(r->machine, c);
            if (!k->blocks || !dv_pipe_on(p, k->kind) || used >= whole)
                continue;
            put_head(o, r, c, p);
            dv_out_f(o, ";[idle] %" PRIu64 "\n", whole - used);
            dv_out_mark(o);
        }
}

static void end(void *self, const struct dv_prof_run *r)
{
    struct stacks *t = self;
    struct dv_stacks *s = dv_stacks_new(r->obj);
    if (!s || t->sums.failed) {
        dv_folder_no_memory(r->folder);
        dv_stacks_free(s);
        return;
    }
    dv_sums_sort(&t->sums);
    struct dv_out *o = dv_out_open(r->folder, "stacks.folded", NULL);
    for (size_t i = 0; o && i < t->sums.rows;)
        i += put_rows(o, r, s, &t->sums.row[i], t->sums.rows - i);
    if (o)
        put_idle(o, r, &t->sums);
    dv_out_close(o);
    dv_callgrind_write(r, s, &t->sums);
    dv_stacks_free(s);
}

static void drop(void *self)
{
    struct stacks *t = self;
    dv_spans_free(t->spans);
    dv_sums_free(&t->sums);
    free(t);
}

const struct dv_prof_writer dv_write_stacks = {
    .name = "stacks",
    .makes = "stacks.folded, callgrind.out.line, callgrind.out.instr",
    .kinds = DV_SPAN_KINDS,
    .begin = begin,
    .event = event,
    .end = end,
    .drop = drop,
};

/* The writer of timelines: puts spans and flags into order, core by core and pipe by pipe, and
 * hands them to the formats. Owns the packing of a piece into a record; must not know formats. */
#include "emu/prof/ecosystem/timeline.h"

#include <stdio.h>
#include <stdlib.h>

#include "emu/prof/notes.h"

/* SETs and WAITs of a flag so far; the n-th of one belongs to the n-th of the other. */
struct flags {
    uint32_t sets[DV_PIPE_COUNT][DV_PIPE_COUNT][DV_FLAG_ALL];
    uint32_t waits[DV_PIPE_COUNT][DV_PIPE_COUNT][DV_FLAG_ALL];
};

struct writer {
    struct dv_timeline line;
    struct dv_spans *spans;
    struct flags *flags; /* per core; NULL: the trace is a part of the run */
    uint64_t words;
};

/* ---- pieces ---------------------------------------------------------------------------------- */

/* Pieces of one lane, the first word, come about in order of time. */
static void add(struct dv_timeline *t, const struct dv_stretch *p)
{
    bool span = p->what <= DV_SPAN_BUSY;
    struct dv_record r = {
        {(uint64_t)p->core << 4 | p->pipe, p->start, span ? p->end : p->flow,
         p->pc << 22 | (uint64_t)p->item << 21 | (uint64_t)p->what << 14 | p->key}};
    dv_spool_add(t->spool, &r);
    t->spans += span;
    t->core[p->core].pieces[p->pipe]++;
    if (span)
        t->core[p->core].pipe[p->pipe] |= p->end > p->start;
    else
        t->core[p->core].flag[p->key / 8] |= (uint8_t)(1u << p->key % 8);
}

bool dv_timeline_read(struct dv_timeline *t)
{
    dv_spool_leave(&t->place);
    return dv_spool_sort(t->spool);
}

bool dv_timeline_next_at(struct dv_timeline *t, struct dv_spool_place *at, struct dv_stretch *p)
{
    struct dv_record r;
    if (!dv_spool_next(t->spool, at, &r))
        return false;
    bool span = (r.v[3] >> 14 & 0x7f) <= DV_SPAN_BUSY;
    *p = (struct dv_stretch){.core = (uint16_t)(r.v[0] >> 4),
                             .pipe = r.v[0] & 15,
                             .what = r.v[3] >> 14 & 0x7f,
                             .item = r.v[3] >> 21 & 1,
                             .key = r.v[3] & (DV_FLAG_KEYS - 1),
                             .start = r.v[1],
                             .end = span ? r.v[2] : r.v[1],
                             .flow = span ? 0 : r.v[2],
                             .pc = r.v[3] >> 22};
    return true;
}

bool dv_timeline_next(struct dv_timeline *t, struct dv_stretch *p)
{
    return dv_timeline_next_at(t, &t->place, p);
}

static char *spell(const struct dv_prof_run *r, unsigned core, uint64_t pc)
{
    char text[64];
    struct dv_op op;
    uint32_t word;
    memcpy(&word, r->obj->section[DV_TEXT].p + pc, 4);
    if (dv_isa_decode(word, DV_ON(dv_machine_core(r->machine, core)->kind), &op, NULL, NULL))
        return strdup("?");
    dv_isa_spell(dv_op_insn(&op), word, text, sizeof text);
    return strdup(text);
}

const char *dv_insn_text(struct dv_timeline *t, unsigned core, uint64_t pc)
{
    if (pc + 4 > t->run->obj->section[DV_TEXT].n)
        return "?";
    char **name = &t->name[pc / 4];
    if (!*name && !(*name = spell(t->run, core, pc))) {
        dv_folder_no_memory(t->run->folder);
        return "?";
    }
    return *name;
}

/* ---- events ---------------------------------------------------------------------------------- */

static void heard_span(void *self, const struct dv_span *s)
{
    add(self, &(struct dv_stretch){.core = s->core,
                                   .pipe = s->pipe,
                                   .what = s->what,
                                   .item = s->items,
                                   .start = s->start,
                                   .end = s->end,
                                   .pc = s->pc});
}

/* Flags of S are told with its instruction, others when their item completes. */
static void flag(struct writer *w, const struct dv_event *e)
{
    if (!e->op || (e->kind != DV_EV_RETIRE && e->kind != DV_EV_SCALAR))
        return;
    struct dv_note_flag f = dv_note_flag(e->op, e->x);
    bool set = f.kind == DV_LIFE_SET;
    unsigned pipe = set ? f.src : f.dst;
    if (!f.is || (e->kind == DV_EV_SCALAR) != (pipe == DV_PIPE_S))
        return;
    uint64_t flow = 0, key = (uint64_t)f.src << 10 | f.dst << 6 | f.id;
    if (w->flags) {
        struct flags *k = &w->flags[e->core];
        uint32_t n = ++(set ? k->sets : k->waits)[f.src][f.dst][f.id];
        flow =
            ((((uint64_t)e->core + 1) << 4 | f.src) << 4 | f.dst) << 38 | (uint64_t)f.id << 32 | n;
    }
    dv_time at = set ? e->done : e->kind == DV_EV_SCALAR ? e->end : e->start;
    add(&w->line, &(struct dv_stretch){.core = e->core,
                                       .pipe = (uint8_t)pipe,
                                       .what = set ? DV_MOMENT_SET : DV_MOMENT_WAIT,
                                       .key = (uint16_t)key,
                                       .start = at,
                                       .flow = flow,
                                       .pc = e->pc});
}

static void event(void *self, const struct dv_event *e)
{
    struct writer *w = self;
    dv_spans_event(w->spans, e);
    flag(w, e);
}

/* ---- the writer ------------------------------------------------------------------------------ */

static void drop(void *self)
{
    struct writer *w = self;
    for (uint64_t i = 0; w->line.name && i < w->words; i++)
        free(w->line.name[i]);
    free(w->line.name);
    free(w->line.core);
    dv_spool_leave(&w->line.place);
    dv_spans_free(w->spans);
    dv_spool_free(w->line.spool);
    dv_stacks_free(w->line.stacks);
    free(w->flags);
    free(w);
}

static void *begin(const struct dv_prof_run *r)
{
    struct writer *w = calloc(1, sizeof *w);
    const struct dv_trace_window *k = &r->window;
    unsigned cores = dv_machine_cores(r->machine);
    bool whole = !k->from && !k->to && k->every < 2 && !k->roi;
    if (!w) {
        dv_folder_no_memory(r->folder);
        return NULL;
    }
    w->line.spool = dv_spool_new(r->folder, "timeline.tmp");
    w->line.stacks = dv_stacks_new(r->obj);
    w->spans = dv_spans_new(cores, heard_span, &w->line);
    w->words = r->obj->section[DV_TEXT].n / 4;
    w->line.run = r;
    w->line.core = calloc(cores + 1, sizeof *w->line.core);
    w->line.name = calloc(w->words + 1, sizeof *w->line.name);
    w->flags = whole ? calloc(cores + 1, sizeof *w->flags) : NULL;
    if (w->line.spool && w->line.stacks && w->line.core && w->line.name && w->spans &&
        (w->flags || !whole))
        return w;
    drop(w);
    dv_folder_no_memory(r->folder);
    return NULL;
}

static void end(void *self, const struct dv_prof_run *r)
{
    struct writer *w = self;
    w->line.run = r;
    dv_perfetto_write(&w->line);
    if (w->line.spans <= DV_SPEEDSCOPE_MOST)
        dv_speedscope_write(&w->line);
    dv_vcd_write(&w->line);
}

const struct dv_prof_writer dv_write_timeline = {
    .name = "timeline",
    .makes = "trace.pftrace, speedscope.json, pipes.vcd",
    .kinds = DV_SPAN_KINDS,
    .trace = true,
    .begin = begin,
    .event = event,
    .end = end,
    .drop = drop,
};

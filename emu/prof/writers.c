/* The table of writers and what each of them hears. Owns the window of traces; must not know what
 * writers do. */
#include "emu/prof/writers.h"

#include <stdlib.h>

#include "emu/prof/report/report.h"
#include "emu/prof/ecosystem/ecosystem.h"
#include "emu/prof/vendor/vendor.h"
#include "isa/near.h"

const struct dv_prof_writer *const dv_prof_writers[] = {
    &dv_write_traces,
    &dv_write_vendor,
    &dv_write_stacks,
    &dv_write_timeline,
    &dv_write_page,
    &dv_write_document,
    NULL,
};

static const char *const names[] = {
    "run.json",
    "report.html",
    "*.replay.s",
    "stacks.folded",
    "callgrind.out.line",
    "callgrind.out.instr",
    "speedscope.json",
    "trace.pftrace",
    "pipes.vcd",
    "timeline.tmp",
    "timeline.tmp.sorted",
    "CoreTime.csv",
    "PipeUtilization.csv",
    "ArithmeticUtilization.csv",
    "Memory.csv",
    "MemoryL0.csv",
    "MemoryUB.csv",
    "ResourceConflictRatio.csv",
    "L2Cache.csv",
    "OpBasicInfo.csv",
    "simulator/trace.json",
    "simulator/visualize_data.bin",
    "simulator/core#/trace.json",
    "simulator/core#/core#_instr_exe.csv",
    "simulator/core#/core#_code_exe.csv",
    "simulator/core#.cubecore#/trace.json",
    "simulator/core#.cubecore#/core#.cubecore#_instr_exe.csv",
    "simulator/core#.cubecore#/core#.cubecore#_code_exe.csv",
    "simulator/core#.veccore#/trace.json",
    "simulator/core#.veccore#/core#.veccore#_instr_exe.csv",
    "simulator/core#.veccore#/core#.veccore#_code_exe.csv",
    NULL,
};
static const char *const marks[] = {"run.json", "report.html", "stacks.folded", "timeline.tmp",
                                    NULL};
const struct dv_earlier_files dv_prof_files = {names, marks};

enum { WRITERS = sizeof dv_prof_writers / sizeof *dv_prof_writers };

struct dv_writing {
    const struct dv_prof_writer *writer[WRITERS];
    void *self[WRITERS];
    unsigned n;
    struct dv_trace_window window;
    bool all;            /* the window holds everything */
    const uint8_t *here; /* an instruction: it stands in the region; NULL = no region */
    uint64_t words;
    bool some;                        /* something ran in the window */
    uint64_t (*count)[DV_PIPE_COUNT]; /* items heard, a core; for `every` */
};

/* ---- the window ------------------------------------------------------------------------------ */

static const char *region_name(const void *ctx, unsigned i)
{
    const struct dv_obj *obj = ctx;
    for (uint32_t k = 0; k < obj->names; k++)
        if (obj->name[k].kind == DV_NAME_MARK && !obj->name[k].end && !i--)
            return obj->name[k].name;
    return NULL;
}

/* Marks what stands between .mark and .endmark; true when there is such a region. */
static bool mark_region(const struct dv_obj *obj, const char *roi, uint8_t *here, uint64_t words)
{
    uint64_t open = 0;
    bool any = false, in = false;
    for (uint32_t k = 0; k < obj->names; k++) {
        const struct dv_name *n = &obj->name[k];
        if (n->kind != DV_NAME_MARK || strcmp(n->name, roi))
            continue;
        any = true;
        for (uint64_t i = open; in && i < n->pc / 4 && i < words; i++)
            here[i] = 1;
        in = !n->end;
        open = n->pc / 4;
    }
    for (uint64_t i = open; in && i < words; i++)
        here[i] = 1;
    return any;
}

static enum dv_err take_region(struct dv_writing *w, const struct dv_prof_run *r, struct dv_diag *d)
{
    const char *roi = w->window.roi;
    uint8_t *here;
    if (!roi)
        return DV_OK;
    w->words = r->obj->section[DV_TEXT].n / 4;
    if (!(w->here = here = calloc(w->words + 1, 1)))
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    if (mark_region(r->obj, roi, here, w->words))
        return DV_OK;
    const char *near = dv_nearest(roi, strlen(roi), 0, region_name, r->obj);
    enum dv_err e = dv_fail(d, DV_E_CONFIG, "the kernel has no region '%.64s' (.mark)", roi);
    if (near)
        dv_diag_fix(d, "did you mean '%s'?", near);
    return e;
}

static bool is_flag(const struct dv_op *op)
{
    const struct dv_insn *in = op ? dv_op_insn(op) : NULL;
    return in && in->exec == DV_EXEC_ENGINE &&
           (in->sem == DV_ENGINE_set_flag || in->sem == DV_ENGINE_wait_flag);
}

/* One in `every` items; of flags none, their arrows would lose an end. */
static bool is_due(struct dv_writing *w, const struct dv_event *e)
{
    bool item = e->kind == DV_EV_RETIRE || e->kind == DV_EV_SCALAR;
    if (w->window.every < 2 || !item)
        return true;
    return !is_flag(e->op) && !(w->count[e->core][e->pipe]++ % w->window.every);
}

static bool is_in_window(struct dv_writing *w, const struct dv_event *e)
{
    dv_time last = e->done > e->end ? e->done : e->end;
    if (e->kind == DV_EV_BLOCK)
        return true;
    if (last < w->window.from || (w->window.to && e->start > w->window.to))
        return false;
    if (w->here && (e->pc / 4 >= w->words || !w->here[e->pc / 4]))
        return false;
    return is_due(w, e);
}

/* ---- hearing --------------------------------------------------------------------------------- */

static void hear(void *self, const struct dv_event *e)
{
    struct dv_writing *w = self;
    bool inside = w->all || is_in_window(w, e);
    w->some |= inside && e->kind != DV_EV_BLOCK;
    for (unsigned i = 0; i < w->n; i++) {
        const struct dv_prof_writer *to = w->writer[i];
        if (!(to->kinds >> e->kind & 1))
            continue;
        if (inside || !to->trace)
            to->event(w->self[i], e);
        else if (to->passed)
            to->passed(w->self[i], e);
    }
}

static void writing_free(struct dv_writing *w)
{
    for (unsigned i = 0; i < w->n; i++)
        if (w->writer[i]->drop)
            w->writer[i]->drop(w->self[i]);
    free(w->count);
    free((void *)(uintptr_t)w->here);
    free(w);
}

static enum dv_err begin(struct dv_writing *w, const struct dv_prof_run *r, struct dv_machine *m,
                         struct dv_diag *d)
{
    struct dv_listener listen = {.self = w, .event = hear};
    enum dv_err e = take_region(w, r, d);
    if (e)
        return e;
    if (!(w->count = calloc(dv_machine_cores(m) + 1, sizeof *w->count)))
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    for (unsigned i = 0; dv_prof_writers[i]; i++) {
        void *self = dv_prof_writers[i]->begin(r);
        if (!self)
            continue;
        w->self[w->n] = self;
        w->writer[w->n++] = dv_prof_writers[i];
        listen.kinds |= dv_prof_writers[i]->kinds;
    }
    return dv_machine_listen(m, &listen) ? DV_OK : dv_fail(d, DV_E_MEMORY, "too many listeners");
}

struct dv_writing *dv_writing_begin(const struct dv_prof_run *r, struct dv_machine *m,
                                    struct dv_diag *d)
{
    struct dv_writing *w = calloc(1, sizeof *w);
    if (!w) {
        dv_fail(d, DV_E_MEMORY, "out of memory");
        return NULL;
    }
    w->window = r->window;
    w->all = !w->window.from && !w->window.to && w->window.every < 2 && !w->window.roi;
    if (!begin(w, r, m, d))
        return w;
    writing_free(w);
    return NULL;
}

bool dv_writing_is_empty(const struct dv_writing *w)
{
    return !w->some;
}

void dv_writing_end(struct dv_writing *w, const struct dv_prof_run *r, bool ended)
{
    for (unsigned i = 0; ended && i < w->n; i++)
        if (w->writer[i]->end)
            w->writer[i]->end(w->self[i], r);
    writing_free(w);
}

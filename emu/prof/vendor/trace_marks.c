/* Marks of traces: regions of the source that S passes through, and marks that kernels write. */
#include <stdio.h>
#include <string.h>

#include "emu/prof/vendor/trace.h"

/* What stands on USERMARK. */
struct marked {
    const char *name;
    uint64_t from_pc, to_pc;
    dv_time from, to;
};

/* "FILE:LINE" of an instruction. */
static void put_line(struct dv_out *o, const struct dv_obj *obj, uint64_t pc)
{
    const struct dv_line *l = dv_obj_line(obj, pc);
    if (l && l->file < obj->files)
        dv_out_json(o, obj->file[l->file]);
    dv_out_f(o, ":%u", l ? l->line : 0);
}

static void put_mark(const struct dv_traces *t, struct dv_out *o, const struct marked *m)
{
    uint64_t from = dv_clock_ps(&t->clock, m->from);
    struct dv_slice s = {.ts = from, .dur = dv_clock_ps(&t->clock, m->to) - from};
    char *p = dv_out_room(o, DV_OUT_RECORD), *start = p;
    p = dv_trace_span(p, &s);
    p = DV_PUT(p, ",\"args\":{\"trace_start\":\"");
    o->n += (uint32_t)(p - start);
    put_line(o, t->run->obj, m->from_pc);
    dv_out_text(o, "\",\"trace_stop\":\"");
    put_line(o, t->run->obj, m->to_pc);
    dv_out_text(o, "\"}}");
    dv_out_mark(o);
}

static void draw_mark(struct dv_traces *t, struct dv_trace_core *c, const struct marked *m)
{
    const struct dv_track_row *row = &dv_tracks[DV_TRACK_USERMARK];
    unsigned lane = dv_trace_lane(c, DV_TRACK_USERMARK, m->from, m->to);
    for (unsigned all = 0; all < 2; all++) {
        struct dv_out *o = all ? t->all : c->out;
        dv_out_text(o, ",\n{\"ph\":\"X\",\"name\":\"Mark ");
        dv_out_json(o, m->name);
        dv_out_f(o, "\",\"cname\":\"%s\"", row->cname);
        if (all)
            dv_out_f(o, ",\"pid\":\"%s\",\"tid\":\"%s\"", c->label, row->name);
        else
            dv_out_f(o, ",\"pid\":%u,\"tid\":%u", row->pid, lane);
        put_mark(t, o, m);
    }
}

/* At every instruction of S, and at the end of a block: the region S was in ends. */
void dv_trace_region(struct dv_traces *t, struct dv_trace_core *c, const struct dv_event *e)
{
    bool block = e->kind == DV_EV_BLOCK;
    const char *region = block ? NULL : t->mark[(e->pc - DV_CODE_BASE) / 4];
    dv_time now = block ? e->end : e->start;
    if (region == c->mark)
        return;
    struct marked m = {c->mark, c->mark_pc, block ? c->mark_pc : e->pc, c->mark_at, now};
    if (c->mark)
        draw_mark(t, c, &m);
    c->mark = region;
    c->mark_pc = e->pc;
    c->mark_at = now;
}

/* Marks that the kernel writes itself; of those still open at the end nothing is drawn. */
void dv_trace_user_mark(struct dv_traces *t, struct dv_trace_core *c, const struct dv_event *e)
{
    struct dv_user_mark u;
    char name[8];
    int n = dv_user_marks_hear(&c->user, e, &u);
    if (n < 0)
        return;
    snprintf(name, sizeof name, "0x%u", (unsigned)n % DV_USER_MARKS);
    draw_mark(t, c, &(struct marked){name, u.from_pc, u.to_pc, u.from, u.to});
}

/* trace.json of every core and of all (formats.md 3), written while the run goes on: memory does
 * not grow with its length. Owns the files, slices, lanes and counters. */
#include "emu/prof/vendor/vendor.h"

#include <stdio.h>
#include <stdlib.h>

#include "emu/prof/vendor/trace.h"

enum { CODE_LINE = 128 /* isa.md 3.6 */ };

static const char head[] = "{\"schemaVersion\":%d,\"displayTimeUnit\":\"ns\",\"profilingType\":"
                           "\"op\",\"traceEvents\":[\n";
static const char tail[] = "\n]}\n";

/* ---- files ----------------------------------------------------------------------------------- */

static void core_begin(struct dv_traces *t, struct dv_trace_core *c, unsigned core)
{
    char name[64];
    if (dv_folder_failed(t->run->folder))
        return;
    dv_core_label(t->run->machine, core, c->label, &c->order);
    c->label_n = (unsigned)strlen(c->label);
    snprintf(name, sizeof name, "simulator/%s/trace.json", c->label);
    if (!(c->out = dv_out_open(t->run->folder, name, tail)))
        return;
    dv_out_f(c->out, head, 1);
    const char *gap = "";
    for (unsigned i = 0; i < DV_TRACK_COUNT; i++) {
        if (!dv_tracks[i].pid)
            continue;
        dv_out_f(
            c->out,
            "%s{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":%u,\"args\":{\"name\":\"%s\"}},\n"
            "{\"ph\":\"M\",\"name\":\"process_sort_index\",\"pid\":%u,\"args\":{"
            "\"sort_index\":%u}}",
            gap, dv_tracks[i].pid, dv_tracks[i].name, dv_tracks[i].pid, dv_tracks[i].pid);
        gap = ",\n";
    }
    dv_out_mark(c->out);
    dv_out_f(t->all,
             ",\n{\"ph\":\"M\",\"name\":\"process_sort_index\",\"pid\":\"%s\",\"tid\":\"NA\","
             "\"args\":{\"sort_index\":%u}}",
             c->label, c->order);
    for (unsigned i = 0; i < DV_TRACK_COUNT; i++)
        dv_out_f(t->all,
                 ",\n{\"ph\":\"M\",\"name\":\"thread_sort_index\",\"pid\":\"%s\",\"tid\":\"%s\","
                 "\"args\":{\"sort_index\":%u}}",
                 c->label, dv_tracks[i].name, dv_tracks[i].order);
    dv_out_mark(t->all);
}

static void traces_drop(void *self)
{
    struct dv_traces *t = self;
    for (unsigned i = 0; t->core && i < t->cores; i++)
        for (unsigned p = 0; p < DV_PIPE_COUNT * DV_PIPE_COUNT; p++)
            free(t->core[i].pair[p / DV_PIPE_COUNT][p % DV_PIPE_COUNT]);
    dv_codes_free(&t->codes);
    free(t->mark);
    free(t->core);
    free(t);
}

static bool find_marks(struct dv_traces *t)
{
    t->mark = calloc(t->codes.words + 1, sizeof *t->mark);
    for (uint64_t i = 0; t->mark && i < t->codes.words; i++)
        t->mark[i] = dv_obj_mark_at(t->run->obj, DV_CODE_BASE + 4 * i);
    return t->mark != NULL;
}

static bool make_room(struct dv_traces *t, const struct dv_prof_run *r)
{
    t->run = r;
    t->cores = dv_machine_cores(r->machine);
    t->core = calloc(t->cores + 1, sizeof *t->core);
    return t->core && dv_codes_begin(&t->codes, r->obj) && find_marks(t);
}

static void *traces_begin(const struct dv_prof_run *r)
{
    struct dv_traces *t = calloc(1, sizeof *t);
    if (!t || !make_room(t, r)) {
        if (t)
            traces_drop(t);
        dv_folder_no_memory(r->folder);
        return NULL;
    }
    t->clock = dv_clock_of(r->chip);
    dv_rates_begin(&t->rates, &t->clock);
    if ((t->all = dv_out_open(r->folder, "simulator/trace.json", tail))) {
        dv_out_f(t->all, head, 2);
        dv_out_f(t->all, "{\"ph\":\"M\",\"name\":\"process_sort_index\",\"pid\":\"MTE Throughput\","
                         "\"tid\":\"NA\",\"args\":{\"sort_index\":1000}}");
        return t;
    }
    traces_drop(t);
    return NULL;
}

/* ---- lanes ----------------------------------------------------------------------------------- */

static void name_lane(struct dv_trace_core *c, unsigned track, unsigned lane)
{
    dv_out_f(c->out,
             ",\n{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":%u,\"tid\":%u,\"args\":{\"name\":"
             "\"%s_%u\"}},\n{\"ph\":\"M\",\"name\":\"thread_sort_index\",\"pid\":%u,\"tid\":%u,"
             "\"args\":{\"sort_index\":%u}}",
             dv_tracks[track].pid, lane, dv_tracks[track].name, lane, dv_tracks[track].pid, lane,
             lane);
}

/* The fullest lane that is free at `from`, counted from 1. */
unsigned dv_trace_lane(struct dv_trace_core *c, unsigned track, dv_time from, dv_time to)
{
    dv_time *end = c->lane[track];
    unsigned n = c->lanes[track], best = n;
    for (unsigned i = 0; i < n; i++)
        if (end[i] <= from && (best == n || end[i] > end[best]))
            best = i;
    if (best == n && n < DV_LANES) {
        c->lanes[track]++;
        name_lane(c, track, n + 1);
    } else if (best == n) {
        best = DV_LANES - 1;
    }
    end[best] = to;
    return best + 1;
}

/* ---- slices ---------------------------------------------------------------------------------- */

char *dv_trace_span(char *p, const struct dv_slice *s)
{
    p = DV_PUT(p, ",\"ts\":");
    p = dv_put_us(p, s->ts);
    p = DV_PUT(p, ",\"dur\":");
    return dv_put_us(p, s->dur);
}

/* The number of what belongs together: "SCALAR1". */
static char *put_group(char *p, const struct dv_code *k, uint32_t group)
{
    const char *track = dv_tracks[k->track].name;
    if (!group)
        return p;
    p = DV_PUT(p, ",\"group_id\":\"");
    p = dv_put_text(p, track, strlen(track));
    p = dv_put_u64(p, group);
    return DV_PUT(p, "\"");
}

static void core_slice(struct dv_trace_core *c, const struct dv_code *k, const struct dv_event *e,
                       unsigned lane, struct dv_slice *s)
{
    char *p = dv_out_room(c->out, DV_OUT_RECORD), *start = p;
    p = dv_put_text(p, k->lead, k->lead_n);
    p = dv_put_u64(p, lane);
    s->span = p;
    p = dv_trace_span(p, s);
    s->span_n = (size_t)(p - s->span);
    p = put_group(p, k, s->group);
    s->args = p;
    p = dv_put_text(p, k->args, k->args_n);
    p = dv_codes_detail(k, e, p);
    if (e->bytes) {
        p = DV_PUT(p, "\",\"process_bytes\":\"");
        p = dv_put_u64(p, e->bytes);
    }
    p = DV_PUT(p, "\"}}");
    s->args_n = (size_t)(p - s->args);
    c->out->n += (uint32_t)(p - start);
    dv_out_mark(c->out);
}

static char *put_lane(char *p, const struct dv_track_row *row, unsigned lane)
{
    p = DV_PUT(p, "\",\"pid\":");
    p = dv_put_u64(p, row->pid);
    p = DV_PUT(p, ",\"tid\":");
    return dv_put_u64(p, lane);
}

/* In front of an instruction of S whose code was not there. */
static void fetch_slice(const struct dv_traces *t, struct dv_trace_core *c, const struct dv_code *k,
                        unsigned lane, uint32_t group)
{
    struct dv_slice s = {.ts = dv_clock_ps(&t->clock, c->fetch.from)};
    char *p = dv_out_room(c->out, DV_OUT_RECORD), *start = p;
    s.dur = dv_clock_ps(&t->clock, c->fetch.to) - s.ts;
    p = DV_PUT(p, ",\n{\"ph\":\"X\",\"name\":\"cache_time\",\"cname\":\"thread_state_stopped");
    p = put_lane(p, &dv_tracks[k->track], lane);
    p = dv_trace_span(p, &s);
    p = put_group(p, k, group);
    p = DV_PUT(p, ",\"args\":{}}");
    c->out->n += (uint32_t)(p - start);
    dv_out_mark(c->out);
}

char *dv_trace_place(char *p, const struct dv_trace_core *c, const char *track)
{
    p = DV_PUT(p, "\",\"pid\":\"");
    p = dv_put_text(p, c->label, strlen(c->label));
    p = DV_PUT(p, "\",\"tid\":\"");
    p = dv_put_text(p, track, strlen(track));
    return DV_PUT(p, "\"");
}

/* Name, colour, core and unit. */
char *dv_trace_code(char *p, const struct dv_trace_core *c, const struct dv_code *k)
{
    p = dv_put_text(p, k->all, k->all_n);
    p = dv_put_text(p, c->label, c->label_n);
    return dv_put_text(p, k->lane, k->lane_n);
}

static void all_slice(struct dv_traces *t, const struct dv_trace_core *c, const struct dv_code *k,
                      const struct dv_slice *s)
{
    char *p = dv_out_room(t->all, DV_OUT_RECORD), *start = p;
    p = DV_PUT(p, ",\n{\"ph\":\"X\",\"name\":\"");
    p = dv_trace_code(p, c, k);
    p = dv_put_text(p, s->span, s->span_n);
    p = dv_put_text(p, s->args, s->args_n);
    t->all->n += (uint32_t)(p - start);
    dv_out_mark(t->all);
}

/* ---- events ---------------------------------------------------------------------------------- */

static void draw(struct dv_traces *t, struct dv_trace_core *c, const struct dv_event *e)
{
    const struct dv_code *k = dv_codes_of(&t->codes, e);
    if (!k)
        return;
    struct dv_taken at = dv_pen_draw(&c->pen, k, e);
    struct dv_slice s = {.ts = dv_clock_ps(&t->clock, at.from)};
    s.dur = dv_clock_ps(&t->clock, at.to) - s.ts;
    bool fetched = k->pipe == DV_PIPE_S && c->fetch.to == at.from && c->fetch.from < c->fetch.to;
    unsigned lane = dv_trace_lane(c, k->track, fetched ? c->fetch.from : at.from, at.to);
    if (fetched) {
        fetch_slice(t, c, k, lane, s.group = ++c->groups);
        c->fetch = (struct dv_taken){0, 0};
    }
    core_slice(c, k, e, lane, &s);
    if (k->set || k->wait)
        dv_trace_flag(t, c, k, e, &s, lane);
    else
        all_slice(t, c, k, &s);
    if (e->cost && e->bytes)
        dv_rates_add(&t->rates, e->cost->path, at.from, at.to, e->bytes);
}

/* A line of code that was not in the cache: one cycle, named by its address. */
static void draw_miss(struct dv_traces *t, struct dv_trace_core *c, const struct dv_event *e)
{
    const struct dv_track_row *row = &dv_tracks[DV_TRACK_CACHEMISS];
    unsigned lane = dv_trace_lane(c, DV_TRACK_CACHEMISS, e->start, e->start + DV_CYCLE);
    struct dv_slice s = {.ts = dv_clock_ps(&t->clock, e->start)};
    s.dur = dv_clock_ps(&t->clock, e->start + DV_CYCLE) - s.ts;
    c->fetch = (struct dv_taken){e->start, e->end};
    for (unsigned all = 0; all < 2; all++) {
        struct dv_out *o = all ? t->all : c->out;
        char *p = dv_out_room(o, DV_OUT_RECORD), *start = p;
        p = DV_PUT(p, ",\n{\"ph\":\"X\",\"name\":\"");
        p = dv_put_hex(p, e->pc / CODE_LINE * CODE_LINE);
        p = DV_PUT(p, "\",\"cname\":\"");
        p = dv_put_text(p, row->cname, strlen(row->cname));
        p = all ? dv_trace_place(p, c, row->name) : put_lane(p, row, lane);
        p = dv_trace_span(p, &s);
        p = DV_PUT(p, ",\"args\":{}}");
        o->n += (uint32_t)(p - start);
        dv_out_mark(o);
    }
}

/* ---- the writer ------------------------------------------------------------------------------ */

static void traces_event(void *self, const struct dv_event *e)
{
    struct dv_traces *t = self;
    struct dv_trace_core *c = &t->core[e->core];
    if (!c->out)
        core_begin(t, c, e->core);
    if (!c->out)
        return;
    if (e->kind == DV_EV_STALL) {
        if (e->pipe == DV_PIPE_S)
            c->pen.stalled = e->end;
        if (e->pipe == DV_PIPE_S && e->reason == DV_STALL_icache)
            draw_miss(t, c, e);
        return;
    }
    if (e->kind != DV_EV_RETIRE) {
        dv_trace_region(t, c, e);
        dv_trace_user_mark(t, c, e);
    }
    if (e->kind == DV_EV_RETIRE || (e->kind == DV_EV_SCALAR && dv_is_own(e->op)))
        draw(t, c, e);
}

/* What is not in the window still moves the pens and the flags. */
static void traces_passed(void *self, const struct dv_event *e)
{
    struct dv_traces *t = self;
    struct dv_trace_core *c = &t->core[e->core];
    if (e->kind == DV_EV_STALL && e->pipe == DV_PIPE_S)
        c->pen.stalled = e->end;
    bool slice = e->kind == DV_EV_RETIRE || (e->kind == DV_EV_SCALAR && dv_is_own(e->op));
    const struct dv_code *k = slice ? dv_codes_of(&t->codes, e) : NULL;
    if (!k)
        return;
    dv_pen_draw(&c->pen, k, e);
    if (k->set || k->wait)
        dv_trace_flag_passed(t, c, k, e);
}

static void traces_end(void *self, const struct dv_prof_run *r)
{
    struct dv_traces *t = self;
    (void)r;
    if (t->codes.failed)
        dv_folder_no_memory(t->run->folder);
    dv_rates_write(&t->rates, t->all);
    dv_out_text(t->all, tail);
    dv_out_close(t->all);
    for (unsigned i = 0; i < t->cores; i++)
        if (t->core[i].out) {
            dv_out_text(t->core[i].out, tail);
            dv_out_close(t->core[i].out);
        }
}

const struct dv_prof_writer dv_write_traces = {
    .name = "trace",
    .makes = "simulator/trace.json, simulator/CORE/trace.json",
    .kinds = 1u << DV_EV_SCALAR | 1u << DV_EV_RETIRE | 1u << DV_EV_STALL | 1u << DV_EV_BLOCK,
    .trace = true,
    .begin = traces_begin,
    .event = traces_event,
    .passed = traces_passed,
    .end = traces_end,
    .drop = traces_drop,
};

/* trace.json of every core and of all (formats.md 3), written while the run goes on: memory does
 * not grow with its length. Owns the slices, lanes, arrows and counters. */
#include "emu/prof/vendor/vendor.h"

#include <stdio.h>
#include <stdlib.h>

#include "emu/prof/user_mark.h"
#include "emu/prof/vendor/codes.h"
#include "emu/prof/vendor/rate.h"

enum { LANES = 64, PAIRS = 16, CODE_LINE = 128 /* isa.md 3.6 */ };

/* The end of an arrow that came first, whichever it is. */
struct end {
    uint64_t at; /* picoseconds */
    uint32_t id; /* 0 = outside the window */
    uint32_t lane;
};
/* A flag. */
struct pair {
    uint32_t sets, waits;
    struct end first[PAIRS];
};

struct core {
    struct dv_out *out; /* NULL = nothing of it yet */
    char label[32];
    unsigned label_n, order;
    uint32_t arrows;
    struct dv_pen pen;
    unsigned lanes[DV_TRACK_COUNT];
    dv_time lane[DV_TRACK_COUNT][LANES];
    const char *mark; /* the region S is in, where it stands and when S came */
    uint64_t mark_pc;
    dv_time mark_at;
    struct dv_user_marks user;
    struct dv_taken fetch;                           /* the last wait of S for code */
    uint32_t groups;                                 /* instructions with a slice of their fetch */
    struct pair *pair[DV_PIPE_COUNT][DV_PIPE_COUNT]; /* of all ids, NULL = not used yet */
};

struct traces {
    const struct dv_prof_run *run;
    struct dv_clock clock;
    struct dv_codes codes;
    const char **mark; /* by word: the innermost region, NULL = none */
    struct core *core;
    unsigned cores;
    struct dv_out *all;
    struct dv_rates rates;
};

/* A slice that is about to be written. */
struct slice {
    uint64_t ts, dur;  /* picoseconds */
    uint32_t group;    /* 0 = none */
    char *args, *span; /* in the per-core file: from "args" to the end; the times */
    size_t args_n, span_n;
};

static const char head[] = "{\"schemaVersion\":%d,\"displayTimeUnit\":\"ns\",\"profilingType\":"
                           "\"op\",\"traceEvents\":[\n";
static const char tail[] = "\n]}\n";

/* ---- files ----------------------------------------------------------------------------------- */

static void core_begin(struct traces *t, struct core *c, unsigned core)
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
    struct traces *t = self;
    for (unsigned i = 0; t->core && i < t->cores; i++)
        for (unsigned p = 0; p < DV_PIPE_COUNT * DV_PIPE_COUNT; p++)
            free(t->core[i].pair[p / DV_PIPE_COUNT][p % DV_PIPE_COUNT]);
    dv_codes_free(&t->codes);
    free(t->mark);
    free(t->core);
    free(t);
}

static bool find_marks(struct traces *t)
{
    t->mark = calloc(t->codes.words + 1, sizeof *t->mark);
    for (uint64_t i = 0; t->mark && i < t->codes.words; i++)
        t->mark[i] = dv_obj_mark_at(t->run->obj, DV_CODE_BASE + 4 * i);
    return t->mark != NULL;
}

static bool make_room(struct traces *t, const struct dv_prof_run *r)
{
    t->run = r;
    t->cores = dv_machine_cores(r->machine);
    t->core = calloc(t->cores + 1, sizeof *t->core);
    return t->core && dv_codes_begin(&t->codes, r->obj) && find_marks(t);
}

static void *traces_begin(const struct dv_prof_run *r)
{
    struct traces *t = calloc(1, sizeof *t);
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

static void name_lane(struct core *c, unsigned track, unsigned lane)
{
    dv_out_f(c->out,
             ",\n{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":%u,\"tid\":%u,\"args\":{\"name\":"
             "\"%s_%u\"}},\n{\"ph\":\"M\",\"name\":\"thread_sort_index\",\"pid\":%u,\"tid\":%u,"
             "\"args\":{\"sort_index\":%u}}",
             dv_tracks[track].pid, lane, dv_tracks[track].name, lane, dv_tracks[track].pid, lane,
             lane);
}

/* The fullest lane that is free at `from`, counted from 1. */
static unsigned lane_for(struct core *c, unsigned track, dv_time from, dv_time to)
{
    dv_time *end = c->lane[track];
    unsigned n = c->lanes[track], best = n;
    for (unsigned i = 0; i < n; i++)
        if (end[i] <= from && (best == n || end[i] > end[best]))
            best = i;
    if (best == n && n < LANES) {
        c->lanes[track]++;
        name_lane(c, track, n + 1);
    } else if (best == n) {
        best = LANES - 1;
    }
    end[best] = to;
    return best + 1;
}

/* ---- slices ---------------------------------------------------------------------------------- */

#define PUT(p, text) dv_put_text(p, text, sizeof(text) - 1)

static char *put_span(char *p, const struct slice *s)
{
    p = PUT(p, ",\"ts\":");
    p = dv_put_us(p, s->ts);
    p = PUT(p, ",\"dur\":");
    return dv_put_us(p, s->dur);
}

/* The number of what belongs together: "SCALAR1". */
static char *put_group(char *p, const struct dv_code *k, uint32_t group)
{
    const char *track = dv_tracks[k->track].name;
    if (!group)
        return p;
    p = PUT(p, ",\"group_id\":\"");
    p = dv_put_text(p, track, strlen(track));
    p = dv_put_u64(p, group);
    return PUT(p, "\"");
}

static void core_slice(struct core *c, const struct dv_code *k, const struct dv_event *e,
                       unsigned lane, struct slice *s)
{
    char *p = dv_out_room(c->out, DV_OUT_RECORD), *start = p;
    p = dv_put_text(p, k->lead, k->lead_n);
    p = dv_put_u64(p, lane);
    s->span = p;
    p = put_span(p, s);
    s->span_n = (size_t)(p - s->span);
    p = put_group(p, k, s->group);
    s->args = p;
    p = dv_put_text(p, k->args, k->args_n);
    p = dv_codes_detail(k, e, p);
    if (e->bytes) {
        p = PUT(p, "\",\"process_bytes\":\"");
        p = dv_put_u64(p, e->bytes);
    }
    p = PUT(p, "\"}}");
    s->args_n = (size_t)(p - s->args);
    c->out->n += (uint32_t)(p - start);
    dv_out_mark(c->out);
}

static char *put_lane(char *p, const struct dv_track_row *row, unsigned lane)
{
    p = PUT(p, "\",\"pid\":");
    p = dv_put_u64(p, row->pid);
    p = PUT(p, ",\"tid\":");
    return dv_put_u64(p, lane);
}

/* In front of an instruction of S whose code was not there. */
static void fetch_slice(const struct traces *t, struct core *c, const struct dv_code *k,
                        unsigned lane, uint32_t group)
{
    struct slice s = {.ts = dv_clock_ps(&t->clock, c->fetch.from)};
    char *p = dv_out_room(c->out, DV_OUT_RECORD), *start = p;
    s.dur = dv_clock_ps(&t->clock, c->fetch.to) - s.ts;
    p = PUT(p, ",\n{\"ph\":\"X\",\"name\":\"cache_time\",\"cname\":\"thread_state_stopped");
    p = put_lane(p, &dv_tracks[k->track], lane);
    p = put_span(p, &s);
    p = put_group(p, k, group);
    p = PUT(p, ",\"args\":{}}");
    c->out->n += (uint32_t)(p - start);
    dv_out_mark(c->out);
}

static char *put_place(char *p, const struct core *c, const char *track)
{
    p = PUT(p, "\",\"pid\":\"");
    p = dv_put_text(p, c->label, strlen(c->label));
    p = PUT(p, "\",\"tid\":\"");
    p = dv_put_text(p, track, strlen(track));
    return PUT(p, "\"");
}

/* Name, colour, core and unit. */
static char *put_code(char *p, const struct core *c, const struct dv_code *k)
{
    p = dv_put_text(p, k->all, k->all_n);
    p = dv_put_text(p, c->label, c->label_n);
    return dv_put_text(p, k->lane, k->lane_n);
}

static void all_slice(struct traces *t, const struct core *c, const struct dv_code *k,
                      const struct slice *s)
{
    char *p = dv_out_room(t->all, DV_OUT_RECORD), *start = p;
    p = PUT(p, ",\n{\"ph\":\"X\",\"name\":\"");
    p = put_code(p, c, k);
    p = dv_put_text(p, s->span, s->span_n);
    p = dv_put_text(p, s->args, s->args_n);
    t->all->n += (uint32_t)(p - start);
    dv_out_mark(t->all);
}

/* ---- flags ----------------------------------------------------------------------------------- */

static struct pair *pair_of(struct traces *t, struct core *c, const struct dv_code *k,
                            const struct dv_event *e)
{
    unsigned id = dv_flag_id(e->op, e->x);
    struct pair **all = &c->pair[k->src][k->dst];
    if (!*all && !(*all = calloc(DV_FLAG_ALL, sizeof **all)))
        dv_folder_no_memory(t->run->folder);
    return *all ? &(*all)[id < DV_FLAG_ALL ? id : 0] : NULL;
}

/* The n-th SET of a flag and its n-th WAIT are an arrow. True with the other end in *other when
 * that came first; else this one, mine, is kept for it. */
static bool meet(struct pair *p, bool set, const struct end *mine, struct end *other)
{
    uint32_t n = set ? p->sets++ : p->waits++, others = set ? p->waits : p->sets;
    *other = p->first[n % PAIRS];
    if (n < others)
        return true;
    p->first[n % PAIRS] = *mine;
    return false;
}

static char *put_flow(char *p, const struct dv_code *k, bool set)
{
    const char *src = dv_pipe_json(k->src), *dst = dv_pipe_json(k->dst);
    p = set ? PUT(p, ",\n{\"ph\":\"s\",\"name\":\"flow\",\"cat\":\"")
            : PUT(p, ",\n{\"ph\":\"t\",\"name\":\"flow\",\"cat\":\"");
    p = dv_put_text(p, src, strlen(src));
    p = PUT(p, "To");
    return dv_put_text(p, dst, strlen(dst));
}

/* An end of an arrow in the file of a core. */
static void core_tip(struct core *c, const struct dv_code *k, bool set, const struct end *tip)
{
    char *p = dv_out_room(c->out, DV_OUT_RECORD), *start = p;
    p = put_flow(p, k, set);
    p = PUT(p, "\",\"id\":");
    p = dv_put_u64(p, tip->id);
    p = PUT(p, ",\"pid\":\"");
    p = dv_put_u64(p, dv_tracks[DV_TRACK_FLOWCTRL].pid);
    p = PUT(p, "\",\"tid\":\"");
    p = dv_put_u64(p, tip->lane);
    p = PUT(p, "\",\"ts\":");
    p = dv_put_us(p, tip->at);
    p = PUT(p, "}");
    c->out->n += (uint32_t)(p - start);
}

static char *put_id(char *p, const struct core *c, uint32_t id)
{
    p = PUT(p, ",\"id\":\"");
    p = dv_put_text(p, c->label, c->label_n);
    *p++ = '_';
    p = dv_put_u64(p, id);
    return PUT(p, "\",\"ts\":");
}

static const struct dv_track_row *flag_track(bool set)
{
    return &dv_tracks[set ? DV_TRACK_SET_FLAG : DV_TRACK_WAIT_FLAG];
}

/* A flag in the file of all cores: begin and end. */
static void all_flag(struct traces *t, const struct core *c, const struct dv_code *k,
                     const struct slice *s, uint32_t id)
{
    char *p = dv_out_room(t->all, DV_OUT_RECORD), *start = p;
    for (unsigned i = 0; i < 2; i++) {
        p = i ? PUT(p, ",\n{\"ph\":\"E\",\"name\":\"") : PUT(p, ",\n{\"ph\":\"B\",\"name\":\"");
        p = put_code(p, c, k);
        p = put_id(p, c, id);
        p = dv_put_us(p, i ? s->ts + s->dur : s->ts);
        p = i ? PUT(p, "}") : dv_put_text(p, s->args, s->args_n);
    }
    t->all->n += (uint32_t)(p - start);
    dv_out_mark(t->all);
}

static void all_tip(struct traces *t, const struct core *c, const struct dv_code *k, bool set,
                    const struct end *tip)
{
    char *p = dv_out_room(t->all, DV_OUT_RECORD), *start = p;
    p = put_flow(p, k, set);
    p = put_place(p, c, flag_track(set)->name);
    p = put_id(p, c, tip->id);
    p = dv_put_us(p, tip->at);
    p = PUT(p, "}");
    t->all->n += (uint32_t)(p - start);
}

/* Arrows are drawn when both ends are known and in the window. */
static void draw_arrow(struct traces *t, struct core *c, const struct dv_code *k,
                       const struct end *mine, const struct end *other)
{
    const struct end *set = k->set ? mine : other, *wait = k->set ? other : mine;
    core_tip(c, k, true, set);
    core_tip(c, k, false, wait);
    dv_out_mark(c->out);
    all_tip(t, c, k, true, set);
    all_tip(t, c, k, false, wait);
    dv_out_mark(t->all);
}

static void draw_flag(struct traces *t, struct core *c, const struct dv_code *k,
                      const struct dv_event *e, const struct slice *s, unsigned lane)
{
    struct pair *p = pair_of(t, c, k, e);
    struct end mine = {.lane = lane, .id = c->arrows + 1}, other;
    mine.at = k->set ? s->ts + s->dur / 2 : s->ts + s->dur;
    bool both = p && meet(p, k->set, &mine, &other) && other.id;
    if (both)
        mine.id = other.id;
    else
        c->arrows++;
    all_flag(t, c, k, s, mine.id);
    if (both)
        draw_arrow(t, c, k, &mine, &other);
}

/* ---- events ---------------------------------------------------------------------------------- */

static void draw(struct traces *t, struct core *c, const struct dv_event *e)
{
    const struct dv_code *k = dv_codes_of(&t->codes, e);
    if (!k)
        return;
    struct dv_taken at = dv_pen_draw(&c->pen, k, e);
    struct slice s = {.ts = dv_clock_ps(&t->clock, at.from)};
    s.dur = dv_clock_ps(&t->clock, at.to) - s.ts;
    bool fetched = k->pipe == DV_PIPE_S && c->fetch.to == at.from && c->fetch.from < c->fetch.to;
    unsigned lane = lane_for(c, k->track, fetched ? c->fetch.from : at.from, at.to);
    if (fetched) {
        fetch_slice(t, c, k, lane, s.group = ++c->groups);
        c->fetch = (struct dv_taken){0, 0};
    }
    core_slice(c, k, e, lane, &s);
    if (k->set || k->wait)
        draw_flag(t, c, k, e, &s, lane);
    else
        all_slice(t, c, k, &s);
    if (e->cost && e->bytes)
        dv_rates_add(&t->rates, e->cost->path, at.from, at.to, e->bytes);
}

/* A line of code that was not in the cache: one cycle, named by its address. */
static void draw_miss(struct traces *t, struct core *c, const struct dv_event *e)
{
    const struct dv_track_row *row = &dv_tracks[DV_TRACK_CACHEMISS];
    unsigned lane = lane_for(c, DV_TRACK_CACHEMISS, e->start, e->start + DV_CYCLE);
    struct slice s = {.ts = dv_clock_ps(&t->clock, e->start)};
    s.dur = dv_clock_ps(&t->clock, e->start + DV_CYCLE) - s.ts;
    c->fetch = (struct dv_taken){e->start, e->end};
    for (unsigned all = 0; all < 2; all++) {
        struct dv_out *o = all ? t->all : c->out;
        char *p = dv_out_room(o, DV_OUT_RECORD), *start = p;
        p = PUT(p, ",\n{\"ph\":\"X\",\"name\":\"");
        p = dv_put_hex(p, e->pc / CODE_LINE * CODE_LINE);
        p = PUT(p, "\",\"cname\":\"");
        p = dv_put_text(p, row->cname, strlen(row->cname));
        p = all ? put_place(p, c, row->name) : put_lane(p, row, lane);
        p = put_span(p, &s);
        p = PUT(p, ",\"args\":{}}");
        o->n += (uint32_t)(p - start);
        dv_out_mark(o);
    }
}

/* ---- marks ----------------------------------------------------------------------------------- */

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

static void put_mark(const struct traces *t, struct dv_out *o, const struct marked *m)
{
    uint64_t from = dv_clock_ps(&t->clock, m->from);
    struct slice s = {.ts = from, .dur = dv_clock_ps(&t->clock, m->to) - from};
    char *p = dv_out_room(o, DV_OUT_RECORD), *start = p;
    p = put_span(p, &s);
    p = PUT(p, ",\"args\":{\"trace_start\":\"");
    o->n += (uint32_t)(p - start);
    put_line(o, t->run->obj, m->from_pc);
    dv_out_text(o, "\",\"trace_stop\":\"");
    put_line(o, t->run->obj, m->to_pc);
    dv_out_text(o, "\"}}");
    dv_out_mark(o);
}

static void draw_mark(struct traces *t, struct core *c, const struct marked *m)
{
    const struct dv_track_row *row = &dv_tracks[DV_TRACK_USERMARK];
    unsigned lane = lane_for(c, DV_TRACK_USERMARK, m->from, m->to);
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
static void follow_region(struct traces *t, struct core *c, const struct dv_event *e)
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
static void follow_user_mark(struct traces *t, struct core *c, const struct dv_event *e)
{
    struct dv_user_mark u;
    char name[8];
    int n = dv_user_marks_hear(&c->user, e, &u);
    if (n < 0)
        return;
    snprintf(name, sizeof name, "0x%u", (unsigned)n % DV_USER_MARKS);
    draw_mark(t, c, &(struct marked){name, u.from_pc, u.to_pc, u.from, u.to});
}

/* ---- the writer ------------------------------------------------------------------------------ */

static void traces_event(void *self, const struct dv_event *e)
{
    struct traces *t = self;
    struct core *c = &t->core[e->core];
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
        follow_region(t, c, e);
        follow_user_mark(t, c, e);
    }
    if (e->kind == DV_EV_RETIRE || (e->kind == DV_EV_SCALAR && dv_is_own(e->op)))
        draw(t, c, e);
}

/* What is not in the window still moves the pens and the flags. */
static void traces_passed(void *self, const struct dv_event *e)
{
    struct traces *t = self;
    struct core *c = &t->core[e->core];
    if (e->kind == DV_EV_STALL && e->pipe == DV_PIPE_S)
        c->pen.stalled = e->end;
    bool slice = e->kind == DV_EV_RETIRE || (e->kind == DV_EV_SCALAR && dv_is_own(e->op));
    const struct dv_code *k = slice ? dv_codes_of(&t->codes, e) : NULL;
    if (!k)
        return;
    dv_pen_draw(&c->pen, k, e);
    struct end none = {.id = 0}, other;
    struct pair *p = k->set || k->wait ? pair_of(t, c, k, e) : NULL;
    if (p)
        meet(p, k->set, &none, &other);
}

static void traces_end(void *self, const struct dv_prof_run *r)
{
    struct traces *t = self;
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

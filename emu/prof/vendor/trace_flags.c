/* Flags of traces: SET and WAIT in the file of all cores, and the arrows between them. */
#include <stdlib.h>
#include <string.h>

#include "emu/prof/vendor/trace.h"

static struct dv_pair *pair_of(struct dv_traces *t, struct dv_trace_core *c,
                               const struct dv_code *k, const struct dv_event *e)
{
    unsigned id = dv_flag_id(e->op, e->x);
    struct dv_pair **all = &c->pair[k->src][k->dst];
    if (!*all && !(*all = calloc(DV_FLAG_ALL, sizeof **all)))
        dv_folder_no_memory(t->run->folder);
    return *all ? &(*all)[id < DV_FLAG_ALL ? id : 0] : NULL;
}

/* The n-th SET of a flag and its n-th WAIT are an arrow. True with the other end in *other when
 * that came first; else this one, mine, is kept for it. */
static bool meet(struct dv_pair *p, bool set, const struct dv_tip *mine, struct dv_tip *other)
{
    uint32_t n = set ? p->sets++ : p->waits++, others = set ? p->waits : p->sets;
    *other = p->first[n % DV_PAIRS];
    if (n < others)
        return true;
    p->first[n % DV_PAIRS] = *mine;
    return false;
}

static char *put_flow(char *p, const struct dv_code *k, bool set)
{
    const char *src = dv_pipe_json(k->src), *dst = dv_pipe_json(k->dst);
    p = set ? DV_PUT(p, ",\n{\"ph\":\"s\",\"name\":\"flow\",\"cat\":\"")
            : DV_PUT(p, ",\n{\"ph\":\"t\",\"name\":\"flow\",\"cat\":\"");
    p = dv_put_text(p, src, strlen(src));
    p = DV_PUT(p, "To");
    return dv_put_text(p, dst, strlen(dst));
}

/* An end of an arrow in the file of a core. */
static void core_tip(struct dv_trace_core *c, const struct dv_code *k, bool set,
                     const struct dv_tip *tip)
{
    char *p = dv_out_room(c->out, DV_OUT_RECORD), *start = p;
    p = put_flow(p, k, set);
    p = DV_PUT(p, "\",\"id\":");
    p = dv_put_u64(p, tip->id);
    p = DV_PUT(p, ",\"pid\":\"");
    p = dv_put_u64(p, dv_tracks[DV_TRACK_FLOWCTRL].pid);
    p = DV_PUT(p, "\",\"tid\":\"");
    p = dv_put_u64(p, tip->lane);
    p = DV_PUT(p, "\",\"ts\":");
    p = dv_put_us(p, tip->at);
    p = DV_PUT(p, "}");
    c->out->n += (uint32_t)(p - start);
}

static char *put_id(char *p, const struct dv_trace_core *c, uint32_t id)
{
    p = DV_PUT(p, ",\"id\":\"");
    p = dv_put_text(p, c->label, c->label_n);
    *p++ = '_';
    p = dv_put_u64(p, id);
    return DV_PUT(p, "\",\"ts\":");
}

static const struct dv_track_row *flag_track(bool set)
{
    return &dv_tracks[set ? DV_TRACK_SET_FLAG : DV_TRACK_WAIT_FLAG];
}

/* A flag in the file of all cores: begin and end. */
static void all_flag(struct dv_traces *t, const struct dv_trace_core *c, const struct dv_code *k,
                     const struct dv_slice *s, uint32_t id)
{
    char *p = dv_out_room(t->all, DV_OUT_RECORD), *start = p;
    for (unsigned i = 0; i < 2; i++) {
        p = i ? DV_PUT(p, ",\n{\"ph\":\"E\",\"name\":\"")
              : DV_PUT(p, ",\n{\"ph\":\"B\",\"name\":\"");
        p = dv_trace_code(p, c, k);
        p = put_id(p, c, id);
        p = dv_put_us(p, i ? s->ts + s->dur : s->ts);
        p = i ? DV_PUT(p, "}") : dv_put_text(p, s->args, s->args_n);
    }
    t->all->n += (uint32_t)(p - start);
    dv_out_mark(t->all);
}

static void all_tip(struct dv_traces *t, const struct dv_trace_core *c, const struct dv_code *k,
                    bool set, const struct dv_tip *tip)
{
    char *p = dv_out_room(t->all, DV_OUT_RECORD), *start = p;
    p = put_flow(p, k, set);
    p = dv_trace_place(p, c, flag_track(set)->name);
    p = put_id(p, c, tip->id);
    p = dv_put_us(p, tip->at);
    p = DV_PUT(p, "}");
    t->all->n += (uint32_t)(p - start);
}

/* Arrows are drawn when both ends are known and in the window. */
static void draw_arrow(struct dv_traces *t, struct dv_trace_core *c, const struct dv_code *k,
                       const struct dv_tip *mine, const struct dv_tip *other)
{
    const struct dv_tip *set = k->set ? mine : other, *wait = k->set ? other : mine;
    core_tip(c, k, true, set);
    core_tip(c, k, false, wait);
    dv_out_mark(c->out);
    all_tip(t, c, k, true, set);
    all_tip(t, c, k, false, wait);
    dv_out_mark(t->all);
}

void dv_trace_flag(struct dv_traces *t, struct dv_trace_core *c, const struct dv_code *k,
                   const struct dv_event *e, const struct dv_slice *s, unsigned lane)
{
    struct dv_pair *p = pair_of(t, c, k, e);
    struct dv_tip mine = {.lane = lane, .id = c->arrows + 1}, other;
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

/* It still counts: arrows are of the n-th SET and the n-th WAIT. */
void dv_trace_flag_passed(struct dv_traces *t, struct dv_trace_core *c, const struct dv_code *k,
                          const struct dv_event *e)
{
    struct dv_tip none = {.id = 0}, other;
    struct dv_pair *p = pair_of(t, c, k, e);
    if (p)
        meet(p, k->set, &none, &other);
}

/* The last items of every pipe of a core, so that who kept one waiting can be named. Owns how items
 * are found again: flags pair up by number, causes by seq or by time. */
#include "emu/prof/notes.h"

struct dv_note_flag dv_note_flag(const struct dv_op *op, const uint64_t *x)
{
    const struct dv_insn *in = dv_op_insn(op);
    struct dv_note_flag f = {0};
    bool set = in->exec == DV_EXEC_ENGINE && in->sem == DV_ENGINE_set_flag;
    if (!set && !(in->exec == DV_EXEC_ENGINE && in->sem == DV_ENGINE_wait_flag))
        return f;
    f.kind = set ? DV_LIFE_SET : DV_LIFE_WAIT;
    f.src = dv_op_sel(op, DV_F_src);
    f.dst = dv_op_sel(op, DV_F_dst);
    f.id = dv_flag_id(op, x);
    f.is = f.src < DV_PIPE_COUNT && f.dst < DV_PIPE_COUNT && f.id < DV_NOTE_IDS;
    return f;
}

static uint16_t key_of(const struct dv_note_flag *f)
{
    return (uint16_t)(f->src << 10 | f->dst << 6 | f->id);
}

uint32_t dv_note_count(struct dv_notes *t, const struct dv_note_flag *f)
{
    return f->kind == DV_LIFE_SET ? ++t->sets[f->src][f->dst][f->id]
                                  : ++t->waits[f->src][f->dst][f->id];
}

static unsigned kind_of(const struct dv_event *e, const struct dv_note_flag *f)
{
    return f->is ? f->kind : dv_op_insn(e->op)->exec == DV_EXEC_ITEM ? DV_LIFE_WORK : DV_LIFE_BAR;
}

struct dv_note *dv_note_add(struct dv_notes *t, unsigned pipe, const struct dv_event *e,
                            const struct dv_note_flag *f)
{
    struct dv_lane *l = &t->lane[pipe];
    struct dv_note *n = dv_note_at(l, l->issued++);
    *n = (struct dv_note){.seq = e->seq, .kind = (uint8_t)kind_of(e, f)};
    n->at = (struct dv_life_other){true, (uint8_t)pipe, e->pc, e->issue, 0, 0, 0};
    if (f->is) {
        n->key = key_of(f);
        n->ordinal = dv_note_count(t, f);
    }
    return n;
}

static struct dv_note *find_set(struct dv_notes *t, unsigned src, uint16_t key, uint32_t ordinal)
{
    struct dv_lane *l = &t->lane[src];
    for (uint32_t i = l->issued, left = dv_note_behind(l, i); left--;) {
        struct dv_note *n = dv_note_at(l, --i);
        if (n->kind == DV_LIFE_SET && n->key == key && n->ordinal == ordinal)
            return n;
    }
    return NULL;
}

struct dv_note *dv_note_set(struct dv_notes *t, const struct dv_note_flag *f, uint32_t number)
{
    return find_set(t, f->src, key_of(f), number);
}

struct dv_note *dv_note_set_of(struct dv_notes *t, const struct dv_note *wait)
{
    return find_set(t, wait->key >> 10, wait->key, wait->ordinal);
}

struct dv_note *dv_note_last(struct dv_notes *t, dv_time at)
{
    struct dv_note *best = NULL;
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++) {
        struct dv_lane *l = &t->lane[p];
        for (uint32_t i = l->retired, left = dv_note_behind(l, i); left--;) {
            struct dv_note *n = dv_note_at(l, --i);
            if (n->at.done > at)
                continue;
            if (best && n->at.done < best->at.done)
                break; /* completions are in order */
            if (!best || n->at.done > best->at.done ||
                (n->kind == DV_LIFE_WORK && best->kind != DV_LIFE_WORK))
                best = n;
        }
    }
    return best;
}

struct dv_note *dv_note_blocker(struct dv_lane *l, uint32_t i)
{
    struct dv_note *n = NULL;
    for (uint32_t left = dv_note_behind(l, i); left--;) {
        n = dv_note_at(l, --i);
        if (n->kind == DV_LIFE_WORK || n->kind == DV_LIFE_BAR || n->why_start != DV_WHY_order)
            break;
    }
    return n;
}

struct dv_note *dv_note_work(struct dv_lane *l, uint32_t i)
{
    for (uint32_t left = dv_note_behind(l, i); left--;)
        if (dv_note_at(l, --i)->kind == DV_LIFE_WORK)
            return dv_note_at(l, i);
    return NULL;
}

static struct dv_note *by_seq(struct dv_lane *l, uint32_t seq)
{
    for (uint32_t i = l->issued, left = dv_note_behind(l, i); left--;)
        if (dv_note_at(l, --i)->seq == seq)
            return dv_note_at(l, i);
    return NULL;
}

struct dv_note *dv_note_by_time(struct dv_lane *l, dv_time start, dv_time end)
{
    for (uint32_t i = l->retired, left = dv_note_behind(l, i); left--;) {
        struct dv_note *n = dv_note_at(l, --i);
        if (n->kind == DV_LIFE_WORK && (n->at.start == start || n->at.end == end))
            return n;
    }
    return NULL;
}

struct dv_note *dv_note_cause(struct dv_notes *t, const struct dv_event *v, uint32_t place)
{
    struct dv_lane *l = &t->lane[v->pipe];
    switch (v->why_start) {
    case DV_WHY_flight:
    case DV_WHY_operand:
        return v->cause_seq ? by_seq(l, v->cause_seq) : NULL;
    case DV_WHY_unit: /* what let it be ready before the unit was free */
        return v->ready <= v->turn ? NULL
               : v->cause_seq      ? by_seq(l, v->cause_seq)
                                   : dv_note_by_time(&t->lane[v->cause_pipe], v->ready, UINT64_MAX);
    case DV_WHY_interval:
        return dv_note_work(l, place);
    case DV_WHY_flag:
        return dv_note_set_of(t, dv_note_at(l, place));
    case DV_WHY_barrier:
        return dv_note_behind(l, place) ? dv_note_at(l, place - 1) : NULL;
    case DV_WHY_unit_flag:
        return dv_note_by_time(&t->lane[v->cause_pipe], v->ready, UINT64_MAX);
    default:
        return NULL;
    }
}

unsigned dv_note_lane(const struct dv_event *v, const struct dv_note_flag *f)
{
    unsigned pipe = !f->is ? v->op->pipe : f->kind == DV_LIFE_SET ? f->src : f->dst;
    const struct dv_insn *in = dv_op_insn(v->op);
    if (!f->is && in->exec == DV_EXEC_ENGINE &&
        (in->sem == DV_ENGINE_bar || in->sem == DV_ENGINE_nop))
        pipe = dv_op_sel(v->op, DV_F_pipe);
    return pipe < DV_PIPE_COUNT ? pipe : DV_PIPE_S;
}

/* A saved state is input like any other: nothing in it is used as an index or an address before
 * it was looked at here. Values that only decide what is computed are taken as they are. */
#include "emu/core/state.h"

static bool allocs_sound(const struct dv_machine *m)
{
    const struct dv_state *st = m->st;
    uint64_t end = DV_GM_BASE;

    if (st->allocs > DV_ALLOCS || st->gm_used > m->gm_bytes)
        return false;
    for (unsigned i = 0; i < st->allocs; i++) {
        const struct dv_alloc *a = &st->alloc[i];
        if (a->address < end || a->address - DV_GM_BASE > st->gm_used ||
            a->bytes > st->gm_used - (a->address - DV_GM_BASE) ||
            !memchr(a->name, 0, sizeof a->name))
            return false;
        end = a->address + a->bytes;
    }
    return true;
}

static bool item_sound(const struct dv_machine *m, struct dv_core *c, unsigned queue,
                       const struct dv_item *it)
{
    if (it->op >= m->code.words || it->kind > DV_IT_CROSS || it->peer >= DV_PIPE_COUNT ||
        it->id >= (it->kind == DV_IT_CROSS ? DV_CROSS_IDS : DV_FLAG_ALL) ||
        (it->kind == DV_IT_CROSS && it->peer >= DV_CROSS_MODES) ||
        it->cause_pipe >= DV_PIPE_COUNT || it->why_start >= DV_WHYS || it->why_end >= DV_WHYS)
        return false;
    if ((it->kind == DV_IT_SET || it->kind == DV_IT_WAIT) && it->id >= DV_FLAG_IDS &&
        !dv_hard_at(c, it->kind == DV_IT_SET ? queue_pipe(queue) : it->peer,
                    it->kind == DV_IT_SET ? it->peer : queue_pipe(queue), it->id))
        return false;
    if (it->kind != DV_IT_WORK)
        return true;
    if (it->job >= DV_JOBS || queue_of(m->code.op[it->op].pipe) != queue)
        return false;
    c->job[it->job].refs++;
    return c->job[it->job].op == it->op;
}

static bool flags_sound(struct dv_core *c)
{
    for (unsigned s = 0; s < DV_PIPE_COUNT; s++)
        for (unsigned d = 0; d < DV_PIPE_COUNT; d++)
            for (unsigned i = 0; i < DV_FLAG_IDS; i++) {
                const struct dv_flag *f = flag_at(c, s, d, i);
                if (f->count > DV_SETS)
                    return false;
                c->flag_used[s][d] |= (uint8_t)((f->count || f->taken) << i);
            }
    for (unsigned k = 0; k < DV_HARD_KINDS; k++)
        for (unsigned i = 0; i < DV_FLAG_IDS; i++) {
            const struct dv_hard *h = &c->hard[k][i];
            if (h->sets - h->waits > DV_HARD_ROOM)
                return false;
            c->hard_used[k] |= (uint8_t)((h->sets || h->waits) << i);
        }
    c->examined = 1;
    return true;
}

/* Sets and ups are in the order of their times. */
static bool cross_sound(const struct dv_machine *m, const struct dv_core *c)
{
    bool sound = true;

    for (unsigned id = 0; id < DV_CROSS_IDS; id++) {
        const struct dv_counter *k = &c->counter[id];
        sound = sound && k->n <= DV_CROSS_UPS;
        for (uint32_t i = 0; sound && i < k->n; i++)
            sound = k->up[i].set.op < m->code.words && k->up[i].core < m->st->cores;
        for (unsigned mode = 0; mode < DV_CROSS_MODES; mode++) {
            const struct dv_sets *s = &c->sent[mode][id];
            sound = sound && s->n <= DV_CROSS_SENT;
            for (uint32_t i = 0; sound && i < s->n; i++)
                sound = s->set[i].op < m->code.words;
        }
    }
    return sound;
}

static bool ring_sound(struct dv_machine *m, struct dv_core *c, unsigned queue)
{
    struct dv_ring *r = &c->ring[queue];

    if (r->depth > DV_DEPTH || r->tail - r->head > DV_RING ||
        r->next - r->head > r->tail - r->head || r->settled - r->head > r->next - r->head)
        return false;
    for (uint32_t i = r->head; i != r->tail; i++)
        if (!item_sound(m, c, queue, ring_item(r, i)))
            return false;
    return true;
}

/* Jobs that items use are examined again; the others are forgotten. */
static bool jobs_sound(struct dv_machine *m, struct dv_core *c)
{
    for (unsigned i = 0; i < DV_JOBS; i++) {
        struct dv_job *j = &c->job[i];
        j->known = false;
        if (!j->refs)
            continue;
        if (j->op >= m->code.words || j->cost.flight > DV_DEPTH || !dv_job_sound(m, c, j))
            return false;
        for (unsigned t = 0; t < DV_TERMS; t++)
            if (j->cost.by[t] >= DV_NUMBERS)
                return false;
    }
    return true;
}

static bool taint_sound(const struct dv_machine *m, const struct dv_core *c)
{
    const uint32_t *table = (const uint32_t *)((const uint8_t *)m->st + c->taint);
    uint32_t n = m->opt.data_off ? m->sizes[c->kind].bytes[DV_SPACE_UB] / 32 : 0;

    for (uint32_t i = 0; i < n; i++)
        if (table[i] > m->code.words)
            return false;
    for (unsigned i = 0; i < DV_LIVE_COUNT; i++)
        if (c->live_skipped[i] > m->code.words)
            return false;
    return true;
}

bool dv_skipped_sound(const struct dv_machine *m, const uint8_t *p, uint64_t bytes, bool parts)
{
    for (uint64_t i = 0; i < bytes; i += sizeof(uint32_t)) {
        uint32_t who;
        memcpy(&who, p + i, sizeof who);
        if (who > m->code.words && !(parts && who == DV_SKIPPED_PARTS))
            return false;
    }
    return true;
}

static bool core_sound(struct dv_machine *m, struct dv_core *c, const struct dv_core *own)
{
    if (c->kind != own->kind || c->coreid != own->coreid || c->taint != own->taint ||
        memcmp(c->local, own->local, sizeof c->local) || c->state > DV_CORE_ENDING ||
        c->cause > DV_BY_MEMORY || c->wait_queue >= DV_PIPE_COUNT || c->wait_id >= DV_CROSS_IDS ||
        ((c->cause == DV_BY_FLAG || c->cause == DV_BY_SET) && c->wait_id >= DV_FLAG_IDS) ||
        (c->cause == DV_BY_QUEUE && c->wait_queue >= DV_QUEUES) || c->stats.kind >= DV_KINDS ||
        c->s.loops > DV_LOOP_DEPTH || c->s.calls > DV_CALL_DEPTH)
        return false;
    c->s.why = NULL;
    if (!flags_sound(c) || !cross_sound(m, c) || !taint_sound(m, c))
        return false;
    c->wake = 0;
    for (unsigned i = 0; i < DV_JOBS; i++)
        c->job[i].refs = c->job[i].pins = 0;
    for (unsigned q = 0; q < DV_QUEUES; q++)
        if (!ring_sound(m, c, q))
            return false;
    return jobs_sound(m, c);
}

bool dv_state_sound(struct dv_machine *m, const struct dv_state *own)
{
    struct dv_state *st = m->st;

    if (st->bytes != own->bytes || st->cores != own->cores || st->core_type > DV_CORE_C100 ||
        (st->kernel && (!m->obj || st->kernel > m->obj->kernels)) || st->next_block > st->blocks ||
        !allocs_sound(m))
        return false;
    for (unsigned i = 0; i < st->cores; i++)
        if (!core_sound(m, &st->core[i], &own->core[i]))
            return false;
    return true;
}

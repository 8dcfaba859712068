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

static bool item_sound(struct dv_machine *m, struct dv_core *c, unsigned queue, struct dv_item *it)
{
    if (it->op >= m->code.words || it->kind > DV_IT_NOP || it->path > DV_PATHS ||
        it->peer >= DV_PIPE_COUNT || it->id >= DV_FLAG_IDS)
        return false;
    if (it->kind == DV_IT_WORK)
        return queue_of(m->code.op[it->op].pipe) == queue && dv_item_sound(m, c, it);
    it->hulls = 0;
    it->live = 0;
    return true;
}

static bool ring_sound(struct dv_machine *m, struct dv_core *c, unsigned queue)
{
    struct dv_ring *r = &c->ring[queue];
    uint32_t flying = r->next - r->head;

    if (r->depth > DV_DEPTH || ring_waiting(r) > r->depth || flying > DV_IN_FLIGHT + 1)
        return false;
    for (uint32_t i = r->head; i != r->tail; i++)
        if (!item_sound(m, c, queue, ring_item(r, i)))
            return false;
    if (r->next == r->tail && *start_at(c, queue) != DV_NEVER)
        return false;
    return *done_at(c, queue) == (flying ? ring_item(r, r->head)->done : DV_NEVER);
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

static bool core_sound(struct dv_machine *m, struct dv_core *c, const struct dv_core *own)
{
    if (c->kind != own->kind || c->coreid != own->coreid || c->taint != own->taint ||
        memcmp(c->local, own->local, sizeof c->local) || c->state > DV_CORE_ENDING ||
        c->cause > DV_BY_BARRIER || c->wait_queue >= DV_PIPE_COUNT || c->wait_id >= DV_FLAG_IDS ||
        (c->cause == DV_BY_QUEUE && c->wait_queue >= DV_QUEUES) || c->stats.kind >= DV_KINDS ||
        c->s.loops > DV_LOOP_DEPTH || c->s.calls > DV_CALL_DEPTH)
        return false;
    c->s.why = NULL;
    for (unsigned q = 0; q < DV_QUEUES; q++)
        if (ring_waiting(&c->ring[q]) > DV_RING || c->ring[q].tail - c->ring[q].head > DV_RING)
            return false;
    if (!dv_env_recount(c) || !taint_sound(m, c))
        return false;
    for (unsigned q = 0; q < DV_QUEUES; q++)
        if (!ring_sound(m, c, q))
            return false;
    return true;
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

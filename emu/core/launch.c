/* Launches: which core runs which block, and what a core looks like when a block begins. */
#include "emu/core/explore.h"
#include "emu/core/replay.h"

static void rings_reset(const struct dv_chip *k, struct dv_core *c, const struct dv_moment *at)
{
    const uint64_t depth[DV_QUEUES] = {DV_P(k, queue_v),    DV_P(k, queue_m),
                                       DV_P(k, queue_mte1), DV_P(k, queue_mte2),
                                       DV_P(k, queue_mte3), DV_P(k, queue_fix)};
    /* Which kinds have the queue: isa.md section 1. */
    static const uint8_t has[DV_QUEUES] = {DV_ON(DV_AIV) | DV_ON(DV_C100),
                                           DV_ON(DV_AIC) | DV_ON(DV_C100),
                                           DV_ON(DV_AIC) | DV_ON(DV_C100),
                                           DV_ON_ANY,
                                           DV_ON_ANY,
                                           DV_ON(DV_AIC)};

    for (unsigned q = 0; q < DV_QUEUES; q++) {
        struct dv_ring *r = &c->ring[q];
        r->head = r->settled = r->next = r->tail = 0;
        r->depth = has[q] & DV_ON(c->kind) ? (uint32_t)depth[q] : 0;
        r->front = r->ready = r->end = r->done = *at;
        r->counted = r->tail_until = at->at;
        r->works = 0;
        r->worked = r->shown = r->waited = false;
        r->state = DV_RING_OPEN;
    }
}

/* Only those that were used: pages of a core that nothing touched cost nothing. */
static void flags_reset(struct dv_core *c)
{
    for (unsigned s = 0; s < DV_PIPE_COUNT; s++)
        for (unsigned d = 0; d < DV_PIPE_COUNT; d++)
            for (unsigned used = c->flag_used[s][d]; used; used &= used - 1)
                *flag_at(c, s, d, (unsigned)__builtin_ctz(used)) = (struct dv_flag){0};
    for (unsigned k = 0; k < DV_HARD_KINDS; k++)
        for (unsigned used = c->hard_used[k]; used; used &= used - 1)
            c->hard[k][__builtin_ctz(used)] = (struct dv_hard){0};
    memset(c->flag_used, 0, sizeof c->flag_used);
    memset(c->hard_used, 0, sizeof c->hard_used);
}

/* Bounds of buffers may be others than in the last launch. */
static void jobs_reset(struct dv_core *c)
{
    for (unsigned j = 0; j < DV_JOBS && c->examined; j++) {
        c->job[j].known = false;
        c->job[j].refs = c->job[j].pins = 0;
    }
    c->examined = 0;
}

static void block_begin(struct dv_machine *m, struct dv_core *c, uint32_t block, uint64_t entry,
                        dv_time at)
{
    memset(&c->s, 0, sizeof c->s);
    flags_reset(c);
    memset(c->unit, 0, sizeof c->unit);
    if (m->crosses) {
        memset(c->sent, 0, sizeof c->sent);
        memset(c->counter, 0, sizeof c->counter);
    }
    memset(c->live_skipped, 0, sizeof c->live_skipped);
    for (unsigned i = 0; i < dv_spr_count; i++)
        if (dv_sprs[i].kind == DV_SPR_PIPE)
            c->live.v[dv_sprs[i].index] = dv_sprs[i].reset;
    dv_env_reset(&c->env);
    c->version++;
    if (!c->stats.blocks) {
        c->spent = (struct dv_moment){.at = at};
        jobs_reset(c);
    }
    rings_reset(&m->chip, c, &c->spent);
    if (!c->stats.blocks && !c->stats.instructions)
        c->stats.first = at;
    c->stats.kind = c->kind;
    c->s.pc = c->entry = entry;
    c->block = block;
    c->now = at;
    c->load_at = DV_NEVER;
    c->unlock = false;
    c->state = DV_CORE_RUN;
    if (m->native.start)
        m->native.start(m->native.self, core_index(m, c));
    if (m->fed)
        dv_feed_block(m, c);
    if (m->opt.explore)
        dv_explore_block(m, c);
    if (heard(m, DV_EV_BLOCK))
        dv_core_emit(m, &(struct dv_event){.kind = DV_EV_BLOCK,
                                           .core = (uint16_t)core_index(m, c),
                                           .block = block,
                                           .start = at});
}

static bool kind_serves(const struct dv_state *st, unsigned kind)
{
    static const uint8_t kinds[] = {[DV_CORE_AIC] = DV_ON(DV_AIC),
                                    [DV_CORE_AIV] = DV_ON(DV_AIV),
                                    [DV_CORE_MIX] = DV_ON(DV_AIC) | DV_ON(DV_AIV),
                                    [DV_CORE_C100] = DV_ON(DV_C100)};
    return kinds[st->core_type] >> kind & 1;
}

/* The first blocks begin one after the other: cores of a kind start so far apart. */
static dv_time start_at(const struct dv_machine *m, unsigned kind, unsigned number)
{
    uint64_t apart = kind == DV_AIV ? DV_P(&m->chip, launch_aiv) : DV_P(&m->chip, launch_aic);

    if (m->opt.time_off)
        return 0;
    return (dv_time)((unsigned __int128)apart * number * DV_P(&m->chip, clock) * DV_CYCLE /
                     1000000000000ull);
}

/* With a feed the log may say it. */
static dv_time begins_at(const struct dv_machine *m, const struct dv_core *c, dv_time at)
{
    return m->fed ? dv_feed_start(m, c, at) : at;
}

/* Blocks of a mix launch begin on a group of AIC + 2 AIV each, together. */
static void mix_begin(struct dv_machine *m, const struct dv_launch *l)
{
    unsigned aic = (unsigned)DV_P(&m->chip, aic);

    for (uint32_t b = 0; b < l->blocks; b++) {
        dv_time at = start_at(m, DV_AIC, b);
        block_begin(m, &m->st->core[b], b, l->entry[0], begins_at(m, &m->st->core[b], at));
        for (unsigned s = 0; s < 2; s++) {
            struct dv_core *v = &m->st->core[aic + 2 * b + s];
            v->subblock = (uint8_t)s;
            block_begin(m, v, b, l->entry[1], begins_at(m, v, at));
        }
    }
    m->st->next_block = l->blocks;
}

/* When a core that is idle asks for the next block. */
static dv_time asks_at(const struct dv_machine *m, const struct dv_core *c)
{
    return c->free_at + (m->opt.explore ? dv_explore_turn(m, c) : 0);
}

static struct dv_core *idle_core(struct dv_machine *m)
{
    struct dv_core *best = NULL;

    for (unsigned i = 0; i < m->st->cores; i++) {
        struct dv_core *c = &m->st->core[i];
        if (c->state == DV_CORE_IDLE && kind_serves(m->st, c->kind) &&
            (!m->fed || dv_feed_more(m, c)) && (!best || asks_at(m, c) < asks_at(m, best)))
            best = c;
    }
    return best;
}

dv_time dv_block_asked(struct dv_machine *m)
{
    const struct dv_core *c = m->st->next_block < m->st->blocks ? idle_core(m) : NULL;

    return c ? asks_at(m, c) : DV_NEVER;
}

struct dv_core *dv_block_hand_out(struct dv_machine *m)
{
    struct dv_core *c = m->st->next_block < m->st->blocks ? idle_core(m) : NULL;

    if (c)
        block_begin(m, c, m->st->next_block++, c->entry, c->free_at);
    return c;
}

static enum dv_err launch_check(const struct dv_machine *m, const struct dv_launch *l,
                                struct dv_diag *d)
{
    static const char *const name[] = {"aic", "aiv", "mix", "c100"};
    const struct dv_chip *k = &m->chip;
    uint64_t have[] = {DV_P(k, aic), DV_P(k, aiv), DV_P(k, aic), DV_P(k, merged)};

    if (l->blocks < 1 || l->blocks > 65535)
        return dv_fail(d, DV_E_CONFIG, "%u blocks: a launch has 1 to 65535", l->blocks);
    if (DV_P(k, merged) && l->core != DV_CORE_C100)
        return dv_fail(d, DV_E_CONFIG, "chip %s has merged cores, the kernel is for %s", k->name,
                       name[l->core]);
    if (!have[l->core] || (l->core == DV_CORE_MIX && DV_P(k, aiv) < 2 * DV_P(k, aic)))
        return dv_fail(d, DV_E_CONFIG, "chip %s has no %s core", k->name, name[l->core]);
    if (l->core == DV_CORE_MIX && l->blocks > have[DV_CORE_MIX])
        return dv_fail(d, DV_E_CONFIG, "%u blocks: a mix kernel has at most one a AI core, %llu",
                       l->blocks, (unsigned long long)have[DV_CORE_MIX]);
    return DV_OK;
}

static void caches_reset(const struct dv_machine *m, struct dv_core *c)
{
    const struct dv_chip *k = &m->chip;
    uint64_t code = c->kind == DV_AIV ? DV_P(k, icache_aiv) : DV_P(k, icache_aic);

    dv_cache_reset(&c->icache, DV_CODE_LINE, (unsigned)code, !m->opt.cold);
    dv_cache_reset(&c->dcache, DV_DATA_LINE, (unsigned)DV_P(k, dcache_bytes), !m->opt.cold);
}

static void memories_clear(struct dv_machine *m, struct dv_core *c)
{
    for (unsigned s = 0; s < DV_SPACE_COUNT; s++)
        memset((uint8_t *)m->st + c->local[s], 0, dv_local_bytes(&m->sizes[c->kind], s));
    memset(c->stack, 0, sizeof c->stack);
    if (m->opt.data_off)
        memset((uint8_t *)m->st + c->taint, 0,
               ((size_t)m->sizes[c->kind].bytes[DV_SPACE_UB] / 32 + 16) * sizeof(uint32_t));
    c->loaded = 0;
}

void dv_machine_reset(struct dv_machine *m, uint64_t explore, uint64_t max_cycles)
{
    for (unsigned i = 0; i < m->st->cores; i++) /* of the others nothing was ever touched */
        if (m->st->core[i].stats.blocks || m->st->core[i].state != DV_CORE_IDLE)
            memories_clear(m, &m->st->core[i]);
    dv_gm_again(m);
    m->opt.explore = explore;
    m->limit = dv_limit_of(max_cycles);
    m->fault = DV_OK;
    m->fault_at = 0;
    dv_diag_init(&m->diag);
    dv_picture_free(m);
}

/* How many cores may be at work at once. */
static uint32_t at_work(const struct dv_machine *m, const struct dv_launch *l)
{
    uint32_t have = 0;

    if (l->core == DV_CORE_MIX)
        return 3 * l->blocks;
    for (unsigned i = 0; i < m->st->cores; i++)
        have += kind_serves(m->st, m->st->core[i].kind) &&
                (!m->fed || dv_feed_more(m, &m->st->core[i]));
    return l->blocks < have ? l->blocks : have;
}

static void memory_begin(struct dv_machine *m, const struct dv_launch *l)
{
    struct dv_mem_launch b = {.bytes = m->fed ? m->opt.feed->gm_touched : m->st->gm_used,
                              .cores = m->opt.time_off ? 1 : at_work(m, l),
                              .warm = !m->opt.cold,
                              .again = l->again};

    if (m->opt.shared && b.cores == 1 && !m->opt.time_off)
        b.cores = 2;
    if (m->mem.begin)
        m->mem.begin(m->mem.self, &b);
    m->reached = 0;
}

enum dv_err dv_machine_launch(struct dv_machine *m, const struct dv_launch *l, struct dv_diag *d)
{
    struct dv_state *st = m->st;
    enum dv_err err = launch_check(m, l, d);

    if (err)
        return err;
    if (!dv_fences_build(m, l->kernel))
        return dv_fail(d, DV_E_MEMORY, "out of memory for the table of buffers");
    st->core_type = l->core;
    st->kernel = l->kernel;
    st->blocks = l->blocks;
    st->next_block = 0;
    st->para_base = l->para_base;
    st->window = 0;
    st->sent = 0;
    st->launched = true;
    if (m->fed)
        dv_feed_launch(m);
    memory_begin(m, l);
    st->ended = false;
    for (unsigned i = 0; i < st->cores; i++) {
        struct dv_core *c = &st->core[i];
        memset(&c->stats, 0, sizeof c->stats);
        c->fetched = UINT64_MAX;
        if (!l->again)
            caches_reset(m, c);
        c->state = DV_CORE_IDLE;
        c->free_at =
            start_at(m, c->kind, c->kind == DV_AIV ? i - (unsigned)DV_P(&m->chip, aic) : i);
        c->free_at = begins_at(m, c, c->free_at);
        c->seq = 0;
        c->jumps = 0;
        c->entry = l->entry[0];
        c->subblock = 0;
    }
    dv_replay_reset(m);
    if (l->core == DV_CORE_MIX)
        mix_begin(m, l);
    else
        while (dv_block_hand_out(m))
            ;
    return DV_OK;
}

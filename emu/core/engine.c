/* Instructions that change engine state: special registers, flags, barriers, caches, END. Each
 * action is one function in a table indexed by DV_ENGINE_*. */
#include "emu/core/cross.h"

typedef enum dv_err (*action_fn)(struct dv_machine *, struct dv_core *, uint32_t, bool *);

static const struct dv_op *op_at(const struct dv_machine *m, uint32_t op_index)
{
    return &m->code.op[op_index];
}

static void block(struct dv_core *c, unsigned cause, bool *stay)
{
    *stay = true;
    c->state = DV_CORE_BLOCKED;
    c->cause = (uint8_t)cause;
}

/* ---- special registers ----------------------------------------------------------------------- */

enum { SYS_CNT_HZ = 50000000 }; /* timing.md 3.4: the counter of A2/A3 ticks at 50 MHz */

static uint64_t const_spr(const struct dv_machine *m, const struct dv_core *c,
                          const struct dv_spr *r)
{
    switch (r->number) {
    case DV_SPR_N_BLOCKID:
        return c->block;
    case DV_SPR_N_BLOCKDIM:
        return m->st->blocks;
    case DV_SPR_N_SUBBLOCKID:
        return c->subblock;
    case DV_SPR_N_SUBBLOCKDIM:
        return m->st->core_type == DV_CORE_MIX && c->kind == DV_AIV ? 2 : 1;
    case DV_SPR_N_COREID:
        return c->coreid;
    case DV_SPR_N_PARA_BASE:
        return m->st->para_base;
    case DV_SPR_N_SYS_VA_BASE:
        return DV_SYS_VA_BASE;
    case DV_SPR_N_SYS_CNT:
        return (uint64_t)((unsigned __int128)c->now * SYS_CNT_HZ / DV_CYCLE /
                          DV_P(&m->chip, clock));
    default:
        return r->reset;
    }
}

static void env_write(struct dv_core *c, unsigned index, uint64_t value)
{
    c->version += c->env.v[index] != value;
    c->env.v[index] = value;
}

static enum dv_err no_spr(struct dv_machine *m, struct dv_core *c, uint32_t i, unsigned number)
{
    return dv_core_fault(m, c, i, DV_PIPE_S, c->now, DV_E_ILLEGAL, "no special register %u",
                         number);
}

static enum dv_err mov_from_spr(struct dv_machine *m, struct dv_core *c, uint32_t i, bool *stay)
{
    const struct dv_op *op = op_at(m, i);
    unsigned number = dv_op_sel(op, DV_F_spr);
    const struct dv_spr *r = dv_spr_number(number);
    uint64_t v;

    (void)stay;
    if (!r)
        return no_spr(m, c, i, number);
    if (r->kind == DV_SPR_PIPE)
        return dv_live_read(m, c, r, &c->s.x[op->x[DV_XD]]);
    if (r->kind == DV_SPR_ISSUE)
        v = c->env.v[r->index];
    else if (r->kind == DV_SPR_CONST)
        v = const_spr(m, c, r);
    else
        v = number == DV_SPR_N_PC ? c->s.pc : number == DV_SPR_N_LPCNT ? c->s.lpcnt : c->s.cond;
    c->s.x[op->x[DV_XD]] = v;
    return DV_OK;
}

/* The merged core knows neither counter mode nor other ways to round, to keep infinities or to cut
 * (isa.md 4.2, 15): what a kernel asks for in vain is not passed over. */
static enum dv_err ctrl_check(struct dv_machine *m, struct dv_core *c, uint32_t i, uint64_t value)
{
    static const struct {
        uint8_t bit;
        const char *what;
    } none[] = {
        {46, "hf32"},         {47, "hf32 rounding"}, {48, "inf and nan"}, {50, "leaky relu"},
        {51, "n first mmad"}, {56, "counter"},       {59, "truncating"},
    };

    for (unsigned k = 0; c->kind == DV_C100 && k < sizeof none / sizeof *none; k++)
        if (value >> none[k].bit & 1)
            return dv_core_fault(m, c, i, DV_PIPE_S, c->now, DV_E_ILLEGAL,
                                 "ctrl[%u] = 1: dav-c100 has no %s mode", none[k].bit,
                                 none[k].what);
    return DV_OK;
}

static enum dv_err spr_write(struct dv_machine *m, struct dv_core *c, uint32_t i, uint64_t value)
{
    unsigned number = dv_op_sel(op_at(m, i), DV_F_spr);
    const struct dv_spr *r = dv_spr_number(number);

    if (!r)
        return no_spr(m, c, i, number);
    if (number == DV_SPR_N_CTRL && ctrl_check(m, c, i, value))
        return m->fault;
    if (r->kind == DV_SPR_ISSUE)
        env_write(c, r->index, value);
    else if (r->kind == DV_SPR_PIPE)
        return dv_live_write(m, c, r, value);
    else if (number == DV_SPR_N_LPCNT)
        c->s.lpcnt = value;
    else if (number == DV_SPR_N_COND)
        c->s.cond = value & 1;
    else
        return dv_core_fault(m, c, i, DV_PIPE_S, c->now, DV_E_ILLEGAL,
                             "special register %s cannot be written", r->name);
    return DV_OK;
}

static enum dv_err mov_to_spr(struct dv_machine *m, struct dv_core *c, uint32_t i, bool *stay)
{
    (void)stay;
    return spr_write(m, c, i, c->s.x[op_at(m, i)->x[DV_XN]]);
}

static enum dv_err mov_spr_imm(struct dv_machine *m, struct dv_core *c, uint32_t i, bool *stay)
{
    (void)stay;
    return spr_write(m, c, i, (uint64_t)(uint32_t)op_at(m, i)->imm);
}

static enum dv_err movemask(struct dv_machine *m, struct dv_core *c, uint32_t i, bool *stay)
{
    const struct dv_op *op = op_at(m, i);

    (void)stay;
    env_write(c, dv_op_sel(op, DV_F_pos) ? DV_ENV_MASK1 : DV_ENV_MASK0, c->s.x[op->x[DV_XN]]);
    return DV_OK;
}

/* Two entries of a VA register from byte addresses (isa.md 4.1). */
static enum dv_err moveva(struct dv_machine *m, struct dv_core *c, uint32_t i, bool *stay)
{
    const struct dv_op *op = op_at(m, i);
    unsigned idx = dv_op_sel(op, DV_F_idx);
    unsigned n = DV_ENV_VA0_LO + 2 * dv_op_sel(op, DV_F_va) + idx / 4, at = 16 * (idx % 4);
    uint64_t first = c->s.x[op->x[DV_XN]] >> 5 & 0x1fff;
    uint64_t second = c->s.x[op->x[DV_XM]] >> 5 & 0x1fff;

    (void)stay;
    env_write(c, n, (c->env.v[n] & ~(0xffffffffull << at)) | (first | second << 16) << at);
    return DV_OK;
}

static enum dv_err ldva(struct dv_machine *m, struct dv_core *c, uint32_t i, bool *stay)
{
    const struct dv_op *op = op_at(m, i);
    unsigned n = DV_ENV_VA0_LO + 2 * dv_op_sel(op, DV_F_va);
    uint64_t half[2];

    if (m->fed)
        return dv_core_fault(m, c, i, DV_PIPE_S, c->now, DV_E_UNSUPPORTED,
                             "the log does not hold the entries that ld va takes from ub");
    if (dv_scalar_early(m, c, op)) {
        block(c, DV_BY_MEMORY, stay);
        return DV_OK;
    }
    dv_core_retire(m, c, c->now);
    if (dv_scalar_entries(m, c, op, half))
        return m->fault;
    env_write(c, n, half[0]);
    env_write(c, n + 1, half[1]);
    return DV_OK;
}

/* ---- flags and barriers ---------------------------------------------------------------------- */

static enum dv_err no_pipe(struct dv_machine *m, struct dv_core *c, uint32_t i, unsigned pipe)
{
    return dv_fault_no_pipe(m, c, i, DV_PIPE_S, pipe);
}

static bool has_pipe(const struct dv_core *c, unsigned pipe)
{
    unsigned q = queue_of(pipe);
    return pipe == DV_PIPE_S || (q != DV_Q_NONE && c->ring[q].depth);
}

static enum dv_err sync_item(struct dv_machine *m, struct dv_core *c, uint32_t i, unsigned pipe,
                             uint8_t kind, unsigned peer, unsigned id, bool *stay)
{
    unsigned queue = queue_of(pipe);

    if (dv_core_room(m, c, queue, stay))
        return m->fault;
    return *stay ? DV_OK : dv_core_issue_sync(m, c, i, queue, kind, (uint8_t)peer, (uint8_t)id);
}

struct flag {
    unsigned src, dst, id;
};

static enum dv_err flag_of(struct dv_machine *m, struct dv_core *c, uint32_t i, struct flag *f)
{
    const struct dv_op *op = op_at(m, i);
    uint64_t id = dv_flag_reg(op) ? c->s.x[op->x[DV_XT]] : (uint64_t)op->imm;

    f->src = dv_op_sel(op, DV_F_src);
    f->dst = dv_op_sel(op, DV_F_dst);
    if (!has_pipe(c, f->src) || !has_pipe(c, f->dst))
        return no_pipe(m, c, i, has_pipe(c, f->src) ? f->dst : f->src);
    if (id >= DV_P(&m->chip, event_ids) || id >= DV_FLAG_IDS)
        return dv_core_fault(m, c, i, DV_PIPE_S, c->now, DV_E_RANGE,
                             "event id %llu: this chip has ids 0 to %llu", (unsigned long long)id,
                             (unsigned long long)DV_P(&m->chip, event_ids) - 1);
    f->id = dv_flag_number(op, id);
    return DV_OK;
}

static enum dv_err set_flag(struct dv_machine *m, struct dv_core *c, uint32_t i, bool *stay)
{
    struct flag f = {0};

    if (flag_of(m, c, i, &f))
        return m->fault;
    if (f.src != DV_PIPE_S)
        return sync_item(m, c, i, f.src, DV_IT_SET, f.dst, f.id, stay);
    if (flag_at(c, DV_PIPE_S, f.dst, f.id)->count == DV_SETS) {
        block(c, DV_BY_SET, stay);
        c->wait_queue = (uint8_t)f.dst;
        c->wait_id = (uint8_t)f.id;
        return DV_OK;
    }
    if (dv_flag_raise(m, c, f.src, f.dst, f.id, dv_scalar_moment(m, c), i))
        return m->fault;
    return dv_core_advance(m, c);
}

/* S waits: it takes the flag at its time, and blocks when that is not known yet. */
static enum dv_err scalar_wait(struct dv_machine *m, struct dv_core *c, const struct flag *f,
                               bool *stay)
{
    const struct dv_flag *flag = flag_at(c, f->src, DV_PIPE_S, f->id);
    struct dv_moment seen;

    if (!flag->count) {
        block(c, DV_BY_FLAG, stay);
        c->wait_queue = (uint8_t)f->src;
        c->wait_id = (uint8_t)f->id;
        return DV_OK;
    }
    seen = flag->set[0].at;
    if (!m->opt.time_off) {
        seen.at += DV_P(&m->chip, flag_latency);
        blame_add(m, &seen.by, DV_P(&m->chip, flag_latency), DV_CP_flag_latency);
    }
    dv_count_scalar(m, c, &seen, DV_STALL_flag);
    if (dv_flag_take(m, c, f->src, DV_PIPE_S, f->id, c->now))
        return m->fault;
    return dv_core_advance(m, c);
}

static enum dv_err wait_flag(struct dv_machine *m, struct dv_core *c, uint32_t i, bool *stay)
{
    struct flag f = {0};

    if (flag_of(m, c, i, &f))
        return m->fault;
    if (f.dst == DV_PIPE_S)
        return scalar_wait(m, c, &f, stay);
    return sync_item(m, c, i, f.dst, DV_IT_WAIT, f.src, f.id, stay);
}

/* Everything issued so far completes before S goes on: BAR.ALL, and DSB, whose classes are not
 * told apart (ours). */
static enum dv_err quiesce(struct dv_machine *m, struct dv_core *c, bool *stay)
{
    const struct dv_moment *last;
    struct dv_moment at;

    if (!dv_core_started(c, &last)) {
        block(c, DV_BY_BARRIER, stay);
        return DV_OK;
    }
    at = last->at > c->now ? *last : *dv_scalar_moment(m, c);
    if (!m->opt.time_off) {
        at.at += DV_P(&m->chip, barrier);
        blame_add(m, &at.by, DV_P(&m->chip, barrier), DV_CP_barrier);
    }
    dv_count_scalar(m, c, &at, DV_STALL_barrier);
    return DV_OK;
}

static enum dv_err bar(struct dv_machine *m, struct dv_core *c, uint32_t i, bool *stay)
{
    unsigned pipe = dv_op_sel(op_at(m, i), DV_F_pipe);

    if (pipe == DV_PIPE_ALL)
        return quiesce(m, c, stay);
    if (!has_pipe(c, pipe))
        return no_pipe(m, c, i, pipe);
    return pipe == DV_PIPE_S ? DV_OK : sync_item(m, c, i, pipe, DV_IT_BAR, 0, 0, stay);
}

static enum dv_err nop(struct dv_machine *m, struct dv_core *c, uint32_t i, bool *stay)
{
    unsigned pipe = dv_op_sel(op_at(m, i), DV_F_pipe);

    if (pipe == DV_PIPE_ALL)
        return DV_OK;
    if (!has_pipe(c, pipe))
        return no_pipe(m, c, i, pipe);
    return pipe == DV_PIPE_S ? DV_OK : sync_item(m, c, i, pipe, DV_IT_NOP, 0, 0, stay);
}

static enum dv_err nop_s(struct dv_machine *m, struct dv_core *c, uint32_t i, bool *stay)
{
    (void)m, (void)c, (void)i, (void)stay;
    return DV_OK;
}

static enum dv_err dsb(struct dv_machine *m, struct dv_core *c, uint32_t i, bool *stay)
{
    (void)i;
    return quiesce(m, c, stay);
}

/* Stores reach memory at once: only the tags of the lines go. Lines of UB are not in them. */
static enum dv_err dcci(struct dv_machine *m, struct dv_core *c, uint32_t i, bool *stay)
{
    const struct dv_op *op = op_at(m, i);
    unsigned dst = dv_op_sel(op, DV_F_dst);

    (void)stay;
    if (dst != DV_V_dcci_dst_all && dst != DV_V_dcci_dst_out)
        return DV_OK;
    if (dv_op_sel(op, DV_F_what) == DV_V_dcci_what_cache)
        dv_cache_clear(&c->dcache);
    else
        dv_cache_drop(&c->dcache, c->s.x[op->x[DV_XN]]);
    return DV_OK;
}

/* ---- flags between cores --------------------------------------------------------------------- */

/* Only a mix launch has what carries them (isa.md 3.5). */
static bool joined(struct dv_machine *m, struct dv_core *c, uint32_t i)
{
    if (m->st->core_type == DV_CORE_MIX)
        return true;
    dv_core_fault(m, c, i, DV_PIPE_S, c->now, DV_E_ILLEGAL,
                  "flags between cores need a mix kernel: other launches have nothing that carries "
                  "them");
    dv_diag_fix(&m->diag, ".kernel NAME, core=mix");
    return false;
}

static enum dv_err set_cross_core(struct dv_machine *m, struct dv_core *c, uint32_t i, bool *stay)
{
    const struct dv_op *op = op_at(m, i);
    uint64_t config = c->s.x[op->x[DV_XT]];
    unsigned pipe = dv_op_sel(op, DV_F_pipe), mode = config >> 4 & 3, id = config >> 8 & 15;

    if (!joined(m, c, i))
        return m->fault;
    if (pipe == DV_PIPE_S || pipe == DV_PIPE_ALL)
        return dv_core_fault(
            m, c, i, DV_PIPE_S, c->now, DV_E_ILLEGAL,
            "a flag between cores is set in the queue of v, m, mte1, mte2, mte3 or "
            "fix, not in %s",
            dv_pipe_names[pipe]);
    if (!has_pipe(c, pipe))
        return no_pipe(m, c, i, pipe);
    if (mode >= DV_CROSS_MODES)
        return dv_core_fault(m, c, i, pipe, c->now, DV_E_RANGE,
                             "mode %u of a cross-core flag: there are modes 0 to %d", mode,
                             DV_CROSS_MODES - 1);
    if (mode == DV_CROSS_PAIR && c->kind == DV_AIC)
        return dv_core_fault(m, c, i, pipe, c->now, DV_E_ILLEGAL,
                             "mode 1 of a cross-core flag is for the two AIVs of a block, this is "
                             "an AIC");
    return sync_item(m, c, i, pipe, DV_IT_CROSS, mode, id, stay);
}

static enum dv_err wait_flag_dev(struct dv_machine *m, struct dv_core *c, uint32_t i, bool *stay)
{
    const struct dv_op *op = op_at(m, i);
    uint64_t number = op->lane == DV_LANE_reg ? c->s.x[op->x[DV_XT]] : (uint64_t)op->imm;
    unsigned id = number % DV_CROSS_IDS;

    if (!joined(m, c, i))
        return m->fault;
    if (dv_cross_known(c, id))
        return dv_cross_take(m, c, id);
    block(c, DV_BY_CROSS, stay);
    c->wait_id = (uint8_t)id;
    return DV_OK;
}

/* ---- end of a block -------------------------------------------------------------------------- */

static enum dv_err end(struct dv_machine *m, struct dv_core *c, uint32_t i, bool *stay)
{
    (void)m, (void)i;
    *stay = true; /* the chip loop ends the block when the queues are empty */
    c->state = DV_CORE_ENDING;
    c->stats.pipe[DV_PIPE_S].instructions++;
    c->seq++;
    return DV_OK;
}

static enum dv_err trap(struct dv_machine *m, struct dv_core *c, uint32_t i, bool *stay)
{
    (void)stay;
    return dv_core_fault(m, c, i, DV_PIPE_S, c->now, DV_E_ILLEGAL, "the kernel executed a trap");
}

/* ---- the table ------------------------------------------------------------------------------- */

static enum dv_err memory(struct dv_machine *m, struct dv_core *c, uint32_t i, bool *stay)
{
    if (dv_scalar_early(m, c, op_at(m, i))) {
        block(c, DV_BY_MEMORY, stay);
        return DV_OK;
    }
    dv_core_retire(m, c, c->now);
    return dv_scalar_memory(m, c, op_at(m, i));
}

static enum dv_err dc_preload(struct dv_machine *m, struct dv_core *c, uint32_t i, bool *stay)
{
    (void)stay;
    dv_scalar_preload(m, c, op_at(m, i));
    return DV_OK;
}

/* Lines of code that are there come at once; what lies outside the code is left out (ours). */
static enum dv_err preload(struct dv_machine *m, struct dv_core *c, uint32_t i, bool *stay)
{
    const struct dv_op *op = op_at(m, i);
    uint64_t at = c->s.x[op->x[DV_XN]], end = 4ull * m->code.words, n = c->s.x[op->x[DV_XM]];

    (void)stay;
    if (at >= end || m->opt.time_off)
        return DV_OK;
    end = n < end - at ? at + n : end;
    for (at -= at % DV_CODE_LINE; at < end; at += DV_CODE_LINE)
        dv_cache_touch(&c->icache, at);
    return DV_OK;
}

static const action_fn action[DV_ENGINE_COUNT] = {
    [DV_ENGINE_mov_from_spr] = mov_from_spr,
    [DV_ENGINE_mov_to_spr] = mov_to_spr,
    [DV_ENGINE_mov_spr_imm] = mov_spr_imm,
    [DV_ENGINE_movemask] = movemask,
    [DV_ENGINE_moveva] = moveva,
    [DV_ENGINE_ldva] = ldva,
    [DV_ENGINE_ld] = memory,
    [DV_ENGINE_st] = memory,
    [DV_ENGINE_ldp] = memory,
    [DV_ENGINE_stp] = memory,
    [DV_ENGINE_ld4] = memory,
    [DV_ENGINE_st4] = memory,
    [DV_ENGINE_sti] = memory,
    [DV_ENGINE_ld_dev] = memory,
    [DV_ENGINE_st_dev] = memory,
    [DV_ENGINE_ld_ddr] = memory,
    [DV_ENGINE_st_ddr] = memory,
    [DV_ENGINE_st_atomic] = memory,
    [DV_ENGINE_dc_preload] = dc_preload,
    [DV_ENGINE_preload] = preload,
    [DV_ENGINE_set_flag] = set_flag,
    [DV_ENGINE_wait_flag] = wait_flag,
    [DV_ENGINE_set_cross_core] = set_cross_core,
    [DV_ENGINE_wait_flag_dev] = wait_flag_dev,
    [DV_ENGINE_bar] = bar,
    [DV_ENGINE_nop] = nop,
    [DV_ENGINE_nop_s] = nop_s,
    [DV_ENGINE_dsb] = dsb,
    [DV_ENGINE_dcci] = dcci,
    [DV_ENGINE_end] = end,
    [DV_ENGINE_trap] = trap,
};

enum dv_err dv_core_engine(struct dv_machine *m, struct dv_core *c, uint32_t op_index, bool *stay)
{
    return action[op_at(m, op_index)->sem](m, c, op_index, stay);
}

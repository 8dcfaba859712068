/* S: fetches in program order, runs scalar instructions, hands everything else over. Where S
 * depends on the queues (a full one, flags, barriers) it takes over their times, which are known as
 * soon as an item is started; before it looks at memory, effects up to its own time are applied. */
#include "emu/core/explore.h"
#include "emu/core/replay.h"

static enum dv_err bad_pc(struct dv_machine *m, struct dv_core *c)
{
    uint64_t pc = c->s.pc;

    return dv_core_fault(m, c, (uint32_t)(pc / 4), DV_PIPE_S, c->now,
                         pc % 4 ? DV_E_ALIGN : DV_E_BOUNDS,
                         pc % 4 ? "pc 0x%llx is not a multiple of 4"
                                : "pc 0x%llx is outside the code: is an end missing?",
                         (unsigned long long)pc);
}

static enum dv_err bad_word(struct dv_machine *m, struct dv_core *c, uint32_t op_index)
{
    struct dv_diag d;
    struct dv_op op;

    dv_diag_init(&d);
    dv_isa_decode(m->code.op[op_index].word, DV_ON(c->kind), &op, NULL, &d);
    return dv_core_fault(m, c, op_index, DV_PIPE_S, c->now, d.code ? d.code : DV_E_ILLEGAL, "%s",
                         d.text[0] ? d.text : "illegal word");
}

static enum dv_err scalar_fault(struct dv_machine *m, struct dv_core *c, uint32_t op_index,
                                enum dv_err code)
{
    return dv_core_fault(m, c, op_index, DV_PIPE_S, c->now, code, "%s",
                         c->s.why ? c->s.why : "scalar fault");
}

static void heard_scalar(struct dv_machine *m, struct dv_core *c, uint32_t op_index, dv_time start)
{
    const struct dv_op *op = &m->code.op[op_index];
    uint64_t x[DV_SLOTS];

    if (heard(m, DV_EV_RETIRE)) /* one order of events, whoever looks at memory in between */
        dv_core_retire(m, c, c->now - 1);
    for (unsigned i = 0; i < DV_SLOTS; i++)
        x[i] = c->s.x[op->x[i]];
    struct dv_event e = {.kind = DV_EV_SCALAR,
                         .pipe = DV_PIPE_S,
                         .core = (uint16_t)core_index(m, c),
                         .block = c->block,
                         .seq = c->seq,
                         .pc = DV_CODE_BASE + 4ull * op_index,
                         .op = op,
                         .x = x,
                         .issue = start,
                         .start = start,
                         .end = c->now,
                         .done = c->now};
    dv_scalar_heard(m, c, op, &e);
    dv_core_emit(m, &e);
}

/* S spends the time of one instruction. */
static void spend(struct dv_core *c, struct dv_machine *m, uint32_t op_index, bool jumped)
{
    dv_time t = m->code.cost[2 * op_index + jumped];

    if (m->fed)
        t = dv_feed_spend(m, c, t);
    c->now += t;
    c->stats.pipe[DV_PIPE_S].busy += t;
    c->stats.pipe[DV_PIPE_S].instructions++;
    c->seq++;
}

static enum dv_err run_scalar(struct dv_machine *m, struct dv_core *c, uint32_t op_index)
{
    const struct dv_op *op = &m->code.op[op_index];
    dv_time start = c->now;

    uint8_t calls = c->s.calls;

    c->s.next = c->s.pc + 4;
    enum dv_err err = dv_scalar[op->sem](&c->s, op);
    if (err)
        return scalar_fault(m, c, op_index, err);
    bool jumped = c->s.next != c->s.pc + 4;
    if (c->s.next == c->s.pc && !c->s.loops && c->s.calls == calls) {
        return dv_core_fault(m, c, op_index, DV_PIPE_S, c->now, DV_E_LIMIT,
                             "endless loop: the jump goes to itself and nothing can change");
    }
    c->s.pc = c->s.next;
    spend(c, m, op_index, jumped);
    if (heard(m, DV_EV_SCALAR))
        heard_scalar(m, c, op_index, start);
    return m->fault; /* a listener may have met one (dv_machine_settle) */
}

/* Its result is in the registers of the lines after it. */
static enum dv_err fed_scalar(struct dv_machine *m, struct dv_core *c, uint32_t op_index)
{
    dv_time start = c->now;

    spend(c, m, op_index, dv_feed_jumps(m, c));
    if (heard(m, DV_EV_SCALAR))
        heard_scalar(m, c, op_index, start);
    return m->fault;
}

static enum dv_err run_item(struct dv_machine *m, struct dv_core *c, uint32_t op_index)
{
    unsigned queue = queue_of(m->code.op[op_index].pipe);
    dv_time start = c->now;

    bool stay = false;

    if (queue != DV_Q_NONE && c->ring[queue].depth && dv_core_room(m, c, queue, &stay))
        return m->fault;
    if (stay)
        return DV_OK;
    if (dv_core_issue(m, c, op_index)) {
        m->fault = m->fault ? m->fault : DV_E_ILLEGAL;
        return m->fault;
    }
    c->s.pc += 4;
    spend(c, m, op_index, false);
    if (m->opt.explore)
        dv_explore_scalar(m, c);
    if (heard(m, DV_EV_SCALAR))
        heard_scalar(m, c, op_index, start);
    return m->fault;
}

static enum dv_err run_engine(struct dv_machine *m, struct dv_core *c, uint32_t op_index)
{
    bool stay = false;
    dv_time start = c->now;

    if (dv_core_engine(m, c, op_index, &stay))
        return m->fault;
    if (stay)
        return DV_OK;
    c->s.pc += 4;
    spend(c, m, op_index, false);
    if (m->opt.explore)
        dv_explore_scalar(m, c);
    if (heard(m, DV_EV_SCALAR))
        heard_scalar(m, c, op_index, start);
    return m->fault;
}

/* S steps onto another line of code. */
static void fetch_line(struct dv_machine *m, struct dv_core *c, uint64_t line)
{
    struct dv_moment at;

    c->fetched = line;
    if (m->opt.time_off || dv_feed_paced(m) || dv_cache_touch(&c->icache, line * DV_CODE_LINE))
        return;
    at = *dv_scalar_moment(m, c);
    at.at += DV_P(&m->chip, icache_miss);
    blame_add(m, &at.by, DV_P(&m->chip, icache_miss), DV_CP_icache_miss);
    dv_count_scalar(m, c, &at, DV_STALL_icache);
}

/* S got to the time of a load that waited for it. */
static enum dv_err loads_start(struct dv_machine *m, struct dv_core *c)
{
    c->wake |= 1u << DV_Q_MTE1;
    return dv_core_advance(m, c);
}

/* After an instruction: at the head of a loop the time of its rounds may be known. */
static inline enum dv_err replayed(struct dv_machine *m, struct dv_core *c, uint32_t op_index)
{
    if (dv_replay_recording(m, c))
        dv_replay_note(m, c, op_index);
    return c->s.pc <= 4ull * op_index ? dv_replay_head(m, c) : DV_OK;
}

/* One instruction, whoever chose it. Where S has to wait, its pc stays. */
static inline enum dv_err execute(struct dv_machine *m, struct dv_core *c, uint32_t op_index)
{
    enum dv_err err;

    switch (m->code.op[op_index].exec) {
    case DV_EXEC_SCALAR:
        err = m->fed ? fed_scalar(m, c, op_index) : run_scalar(m, c, op_index);
        break;
    case DV_EXEC_ENGINE:
        err = run_engine(m, c, op_index);
        break;
    case DV_EXEC_ITEM:
    case DV_EXEC_UNSUPPORTED:
    case DV_EXEC_UNKNOWN:
        err = run_item(m, c, op_index);
        break;
    default:
        err = bad_word(m, c, op_index);
    }
    return c->now >= c->load_at && !err ? loads_start(m, c) : err;
}

enum dv_err dv_core_execute(struct dv_machine *m, struct dv_core *c, uint32_t op_index)
{
    return execute(m, c, op_index);
}

enum dv_err dv_core_fetch(struct dv_machine *m, struct dv_core *c, dv_time until)
{
    enum dv_err err = DV_OK;

    if (m->native.resume)
        return dv_native_run(m, c, until);
    while (!err && c->state == DV_CORE_RUN && c->now <= until) {
        if (m->fed && !dv_feed_take(m, c, until))
            break;
        uint64_t index = c->s.pc / 4;
        if (c->s.pc % 4 || index >= m->code.words)
            return bad_pc(m, c);
        if (index / (DV_CODE_LINE / 4) != c->fetched)
            fetch_line(m, c, index / (DV_CODE_LINE / 4));
        err = execute(m, c, (uint32_t)index);
        if (m->replay && !err && c->state == DV_CORE_RUN)
            err = replayed(m, c, (uint32_t)index);
    }
    return err;
}

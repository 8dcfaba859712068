/* Perturbed time: a mixture of calm and disturbed pipes, drawn anew for every seed. */
#include "emu/core/explore.h"

enum matter { START, WORK, LATENCY, SCALAR, BEGIN, DEPTH, TURN, ORDER, STYLE, CROSS };

/* How a pipe is disturbed for a whole run. */
enum style { CALM, JITTER, UNEVEN, SLOW, RARE, STRETCHES, LATE, STYLES };

enum {
    LITTLE = 64 * DV_CYCLE,
    SOME = 512 * DV_CYCLE,
    MUCH = 4096 * DV_CYCLE,
    AGES = 65536 * DV_CYCLE,
    REACHES = 8, /* SOME times a power of two, up to AGES */
    STRETCH = 16 /* items */
};

/* A well mixed function of all it is given (the finisher of splitmix64). */
static uint64_t stir(uint64_t h, uint64_t v)
{
    h += 0x9e3779b97f4a7c15ull * (v + 1);
    h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9ull;
    h = (h ^ h >> 27) * 0x94d049bb133111ebull;
    return h ^ h >> 31;
}

static uint64_t draw(const struct dv_machine *m, enum matter what, uint64_t who, uint64_t number)
{
    return stir(stir(stir(m->opt.explore, what), who), number);
}

static uint64_t of_block(const struct dv_machine *m, const struct dv_core *c, unsigned queue)
{
    return (uint64_t)core_index(m, c) << 40 | (uint64_t)c->block << 8 | queue;
}

/* One of the queues of a core, or S (DV_Q_NONE). */
static unsigned pick(const struct dv_core *c, uint64_t h)
{
    unsigned queue[DV_QUEUES + 1], n = 0;

    for (unsigned q = 0; q < DV_QUEUES; q++)
        if (c->ring[q].depth)
            queue[n++] = q;
    queue[n++] = DV_Q_NONE;
    return queue[h % n];
}

/* A race shows when one pipe falls far behind or runs far ahead, seldom when all are late: in half
 * of the runs one pipe is disturbed, in a quarter all but one, in a quarter anything. */
static enum style style_of(const struct dv_machine *m, const struct dv_core *c, enum matter what,
                           unsigned queue)
{
    static const uint8_t heavy[] = {SLOW, RARE, STRETCHES, LATE};
    uint64_t run = draw(m, STYLE, 0, 0);
    bool alike = run >> 8 & 1, chosen = pick(c, run >> 16) == queue;
    uint64_t h = draw(m, what, 1 + queue, alike ? 0 : 1 + core_index(m, c));

    switch (run % 4) {
    case 0:
    case 1:
        return chosen ? heavy[h % 4] : CALM;
    case 2:
        return chosen ? CALM : heavy[h % 4];
    default:
        return (enum style)(h % STYLES);
    }
}

/* What a race needs differs by orders of magnitude, from one load to a whole phase of a kernel. */
static dv_time reach(const struct dv_machine *m, enum matter what, unsigned queue)
{
    return (dv_time)SOME << draw(m, what, 1 + queue, DV_NEVER) % REACHES;
}

static dv_time delay(const struct dv_machine *m, const struct dv_core *c, enum matter what,
                     unsigned queue, uint32_t number)
{
    uint64_t h = draw(m, what, of_block(m, c, queue), number), r = h >> 16;

    switch (style_of(m, c, what, queue)) {
    case JITTER:
        return h % 4 ? 0 : r % LITTLE;
    case UNEVEN:
        return r % SOME;
    case SLOW:
        return r % reach(m, what, queue);
    case RARE:
        return h % 8 ? 0 : r % AGES;
    case STRETCHES:
        h = draw(m, what, of_block(m, c, queue), 1ull << 32 | number / STRETCH);
        return h % 4 ? 0 : r % reach(m, what, queue);
    case LATE:
        return number < 2 * STRETCH ? r % AGES : 0;
    default:
        return 0;
    }
}

void dv_explore_start(const struct dv_machine *m, const struct dv_core *c, unsigned queue,
                      const struct dv_item *it, struct dv_bid *b)
{
    dv_time late = delay(m, c, START, queue, it->seq);

    b->number = b->extra ? b->number : DV_CP_scalar_issue;
    b->at += late;
    b->extra += late;
}

/* What M and the fixpipe hand to each other by unit flags is done when its unit is. */
static bool hands_over(unsigned queue)
{
    return queue == DV_Q_M || queue == DV_Q_FIX;
}

void dv_explore_end(const struct dv_machine *m, const struct dv_core *c, unsigned queue,
                    struct dv_item *it, struct dv_moment *end)
{
    dv_time work = delay(m, c, WORK, queue, it->seq), done = work;

    if (!hands_over(queue))
        done += delay(m, c, LATENCY, queue, it->seq);
    end->at += work;
    blame_add(m, &end->by, work, DV_CP_scalar_issue);
    it->done.at += done;
    blame_add(m, &it->done.by, done, DV_CP_scalar_issue);
}

void dv_explore_scalar(const struct dv_machine *m, struct dv_core *c)
{
    dv_time late = delay(m, c, SCALAR, DV_Q_NONE, c->seq);

    c->now += late;
    c->stats.pipe[DV_PIPE_S].busy += late;
}

/* As short as its range allows; on a depth that is documented kernels may rely. */
static uint32_t depth(const struct dv_machine *m, unsigned queue, uint32_t most)
{
    static const uint16_t number[DV_QUEUES] = {DV_CP_queue_v,    DV_CP_queue_m,    DV_CP_queue_mte1,
                                               DV_CP_queue_mte2, DV_CP_queue_mte3, DV_CP_queue_fix};
    const struct dv_origin *o = dv_chip_origin(&m->chip, number[queue]);
    uint64_t h = draw(m, DEPTH, queue, 0);

    if (!most || o->low > o->high || o->low >= most || h % 2)
        return most;
    return (uint32_t)(o->low + (h >> 16) % (most - o->low + 1));
}

void dv_explore_block(const struct dv_machine *m, struct dv_core *c)
{
    uint64_t h = draw(m, BEGIN, of_block(m, c, DV_Q_NONE), 0);

    c->now += h % 4 ? 0 : (h >> 16) % AGES;
    for (unsigned q = 0; q < DV_QUEUES; q++)
        c->ring[q].depth = depth(m, q, c->ring[q].depth);
}

dv_time dv_explore_turn(const struct dv_machine *m, const struct dv_core *c)
{
    return draw(m, TURN, core_index(m, c), m->st->next_block) % MUCH;
}

dv_time dv_explore_cross(const struct dv_machine *m, const struct dv_core *c, unsigned id,
                         dv_time at)
{
    uint64_t h = draw(m, CROSS, of_block(m, c, id), at);

    return h % 4 ? 0 : (h >> 16) % MUCH;
}

uint32_t dv_explore_core(const struct dv_machine *m, uint32_t i)
{
    uint64_t h = draw(m, ORDER, 0, m->st->window);
    uint32_t n = m->st->cores, at = (uint32_t)((i + (h >> 1)) % n);

    return h & 1 ? n - 1 - at : at;
}

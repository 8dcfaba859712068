/* The analytic memory system: transfers as flows. Each port moves its data in order, at the rate of
 * its own law or, when L2 or memory is asked for more than it gives, at its share.
 *
 * Time goes from event to event: a request arrives (its lines are looked up then), its data begins
 * to move, its data is complete. Shares change only there. A core alone on the chip is never
 * slowed: its requests are granted at once. */
#include "emu/core/lines.h"
#include "emu/core/share.h"

#include <stdlib.h>
#include <string.h>

typedef unsigned __int128 wide;

enum { PORTS_MOST = 256 * DV_MEM_PORTS, LINE = 512 };
#define NEVER UINT64_MAX

struct flow {
    struct dv_mem_request r;
    struct dv_mem_grant g;
    dv_time ready, work; /* from its arrival on: data may move, time it takes alone */
    uint64_t left;       /* of the work, in 1 / DV_FULL */
    struct dv_sharer share;
    dv_time lost[DV_POOLS]; /* so far, to others that share a pool */
};

/* Requests [done, arrived) are known to L2, the first of them may be moving; counts only go up. */
struct port {
    struct flow *flow; /* DV_MEM_UNDER_WAY, made at the first request */
    uint32_t done, arrived, asked;
    bool moving;
    dv_time since; /* `left` is of this time */
    dv_time free;  /* when the last data was complete, 0 = never */
};

struct mem {
    const struct dv_chip *chip;
    struct dv_lines l2, past; /* past: reads that pass it by */
    dv_rate pool[DV_POOLS];
    dv_time window;
    bool shared; /* several cores are at work */
    bool stale;  /* shares are to be set anew */
    bool scarce; /* some pool is used up */
    dv_time now;
    uint32_t ports, busy; /* ports in use; of those moving */
    struct port *port;
    dv_time *due; /* next event of each port */
};

static dv_time later(dv_time a, dv_time b)
{
    return a > b ? a : b;
}

static struct flow *flow_at(const struct port *p, uint32_t i)
{
    return &p->flow[i % DV_MEM_UNDER_WAY];
}

/* ---- what a request finds -------------------------------------------------------------------- */

/* From `hit` to `miss` by the share of requests that miss. */
static dv_time between(dv_time hit, dv_time miss, const struct dv_tally *t)
{
    if (!t->misses || miss <= hit)
        return hit;
    return hit + (dv_time)((wide)(miss - hit) * t->misses / (t->hits + t->misses));
}

static struct dv_tally look_up(struct mem *m, const struct dv_mem_request *r)
{
    if (r->hint & DV_HINT_BYPASS_L2)
        return (struct dv_tally){.misses = 1, .miss_bytes = r->bytes};
    if (!m->shared && dv_lines_settled(&m->l2))
        return (struct dv_tally){.hits = 1, .hit_bytes = r->bytes};
    return dv_lines_touch(&m->l2, &r->gm, r->op != DV_MEM_READ);
}

/* The port's own law: when data may move, and how long that takes alone. */
static struct dv_tally own_law(struct mem *m, struct flow *f)
{
    const struct dv_mem_request *r = &f->r;
    struct dv_tally t = look_up(m, r);

    f->ready = r->now + (t.misses ? later(r->latency, r->miss_latency) : r->latency);
    f->work = between(r->work, r->miss_work, &t);
    f->g.by_latency = t.misses ? r->by_miss_latency : r->by_latency;
    f->g.by_work = t.misses ? r->by_miss_work : r->by_work;
    f->g.hit_bytes = t.hit_bytes;
    f->g.miss_bytes = t.miss_bytes;
    return t;
}

/* ---- what it takes from the pools ------------------------------------------------------------ */

static dv_rate per_cycle(uint64_t bytes, dv_time work)
{
    wide rate = ((wide)bytes * DV_CYCLE << 32) / work;
    return rate > UINT64_MAX >> 8 ? UINT64_MAX >> 8 : (dv_rate)rate;
}

static uint64_t scaled(uint64_t bytes, uint64_t ratio)
{
    return (uint64_t)((wide)bytes * ratio >> 32);
}

static uint64_t divided(uint64_t bytes, uint64_t ratio)
{
    return (uint64_t)(((wide)bytes << 32) / ratio);
}

/* Bytes of memory bandwidth: what it fetches, rows of their own and short rows at a price, and what
 * it drives out that has to be written back. Writes fetch nothing (ours). */
static uint64_t memory_bytes(const struct mem *m, const struct dv_mem_request *r,
                             const struct dv_tally *t)
{
    const struct dv_chip *c = m->chip;
    uint64_t back = scaled(t->back * LINE, DV_P(c, l2_write_back)), fetched = 0;

    if (r->op == DV_MEM_READ && t->misses)
        fetched = (uint64_t)((wide)r->lines * t->misses / (t->hits + t->misses));
    if (r->hint & DV_HINT_ROWS)
        fetched = divided(fetched, DV_P(c, mem_rows_share));
    else if (r->gm.bytes < LINE)
        fetched = divided(fetched, DV_P(c, mem_short_share));
    return fetched + back;
}

static bool past_l2(const struct dv_mem_request *r)
{
    return r->hint & DV_HINT_BYPASS_L2 && r->op == DV_MEM_READ;
}

static void want(struct flow *f, int pool, uint64_t bytes)
{
    if (!f->work)
        return;
    f->share.want[pool] = per_cycle(bytes, f->work);
    if (f->share.most < f->share.want[pool])
        f->share.most = f->share.want[pool];
}

static void wants(struct mem *m, struct flow *f, const struct dv_tally *t)
{
    memset(&f->share, 0, sizeof f->share);
    f->share.speed = DV_FULL;
    f->share.pool = -1;
    want(f, DV_POOL_L2, f->r.sectors);
    want(f, DV_POOL_MEM, memory_bytes(m, &f->r, t));
}

/* ---- events of a port ------------------------------------------------------------------------ */

static dv_time end_of(const struct port *p, const struct flow *f)
{
    return p->since + (f->left + f->share.speed - 1) / f->share.speed;
}

/* When the first request of a port may move data; it has arrived. */
static dv_time begin_of(const struct port *p)
{
    const struct flow *f = flow_at(p, p->done);
    dv_time at = later(f->ready, f->r.previous);
    return p->free ? later(at, p->free + f->r.head) : at;
}

static void plan(struct mem *m, uint32_t number)
{
    const struct port *p = &m->port[number];
    dv_time at = p->arrived != p->asked ? flow_at(p, p->arrived)->r.now : NEVER, next = NEVER;

    if (p->done != p->arrived)
        next = p->moving ? end_of(p, flow_at(p, p->done)) : begin_of(p);
    m->due[number] = at < next ? at : next;
}

static void arrive(struct mem *m, struct port *p)
{
    struct flow *f = flow_at(p, p->arrived++);
    struct dv_tally t = own_law(m, f);

    wants(m, f, &t);
    if (past_l2(&f->r))
        dv_lines_note(&m->past, &f->r.gm, f->r.now, f->r.core, m->window);
    f->left = (uint64_t)f->work * DV_FULL;
}

static void begin_moving(struct mem *m, struct port *p)
{
    struct flow *f = flow_at(p, p->done);

    if (past_l2(&f->r)) /* by now others may want the same */
        want(f, DV_POOL_SAME, dv_lines_shared(&m->past, &f->r.gm, f->r.core));
    f->g.began = p->since = m->now;
    p->moving = true;
    m->busy++;
    m->stale = true;
}

/* What a stretch of so long with its speed took longer than alone. */
static void lose(struct flow *f, dv_time span)
{
    int pool = f->share.pool;

    if (pool >= 0 && pool < DV_POOLS)
        f->lost[pool] += (dv_time)((wide)(DV_FULL - f->share.speed) * span / DV_FULL);
}

/* How much longer its data took than alone, and the pool that cost most of that. */
static void say_shared(const struct mem *m, struct flow *f)
{
    static const uint16_t number[DV_POOLS] = {
        [DV_POOL_L2] = DV_CP_l2_rate,
        [DV_POOL_MEM] = DV_CP_mem_rate,
        [DV_POOL_SAME] = DV_CP_mem_same_rate,
    };
    dv_time took = m->now - f->g.began;
    int most = 0;

    for (int p = 1; p < DV_POOLS; p++)
        most = f->lost[p] > f->lost[most] ? p : most;
    f->g.shared = f->lost[most] && took > f->work ? took - f->work : 0;
    f->g.by_shared = f->g.shared ? number[most] : 0;
}

static void complete(struct mem *m, struct port *p, struct dv_mem_grant *g)
{
    struct flow *f = flow_at(p, p->done++);

    lose(f, m->now - p->since);
    say_shared(m, f);
    f->g.grant = f->g.done = p->free = m->now;
    *g = f->g;
    p->moving = false;
    m->busy--;
    m->stale = true;
}

/* ---- shares ---------------------------------------------------------------------------------- */

/* What moved since the speeds were set. */
static void move_on(struct mem *m, struct port *p)
{
    struct flow *f = flow_at(p, p->done);
    uint64_t moved = (uint64_t)((wide)f->share.speed * (m->now - p->since));

    f->left = f->left > moved ? f->left - moved : 0;
    lose(f, m->now - p->since);
    p->since = m->now;
}

static bool enough(const struct mem *m, struct dv_sharer *s[], unsigned n)
{
    for (int p = 0; p < DV_POOLS; p++) {
        wide sum = 0;
        for (unsigned i = 0; i < n; i++)
            sum += s[i]->want[p];
        if (sum > m->pool[p])
            return false;
    }
    return true;
}

static void reshare(struct mem *m)
{
    static _Thread_local struct dv_sharer *s[PORTS_MOST];
    unsigned n = 0;
    bool was_short = m->scarce;

    for (uint32_t i = 0; i < m->ports; i++)
        if (m->port[i].moving)
            s[n++] = &flow_at(&m->port[i], m->port[i].done)->share;
    m->stale = false;
    m->scarce = !enough(m, s, n);
    if (!m->scarce && !was_short) {
        for (uint32_t i = 0; i < m->ports; i++)
            if (m->port[i].moving && m->port[i].since == m->now)
                plan(m, i);
        return;
    }
    for (uint32_t i = 0; i < m->ports; i++)
        if (m->port[i].moving)
            move_on(m, &m->port[i]);
    for (unsigned i = 0; i < n; i++) {
        s[i]->speed = DV_FULL;
        s[i]->pool = -1;
    }
    if (m->scarce)
        dv_share(s, n, m->pool);
    for (uint32_t i = 0; i < m->ports; i++)
        if (m->port[i].moving)
            plan(m, i);
}

/* ---- the interface --------------------------------------------------------------------------- */

static bool grown(struct mem *m, uint32_t number)
{
    uint32_t n = number + 1;

    if (n > m->ports) {
        struct port *p = realloc(m->port, n * sizeof *p);
        dv_time *d = p ? realloc(m->due, n * sizeof *d) : NULL;
        m->port = p ? p : m->port;
        m->due = d ? d : m->due;
        if (!d)
            return false;
        memset(p + m->ports, 0, (n - m->ports) * sizeof *p);
        for (uint32_t i = m->ports; i < n; i++)
            d[i] = NEVER;
        m->ports = n;
    }
    if (!m->port[number].flow)
        m->port[number].flow = calloc(DV_MEM_UNDER_WAY, sizeof *m->port[number].flow);
    return m->port[number].flow;
}

/* Nobody else asks for anything: the port's own law. */
static void grant_alone(struct mem *m, const struct dv_mem_request *r, struct dv_mem_grant *g)
{
    struct flow f = {.r = *r};

    own_law(m, &f);
    f.g.began = later(r->previous, f.ready);
    f.g.grant = f.g.done = f.g.began + f.work;
    *g = f.g;
}

static bool request(void *self, const struct dv_mem_request *r, struct dv_mem_grant *g)
{
    struct mem *m = self;

    if (!m->shared || r->port >= PORTS_MOST || !grown(m, r->port)) {
        grant_alone(m, r, g);
        return true;
    }
    struct port *p = &m->port[r->port];
    struct flow *f = flow_at(p, p->asked++);
    *f = (struct flow){.r = *r};
    plan(m, r->port);
    return false;
}

/* The port whose event comes first, the lowest of several. */
static uint32_t first_due(const struct mem *m)
{
    uint32_t first = 0;

    for (uint32_t i = 1; i < m->ports; i++)
        if (m->due[i] < m->due[first])
            first = i;
    return first;
}

/* One event of a port, at m->now. True when a request is complete. */
static bool step(struct mem *m, uint32_t number, struct dv_mem_grant *g)
{
    struct port *p = &m->port[number];
    bool ended = false;

    if (p->arrived != p->asked && flow_at(p, p->arrived)->r.now <= m->now)
        arrive(m, p);
    else if (p->moving) {
        complete(m, p, g);
        ended = true;
    } else
        begin_moving(m, p);
    plan(m, number);
    return ended;
}

static bool advance(void *self, dv_time until, uint32_t *port, struct dv_mem_grant *g)
{
    struct mem *m = self;

    for (;;) {
        uint32_t first = m->ports ? first_due(m) : 0;
        dv_time at = m->ports ? m->due[first] : NEVER;
        if (m->stale && at > m->now) {
            reshare(m);
            continue;
        }
        if (at > until || at == NEVER) {
            m->now = later(m->now, until);
            return false;
        }
        m->now = later(m->now, at);
        if (step(m, first, g)) {
            *port = first;
            return true;
        }
    }
}

static bool settled(void *self)
{
    const struct mem *m = self;
    return !m->shared && dv_lines_settled(&m->l2);
}

/* When everything fits, an identical launch leaves it there. When it does not, nothing is assumed
 * to be left: a stream of more than L2 holds evicts each line before it is read again (ours). */
static void begin(void *self, const struct dv_mem_launch *l)
{
    struct mem *m = self;

    if (!l->again)
        dv_lines_begin(&m->l2, l->warm && l->bytes <= m->l2.capacity * LINE);
    dv_lines_begin(&m->past, false);
    for (uint32_t i = 0; i < m->ports; i++) {
        free(m->port[i].flow);
        m->port[i] = (struct port){0};
        m->due[i] = NEVER;
    }
    m->now = 0;
    m->busy = 0;
    m->stale = m->scarce = false;
    m->shared = l->cores > 1;
}

/* ---- save and restore ------------------------------------------------------------------------ */

struct saved {
    uint64_t now, l2_bytes, past_bytes;
    uint32_t ports, flows;
    uint8_t shared, stale, scarce;
};

struct saved_port {
    uint64_t since, free;
    uint32_t number, flows, arrived;
    uint8_t moving;
}; /* then its flows */

static uint32_t under_way(const struct port *p)
{
    return p->asked - p->done;
}

static bool worth_saving(const struct port *p)
{
    return p->asked != p->done || p->free;
}

static struct saved head_of(const struct mem *m)
{
    struct saved h;

    memset(&h, 0, sizeof h);
    h.now = m->now;
    h.l2_bytes = dv_lines_size(&m->l2);
    h.past_bytes = dv_lines_size(&m->past);
    h.shared = m->shared;
    h.stale = m->stale;
    h.scarce = m->scarce;
    for (uint32_t i = 0; i < m->ports; i++)
        if (worth_saving(&m->port[i])) {
            h.ports++;
            h.flows += under_way(&m->port[i]);
        }
    return h;
}

static size_t bytes_of(const struct saved *h)
{
    return sizeof *h + h->l2_bytes + h->past_bytes + h->ports * sizeof(struct saved_port) +
           h->flows * sizeof(struct flow);
}

static size_t size(void *self)
{
    struct saved h = head_of(self);
    return bytes_of(&h);
}

static uint8_t *port_save(const struct port *p, uint32_t number, uint8_t *out)
{
    struct saved_port s;

    memset(&s, 0, sizeof s);
    s.since = p->since;
    s.free = p->free;
    s.number = number;
    s.flows = under_way(p);
    s.arrived = p->arrived - p->done;
    s.moving = p->moving;
    memcpy(out, &s, sizeof s);
    out += sizeof s;
    for (uint32_t i = p->done; i != p->asked; i++, out += sizeof(struct flow))
        memcpy(out, flow_at(p, i), sizeof(struct flow));
    return out;
}

static void save(void *self, void *out)
{
    const struct mem *m = self;
    struct saved h = head_of(m);
    uint8_t *p = out;

    memcpy(p, &h, sizeof h);
    p += sizeof h;
    dv_lines_save(&m->l2, p);
    p += h.l2_bytes;
    dv_lines_save(&m->past, p);
    p += h.past_bytes;
    for (uint32_t i = 0; i < m->ports; i++)
        if (worth_saving(&m->port[i]))
            p = port_save(&m->port[i], i, p);
}

/* What a move may be (issue.c), so that looking its lines up ends soon. */
static bool flow_sound(const struct flow *f, bool arrived)
{
    const struct dv_mem_shape *s = &f->r.gm;
    wide rows = (wide)s->rows * s->mats;

    for (int p = 0; p < DV_POOLS; p++)
        if (f->share.want[p] > f->share.most)
            return false;
    return rows <= 1u << 26 && rows * s->bytes <= 1u << 26 && (f->share.speed || !arrived) &&
           f->share.speed <= DV_FULL && f->r.now < NEVER / 4 && f->ready < NEVER / 4 &&
           f->r.head < NEVER / 4;
}

static bool port_sound(const struct saved_port *s, uint32_t least)
{
    return s->number >= least && s->number < PORTS_MOST && s->flows <= DV_MEM_UNDER_WAY &&
           s->arrived <= s->flows && s->moving <= (s->arrived > 0) && s->since < NEVER / 4 &&
           s->free < NEVER / 4;
}

static bool accept_ports(const struct saved *h, const uint8_t *p)
{
    struct saved_port s;
    struct flow f;
    uint32_t least = 0, flows = 0;

    for (uint32_t i = 0; i < h->ports; i++, least = s.number + 1) {
        memcpy(&s, p, sizeof s);
        p += sizeof s;
        if (!port_sound(&s, least) || s.flows > h->flows - flows)
            return false;
        flows += s.flows;
        for (uint32_t k = 0; k < s.flows; k++, p += sizeof f) {
            memcpy(&f, p, sizeof f);
            if (!flow_sound(&f, k < s.arrived))
                return false;
        }
    }
    return flows == h->flows;
}

/* Of this machine, whole, and nothing in it that another machine could not be in. */
static bool accept(void *self, const void *in, size_t bytes)
{
    const struct mem *m = self;
    const uint8_t *p = in;
    struct saved h;

    if (bytes < sizeof h)
        return false;
    memcpy(&h, p, sizeof h);
    p += sizeof h;
    if (h.l2_bytes > bytes || h.past_bytes > bytes || h.ports > PORTS_MOST ||
        h.flows > PORTS_MOST * DV_MEM_UNDER_WAY || bytes_of(&h) != bytes || h.now >= NEVER / 4 ||
        h.shared > 1 || h.stale > 1 || h.scarce > 1)
        return false;
    return dv_lines_accept(&m->l2, p, h.l2_bytes) &&
           dv_lines_accept(&m->past, p + h.l2_bytes, h.past_bytes) &&
           accept_ports(&h, p + h.l2_bytes + h.past_bytes);
}

static void forget(struct mem *m)
{
    for (uint32_t i = 0; i < m->ports; i++)
        free(m->port[i].flow);
    free(m->port);
    free(m->due);
    m->port = NULL;
    m->due = NULL;
    m->ports = m->busy = 0;
}

static const uint8_t *port_restore(struct mem *m, const uint8_t *in)
{
    struct saved_port s;
    struct port *p;

    memcpy(&s, in, sizeof s);
    in += sizeof s;
    if (!grown(m, s.number)) /* out of memory: what is under way never ends */
        return in + s.flows * sizeof(struct flow);
    p = &m->port[s.number];
    memcpy(p->flow, in, s.flows * sizeof(struct flow));
    p->since = s.since;
    p->free = s.free;
    p->asked = s.flows;
    p->arrived = s.arrived;
    p->moving = s.moving;
    m->busy += s.moving;
    plan(m, s.number);
    return in + s.flows * sizeof(struct flow);
}

static void restore(void *self, const void *in)
{
    struct mem *m = self;
    const uint8_t *p = in;
    struct saved h;

    memcpy(&h, p, sizeof h);
    p += sizeof h;
    forget(m);
    dv_lines_restore(&m->l2, p);
    p += h.l2_bytes;
    dv_lines_restore(&m->past, p);
    p += h.past_bytes;
    m->now = h.now;
    m->shared = h.shared;
    m->stale = h.stale;
    m->scarce = h.scarce;
    for (uint32_t i = 0; i < h.ports; i++)
        p = port_restore(m, p);
}

static void release(void *self)
{
    struct mem *m = self;

    if (!m)
        return;
    forget(m);
    dv_lines_free(&m->l2);
    dv_lines_free(&m->past);
    free(m);
}

/* Bytes a second as bytes a cycle. */
static dv_rate rate_of(const struct dv_chip *c, uint64_t per_second, uint64_t share)
{
    wide all = ((wide)per_second << 32) / DV_P(c, clock);
    return (dv_rate)(all * share >> 32);
}

bool dv_mem_new(const struct dv_chip *chip, struct dv_mem_backend *out)
{
    struct mem *m = calloc(1, sizeof *m);

    *out = (struct dv_mem_backend){.name = "analytic",
                                   .self = m,
                                   .begin = begin,
                                   .request = request,
                                   .advance = advance,
                                   .settled = settled,
                                   .size = size,
                                   .save = save,
                                   .accept = accept,
                                   .restore = restore,
                                   .release = release};
    if (!m)
        return false;
    m->chip = chip;
    dv_lines_init(&m->l2, DV_P(chip, l2_bytes));
    dv_lines_init(&m->past, 0);
    m->pool[DV_POOL_L2] = DV_P(chip, l2_rate);
    m->pool[DV_POOL_MEM] = rate_of(chip, DV_P(chip, mem_rate), DV_P(chip, mem_usable));
    m->pool[DV_POOL_SAME] = DV_P(chip, mem_same_rate);
    m->window = (dv_time)((wide)DV_P(chip, mem_same_window) * DV_P(chip, clock) * DV_CYCLE /
                          1000000000000ull);
    return true;
}

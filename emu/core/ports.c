/* The simplest memory system: every access hits L2 and each port of each core obeys its own law,
 * alone. Owns no state; knows nothing of other cores. */
#include "emu/core/mem.h"

static dv_time later(dv_time a, dv_time b)
{
    return a > b ? a : b;
}

static void request(void *self, const struct dv_mem_request *r, struct dv_mem_grant *g)
{
    (void)self;
    g->done = later(r->previous, r->now + r->latency) + r->work;
    g->grant = g->done;
    g->hit_bytes = r->bytes;
    g->miss_bytes = 0;
}

static size_t no_state(void *self)
{
    (void)self;
    return 0;
}

static void save(void *self, void *out)
{
    (void)self, (void)out;
}

static void restore(void *self, const void *in)
{
    (void)self, (void)in;
}

void dv_mem_ports(struct dv_mem_backend *out)
{
    *out = (struct dv_mem_backend){
        .name = "ports", .request = request, .size = no_state, .save = save, .restore = restore};
}

/* An example of a memory system for dv run --mem: each port moves data in order, at one rate,
 * behind one latency; nobody shares anything and L2 is not there. */
#include <stdlib.h>

#include "emu/mem.h" /* "dv/mem.h" when dv is installed */

#ifndef ABI
#define ABI DV_MEM_ABI
#endif

enum { LATENCY = 400, BYTES = 64 }; /* cycles; bytes a cycle of a port */

static bool request(void *self, const struct dv_mem_request *r, struct dv_mem_grant *g)
{
    dv_time first = r->now + LATENCY * DV_MEM_CYCLE;

    (void)self;
    g->began = first > r->previous ? first : r->previous;
    g->grant = g->done = g->began + r->bytes * DV_MEM_CYCLE / BYTES;
    g->hit_bytes = 0;
    g->miss_bytes = r->bytes;
    g->by_latency = r->by_latency;
    g->by_work = r->by_work;
#ifdef EARLY /* for the test: data before it was asked for */
    g->began = 0;
#endif
    return true;
}

static bool make(const struct dv_mem_facts *f, struct dv_mem_backend *out)
{
    out->request = request;
    return f->cores > 0;
}

__attribute__((visibility("default")))
const struct dv_mem_plugin dv_mem_plugin = {ABI, "fixed", make};

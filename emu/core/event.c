/* Names of what observers hear, and the call to them. */
#include "emu/core/state.h"

const char *const dv_reason_names[DV_REASONS] = {
#define X(n) #n,
    DV_REASON_LIST(X)
#undef X
};

void dv_core_emit(struct dv_machine *m, const struct dv_event *e)
{
    for (unsigned i = 0; i < m->listeners; i++)
        if (m->listener[i].kinds >> e->kind & 1)
            m->listener[i].event(m->listener[i].self, e);
}

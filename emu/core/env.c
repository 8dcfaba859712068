/* Issue SPRs: S writes them, dispatched instructions carry a copy. */
#include "emu/core/state.h"

void dv_env_reset(struct dv_env *e)
{
    for (unsigned i = 0; i < dv_spr_count; i++)
        if (dv_sprs[i].kind == DV_SPR_ISSUE)
            e->v[dv_sprs[i].index] = dv_sprs[i].reset;
}

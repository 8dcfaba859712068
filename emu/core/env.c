/* Numbered versions of the issue SPRs: items hold the version they were dispatched with, S writes
 * a copy when somebody holds the current one. */
#include "emu/core/state.h"

void dv_env_reset(struct dv_core *c)
{
    c->env_frees = 0;
    for (unsigned i = DV_ENVS; i-- > 1;)
        c->env_free[c->env_frees++] = (uint16_t)i;
    memset(c->env_refs, 0, sizeof c->env_refs);
    c->env = 0;
    c->env_refs[0] = 1;
    for (unsigned i = 0; i < dv_spr_count; i++)
        if (dv_sprs[i].kind == DV_SPR_ISSUE)
            c->envs[0].v[dv_sprs[i].index] = dv_sprs[i].reset;
}

void dv_env_write(struct dv_core *c, unsigned index, uint64_t value)
{
    if (c->envs[c->env].v[index] == value)
        return;
    if (c->env_refs[c->env] > 1) {
        uint16_t fresh = c->env_free[--c->env_frees];
        c->envs[fresh] = c->envs[c->env];
        c->env_refs[fresh] = 1;
        env_drop(c, c->env);
        c->env = fresh;
    }
    c->envs[c->env].v[index] = value;
}

bool dv_env_recount(struct dv_core *c)
{
    if (c->env >= DV_ENVS)
        return false;
    memset(c->env_refs, 0, sizeof c->env_refs);
    c->env_refs[c->env] = 1;
    for (unsigned q = 0; q < DV_QUEUES; q++)
        for (uint32_t i = c->ring[q].head; i != c->ring[q].tail; i++) {
            uint16_t version = ring_item(&c->ring[q], i)->env;
            if (version >= DV_ENVS)
                return false;
            c->env_refs[version]++;
        }
    c->env_frees = 0;
    for (unsigned i = DV_ENVS; i-- > 0;)
        if (!c->env_refs[i])
            c->env_free[c->env_frees++] = (uint16_t)i;
    return true;
}

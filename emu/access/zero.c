/* What of an instruction without work is zero.
 *
 * Owns: the words for counts of zero in config words, masks and special registers (isa.md 5.2, 7.1,
 * 8.1 - 8.6). Asked for items whose footprint is empty, and only to say it. */
#include "emu/access/access.h"
#include "emu/access/lanes.h"

#include <stdio.h>
#include <string.h>

enum { ND_COUNT = 0xffff, MAP_SIDE = 0xffff };

static bool uses(const struct dv_work *w, unsigned spr)
{
    return dv_op_insn(w->op)->uses >> spr & 1;
}

static bool is_count(const char *name)
{
    static const char *const counts[] = {
        "repeat",  "n_burst", "len_burst",    "m",      "k",    "n",           "nd_num",
        "n_value", "d_value", "channel_size", "blocks", "size", "m_extension", "k_extension",
    };

    for (unsigned i = 0; i < sizeof counts / sizeof *counts; i++)
        if (!strcmp(name, counts[i]))
            return true;
    return false;
}

/* The first count of zero in the config words, NULL when there is none. */
static const char *field(const struct dv_work *w)
{
    const struct dv_layout *l = dv_op_insn(w->op)->bundle;

    for (unsigned i = l ? l->fields : 0; i-- > 0;)
        if (l->field[i].name && is_count(l->field[i].name) && !dv_field_get(&l->field[i], w->cfg))
            return l->field[i].name;
    return NULL;
}

/* Special registers that hold a size: FMATRIX, L3D_RPT, ND_PARA. */
static bool registers(const struct dv_work *w, char *text, size_t size)
{
    bool b = uses(w, DV_ENV_FMATRIX_B) && dv_op_insn(w->op)->access == DV_ACCESS_load3d &&
             dv_unpack_load3d(w->cfg).fmatrix_b;
    uint64_t map = w->env->v[b ? DV_ENV_FMATRIX_B : DV_ENV_FMATRIX];

    if (uses(w, DV_ENV_FMATRIX) && (!(map & MAP_SIDE) || !(map >> 16 & MAP_SIDE)))
        snprintf(text, size, "%s has a feature map of %u x %u points", b ? "fmatrix_b" : "fmatrix",
                 (unsigned)(map & MAP_SIDE), (unsigned)(map >> 16 & MAP_SIDE));
    else if (uses(w, DV_ENV_L3D_RPT) && !(w->env->v[DV_ENV_L3D_RPT] >> 16 & 0xff))
        snprintf(text, size, "l3d_rpt[23:16] = 0 repeats");
    else if (uses(w, DV_ENV_ND_PARA) && !(w->env->v[DV_ENV_ND_PARA] & ND_COUNT))
        snprintf(text, size, "nd_para[15:0] = 0 matrices");
    else
        return false;
    return true;
}

/* Lanes of a repeat under a mask. */
static void mask(const struct dv_work *w, char *text, size_t size)
{
    const struct dv_type *t = &dv_types[w->op->type];
    uint32_t width = dv_widest(dv_elem_bytes(t->dst), dv_elem_bytes(t->src));
    uint32_t lanes = width ? DV_REPEAT / width : DV_LANES_MAX;

    snprintf(text, size, "no lane of %u is on (mask1 0x%llx, mask0 0x%llx)", lanes,
             (unsigned long long)w->env->v[DV_ENV_MASK1],
             (unsigned long long)w->env->v[DV_ENV_MASK0]);
}

void dv_access_zero(const struct dv_work *w, char *text, size_t size)
{
    bool masked = uses(w, DV_ENV_MASK0), counts = masked && dv_counter_mode(w);
    const char *name = field(w);

    if (counts && !(uint32_t)w->env->v[DV_ENV_MASK0])
        snprintf(text, size, "counter mode with mask0 = 0 elements");
    else if (name)
        snprintf(text, size, "%s = 0 in the config word", name);
    else if (registers(w, text, size))
        return;
    else if (dv_op_insn(w->op)->access == DV_ACCESS_merge4)
        snprintf(text, size, "all lists are empty (lengths and valid mask)");
    else if (masked)
        mask(w, text, size);
    else
        snprintf(text, size, "a count is 0");
}

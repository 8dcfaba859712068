/* Actions of a launch and their energy. Owns which counters make an action and which number of the
 * chip prices it; must not know how they are printed. */
#include "emu/prof/energy.h"

#include <string.h>

const char *const dv_energy_names[DV_ENERGY_PARTS] = {"cube", "vector", "l0",    "l1",
                                                      "ub",   "l2",     "memory"};

#define P(n) (1ull << DV_PATH_##n)
#define L0A (P(L1_TO_L0A) | P(GM_TO_L0A))
#define L0B (P(L1_TO_L0B) | P(GM_TO_L0B))
#define L0C_OUT (P(L0C_TO_GM) | P(L0C_TO_L1) | P(L0C_TO_UB))
#define L1_OUT (P(L1_TO_L0A) | P(L1_TO_L0B) | P(L1_TO_BT) | P(L1_TO_FB) | P(L1_TO_GM) | P(L1_TO_UB))
#define L1_IN (P(GM_TO_L1) | P(UB_TO_L1) | P(L0C_TO_L1))
#define UB_OUT (P(UB_TO_GM) | P(UB_TO_UB) | P(UB_TO_L1) | P(UB_TO_L0C))
#define UB_IN (P(GM_TO_UB) | P(UB_TO_UB) | P(L1_TO_UB) | P(L0C_TO_UB))

/* What the cube reads and writes in L0 while it multiplies is part of its product (ours). */
#define MAC(width, text) \
    { \
        "cube", "mac_" #width, "MAC", "products of " text, DV_ENERGY_CUBE, DV_CP_pj_mac_##width, \
            0, DV_ACT_mac_##width \
    }
#define BYTES(component, name, part, number, paths, what) \
    { \
        component, name, "B", what, DV_ENERGY_##part, DV_CP_pj_##number, paths, -1 \
    }

static const struct dv_action actions[] = {
    MAC(f16, "16-bit floats"),
    MAC(f32, "f32"),
    MAC(i8, "8-bit integers"),
    MAC(i4, "4-bit integers"),
    {"vector", "repeat", "repeat", "vector repeats, masked lanes included", DV_ENERGY_VECTOR,
     DV_CP_pj_vector, 0, DV_ACT_vector_repeat},
    BYTES("l0a", "write", L0, l0, L0A, "bytes loaded into L0A"),
    BYTES("l0b", "write", L0, l0, L0B, "bytes loaded into L0B"),
    BYTES("l0c", "read", L0, l0, L0C_OUT, "bytes of results that leave L0C"),
    BYTES("l0c", "write", L0, l0, P(UB_TO_L0C), "bytes moved into L0C"),
    BYTES("l1", "read", L1, l1, L1_OUT, "bytes that leave L1"),
    BYTES("l1", "write", L1, l1, L1_IN, "bytes that enter L1"),
    BYTES("ub", "read", UB, ub, UB_OUT, "bytes moved out of UB"),
    BYTES("ub", "write", UB, ub, UB_IN, "bytes moved into UB"),
    {"ub", "vector", "B", "bytes of UB that V reads and writes", DV_ENERGY_UB, DV_CP_pj_ub, 0,
     DV_ACT_vector_ub},
    BYTES("ub", "scalar", UB, ub, P(SCALAR_UB), "bytes of UB that S loads and stores"),
    BYTES("l2", "hit", L2, l2, P(L2_HIT), "bytes of moves that L2 served"),
    BYTES("l2", "miss", L2, l2, P(L2_MISS), "bytes of moves that L2 did not hold"),
    BYTES("memory", "byte", MEMORY, mem, P(L2_MISS), "bytes of moves that memory served"),
};

const struct dv_action *dv_action_at(unsigned i)
{
    return i < sizeof actions / sizeof *actions ? &actions[i] : NULL;
}

uint64_t dv_action_count(const struct dv_action *a, const struct dv_summary *s)
{
    uint64_t n = a->act >= 0 ? s->act[a->act] : 0;
    for (unsigned p = 0; p < DV_PATHS; p++)
        if (a->paths >> p & 1)
            n += s->path_bytes[p];
    return n;
}

static void add(uint64_t *to, uint64_t count, uint64_t each)
{
    uint64_t more;
    if (__builtin_mul_overflow(count, each, &more) || __builtin_add_overflow(*to, more, to))
        *to = UINT64_MAX;
}

void dv_energy_take(struct dv_energy *out, const struct dv_chip *c, const struct dv_summary *s)
{
    memset(out, 0, sizeof *out);
    for (const struct dv_action *a = actions; a < actions + sizeof actions / sizeof *actions; a++) {
        const struct dv_origin *o = &c->origin[a->param];
        bool range = o->low <= o->high;
        uint64_t n = dv_action_count(a, s), v = c->v[a->param];
        add(&out->part[a->part], n, v);
        add(&out->total, n, v);
        add(&out->low, n, range ? o->low : v);
        add(&out->high, n, range ? o->high : v);
    }
}

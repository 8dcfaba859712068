/* Max-min fair shares by progressive filling. */
#include "emu/core/share.h"

typedef unsigned __int128 wide;

struct level {
    dv_rate rate;
    int pool; /* that is used up, -1 = none is */
};

/* What is left of a pool, and how fast the open ones would empty it as their rate goes up. */
static struct level lowest(struct dv_sharer *s[], unsigned n, const dv_rate pool[DV_POOLS])
{
    struct level low = {UINT64_MAX, -1};

    for (int p = 0; p < DV_POOLS; p++) {
        wide used = 0, slope = 0; /* slope: 32.32 of the sum of want / most */
        for (unsigned i = 0; i < n; i++) {
            const struct dv_sharer *t = s[i];
            if (!t->want[p])
                continue;
            if (t->speed)
                used += (wide)t->want[p] * t->speed / DV_FULL;
            else
                slope += ((wide)t->want[p] << 32) / t->most;
        }
        if (!slope)
            continue;
        wide left = used < pool[p] ? pool[p] - used : 0;
        wide rate = (left << 32) / slope;
        if (rate < low.rate)
            low = (struct level){(dv_rate)rate, p};
    }
    return low;
}

static uint64_t speed_at(const struct dv_sharer *t, dv_rate rate)
{
    uint64_t speed = (uint64_t)((wide)rate * DV_FULL / t->most);
    return speed ? speed : 1;
}

/* Those that want less than the level get it. */
static bool content(struct dv_sharer *s[], unsigned n, dv_rate rate)
{
    bool any = false;

    for (unsigned i = 0; i < n; i++)
        if (!s[i]->speed && s[i]->most <= rate) {
            s[i]->speed = DV_FULL;
            any = true;
        }
    return any;
}

void dv_share(struct dv_sharer *s[], unsigned n, const dv_rate pool[DV_POOLS])
{
    struct level low;

    for (unsigned i = 0; i < n; i++) {
        s[i]->speed = s[i]->most ? 0 : DV_FULL;
        s[i]->pool = -1;
    }
    while ((low = lowest(s, n, pool)).pool >= 0) {
        if (content(s, n, low.rate))
            continue;
        for (unsigned i = 0; i < n; i++)
            if (!s[i]->speed && s[i]->want[low.pool]) {
                s[i]->speed = speed_at(s[i], low.rate);
                s[i]->pool = low.pool;
            }
    }
}

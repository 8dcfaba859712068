/* The last works of an agent; see log.h. */
#include "emu/check/log.h"

#include <stdlib.h>

enum { FIRST = 64, MOST = 1 << 16 }; /* works remembered */

static bool grow(struct dv_log *l)
{
    uint32_t room = l->room ? 2 * l->room : FIRST;
    struct dv_log_entry *at = calloc(room, sizeof *at);

    if (!at)
        return false;
    for (uint32_t i = 0; i < l->room; i++)
        at[l->at[i].number & (room - 1)] = l->at[i];
    free(l->at);
    l->at = at;
    l->room = room;
    return true;
}

bool dv_log_note(struct dv_log *l, const struct dv_deed *e)
{
    if ((!l->room || (e->index >= l->room && l->room < MOST)) && !grow(l))
        return false;
    l->at[e->index & (l->room - 1)] =
        (struct dv_log_entry){e->pc, e->at, e->index, e->seq, e->block};
    return true;
}

const struct dv_log_entry *dv_log_find(const struct dv_log *l, uint32_t number)
{
    const struct dv_log_entry *e = l->room ? &l->at[number & (l->room - 1)] : NULL;

    return e && e->number == number ? e : NULL;
}

void dv_log_free(struct dv_log *l)
{
    free(l->at);
    *l = (struct dv_log){0};
}

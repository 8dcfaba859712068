/* The tables from the numbers in a decoded word to the functions that carry it out, and the
 * start-up of the families. A function named in isa/ but not written is a link error here. */
#include "emu/sem/sem.h"

#include <pthread.h>
#include <string.h>

#include "emu/sem/init.h"
#include "emu/sem/lane.h"

const dv_sem_fn dv_sem[] = {NULL,
#define X(name) dv_sem_##name,
                            DV_SEM_LIST(X)
#undef X
};

const dv_scalar_fn dv_scalar[] = {NULL,
#define X(name) dv_scalar_##name,
                                  DV_SCALAR_LIST(X)
#undef X
};

_Static_assert(sizeof dv_sem / sizeof dv_sem[0] == DV_SEM_COUNT, "one function a semantic");
_Static_assert(sizeof dv_scalar / sizeof dv_scalar[0] == DV_SCALAR_COUNT, "one function a scalar");

/* What an item writes is data: addresses that later items use travel with them (VA registers). */
bool dv_sem_is_payload(const struct dv_insn *in)
{
    return in->exec == DV_EXEC_ITEM;
}

static void init_all(void)
{
    dv_vector_init();
    dv_cube_init();
}

/* Machines may begin in several threads. */
void dv_sem_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, init_all);
}

const char *dv_sem_simd(void)
{
    dv_sem_init();
    return dv_cube_simd();
}

bool dv_sem_choose(const char *tier)
{
    dv_sem_init();
    if (!dv_cube_choose(tier))
        return false;
    dv_fast_vector_choose(strcmp(tier, "portable") != 0);
    return true;
}

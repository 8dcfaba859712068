/* DV_LAUNCH of C: the launch is a call of the kernel's own type that ends in a function which takes
 * all registers and stack words such a call may fill, and fills them again on every core. Integers
 * and pointers go in some registers, floats in others, the rest in words of the stack; a callee
 * that expects fewer does not see the others. */
#include <string.h>

#include "emu/cce/device.h"

#if defined(__aarch64__)
#define WHOLES(f) f(a0), f(a1), f(a2), f(a3), f(a4), f(a5), f(a6), f(a7)
#else
#define WHOLES(f) f(a0), f(a1), f(a2), f(a3), f(a4), f(a5)
#endif
#define REALS(f) f(r0), f(r1), f(r2), f(r3), f(r4), f(r5), f(r6), f(r7)
#define WORDS(f) \
    f(s0), f(s1), f(s2), f(s3), f(s4), f(s5), f(s6), f(s7), f(s8), f(s9), f(s10), f(s11), f(s12), \
        f(s13), f(s14), f(s15)

#define INTEGER(name) uint64_t name
#define REAL(name) double name
#define NAME(name) name
#define OF_CALL(name) c->name

typedef void any_kernel(WHOLES(INTEGER), REALS(REAL), WORDS(INTEGER));

struct call {
    any_kernel *aic, *aiv;
    uint64_t a0, a1, a2, a3, a4, a5, a6, a7;
    double r0, r1, r2, r3, r4, r5, r6, r7;
    uint64_t s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15;
};

/* Between dv_cce_launcher and the call of what it returns. */
static _Thread_local struct {
    void (*aic)(void), (*aiv)(void);
    struct dv_cce_launch l;
} next;

static void on_aic(void *ctx)
{
    const struct call *c = ctx;
    c->aic(WHOLES(OF_CALL), REALS(OF_CALL), WORDS(OF_CALL));
}

static void on_aiv(void *ctx)
{
    const struct call *c = ctx;
    c->aiv(WHOLES(OF_CALL), REALS(OF_CALL), WORDS(OF_CALL));
}

#define KEEP(name) c.name = name
static void caught(WHOLES(INTEGER), REALS(REAL), WORDS(INTEGER))
{
    struct call c = {.aic = (any_kernel *)next.aic, .aiv = (any_kernel *)next.aiv};

    (void)(WHOLES(KEEP), REALS(KEEP), WORDS(KEEP));
    struct dv_cce_launch l = next.l;
    l.ctx = &c;
    l.aic = next.aic ? on_aic : NULL;
    l.aiv = next.aiv ? on_aiv : NULL;
    dv_cce_launch(dv_cce_default(), &l);
}

void (*dv_cce_launcher(void (*aic)(void), void (*aiv)(void), const char *name,
                       enum dv_cce_kind kind, unsigned blocks, const char *file, int line))(void)
{
    next.aic = aic;
    next.aiv = aiv;
    next.l = (struct dv_cce_launch){
        .name = name, .kind = kind, .blocks = blocks, .file = file, .line = line};
    return (void (*)(void))caught;
}

/* Every intrinsic, called as table.py read it from the table; compiled as C11 and as C++. */
#include <dv/cce.h>
#include "tests/cce/check.h"

static void *const lists[4] = {(void *)0x100, (void *)0x208, (void *)0x310, (void *)0x418};
static const uint64_t addresses[8] = {0x20, 0x40, 0x60, 0x80, 0xa0, 0xc0, 0xe0, 0x100};

#define TEST(name) static void name(void)
#define CALL(name, expected, call) \
    call; \
    dv_test_call(__LINE__, name, expected);
#define RESULT(type, name, expected, call) \
    dv_test_result(__LINE__, (uint64_t)(type)DV_TEST_RESULT, (uint64_t)(call)); \
    dv_test_call(__LINE__, name, expected);

#include "calls.inc"

/* What no constant shows is refused when it is issued. */
#define REFUSED(expected, call) \
    if (!setjmp(dv_test_back)) { \
        call; \
    } \
    dv_test_unfit(__LINE__, expected);
enum { REFUSALS = 7 };

static void test_refused(void)
{
    volatile int big = 256;
    static void *const odd[4] = {(void *)0x100, (void *)0x204, (void *)0x310, (void *)0x418};
    float *const x = (float *)0x1000, **const list = (float **)(void *)odd;
    REFUSED("vadd repeat 256 0 255", vadd(x, x, x, big, 1, 1, 1, 8, 8, 8))
    REFUSED("vadd src1_rep 256 0 255", vadd(x, x, x, 1, 1, 1, 1, 8, 8, big))
    REFUSED("set_flag id 256 0 7", set_flag(PIPE_MTE2, PIPE_V, big))
    REFUSED("st_dev offset 2048 -2048 2047", st_dev(1.0f, x, big * 8))
    REFUSED("load_gm_to_cbuf mode 256 0 1", load_gm_to_cbuf(x, x, 0, 1, 1, 0, 0, big))
    REFUSED("vmrgsort4 list 516 0 524280", vmrgsort4(x, list, 1, 1, 1, 1, 1, 0, 15))
    REFUSED("MOVEVA bit_offset 3 0 2", MOVEVA(VA0, big / 100 + 1, 0, 0))
}

#ifdef __cplusplus
#include "tests/cce/language.h"
#endif

int dv_test_run(void)
{
#define RUN(name) name();
    TESTS(RUN)
    test_refused();
    return (int)CALLS + (int)REFUSALS;
}

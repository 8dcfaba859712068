// The silicon kit for a board: the streams of the .s files beside this one, through documented
// intrinsics. Every kernel does what the .s file of its name does and is called with its arguments;
// `dv calibrate --list` names figures, arguments, blocks and the state of the caches.
//
// Not run on a board by us, nor compiled with the vendor's compiler: read it before you trust it.
//
//   AIV: vec free count flag barrier read_ub write_ub ub_ub empty_aiv
//   AIC: read_l1 load fill tables mmad fix empty_aic
// scalar.s, code.s and cross.s have no intrinsics of their own: what a compiler makes of C is its choice.
// Take those figures from inline assembly or leave them out; calibrate does without.
//
// The last argument of a kernel points at two u64 of each block: the counter at entry and at the end
// (50 MHz; cycles = ticks x clock / 50 MHz), so choose n large and divide: the figures are per run of
// the n that the list names.
#include <cstdint>

#ifdef __CCE_KT_TEST__
#define __aicore__
#else
#define __aicore__ [aicore]
#endif

namespace {

// Places in UB as in the .s files: operands in banks of their own.
__aicore__ inline __ubuf__ half *A() { return (__ubuf__ half *)0x0; }
__aicore__ inline __ubuf__ half *B() { return (__ubuf__ half *)0x8100; }
__aicore__ inline __ubuf__ half *C(int i) { return (__ubuf__ half *)(uintptr_t)(0x20000 + 0x6000 * i); }
__aicore__ inline __ubuf__ float *F(__ubuf__ half *p) { return (__ubuf__ float *)p; }

struct Clock {
    __gm__ uint64_t *to;
    __aicore__ explicit Clock(__gm__ uint64_t *t) : to(t + 2 * get_block_idx())
    {
        pipe_barrier(PIPE_ALL);
        to[0] = get_sys_cnt();
    }
    __aicore__ void stop()
    {
        pipe_barrier(PIPE_ALL);
        to[1] = get_sys_cnt();
        dcci(to, SINGLE_CACHE_LINE);
    }
};

}  // namespace

#define THREE(f, d, a, b, r) f(d, a, b, r, 1, 1, 1, 8, 8, 8)
#define SCALAR(f, d, a, s, r) f(d, a, s, r, 1, 1, 8, 8)
#define ONE(f, d, a, r) f(d, a, r, 1, 1, 8, 8)
#define LOOP(what)                     \
    for (uint32_t i = 0; i < n; i++) { \
        what;                          \
    }

#if defined(__DAV_C220_VEC__) || defined(__DAV_VEC__)

extern "C" __global__ __aicore__ void vec(uint32_t op, uint32_t n, uint32_t r, __gm__ uint64_t *t)
{
    half one = 1;
    Clock clock(t);
    switch (op) {
    case 0: LOOP(THREE(vadd, C(0), A(), B(), r)) break;
    case 1: LOOP(THREE(vmul, C(0), A(), B(), r)) break;
    case 2: LOOP(THREE(vmax, C(0), A(), B(), r)) break;
    case 3: LOOP(THREE(vand, (__ubuf__ uint16_t *)C(0), (__ubuf__ uint16_t *)A(), (__ubuf__ uint16_t *)B(), r)) break;
    case 4: LOOP(THREE(vmla, C(0), A(), B(), r)) break;
    case 5: LOOP(THREE(vmadd, C(0), A(), B(), r)) break;
    case 6: LOOP(THREE(vaddrelu, C(0), A(), B(), r)) break;
    case 7: LOOP(SCALAR(vadds, C(0), A(), one, r)) break;
    case 8: LOOP(SCALAR(vmuls, C(0), A(), one, r)) break;
    case 9: LOOP(SCALAR(vmaxs, C(0), A(), one, r)) break;
    case 10: LOOP(SCALAR(vaxpy, C(0), A(), one, r)) break;
    case 11: LOOP(SCALAR(vlrelu, C(0), A(), one, r)) break;
    case 12: LOOP(ONE(vrelu, C(0), A(), r)) break;
    case 13: LOOP(ONE(vabs, C(0), A(), r)) break;
    case 14: LOOP(ONE(vnot, (__ubuf__ uint16_t *)C(0), (__ubuf__ uint16_t *)A(), r)) break;
    case 15: LOOP(ONE(vcopy, (__ubuf__ uint16_t *)C(0), (__ubuf__ uint16_t *)A(), r)) break;
    case 16: LOOP(ONE(vrec, C(0), A(), r)) break;
    case 17: LOOP(ONE(vrsqrt, C(0), A(), r)) break;
    case 18: LOOP(ONE(vexp, F(C(0)), F(A()), r)) break;
    case 19: LOOP(ONE(vln, F(C(0)), F(A()), r)) break;
    case 20: LOOP(vconv_f322f16(C(0), F(A()), r, 1, 1, 4, 8)) break;
    case 21: LOOP(vcadd(F(C(0)), F(A()), r, 1, 1, 8, false)) break;
    case 22: LOOP(vcmax(F(C(0)), F(A()), r, 1, 1, 8, VALUE_INDEX)) break;
    case 23: LOOP(vcgadd(F(C(0)), F(A()), r, 1, 1, 8)) break;
    case 24: LOOP(vcgmax(F(C(0)), F(A()), r, 1, 1, 8)) break;
    case 25: LOOP(vcpadd(F(C(0)), F(A()), r, 1, 1, 8)) break;
    case 26: LOOP(SCALAR(vshl, (__ubuf__ uint16_t *)C(0), (__ubuf__ uint16_t *)A(), 1, r)) break;
    }
    clock.stop();
}

extern "C" __global__ __aicore__ void free(uint32_t n, uint32_t r, __gm__ uint64_t *t)
{
    Clock clock(t);
    LOOP(THREE(vadd, C(0), A(), B(), r); THREE(vadd, C(1), A(), B(), r))
    clock.stop();
}

extern "C" __global__ __aicore__ void count(uint32_t n, uint32_t r, uint32_t counter, __gm__ uint64_t *t)
{
    Clock clock(t);
    if (counter) {
        set_mask_count();
        set_vector_mask(0, 128 * r);
    }
    LOOP(THREE(vadd, C(0), A(), B(), r))
    set_mask_norm();
    set_vector_mask(~0ull, ~0ull);
    clock.stop();
}

extern "C" __global__ __aicore__ void flag(uint32_t n, __gm__ uint64_t *t)
{
    Clock clock(t);
    LOOP(set_flag(PIPE_S, PIPE_V, EVENT_ID0); wait_flag(PIPE_S, PIPE_V, EVENT_ID0);
         set_flag(PIPE_V, PIPE_S, EVENT_ID0); wait_flag(PIPE_V, PIPE_S, EVENT_ID0))
    clock.stop();
}

extern "C" __global__ __aicore__ void barrier(uint32_t n, __gm__ uint64_t *t)
{
    Clock clock(t);
    for (uint32_t i = 0; i < 8 * n; i++) {
        THREE(vadd, C(0), A(), A(), 1);
        pipe_barrier(PIPE_V);
    }
    clock.stop();
}

extern "C" __global__ __aicore__ void ub_ub(uint32_t n, uint32_t bytes, __gm__ uint64_t *t)
{
    Clock clock(t);
    LOOP(copy_ubuf_to_ubuf((__ubuf__ void *)0x10000, (__ubuf__ void *)0, 0, 1, bytes / 32, 0, 0))
    clock.stop();
}

// `same` and `past` as in read_ub.s; how a read passes L2 by is not documented: leave past 0 unless
// your compiler has a name for it.
extern "C" __global__ __aicore__ void read_ub(uint32_t n, uint32_t bytes, uint32_t span, uint32_t serial,
                                              uint32_t same, uint32_t past, __gm__ uint8_t *x,
                                              __gm__ uint64_t *t)
{
    __gm__ uint8_t *own = x + (same ? 0 : (uint64_t)get_block_idx() * span);
    uint32_t seen = 0;
    Clock clock(t);
    for (uint32_t i = 0; i < n; i++) {
        copy_gm_to_ubuf((__ubuf__ void *)0, own + seen, past, 1, bytes / 32, 0, 0);
        seen = seen + bytes < span ? seen + bytes : 0;
        if (serial) {
            set_flag(PIPE_MTE2, PIPE_S, EVENT_ID0);
            wait_flag(PIPE_MTE2, PIPE_S, EVENT_ID0);
        }
    }
    clock.stop();
}

extern "C" __global__ __aicore__ void write_ub(uint32_t n, uint32_t bytes, uint32_t span, uint32_t serial,
                                               __gm__ uint8_t *y, __gm__ uint64_t *t)
{
    __gm__ uint8_t *own = y + (uint64_t)get_block_idx() * span;
    uint32_t seen = 0;
    Clock clock(t);
    for (uint32_t i = 0; i < n; i++) {
        copy_ubuf_to_gm(own + seen, (__ubuf__ void *)0, 0, 1, bytes / 32, 0, 0);
        seen = seen + bytes < span ? seen + bytes : 0;
        if (serial) {
            set_flag(PIPE_MTE3, PIPE_S, EVENT_ID0);
            wait_flag(PIPE_MTE3, PIPE_S, EVENT_ID0);
        }
    }
    clock.stop();
}

extern "C" __global__ __aicore__ void empty_aiv(__gm__ uint64_t *) {}

#endif

#if defined(__DAV_C220_CUBE__) || defined(__DAV_CUBE__)

#define BACK(pipe)                          \
    set_flag(pipe, PIPE_S, EVENT_ID0);      \
    wait_flag(pipe, PIPE_S, EVENT_ID0)

extern "C" __global__ __aicore__ void read_l1(uint32_t n, uint32_t rows, uint32_t nd, uint32_t serial,
                                              uint32_t fresh, __gm__ half *x, __gm__ uint64_t *t)
{
    uint64_t run = (uint64_t)rows * 128;
    __gm__ half *p = x + get_block_idx() * run * (fresh ? n : 1);
    Clock clock(t);
    for (uint32_t i = 0; i < n; i++, p += fresh ? run : 0) {
        if (nd)
            copy_gm_to_cbuf_multi_nd2nz_b16((__cbuf__ half *)0, p, 0, 1, rows, 128, 0, 128, 128, 1, 0);
        else
            copy_gm_to_cbuf((__cbuf__ void *)0, p, 0, 1, rows * 8, 0, 0, PAD_NONE);
        if (serial) {
            BACK(PIPE_MTE2);
        }
    }
    clock.stop();
}

extern "C" __global__ __aicore__ void load(uint32_t op, uint32_t n, uint32_t frac, uint32_t serial,
                                           __gm__ uint64_t *t)
{
    Clock clock(t);
    set_fmatrix(512 | 1 << 16);
    for (uint32_t i = 0; i < n; i++) {
        if (op == 0)
            load_cbuf_to_ca((__ca__ half *)0, (__cbuf__ half *)0, 0, frac, 1, 0, 0, false, inc);
        else if (op == 1)
            load_cbuf_to_cb((__cb__ half *)0, (__cbuf__ half *)0, 0, frac, 1, 0, 0, false, inc);
        else
            img2colv2_cbuf_to_ca((__ca__ half *)0, (__cbuf__ half *)0, 64, frac * 4, 0, 0, 1, 1, 1, 1, 1, 1,
                                 false, false, false, false, 64);
        if (serial) {
            BACK(PIPE_MTE1);
        }
    }
    clock.stop();
}

extern "C" __global__ __aicore__ void fill(uint32_t n, uint32_t frac, __gm__ uint64_t *t)
{
    Clock clock(t);
    LOOP(set_l0a_2d((__ca__ half *)0, (int64_t)1 << 16 | frac); BACK(PIPE_MTE1))
    clock.stop();
}

extern "C" __global__ __aicore__ void tables(uint32_t op, uint32_t n, uint32_t bytes, __gm__ uint64_t *t)
{
    Clock clock(t);
    if (op == 0) {
        LOOP(copy_cbuf_to_bt((uint64_t)0, (__cbuf__ void *)0, 0, 1, bytes / 64, 0, 0); BACK(PIPE_MTE1))
    } else {
        LOOP(copy_cbuf_to_fbuf((__fbuf__ void *)0, (__cbuf__ void *)0, 1, bytes / 128, 0, 0);
             BACK(PIPE_FIX))
    }
    clock.stop();
}

extern "C" __global__ __aicore__ void mmad(uint32_t op, uint32_t n, uint32_t m, __gm__ uint64_t *t)
{
    Clock clock(t);
    for (uint32_t i = 0; i < n; i++) {
        if (op == 2) {
            load_cbuf_to_ca((__ca__ half *)0, (__cbuf__ half *)0, 0, 1, 1, 0, 0, false, inc);
            set_flag(PIPE_MTE1, PIPE_M, EVENT_ID0);
            wait_flag(PIPE_MTE1, PIPE_M, EVENT_ID0);
        }
        mad((__cc__ float *)0, (__ca__ half *)0, (__cb__ half *)0, m, 64, 128, 0, false, false, true);
        if (op == 1) {
            BACK(PIPE_M);
        } else if (op == 2) {
            set_flag(PIPE_M, PIPE_MTE1, EVENT_ID0);
            wait_flag(PIPE_M, PIPE_MTE1, EVENT_ID0);
        }
    }
    clock.stop();
}

extern "C" __global__ __aicore__ void fix(uint32_t op, uint32_t n, uint32_t m, __gm__ float *y,
                                          __gm__ uint64_t *t)
{
    Clock clock(t);
    for (uint32_t i = 0; i < n; i++) {
        if (op == 0)
            copy_matrix_cc_to_gm(y, (__cc__ float *)0, 0, 64, m, 64, m, 0, NoQuant, 0, false, true);
        else if (op == 1)
            copy_matrix_cc_to_gm(y, (__cc__ float *)0, 0, 64, m, m, m, 0, NoQuant, 0, false, false);
        else
            copy_matrix_cc_to_cbuf((__cbuf__ half *)0, (__cc__ float *)0, 0, 64, m, m, m, 0, F322F16, 0, false,
                                   false);
        BACK(PIPE_FIX);
    }
    clock.stop();
}

extern "C" __global__ __aicore__ void empty_aic(__gm__ uint64_t *) {}

#endif

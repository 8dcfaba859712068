/* CCE intrinsics of dav-c220 on the emulator, for C++17 and C11 (docs/cce.md).
 *
 *     #include <dv/cce.h>
 *
 *     extern "C" __global__ __aicore__ void add(__gm__ float *z, __gm__ float *x, __gm__ float *y)
 *     {
 *         copy_gm_to_ubuf((__ubuf__ float *)0x0, x, 0, 1, 8, 0, 0);
 *         ...
 *
 * Every intrinsic is one instruction, executed by the core whose kernel calls it. The name, the
 * order of parameters and the types are the vendor's. Compile with -O1 or more to have constants
 * that do not fit their field refused by the compiler; all others are found when they are issued.
 *
 * -DDV_CCE_AIC_ONLY and -DDV_CCE_AIV_ONLY choose the part of a mixed source that is compiled:
 * __DAV_C220_CUBE__ or __DAV_C220_VEC__ (and __DAV_CUBE__, __DAV_VEC__). A source compiled once,
 * with neither, sees both. */
#ifndef DV_CCE_H
#define DV_CCE_H

#include <dv/cce_types.h>
#include <dv/issue.h>
#include <dv/local.h>

/* ---- what the generated functions are made of ------------------------------------------------ */

#define DV_CCE_INLINE static inline __attribute__((always_inline))

/* A function that nobody defines: calling it with a constant is an error that shows `text`. */
#ifdef __cplusplus
#define DV_CCE_NEVER(name, text) \
    extern "C" void dv_cce_wrong_##name(void) __attribute__((error(text)));
#else
#define DV_CCE_NEVER(name, text) extern void dv_cce_wrong_##name(void) __attribute__((error(text)));
#endif
#ifdef __clang__ /* which shows a line of this header only */
#define DV_CCE_LINE "; -DDV_CCE_WHERE tells the line"
#else
#define DV_CCE_LINE
#endif
#define DV_CCE_WRONG_FIT(p, most) \
    DV_CCE_NEVER(p##_##most, #p " does not fit: 0 .. " #most DV_CCE_LINE)
#define DV_CCE_WRONG_SIGNED(p, least, most) \
    DV_CCE_NEVER(p##_##most, #p " does not fit: " #least " .. " #most DV_CCE_LINE)

/* Without optimization the compilers know no constant here, but would look into dead code. */
#ifdef __OPTIMIZE__
#define DV_CCE_CONSTANT(p, name) \
    if (__builtin_constant_p(p)) \
    dv_cce_wrong_##name()
#else
#define DV_CCE_CONSTANT(p, name) (void)0
#endif

#define DV_CCE_FIT(p, most) \
    if (__builtin_expect(p > most, 0)) { \
        DV_CCE_CONSTANT(p, p##_##most); \
        dv_cce_unfit(#p, (int64_t)p, 0, (int64_t)most, at); \
    } \
    (void)0
#define DV_CCE_SIGNED(p, least, most) \
    if (__builtin_expect((int64_t)p < least || (int64_t)p > most, 0)) { \
        DV_CCE_CONSTANT(p, p##_##most); \
        dv_cce_unfit(#p, (int64_t)p, least, most, at); \
    } \
    (void)0
/* -DDV_CCE_WHERE: clang looks at constants in the calls themselves and names their lines; in code
 * that is not reached too, so that this is no default. C and C++ call different functions. */
#if defined(__clang__) && defined(DV_CCE_WHERE)
#define DV_CCE_TOLD_FIT(p, most) \
    __attribute__((diagnose_if((p) > most, #p " does not fit: 0 .. " #most, "error")))
#define DV_CCE_TOLD_SIGNED(p, least, most) \
    __attribute__((diagnose_if((int64_t)(p) < least || (int64_t)(p) > most, \
                               #p " does not fit: " #least " .. " #most, "error")))
#else
#define DV_CCE_TOLD_FIT(p, most)
#define DV_CCE_TOLD_SIGNED(p, least, most)
#endif
#ifdef __cplusplus
#define DV_CCE_TELL_FIT DV_CCE_TOLD_FIT
#define DV_CCE_TELL_SIGNED DV_CCE_TOLD_SIGNED
#define DV_CCE_TELL_C_FIT(p, most)
#define DV_CCE_TELL_C_SIGNED(p, least, most)
#else
#define DV_CCE_TELL_C_FIT DV_CCE_TOLD_FIT
#define DV_CCE_TELL_C_SIGNED DV_CCE_TOLD_SIGNED
#endif
/* A multiple of `step`. */
#define DV_CCE_STEP(p, step) \
    if (p % step) \
    dv_cce_unfit(#p, (int64_t)p, 0, step, at)

DV_CCE_INLINE uint64_t dv_cce_ptr(const void *p)
{
    return (uint64_t)(uintptr_t)p;
}

/* Four addresses of UB in units of 8 bytes. */
DV_CCE_INLINE uint64_t dv_cce_list(const void *list, const struct dv_cce_at *at)
{
    const void *p[4];
    uint64_t all = 0;
    memcpy(p, list, sizeof p);
    for (int i = 0; i < 4; i++) {
        const uint64_t a = dv_cce_ptr(p[i]);
        if (a > 0x7fff8u || (a & 7))
            dv_cce_unfit("list", (int64_t)a, 0, 0x7fff8, at);
        all |= (a >> 3) << 16 * i;
    }
    return all;
}

/* Register bits of a scalar: the element in the low bits, nothing above. */
#define DV_CCE_BITS(suffix, type, text) \
    DV_CCE_INLINE uint64_t dv_bits_##suffix(type v) \
    { \
        return text; \
    }
DV_CCE_BITS(s8, int8_t, (uint8_t)v)
DV_CCE_BITS(u8, uint8_t, v)
DV_CCE_BITS(s16, int16_t, (uint16_t)v)
DV_CCE_BITS(u16, uint16_t, v)
DV_CCE_BITS(s32, int32_t, (uint32_t)v)
DV_CCE_BITS(u32, uint32_t, v)
DV_CCE_BITS(s64, int64_t, (uint64_t)v)
DV_CCE_BITS(u64, uint64_t, v)
DV_CCE_BITS(f16, half, v.bits)
DV_CCE_BITS(bf16, bfloat16_t, v.bits)
DV_CCE_INLINE uint64_t dv_bits_f32(float v)
{
    uint32_t b;
    memcpy(&b, &v, sizeof b);
    return b;
}

#ifdef __cplusplus

/* Picks float and double, which would silently become integers beside a half. */
#define DV_CCE_FLOATS(T) std::enable_if_t<std::is_floating_point<T>::value, int> = 0

/* The call site, as the last default argument. No aggregate: gcc would take the line of DV_CCE_HERE
 * in the header then. */
struct dv_cce_place {
    const char *file;
    int line;
    constexpr dv_cce_place(const char *f, int l) : file(f), line(l) {}
};
#define DV_CCE_HERE dv_cce_place(__builtin_FILE(), __builtin_LINE())

#else

/* Where the pointers of a call fit no prototype: neither a word nor a function. */
extern const struct dv_cce_no_such_types {
    int none;
} dv_cce_no_such_types;

#define DV_CCE_AT(name) (&(const struct dv_cce_at){name, __FILE__, __LINE__})
/* prefixN(..) for N parameters. */
#define DV_CCE_PICK(prefix, ...) \
    DV_CCE_PASTE(prefix, DV_CCE_COUNT(__VA_ARGS__, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, \
                                      5, 4, 3, 2, 1, 0)) \
    (__VA_ARGS__)
#define DV_CCE_COUNT(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, count, ...) count
#define DV_CCE_PASTE(a, b) DV_CCE_PASTED(a, b)
#define DV_CCE_PASTED(a, b) a##b

#endif

#include <dv/cce_intrinsics.h>

#include <dv/cce_compound.h>

/* Names that read a register: objects, which give way to variables of a kernel. A conversion takes
 * no default argument: nothing knows their line. */
#ifdef __cplusplus
#ifndef block_idx
[[maybe_unused]] static constexpr struct dv_cce_block_idx {
    operator int64_t() const
    {
        static constexpr dv_cce_at at = {"block_idx", "block_idx", 0};
        return (int64_t)dv_i_get_block_idx_0(dv_w_get_block_idx_0, &at);
    }
} block_idx = {};
#endif
#ifndef block_num
[[maybe_unused]] static constexpr struct dv_cce_block_num {
    operator int64_t() const
    {
        static constexpr dv_cce_at at = {"block_num", "block_num", 0};
        return (int64_t)dv_i_get_block_num_0(dv_w_get_block_num_0, &at);
    }
} block_num = {};
#endif
#endif

#endif

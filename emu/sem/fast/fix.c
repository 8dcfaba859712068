/* f32 to f16 and bf16 in vector registers, nearest even and saturating (isa.md 9.2).
 *
 * Owns: the two loops. bf16 is integer arithmetic that any compiler vectorises; f16 uses the host's
 * conversion after clamping, which rounds alike: everything from 65520 on clamps to 65504. */
#include "emu/sem/fast/fix.h"

#include <string.h>

/* NaN is 0; relu turns negative numbers, not -0, to +0. */
static inline uint32_t to_bf16(uint32_t u, uint32_t relu)
{
    uint32_t size = u & 0x7fffffff, sign = u >> 16 & 0x8000;
    uint32_t r = (size + 0x7fff + (size >> 16 & 1)) >> 16;

    r = r > 0x7f7f ? 0x7f7f : r;
    r = relu && sign && size ? 0 : r | sign;
    return size > 0x7f800000 ? 0 : r;
}

static void drain_bf16(uint8_t *dst, const uint8_t *src, unsigned n, bool relu)
{
    for (; n >= 16; n -= 16, dst += 32, src += 64) {
        uint32_t in[16];
        uint16_t out[16];

        memcpy(in, src, 64);
        for (unsigned i = 0; i < 16; i++)
            out[i] = (uint16_t)to_bf16(in[i], relu);
        memcpy(dst, out, 32);
    }
    for (; n; n--, dst += 2, src += 4) {
        uint32_t in;
        uint16_t out;

        memcpy(&in, src, 4);
        out = (uint16_t)to_bf16(in, relu);
        memcpy(dst, &out, 2);
    }
}

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

#define F16C __attribute__((target("avx,f16c")))

/* min and max return their second operand for NaN; the mask then clears it. */
F16C static inline __m128i to_f16(__m256 x, bool relu)
{
    __m256 number = _mm256_cmp_ps(x, x, _CMP_ORD_Q);
    __m256 negative = _mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_LT_OQ);

    x = _mm256_and_ps(x, number);
    if (relu)
        x = _mm256_andnot_ps(negative, x);
    x = _mm256_min_ps(x, _mm256_set1_ps(65504));
    x = _mm256_max_ps(x, _mm256_set1_ps(-65504));
    return _mm256_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

F16C static void drain_f16(uint8_t *dst, const uint8_t *src, unsigned n, bool relu)
{
    for (; n; src += 32, dst += 16) {
        unsigned now = n < 8 ? n : 8;
        float in[8] = {0};
        __m128i out;

        memcpy(in, src, 4 * now);
        out = to_f16(_mm256_loadu_ps(in), relu);
        memcpy(dst, &out, 2 * now);
        n -= now;
    }
}

static dv_drain_fn host_f16(void)
{
    unsigned a, b, c, d;

    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx") && __get_cpuid(1, &a, &b, &c, &d) && (c & bit_F16C))
        return drain_f16;
    return NULL;
}

#else

static dv_drain_fn host_f16(void)
{
    return NULL;
}

#endif

dv_drain_fn dv_drain_fast(unsigned elem)
{
    return elem == DV_EL_BF16 ? drain_bf16 : elem == DV_EL_F16 ? host_f16() : NULL;
}

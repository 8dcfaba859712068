// Transposes in UB by vnchwconv and vtranspose; those of the loads are in matmul.cpp.
#include "cases.h"
#include "host.h"
#include "tile.h"

namespace
{

using namespace tiles;

template <class T, unsigned R, unsigned C> void kernel(T *out, const T *in, bool one_matrix)
{
    const Ub<T, R, C> a(0);
    const Ub<T, C, R> b(a.end());

    load(a, in);
    after(PIPE_MTE2, PIPE_V);
    if constexpr (R == 16 && C == 16 && sizeof(T) == 2) {
        if (one_matrix)
            transpose16(b, a);
        else
            transpose(b, a);
    } else {
        transpose(b, a);
    }
    hand_out(out, b);
}

template <class T, unsigned R, unsigned C> void one(bool one_matrix = false)
{
    const std::string name =
        host::shape(one_matrix ? "vtranspose" : "transpose", host::name<T>(), R, C);
    host::Gm<T> a("a", R * C), b("b", R * C);
    bool good;

    for (unsigned i = 0; i < R * C; i++) { // bits, whatever they mean
        uint32_t bits = host::draw();
        std::memcpy(&a.p[i], &bits, sizeof(T));
    }
    good = host::run(DV_CCE_AIV, name, [&] { kernel<T, R, C>(b.p, a.p, one_matrix); });
    for (unsigned i = 0; good && i < R * C; i++)
        if (std::memcmp(&b.p[i], &a.p[i % R * C + i / R], sizeof(T))) {
            std::printf("# %s: element %u\n", name.c_str(), i);
            good = false;
        }
    host::count(good, name);
}

template <unsigned R, unsigned C> void words()
{
    one<half, R, C>();
    one<bfloat16_t, R, C>();
    one<int16_t, R, C>();
    one<float, R, C>();
    one<int32_t, R, C>();
}

template <unsigned R, unsigned C> void all()
{
    words<R, C>();
    one<int8_t, R, C>();
    one<uint8_t, R, C>();
}

} // namespace

void transpose_cases()
{
    words<16, 16>();
    words<16, 48>();
    words<48, 16>();
    words<80, 32>();
    one<float, 16, 8>();
    one<int32_t, 64, 24>();
    all<32, 32>();
    all<32, 96>();
    all<64, 32>();
    all<128, 64>();
    all<96, 160>();
    one<half, 16, 16>(true);
    one<bfloat16_t, 16, 16>(true);
    one<int16_t, 16, 16>(true);
    one<uint16_t, 16, 16>(true);
}

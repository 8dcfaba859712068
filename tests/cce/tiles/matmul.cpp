// Matrix products with tails, of every type the cube has but 4 bits, as they stand and turned, with
// the results that a fixpipe makes of them.
#include "cases.h"
#include "cube.h"
#include "host.h"

namespace
{

using namespace tiles;

template <class T, class D, unsigned M, unsigned K, unsigned N, Stands A, Stands B>
void one(QuantMode_t quant = NoQuant, bool relu = false)
{
    const std::string name = host::shape("matmul", host::name<T>(), M, K) + "x" +
                             std::to_string(N) + (A == Stands::Turned ? " A turned" : "") +
                             (B == Stands::Turned ? " B turned" : "") + " to " + host::name<D>();
    host::Gm<T> a("a", M * K), b("b", K * N);
    host::Gm<D> c("c", M * N);
    bool good;

    a.random(8, std::is_integral_v<T> ? 1 : 4); // every sum is exact
    b.random(8, std::is_integral_v<T> ? 1 : 4);
    good = host::run(DV_CCE_AIC, name,
                     [&] { Product<T, M, K, N, A, B>::run(c.p, a.p, b.p, quant, relu); });
    good = good && host::compare(name, c.p, M * N, 0, [&](unsigned at) {
               unsigned i = at / N, j = at % N;
               double sum = 0;
               for (unsigned k = 0; k < K; k++)
                   sum += host::value(a.p[A == Stands::Plain ? i * K + k : k * M + i]) *
                          host::value(b.p[B == Stands::Plain ? k * N + j : j * K + k]);
               return host::make<D>(relu && sum < 0 ? 0 : sum);
           });
    host::count(good, name);
}

template <unsigned M, unsigned K, unsigned N> void types()
{
    constexpr Stands P = Stands::Plain, X = Stands::Turned;

    one<half, float, M, K, N, P, P>();
    one<half, half, M, K, N, X, X>(F322F16, true);
    one<bfloat16_t, bfloat16_t, M, K, N, P, X>(F322BF16);
    one<bfloat16_t, float, M, K, N, X, P>(NoQuant, true);
    one<float, float, M, K, N, P, P>();
    one<float, half, M, K, N, P, X>(F322F16);
    one<int8_t, int32_t, M, K, N, P, P>();
    one<int8_t, int32_t, M, K, N, P, X>(NoQuant, true);
}

} // namespace

void matmul_cases()
{
    types<1, 1, 1>();
    types<1, 16, 16>();
    types<2, 5, 3>();
    types<3, 7, 9>();
    types<5, 100, 20>();
    types<7, 33, 47>();
    types<15, 15, 15>();
    types<16, 8, 24>();
    types<16, 16, 16>();
    types<17, 17, 17>();
    types<20, 31, 8>();
    types<31, 64, 33>();
    types<32, 32, 32>();
    types<33, 40, 48>();
    types<48, 65, 5>();
    types<50, 50, 50>();
    types<64, 64, 64>();
    types<65, 24, 16>();
    types<80, 96, 40>();
    types<100, 3, 100>();
    types<127, 63, 31>();
    types<128, 72, 96>();
    types<9, 200, 60>();
    types<40, 128, 100>();
}

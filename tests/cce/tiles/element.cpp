// Elementwise operations: every operation of a type on every shape.
#include "cases.h"
#include "host.h"
#include "tile.h"

namespace
{

using namespace tiles;

enum { ADD, SUB, MUL, MAX, MIN, ADDS, MULS, MAXS, MINS, ABS, RELU, EXP, OPS };

template <class T> constexpr bool has(int op)
{
    bool s32 = std::is_same_v<T, int32_t>, s16 = std::is_same_v<T, int16_t>;
    return !(op == ABS && s32) && !(op == RELU && s16) && !(op == EXP && (s16 || s32));
}

template <class T, unsigned R, unsigned C> void kernel(T *out, const T *a, const T *b, T scalar)
{
    const Ub<T, R, C> x(0), y(x.end()), z(y.end());
    auto give = [&](int op) { hand_out(out + op * R * C, z); };

    load(x, a);
    load(y, b);
    after(PIPE_MTE2, PIPE_V);
    add(z, x, y), give(ADD);
    sub(z, x, y), give(SUB);
    mul(z, x, y), give(MUL);
    max(z, x, y), give(MAX);
    min(z, x, y), give(MIN);
    add(z, x, scalar), give(ADDS);
    mul(z, x, scalar), give(MULS);
    max(z, x, scalar), give(MAXS);
    min(z, x, scalar), give(MINS);
    if constexpr (has<T>(ABS))
        abs(z, x), give(ABS);
    if constexpr (has<T>(RELU))
        relu(z, x), give(RELU);
    if constexpr (has<T>(EXP))
        exp(z, x), give(EXP);
    finish();
}

double wanted(int op, double x, double y, double scalar)
{
    switch (op) {
    case ADD:
        return x + y;
    case SUB:
        return x - y;
    case MUL:
        return x * y;
    case MAX:
        return x > y ? x : y;
    case MIN:
        return x < y ? x : y;
    case ADDS:
        return x + scalar;
    case MULS:
        return x * scalar;
    case MAXS:
        return x > scalar ? x : scalar;
    case MINS:
        return x < scalar ? x : scalar;
    case ABS:
        return std::fabs(x);
    case RELU:
        return x > 0 ? x : 0;
    default:
        return std::exp(x);
    }
}

template <class T, unsigned R, unsigned C> void one()
{
    constexpr unsigned n = R * C;
    const std::string name = host::shape("element", host::name<T>(), R, C);
    host::Gm<T> a("a", n), b("b", n), out("out", OPS * n);
    const T scalar = host::make<T>(-3);
    bool good;

    a.random(160, std::is_integral_v<T> ? 1 : 16);
    b.random(160, std::is_integral_v<T> ? 1 : 16);
    good = host::run(DV_CCE_AIV, name, [&] { kernel<T, R, C>(out.p, a.p, b.p, scalar); });
    for (int op = 0; good && op < OPS; op++)
        if (has<T>(op))
            good = host::compare(name + " operation " + std::to_string(op), out.p + op * n, n,
                                 op != EXP                  ? 0
                                 : std::is_same_v<T, float> ? 0x1p-21
                                                            : 0x1p-9,
                                 [&](unsigned i) {
                                     return host::make<T>(
                                         wanted(op, host::value(a.p[i]), host::value(b.p[i]), -3));
                                 });
    host::count(good, name);
}

template <unsigned R, unsigned C> void types()
{
    one<half, R, C>();
    one<float, R, C>();
    one<int16_t, R, C>();
    one<int32_t, R, C>();
}

} // namespace

void element_cases()
{
    types<1, 1>();
    types<1, 7>();
    types<1, 8>();
    types<1, 16>();
    types<1, 100>();
    types<1, 1000>();
    types<1, 5000>();
    types<2, 3>();
    types<2, 64>();
    types<3, 65>();
    types<4, 128>();
    types<5, 129>();
    types<7, 31>();
    types<8, 33>();
    types<9, 255>();
    types<13, 17>();
    types<16, 16>();
    types<16, 256>();
    types<17, 40>();
    types<20, 100>();
    types<31, 63>();
    types<32, 32>();
    types<64, 127>();
    types<100, 20>();
    types<127, 9>();
    types<200, 50>();
    types<255, 5>();
    types<256, 16>();
    types<300, 30>();
    types<1000, 3>();
}

// Reductions: sum, greatest and least of every row and of every column.
#include "cases.h"
#include "host.h"
#include "tile.h"

namespace
{

using namespace tiles;

enum { SUM, MAX, MIN, OPS };

template <class T> constexpr bool rows_too = !std::is_integral_v<T>;

template <class T, unsigned R, unsigned C> void kernel(T *rows, T *columns, const T *gm)
{
    const Ub<T, R, C> a(0);
    const Ub<T, 1, C> column(a.end());
    const Ub<T, 1, R> part(column.end());
    const Ub<T, R, 1> row(part.end());

    load(a, gm);
    after(PIPE_MTE2, PIPE_V);
    column_sum(column, a), hand_out(columns + SUM * C, column);
    column_max(column, a), hand_out(columns + MAX * C, column);
    column_min(column, a), hand_out(columns + MIN * C, column);
    if constexpr (rows_too<T>) {
        hand_out(rows + SUM * R, row_sum(row, a, part));
        hand_out(rows + MAX * R, row_max(row, a, part));
        hand_out(rows + MIN * R, row_min(row, a, part));
    }
    finish();
}

// Of n values a step apart.
template <class T> T wanted(int op, const T *p, unsigned n, unsigned step)
{
    double v = host::value(p[0]);
    for (unsigned i = 1; i < n; i++) {
        double x = host::value(p[i * step]);
        v = op == SUM ? v + x : op == MAX ? std::fmax(v, x) : std::fmin(v, x);
    }
    return host::make<T>(v);
}

template <class T, unsigned R, unsigned C> void one()
{
    const std::string name = host::shape("reduce", host::name<T>(), R, C);
    host::Gm<T> a("a", R * C), rows("rows", OPS * R), columns("columns", OPS * C);
    bool good;

    a.random(3); // every sum of the widest matrix is exact in halves
    good = host::run(DV_CCE_AIV, name, [&] { kernel<T, R, C>(rows.p, columns.p, a.p); });
    for (int op = 0; good && op < OPS; op++)
        good = host::compare(name + " column", columns.p + op * C, C, 0,
                             [&](unsigned i) { return wanted(op, a.p + i, R, C); });
    for (int op = 0; good && rows_too<T> && op < OPS; op++)
        good = host::compare(name + " row", rows.p + op * R, R, 0,
                             [&](unsigned i) { return wanted(op, a.p + i * C, C, 1); });
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

void reduce_cases()
{
    types<1, 1>();
    types<1, 2>();
    types<1, 64>();
    types<1, 600>();
    types<2, 1>();
    types<3, 5>();
    types<4, 16>();
    types<5, 63>();
    types<6, 65>();
    types<7, 127>();
    types<8, 128>();
    types<9, 129>();
    types<10, 200>();
    types<16, 16>();
    types<17, 32>();
    types<20, 300>();
    types<33, 8>();
    types<40, 40>();
    types<64, 64>();
    types<100, 11>();
    types<128, 130>();
    types<200, 4>();
    types<256, 70>();
    types<300, 3>();
}

// Tiles: two-dimensional pieces of a matrix in the memories of a core, over the CCE intrinsics.
//
// A tile is an offset with its shape in the type: Tile<half, 20, 100, Memory::UB, Layout::Rows>.
// Rows begin at blocks of 32 bytes. Nothing is allocated: each tile is put behind the last one.
#ifndef TILE_H
#define TILE_H

#include <dv/cce.h>

namespace tiles
{

enum class Memory { UB, L1, L0A, L0B, L0C };

// Rows: one behind the other. Panels: columns of fractals, in each rows of 32 bytes ("NZ").
// Fractals: rows of fractals, in L0B each on its side ("ZZ", "ZN"). L0C holds panels of 16 columns.
enum class Layout { Rows, Panels, Fractals };

constexpr unsigned up(unsigned n, unsigned to)
{
    return (n + to - 1) / to * to;
}

// Elements in 32 bytes.
template <class T> constexpr unsigned in_block = 32 / sizeof(T);
// Lanes of a repeat whose widest element is T.
template <class T> constexpr unsigned in_repeat = 256 / sizeof(T);

template <class T, unsigned R, unsigned C, Memory M = Memory::UB, Layout L = Layout::Rows>
struct Tile {
    using type = T;
    static constexpr unsigned rows = R, cols = C;
    static constexpr unsigned cols_up = up(C, M == Memory::L0C ? 16 : in_block<T>);
    static constexpr unsigned rows_up = L == Layout::Rows ? R : up(R, 16);
    static constexpr unsigned pitch = cols_up;                   // elements, of Layout::Rows
    static constexpr unsigned blocks = cols_up * sizeof(T) / 32; // of a row
    static constexpr unsigned bytes =
        up(rows_up * cols_up * sizeof(T), M == Memory::UB ? 32 : 1024);
    uint64_t offset;

    explicit constexpr Tile(uint64_t at) : offset(at)
    {
        constexpr unsigned room = M == Memory::UB    ? 192 << 10
                                  : M == Memory::L1  ? 512 << 10
                                  : M == Memory::L0C ? 128 << 10
                                                     : 64 << 10;
        static_assert(bytes <= room, "the tile does not fit its memory");
    }
    // Where the next tile may begin.
    constexpr uint64_t end() const
    {
        return offset + bytes;
    }
    T *at(unsigned row = 0, unsigned col = 0) const
    {
        return reinterpret_cast<T *>(offset + (uint64_t{row} * pitch + col) * sizeof(T));
    }
};

template <class T, unsigned R, unsigned C> using Ub = Tile<T, R, C>;

// What follows on `to` waits for what is under way on `from`.
inline void after(pipe_t from, pipe_t to)
{
    set_flag(from, to, EVENT_ID0);
    wait_flag(from, to, EVENT_ID0);
}

// ---- GM <-> UB --------------------------------------------------------------------------------

// Rows of a matrix in GM whose rows are C elements long.
template <class T, unsigned R, unsigned C> void load(Ub<T, R, C> dst, const T *gm)
{
    constexpr unsigned bytes = C * sizeof(T);
    if constexpr (sizeof(T) == 1)
        copy_gm_to_ubuf_align_b8(dst.at(), gm, 0, R, bytes, 0, 0, 0, 0);
    else if constexpr (sizeof(T) == 2)
        copy_gm_to_ubuf_align_b16(dst.at(), gm, 0, R, bytes, 0, 0, 0, 0);
    else
        copy_gm_to_ubuf_align_b32(dst.at(), gm, 0, R, bytes, 0, 0, 0, 0);
}

template <class T, unsigned R, unsigned C> void store(T *gm, Ub<T, R, C> src)
{
    constexpr unsigned bytes = C * sizeof(T);
    if constexpr (sizeof(T) == 1)
        copy_ubuf_to_gm_align_b8(gm, src.at(), 0, R, bytes, 0, 0, 0, 0);
    else if constexpr (sizeof(T) == 2)
        copy_ubuf_to_gm_align_b16(gm, src.at(), 0, R, bytes, 0, 0, 0, 0);
    else
        copy_ubuf_to_gm_align_b32(gm, src.at(), 0, R, bytes, 0, 0, 0, 0);
}

// A result of V is stored before V goes on.
template <class T, unsigned R, unsigned C> void hand_out(T *gm, Ub<T, R, C> src)
{
    after(PIPE_V, PIPE_MTE3);
    store(gm, src);
    after(PIPE_MTE3, PIPE_V);
}

// ---- vector operations ------------------------------------------------------------------------

template <class W> void lanes(unsigned n)
{
    const uint64_t low = n >= 64 ? ~0ull : (1ull << n) - 1;
    const uint64_t high = n >= 128 ? ~0ull : n > 64 ? (1ull << (n - 64)) - 1 : 0;
    set_vector_mask(sizeof(W) == 2 ? high : 0, low);
}

// At the end of a kernel: every lane takes part again.
inline void finish()
{
    set_vector_mask(~0ull, ~0ull);
}

// Calls f(row, col, repeats): one repeat a row, columns in pieces of a repeat of W. Rows that lie
// further apart than a stride says are taken one by one.
template <class W, unsigned R, unsigned C, class F> void sweep(F f)
{
    constexpr unsigned most = C > 255 * in_block<W> ? 1 : 255;
    for (unsigned col = 0; col < C; col += in_repeat<W>) {
        lanes<W>(C - col < in_repeat<W> ? C - col : in_repeat<W>);
        for (unsigned row = 0; row < R; row += most)
            f(row, col, R - row < most ? R - row : most);
    }
    pipe_barrier(PIPE_V);
}

// From row to row, in blocks.
template <class A> constexpr unsigned rep_of = A::blocks > 255 ? 0 : A::blocks;

#define TILE_BINARY(name, intrinsic) \
    template <class T, unsigned R, unsigned C> \
    void name(Ub<T, R, C> dst, Ub<T, R, C> a, Ub<T, R, C> b) \
    { \
        constexpr unsigned rep = rep_of<Ub<T, R, C>>; \
        sweep<T, R, C>([=](unsigned row, unsigned col, unsigned n) { \
            intrinsic(dst.at(row, col), a.at(row, col), b.at(row, col), n, 1, 1, 1, rep, rep, \
                      rep); \
        }); \
    }
TILE_BINARY(add, vadd)
TILE_BINARY(sub, vsub)
TILE_BINARY(mul, vmul)
TILE_BINARY(max, vmax)
TILE_BINARY(min, vmin)
#undef TILE_BINARY

#define TILE_UNARY(name, intrinsic) \
    template <class T, unsigned R, unsigned C> void name(Ub<T, R, C> dst, Ub<T, R, C> a) \
    { \
        constexpr unsigned rep = rep_of<Ub<T, R, C>>; \
        sweep<T, R, C>([=](unsigned row, unsigned col, unsigned n) { \
            intrinsic(dst.at(row, col), a.at(row, col), n, 1, 1, rep, rep); \
        }); \
    }
TILE_UNARY(abs, vabs)
TILE_UNARY(exp, vexp)
TILE_UNARY(relu, vrelu)
#undef TILE_UNARY

#define TILE_SCALAR(name, intrinsic) \
    template <class T, unsigned R, unsigned C> void name(Ub<T, R, C> dst, Ub<T, R, C> a, T scalar) \
    { \
        constexpr unsigned rep = rep_of<Ub<T, R, C>>; \
        sweep<T, R, C>([=](unsigned row, unsigned col, unsigned n) { \
            intrinsic(dst.at(row, col), a.at(row, col), scalar, n, 1, 1, rep, rep); \
        }); \
    }
TILE_SCALAR(add, vadds)
TILE_SCALAR(mul, vmuls)
TILE_SCALAR(max, vmaxs)
TILE_SCALAR(min, vmins)
#undef TILE_SCALAR

template <class T, unsigned R, unsigned C> void fill(Ub<T, R, C> dst, T value)
{
    constexpr unsigned rep = rep_of<Ub<T, R, C>>;
    sweep<T, R, C>([=](unsigned row, unsigned col, unsigned n) {
        vector_dup(dst.at(row, col), value, n, 1, 1, rep, 0);
    });
}

// ---- reductions -------------------------------------------------------------------------------

// One value a row: pieces of a repeat each, then the pieces with each other. `part` has room for a
// column of values a piece, each piece at a block.
template <class T, unsigned R, unsigned C, class Piece, class Join>
void rows_to(Ub<T, R, 1> dst, Ub<T, R, C> a, Ub<T, 1, R> part, Piece piece, Join join)
{
    constexpr unsigned rep = a.blocks;
    bool first = true;
    for (unsigned col = 0; col < C; col += in_repeat<T>) {
        lanes<T>(C - col < in_repeat<T> ? C - col : in_repeat<T>);
        for (unsigned row = 0; row < R; row += 255)
            piece((first ? dst.at() : part.at()) + row, a.at(row, col),
                  R - row < 255 ? R - row : 255, rep);
        pipe_barrier(PIPE_V);
        const Ub<T, 1, R> all(dst.offset);
        if (!first)
            join(all, all, part);
        first = false;
    }
}

// The values of rows_to lie one behind the other: a row of R.
template <class T, unsigned R, unsigned C>
Ub<T, 1, R> row_sum(Ub<T, R, 1> dst, Ub<T, R, C> a, Ub<T, 1, R> part)
{
    rows_to(
        dst, a, part,
        [](T *d, T *s, unsigned n, unsigned rep) { vcadd(d, s, n, 1, 1, rep, false); },
        [](auto d, auto x, auto y) { add(d, x, y); });
    return Ub<T, 1, R>(dst.offset);
}
template <class T, unsigned R, unsigned C>
Ub<T, 1, R> row_max(Ub<T, R, 1> dst, Ub<T, R, C> a, Ub<T, 1, R> part)
{
    rows_to(
        dst, a, part,
        [](T *d, T *s, unsigned n, unsigned rep) { vcmax(d, s, n, 1, 1, rep, ONLY_VALUE); },
        [](auto d, auto x, auto y) { max(d, x, y); });
    return Ub<T, 1, R>(dst.offset);
}
template <class T, unsigned R, unsigned C>
Ub<T, 1, R> row_min(Ub<T, R, 1> dst, Ub<T, R, C> a, Ub<T, 1, R> part)
{
    rows_to(
        dst, a, part,
        [](T *d, T *s, unsigned n, unsigned rep) { vcmin(d, s, n, 1, 1, rep, ONLY_VALUE); },
        [](auto d, auto x, auto y) { min(d, x, y); });
    return Ub<T, 1, R>(dst.offset);
}

// One value a column: the first row, then each of the others onto it.
template <class T, unsigned R, unsigned C, class F>
void columns_to(Ub<T, 1, C> dst, Ub<T, R, C> a, F join)
{
    for (unsigned row = 0; row < R; row++) {
        const Ub<T, 1, C> one(a.offset + uint64_t{row} * a.pitch * sizeof(T));
        join(dst, row ? dst : one, one); // max(x, x) is x
    }
}
template <class T, unsigned R, unsigned C> void column_max(Ub<T, 1, C> dst, Ub<T, R, C> a)
{
    columns_to(dst, a, [](auto d, auto x, auto y) { max(d, x, y); });
}
template <class T, unsigned R, unsigned C> void column_min(Ub<T, 1, C> dst, Ub<T, R, C> a)
{
    columns_to(dst, a, [](auto d, auto x, auto y) { min(d, x, y); });
}
template <class T, unsigned R, unsigned C> void column_sum(Ub<T, 1, C> dst, Ub<T, R, C> a)
{
    fill(dst, T(0));
    for (unsigned row = 0; row < R; row++)
        add(dst, dst, Ub<T, 1, C>(a.offset + uint64_t{row} * a.pitch * sizeof(T)));
}

// ---- transposes -------------------------------------------------------------------------------

// Sixteen block addresses for a pair of address registers.
template <class F> void addresses(ub_addr8_t va, F address)
{
    uint64_t low[8], high[8];
    for (unsigned i = 0; i < 8; i++) {
        low[i] = address(i);
        high[i] = address(i + 8);
    }
    set_va_reg_sb(va, low);
    set_va_reg_sb(ub_addr8_t(va + 1), high);
}

// dst = a turned. Rows and columns are multiples of 16, of 32 for 8 bits.
template <class T, unsigned R, unsigned C> void transpose(Ub<T, C, R> dst, Ub<T, R, C> a)
{
    static_assert(R % (sizeof(T) == 1 ? 32 : 16) == 0 && C % in_block<T> == 0);
    constexpr unsigned step = in_block<T>; // columns of a block
    constexpr unsigned high = sizeof(T) == 1 ? 32 : 16;
    for (unsigned row = 0; row < R; row += high)
        for (unsigned col = 0; col < C; col += step) {
            auto from = [&](unsigned i) {
                return a.offset + ((row + i) * a.pitch + col) * sizeof(T);
            };
            auto to = [&](unsigned i) {
                return dst.offset + ((col + i) * dst.pitch + row) * sizeof(T);
            };
            if constexpr (sizeof(T) == 2) {
                addresses(VA0, from);
                addresses(VA2, to);
                scatter_vnchwconv_b16(VA2, VA0, 1, 0, 0);
            } else if constexpr (sizeof(T) == 4) { // a column of 16 rows takes two blocks
                addresses(VA0, from);
                addresses(VA2, [&](unsigned i) { return to(i / 2) + i % 2 * 32; });
                scatter_vnchwconv_b32(VA2, VA0, 1, 0, 0);
            } else {
                for (unsigned down = 0; down < 2; down++)
                    for (unsigned across = 0; across < 2; across++) {
                        addresses(VA0, [&](unsigned i) { return from(i + 16 * down); });
                        addresses(VA2, [&](unsigned i) { return to(i + 16 * across); });
                        scatter_vnchwconv_b8(VA2, VA0, 1, 0, 0, down, across);
                    }
            }
        }
    pipe_barrier(PIPE_V);
}

// One matrix of 16 x 16.
template <class T> void transpose16(Ub<T, 16, 16> dst, Ub<T, 16, 16> a)
{
    vtranspose(dst.at(), a.at());
    pipe_barrier(PIPE_V);
}

} // namespace tiles

#endif

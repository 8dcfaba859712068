// Matrix products of tiles: GM -> L1 in panels -> L0A and L0B in fractals -> L0C -> GM.
#ifndef CUBE_H
#define CUBE_H

#include "tile.h"

#include <type_traits>

namespace tiles
{

template <class T> using Sum = std::conditional_t<std::is_integral_v<T>, int32_t, float>;

// Whether a matrix stands in GM as it is multiplied or turned.
enum class Stands { Plain, Turned };

// A matrix of rows x cols in GM into panels whose rows are rounded up to `high`.
template <class T>
void load_panels(T *dst, const T *gm, unsigned rows, unsigned cols, unsigned high)
{
    if constexpr (sizeof(T) == 1)
        copy_gm_to_cbuf_multi_nd2nz_b8(dst, gm, 0, 1, rows, cols, 0, cols, high, 1, 0);
    else if constexpr (sizeof(T) == 2)
        copy_gm_to_cbuf_multi_nd2nz_b16(dst, gm, 0, 1, rows, cols, 0, cols, high, 1, 0);
    else
        copy_gm_to_cbuf_multi_nd2nz_b32s(dst, gm, 0, 1, rows, cols, 0, cols, high, 1, 0);
}

template <class T, unsigned M, unsigned K, unsigned N, Stands A, Stands B> struct Product {
    static constexpr unsigned k0 = in_block<T>;
    static constexpr unsigned fractal = 512 / sizeof(T); // elements
    static constexpr unsigned mm = up(M, 16);
    static constexpr unsigned kk = up(K, k0 > 16 ? k0 : 16);
    static constexpr unsigned nn = up(N, sizeof(T) == 1 && B == Stands::Plain ? 32 : 16);
    static constexpr unsigned k1 = up(K, k0) / k0; // fractals along K
    static constexpr unsigned rows_b = B == Stands::Plain ? kk : nn;
    static constexpr unsigned cols_b = B == Stands::Plain ? nn : kk;

    static constexpr Tile<T, A == Stands::Plain ? mm : kk, A == Stands::Plain ? kk : mm, Memory::L1,
                          Layout::Panels>
        l1a{0};
    static constexpr Tile<T, rows_b, cols_b, Memory::L1, Layout::Panels> l1b{l1a.end()};
    static constexpr Tile<T, mm, kk, Memory::L0A, Layout::Fractals> l0a{0};
    static constexpr Tile<T, kk, nn, Memory::L0B, Layout::Fractals> l0b{0};
    static constexpr Tile<Sum<T>, mm, nn, Memory::L0C, Layout::Panels> l0c{0};

    static void load(const T *a, const T *b)
    {
        if constexpr (A == Stands::Plain)
            load_panels(l1a.at(), a, M, K, mm);
        else
            load_panels(l1a.at(), a, K, M, kk);
        if constexpr (B == Stands::Turned)
            load_panels(l1b.at(), b, N, K, nn);
        else if constexpr (sizeof(T) == 4) // squares of 16 x 16 are two fractals side by side
            for (unsigned k = 0; k < K; k += 16)
                load_panels(l1b.at() + k * nn, b + k * N, K - k < 16 ? K - k : 16, N, 16);
        else
            load_panels(l1b.at(), b, K, N, kk);
    }

    // Fractals of a row of L0A lie one behind the other.
    static void load_left()
    {
        for (unsigned i = 0; i < mm / 16; i++) {
            T *to = l0a.at() + i * k1 * fractal;
            if constexpr (A == Stands::Plain)
                load_cbuf_to_ca(to, l1a.at(), i, k1, mm / 16, 0, 0, false, inc);
            else
                load_cbuf_to_ca(to, l1a.at(), i * (kk / 16), k1, 1, 0, 0, true, inc);
        }
    }

    static void load_right()
    {
        constexpr unsigned n1 = nn / 16;
        if constexpr (B == Stands::Turned) {
            for (unsigned i = 0; i < k1; i++)
                load_cbuf_to_cb(l0b.at() + i * n1 * fractal, l1b.at(), i * n1, n1, 1, 0, 0, false,
                                inc);
        } else if constexpr (sizeof(T) == 2) {
            for (unsigned i = 0; i < k1; i++)
                load_cbuf_to_cb(l0b.at() + i * n1 * fractal, l1b.at(), i, n1, kk / 16, 0, 0, true,
                                inc);
        } else if constexpr (sizeof(T) == 1) {
            for (unsigned i = 0; i < k1; i++)
                load_cbuf_to_cb_transpose(l0b.at() + i * n1 * fractal, l1b.at(), i, nn / 32,
                                          kk / 32, 1, inc, 0);
        } else {
            for (unsigned i = 0; i < kk / 16; i++)
                load_cbuf_to_cb_transpose(l0b.at() + 2 * i * n1 * fractal, l1b.at() + 16 * i * nn,
                                          0, n1, 1, 0, inc, n1 - 1);
        }
    }

    // C = A * B, in another type by `quant`, without negative values by `relu`.
    template <class D> static void run(D *c, const T *a, const T *b, QuantMode_t quant, bool relu)
    {
        set_nd_para(1);
        load(a, b);
        after(PIPE_MTE2, PIPE_MTE1);
        load_left();
        load_right();
        after(PIPE_MTE1, PIPE_M);
        mad(l0c.at(), l0a.at(), l0b.at(), mm, K, nn, 0, false, false, true);
        after(PIPE_M, PIPE_FIX);
        copy_matrix_cc_to_gm(c, l0c.at(), 0, N, M, N, mm, 0, quant, relu, false, true);
    }
};

} // namespace tiles

#endif

/* Intrinsics that are several instructions, in terms of the generated ones. Included by dv/cce.h.
 *
 * A row: name, parameters, arguments, body. The C11 macros and the C++ functions of a name stand
 * below it; both pass the call site on, so that every instruction of it reports the same line. */
#ifndef DV_CCE_COMPOUND_H
#define DV_CCE_COMPOUND_H

/* The word of load_l1_to_l0a_3dv2 with a type code that no entry defines: which one means elements
 * of 4 bits is not public. Issuing it is a fault that names the intrinsic and its line. */
#define dv_w_img2colv2_s4 0x65422190u

/* ---- bodies ---------------------------------------------------------------------------------- */

/* Bits of CTRL: cleared by the mask, then set. */
DV_CCE_INLINE void dv_m_ctrl(uint64_t clear, uint64_t set, const struct dv_cce_at *at)
{
    const uint64_t old = dv_i_get_ctrl_0(dv_w_get_ctrl_0, at);
    dv_i_set_ctrl_1(dv_w_set_ctrl_1, (old & ~clear) | set, at);
}

DV_CCE_INLINE void dv_m_vector_mask(uint64_t mask1, uint64_t mask0, const struct dv_cce_at *at)
{
    dv_i_dv_movemask_2(dv_w_dv_movemask_2, 1, mask1, at);
    dv_i_dv_movemask_2(dv_w_dv_movemask_2, 0, mask0, at);
}

DV_CCE_INLINE void dv_m_va_reg(uint64_t va, const uint64_t *addr, const struct dv_cce_at *at)
{
    for (unsigned i = 0; i < 8; i += 2)
        dv_i_MOVEVA_4(dv_w_MOVEVA_4, va, i, addr[i], addr[i + 1], at);
}

/* A fill with a value of 16 or 32 bits. */
#define DV_CCE_CREATE(name, fill) \
    DV_CCE_INLINE void dv_m_##name##_b16(const void *dst, uint64_t config, uint64_t value, \
                                         const struct dv_cce_at *at) \
    { \
        dv_i_set_l0_set_value_h_1(dv_w_set_l0_set_value_h_1, value, at); \
        dv_i_##fill##_b16_2(dv_w_##fill##_b16_2, dst, config, at); \
    } \
    DV_CCE_INLINE void dv_m_##name##_b32(const void *dst, uint64_t config, uint64_t value, \
                                         const struct dv_cce_at *at) \
    { \
        dv_i_set_l0_set_value_ui_1(dv_w_set_l0_set_value_ui_1, value, at); \
        dv_i_##fill##_b32_2(dv_w_##fill##_b32_2, dst, config, at); \
    }
DV_CCE_CREATE(create_cbuf_matrix, dv_set_l1_2d)
DV_CCE_CREATE(create_ca_matrix, dv_set_l0a_2d)
DV_CCE_CREATE(create_cb_matrix, dv_set_l0b_2d)

/* Type and operation of atomic stores, CTRL[8:6] and CTRL[10:9]; the mask mode, CTRL[56]. */
#define DV_CCE_CTRL_LIST(X) \
    X(set_mask_norm, 1ull << 56, 0) \
    X(set_mask_count, 0, 1ull << 56) \
    X(set_atomic_none, 7u << 6, 0) \
    X(set_atomic_f32, 7u << 6, 1u << 6) \
    X(set_atomic_f16, 7u << 6, 2u << 6) \
    X(set_atomic_s16, 7u << 6, 3u << 6) \
    X(set_atomic_s32, 7u << 6, 4u << 6) \
    X(set_atomic_s8, 7u << 6, 5u << 6) \
    X(set_atomic_bf16, 7u << 6, 6u << 6) \
    X(set_atomic_add, 3u << 9, 0) \
    X(set_atomic_max, 3u << 9, 1u << 9) \
    X(set_atomic_min, 3u << 9, 2u << 9)

/* ---- names ----------------------------------------------------------------------------------- */

#ifdef __cplusplus

#define DV_CCE_ATOMIC(name, clear, set) \
    DV_CCE_INLINE void name(dv_cce_place here = DV_CCE_HERE) \
    { \
        const dv_cce_at at = {#name, here.file, here.line}; \
        dv_m_ctrl(clear, set, &at); \
    }
DV_CCE_CTRL_LIST(DV_CCE_ATOMIC)
#undef DV_CCE_ATOMIC

/* The high word first: lanes 64 .. 127. */
DV_CCE_INLINE void set_vector_mask(uint64_t mask1, uint64_t mask0, dv_cce_place here = DV_CCE_HERE)
{
    const dv_cce_at at = {"set_vector_mask", here.file, here.line};
    dv_m_vector_mask(mask1, mask0, &at);
}

/* Eight byte addresses of UB. */
DV_CCE_INLINE void set_va_reg_sb(uint64_t va, const uint64_t *addr, dv_cce_place here = DV_CCE_HERE)
{
    const dv_cce_at at = {"set_va_reg_sb", here.file, here.line};
    dv_m_va_reg(va, addr, &at);
}

#define DV_CCE_FILL(name, shown, pointer, value_type, bits, width) \
    DV_CCE_INLINE void shown(pointer dst, uint64_t config, value_type value, \
                             dv_cce_place here = DV_CCE_HERE) \
    { \
        const dv_cce_at at = {#shown, here.file, here.line}; \
        dv_m_##name##_##width(dst, config, bits(value), &at); \
    }
#define DV_CCE_FILLS(name) \
    DV_CCE_FILL(name, name, void *, half, dv_bits_f16, b16) \
    DV_CCE_FILL(name, name, void *, uint32_t, dv_bits_u32, b32) \
    template <class T, DV_CCE_FLOATS(T)> \
    void name(void *, uint64_t, T) = delete; /* say half(..) */ \
    DV_CCE_FILL(name, name##_bf16, bfloat16_t *, bfloat16_t, dv_bits_bf16, b16) \
    DV_CCE_FILL(name, name##_h, bfloat16_t *, half, dv_bits_f16, b16) \
    DV_CCE_FILL(name, name##_ui, bfloat16_t *, uint32_t, dv_bits_u32, b32)
DV_CCE_FILLS(create_cbuf_matrix)
DV_CCE_FILLS(create_ca_matrix)
DV_CCE_FILLS(create_cb_matrix)
#undef DV_CCE_FILLS
#undef DV_CCE_FILL

/* A constant; half-words are given from low to high. */
constexpr uint64_t get_imm(uint64_t value)
{
    return value;
}
constexpr uint64_t get_imm(uint16_t a, uint16_t b, uint16_t c = 0, uint16_t d = 0)
{
    return a | static_cast<uint64_t>(b) << 16 | static_cast<uint64_t>(c) << 32 |
           static_cast<uint64_t>(d) << 48;
}

DV_CCE_INLINE void dv_cce_image4(const void *dst, const void *src, dv_cce_place here)
{
    const dv_cce_at at = {"img2colv2_cbuf_to_ca_s4", here.file, here.line};
    dv_i_img2colv2_cbuf_to_ca_4(dv_w_img2colv2_s4, dst, src, 0, 0, &at);
}
DV_CCE_INLINE void img2colv2_cbuf_to_ca_s4(void *dst, const void *src, uint64_t, uint64_t, uint64_t,
                                           uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                                           uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                                           uint64_t, uint64_t, dv_cce_place here = DV_CCE_HERE)
{
    dv_cce_image4(dst, src, here);
}
DV_CCE_INLINE void img2colv2_cbuf_to_ca_s4(void *dst, const void *src, uint64_t, uint64_t,
                                           dv_cce_place here = DV_CCE_HERE)
{
    dv_cce_image4(dst, src, here);
}

#else

DV_CCE_INLINE void dv_m_ctrl_choice(unsigned choice, const struct dv_cce_at *at)
{
#define DV_CCE_ROW(name, clear, set) {clear, set},
    static const uint64_t row[][2] = {DV_CCE_CTRL_LIST(DV_CCE_ROW)};
#undef DV_CCE_ROW
    dv_m_ctrl(row[choice][0], row[choice][1], at);
}
#define DV_CCE_ROW(name, clear, set) dv_ctrl_##name,
enum { DV_CCE_CTRL_LIST(DV_CCE_ROW) };
#undef DV_CCE_ROW
#define DV_CCE_CTRL(name) dv_m_ctrl_choice(dv_ctrl_##name, DV_CCE_AT(#name))
#define set_mask_norm() DV_CCE_CTRL(set_mask_norm)
#define set_mask_count() DV_CCE_CTRL(set_mask_count)
#define set_atomic_none() DV_CCE_CTRL(set_atomic_none)
#define set_atomic_f32() DV_CCE_CTRL(set_atomic_f32)
#define set_atomic_f16() DV_CCE_CTRL(set_atomic_f16)
#define set_atomic_s16() DV_CCE_CTRL(set_atomic_s16)
#define set_atomic_s32() DV_CCE_CTRL(set_atomic_s32)
#define set_atomic_s8() DV_CCE_CTRL(set_atomic_s8)
#define set_atomic_bf16() DV_CCE_CTRL(set_atomic_bf16)
#define set_atomic_add() DV_CCE_CTRL(set_atomic_add)
#define set_atomic_max() DV_CCE_CTRL(set_atomic_max)
#define set_atomic_min() DV_CCE_CTRL(set_atomic_min)

#define set_vector_mask(mask1, mask0) \
    dv_m_vector_mask((uint64_t)(mask1), (uint64_t)(mask0), DV_CCE_AT("set_vector_mask"))
#define set_va_reg_sb(va, addr) dv_m_va_reg((uint64_t)(va), (addr), DV_CCE_AT("set_va_reg_sb"))

#define DV_CCE_FILL(name, shown, dst, config, value) \
    _Generic((value), half \
             : dv_m_##name##_b16, default \
             : dv_m_##name##_b32)((dst), (uint64_t)(config), \
                                  _Generic((value), half \
                                           : dv_bits_f16, int \
                                           : dv_bits_u32, unsigned \
                                           : dv_bits_u32)(value), \
                                  DV_CCE_AT(shown))
#define DV_CCE_FILL_BITS(name, shown, width, dst, config, bits) \
    dv_m_##name##_##width((dst), (uint64_t)(config), bits, DV_CCE_AT(shown))
#define create_cbuf_matrix(dst, config, value) \
    DV_CCE_FILL(create_cbuf_matrix, "create_cbuf_matrix", dst, config, value)
#define create_ca_matrix(dst, config, value) \
    DV_CCE_FILL(create_ca_matrix, "create_ca_matrix", dst, config, value)
#define create_cb_matrix(dst, config, value) \
    DV_CCE_FILL(create_cb_matrix, "create_cb_matrix", dst, config, value)
#define create_cbuf_matrix_bf16(dst, config, value) \
    DV_CCE_FILL_BITS(create_cbuf_matrix, "create_cbuf_matrix_bf16", b16, dst, config, \
                     dv_bits_bf16(value))
#define create_ca_matrix_bf16(dst, config, value) \
    DV_CCE_FILL_BITS(create_ca_matrix, "create_ca_matrix_bf16", b16, dst, config, \
                     dv_bits_bf16(value))
#define create_cb_matrix_bf16(dst, config, value) \
    DV_CCE_FILL_BITS(create_cb_matrix, "create_cb_matrix_bf16", b16, dst, config, \
                     dv_bits_bf16(value))
#define create_cbuf_matrix_h(dst, config, value) \
    DV_CCE_FILL_BITS(create_cbuf_matrix, "create_cbuf_matrix_h", b16, dst, config, \
                     dv_bits_f16(value))
#define create_ca_matrix_h(dst, config, value) \
    DV_CCE_FILL_BITS(create_ca_matrix, "create_ca_matrix_h", b16, dst, config, dv_bits_f16(value))
#define create_cb_matrix_h(dst, config, value) \
    DV_CCE_FILL_BITS(create_cb_matrix, "create_cb_matrix_h", b16, dst, config, dv_bits_f16(value))
#define create_cbuf_matrix_ui(dst, config, value) \
    DV_CCE_FILL_BITS(create_cbuf_matrix, "create_cbuf_matrix_ui", b32, dst, config, \
                     dv_bits_u32(value))
#define create_ca_matrix_ui(dst, config, value) \
    DV_CCE_FILL_BITS(create_ca_matrix, "create_ca_matrix_ui", b32, dst, config, dv_bits_u32(value))
#define create_cb_matrix_ui(dst, config, value) \
    DV_CCE_FILL_BITS(create_cb_matrix, "create_cb_matrix_ui", b32, dst, config, dv_bits_u32(value))

#define dv_imm_1(a) ((uint64_t)(a))
#define dv_imm_2(a, b) ((uint64_t)(uint16_t)(a) | (uint64_t)(uint16_t)(b) << 16)
#define dv_imm_3(a, b, c) (dv_imm_2(a, b) | (uint64_t)(uint16_t)(c) << 32)
#define dv_imm_4(a, b, c, d) (dv_imm_3(a, b, c) | (uint64_t)(uint16_t)(d) << 48)
#define get_imm(...) DV_CCE_PICK(dv_imm_, __VA_ARGS__)

#define img2colv2_cbuf_to_ca_s4(dst, src, ...) \
    dv_i_img2colv2_cbuf_to_ca_4(dv_w_img2colv2_s4, (dst), (src), 0, 0, \
                                DV_CCE_AT("img2colv2_cbuf_to_ca_s4"))

#endif

#endif

/* Qualifiers, macros and enumerators that CCE sources expect of their compiler. */
#ifndef DV_CCE_TYPES_H
#define DV_CCE_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dv/half.h>

/* ---- qualifiers ------------------------------------------------------------------------------ */

/* Host pointers carry no address space: a pointer into a local memory is its offset there. */
#define __gm__
#define __ubuf__
#define __cbuf__
#define __ca__
#define __cb__
#define __cc__
#define __fbuf__
#define __biasbuf__

/* A type, not a macro: a source may define its own of either kind. */
#ifndef GM_ADDR
typedef __gm__ uint8_t *GM_ADDR;
#endif

#define __aicore__
#define __global__
#define __sync_alias__
#define __in__
#define __out__
#ifdef __cplusplus
/* Makes `[aicore] void f()` an attribute of the declaration; it must stand first in it, behind
 * `extern "C"` and `template <..>` at most. */
#define aicore [maybe_unused]
#ifdef __clang__
#pragma clang diagnostic ignored "-Wcompound-token-split-by-macro"
#endif
#endif

/* ---- the core ---------------------------------------------------------------------------------*/

#define __CCE_AICORE__ 220
#define __NPU_ARCH__ 2201
#if defined(DV_CCE_AIC_ONLY) && defined(DV_CCE_AIV_ONLY)
#error "DV_CCE_AIC_ONLY and DV_CCE_AIV_ONLY: give one of them, or none"
#endif
#ifndef DV_CCE_AIV_ONLY
#define __DAV_C220_CUBE__ 1
#define __DAV_CUBE__ 1
#endif
#ifndef DV_CCE_AIC_ONLY
#define __DAV_C220_VEC__ 1
#define __DAV_VEC__ 1
#endif

/* ---- enumerators ----------------------------------------------------------------------------- */

typedef enum {
    PIPE_S,
    PIPE_V,
    PIPE_M,
    PIPE_MTE1,
    PIPE_MTE2,
    PIPE_MTE3,
    PIPE_ALL,
    PIPE_MTE4,
    PIPE_MTE5,
    PIPE_V2,
    PIPE_FIX
} pipe_t;

typedef enum {
    EVENT_ID0,
    EVENT_ID1,
    EVENT_ID2,
    EVENT_ID3,
    EVENT_ID4,
    EVENT_ID5,
    EVENT_ID6,
    EVENT_ID7
} event_t;

typedef enum { L1, L0A, L0B, L0C, UB, BT } mem_t;
typedef enum { VALUE_INDEX, INDEX_VALUE, ONLY_VALUE, ONLY_INDEX } Order_t;
typedef enum { inc, dec } addr_cal_mode_t;
typedef enum {
    PAD_NONE,
    PAD_MODE1,
    PAD_MODE2,
    PAD_MODE3,
    PAD_MODE4,
    PAD_MODE5,
    PAD_MODE6,
    PAD_MODE7,
    PAD_MODE8
} pad_t;
typedef enum { BM_DISABLE, BM_ENABLE } bm_t;
typedef enum { VA0, VA1, VA2, VA3, VA4, VA5, VA6, VA7 } ub_addr8_t;
typedef enum { L128, H128 } vpart_t;
typedef enum { SINGLE_CACHE_LINE, ENTIRE_DATA_CACHE } cache_line_t;
typedef enum { CACHELINE_ALL, CACHELINE_UB, CACHELINE_OUT, CACHELINE_ATOMIC } dcci_dst_t;
typedef enum { DSB_ALL, DSB_DDR, DSB_UB, DSB_SEQ } mem_dsb_t;
typedef enum {
    NoQuant = 0,
    F322F16 = 1,
    VREQ8 = 8,
    REQ8 = 9,
    VDEQF16 = 10,
    DEQF16 = 11,
    VSHIFTS322S16 = 12,
    SHIFTS322S16 = 13,
    F322BF16 = 16,
    VQF322B8_PRE = 23,
    QF322B8_PRE = 24
} QuantMode_t;

#endif

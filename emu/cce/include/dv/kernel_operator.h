/* The name under which kernels include their compiler's library. Intrinsics, types and macros only:
 * the classes of the vendor's C++ API (GlobalTensor, TPipe, ..) are not here. */
#ifndef DV_KERNEL_OPERATOR_H
#define DV_KERNEL_OPERATOR_H

#include <dv/cce.h>

#endif

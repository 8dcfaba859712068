/* The name under which hosts of CPU debugging include the device: kernels and ICPU_RUN_KF. */
#ifndef DV_TIKICPULIB_H
#define DV_TIKICPULIB_H

#include <dv/cce.h>
#include <dv/dv_cpu_debug.h>

#endif

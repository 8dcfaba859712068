/* The files of `dv prof -o DIR` that viewers of the vendor's profiler read: names, columns and
 * fields are theirs (formats.md 1 to 3 and 5), everything in them is of our run. */
#ifndef DV_PROF_VENDOR_VENDOR_H
#define DV_PROF_VENDOR_VENDOR_H

#include "emu/prof/writers.h"

/* simulator/coreX/: trace.json, code_exe and instr_exe tables; simulator/: trace.json of all
 * cores, visualize_data.bin; the tables of device metrics beside it. */
extern const struct dv_prof_writer dv_write_vendor;
extern const struct dv_prof_writer dv_write_traces;

#endif

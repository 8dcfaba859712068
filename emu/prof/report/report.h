/* report.html: one file that shows a run. Owns what is gathered while it runs and the data block of
 * the page; the page itself is report.html, report.css and report.js, compiled into the binary.
 *
 * Times in the data are whole numbers of 1/256 cycle, so that sums in the page are exact. */
#ifndef DV_PROF_REPORT_REPORT_H
#define DV_PROF_REPORT_REPORT_H

#include "emu/prof/writers.h"

extern const struct dv_prof_writer dv_write_page;

#endif

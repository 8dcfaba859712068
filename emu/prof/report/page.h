/* Text of report.html on its way out. Private to emu/prof/report. */
#ifndef DV_PROF_REPORT_PAGE_H
#define DV_PROF_REPORT_PAGE_H

#include "emu/prof/report/record.h"

/* A JSON string, safe inside <script>; NULL: null. */
void dv_page_string(struct dv_out *p, const char *text);
void dv_page_text(struct dv_out *p, const char *text, size_t n);
/* null when it is not finite. */
void dv_page_number(struct dv_out *p, double v);

/* source.c: "files", "calls", "code": the program with its sums. */
void dv_page_program(struct dv_out *p, const struct dv_report *r);

/* page.c: the whole file. */
void dv_page_write(struct dv_out *p, const struct dv_report *r, const struct dv_prof_run *run);

#endif

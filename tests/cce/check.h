/* Between the calls of intrinsics, in C or C++, and their judge check.c. */
#ifndef DV_TESTS_CCE_CHECK_H
#define DV_TESTS_CCE_CHECK_H

#include <setjmp.h>
#include <stdint.h>

#include <dv/issue.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What every instruction leaves in x1. */
#define DV_TEST_RESULT 0x00ffffffffffffffull

extern jmp_buf dv_test_back; /* where a refused parameter goes */
/* Judges what was issued since the last call: "text ; place=value ..", several with " | ". */
void dv_test_call(int line, const char *name, const char *expected);
void dv_test_result(int line, uint64_t want, uint64_t got);
/* Judges the refusal of a parameter: "intrinsic parameter value least most". */
void dv_test_unfit(int line, const char *expected);
int dv_test_run(void); /* calls.c: number of calls made */

#ifdef __cplusplus
}
#endif

#endif

/* What each code of a finding means: the texts of docs/check/, compiled in.
 *
 * A file is: "CODE SEVERITY: brief", then sections, a word at the start of a line and indented
 * lines: means, silent (why hardware does not tell), found, repair, allow (where .allow does not
 * do); "also CODE" (what comes with it) and "run ARGUMENTS" on one line; at last "kernel": the
 * example, each line after a sign: blank in both, "-" only wrong, "+" only repaired, ">" and "!"
 * where the finding is, in both and only wrong. tests/lessons.sh runs them. */
#ifndef DV_CLI_LESSON_H
#define DV_CLI_LESSON_H

#include <stdbool.h>
#include <stddef.h>

struct dv_part {
    const char *p; /* NULL = the lesson has none */
    size_t n;
};

struct dv_lesson {
    const char *code;
    struct dv_part severity, brief;
    struct dv_part means, silent, found, repair, run, allow, kernel; /* without their heading */
};

/* Lesson i, in the order of docs/check/meson.build; false past the end. */
bool dv_lesson_at(unsigned i, struct dv_lesson *out);
/* By code, letter case aside. */
bool dv_lesson_find(const char *code, struct dv_lesson *out);
/* The code that was meant, NULL = none is near. */
const char *dv_lesson_near(const char *code);
/* dv check --explain [CODE]; code NULL = the table of all. Returns the exit status. */
int dv_lesson_show(const char *code);

#endif

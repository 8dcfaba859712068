/* The journal of an interrupted sweep: every finished point on a line, beside the output. Owns the
 * file, its first line and the check at the end of each; must not know what a record says. */
#ifndef DV_CLI_JOURNAL_H
#define DV_CLI_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dv_journal {
    int fd; /* -1 = none */
    char path[4096];
    uint64_t kept; /* points that were read back */
};

/* Receives the records of an earlier process; false = no such point. */
typedef bool (*dv_journal_fn)(void *self, uint64_t point, const char *record);

/* Opens or makes OUTPUT.journal. `identity` is one line of "name=value" words that must be the same
 * when a sweep is resumed. Returns 0 or the exit status, having said why. */
int dv_journal_open(struct dv_journal *j, const char *output, bool resume, const char *identity,
                    dv_journal_fn fn, void *self);
/* Appends a finished point in one write: a killed process leaves whole lines. */
bool dv_journal_add(struct dv_journal *j, uint64_t point, const char *record);
void dv_journal_close(struct dv_journal *j, bool finished); /* finished: the file goes */

#endif

/* Ranks that a launcher such as mpirun started: rank 0 hands out points, the others run them. The
 * only place that knows MPI; built without it, there is one rank. */
#ifndef DV_CLI_RANKS_H
#define DV_CLI_RANKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Processes the environment says were started together; 1 = no launcher. */
unsigned dv_ranks_launched(void);
/* Which of them this is. */
unsigned dv_ranks_index(void);
/* dv was built with MPI. */
bool dv_ranks_built(void);

/* Joins the others; only when more than one was launched. Ranks but 0 say nothing from here on.
 * Returns how many there are. */
unsigned dv_ranks_start(void);
/* Every rank calls it with its exit status so far and the identity of its sweep. False on all when
 * rank 0 failed, or another failed or has another identity; that one is named in `who` of rank 0.
 */
bool dv_ranks_agree(int status, const char *identity, char *who, size_t size);

/* Rank 0: hands out points until `take` has none and every other rank knows, and receives texts of
 * finished points. */
struct dv_ranks_desk {
    void *self;
    size_t (*take)(void *self, uint64_t *point, size_t most);
    void (*put)(void *self, const char *text, size_t n);
};
enum { DV_RANKS_BATCH = 1024 };
void dv_ranks_serve(const struct dv_ranks_desk *desk);

/* The others: asks for up to `most` points, runs them with fn, which returns their text (malloc'd,
 * length in *n; NULL = give up), until there are none. */
typedef char *(*dv_ranks_fn)(void *self, const uint64_t *point, size_t points, size_t *n);
void dv_ranks_work(size_t most, dv_ranks_fn fn, void *self);

void dv_ranks_stop(void);

#endif

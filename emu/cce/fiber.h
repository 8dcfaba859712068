/* Coroutines: a stack each, entered by the chip loop and left by the kernel on it. A switch makes
 * no system call. A coroutine that is made again forgets what it was doing; nothing is unwound. */
#ifndef DV_CCE_FIBER_H
#define DV_CCE_FIBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dv_fiber;

enum { DV_FIBER_STACK = 1 << 20 }; /* bytes; below lie addresses that nobody may touch */

struct dv_fiber *dv_fiber_new(void); /* NULL = out of memory */
void dv_fiber_free(struct dv_fiber *f);
/* The next enter calls entry(arg) on an empty stack; entry must not return. Not from inside. */
void dv_fiber_make(struct dv_fiber *f, void (*entry)(void *arg), void *arg);
/* From outside: goes on inside until it leaves. */
void dv_fiber_enter(struct dv_fiber *f);
/* From inside: goes on where enter was called; returns at the next enter. */
void dv_fiber_leave(struct dv_fiber *f);
/* True when an address lies right below the stack, which is used up. */
bool dv_fiber_overflowed(const struct dv_fiber *f, uintptr_t address);

#endif

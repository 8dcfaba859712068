/* Flags as a program's text has them: where they are set and waited for, and their names. What the
 * messages of sync.c, deadlock.c and collide.c are made of. */
#ifndef DV_CORE_FLAGS_H
#define DV_CORE_FLAGS_H

#include "emu/core/state.h"

enum { DV_NO_OP = -1 };

/* Of the flags like one with this id, that is of one sort and memory: any that its word names, and
 * one in a register, which is not known from the text. */
static inline unsigned dv_id_any(unsigned id)
{
    return DV_FLAG_ALL + id / DV_FLAG_IDS;
}
static inline unsigned dv_id_reg(unsigned id)
{
    return DV_FLAG_ALL + DV_FLAG_IDS + id / DV_FLAG_IDS;
}

struct dv_flag_key {
    unsigned src, dst, id;
};

/* The first set (DV_ENGINE_set_flag) or wait (DV_ENGINE_wait_flag) of a flag in [from, to) of the
 * code; DV_NO_OP. */
int64_t dv_flag_seek(const struct dv_machine *m, unsigned sem, struct dv_flag_key f, int64_t from,
                     int64_t to);
/* The same in the whole code, also of an id in a register. */
int64_t dv_flag_any(const struct dv_machine *m, unsigned sem, struct dv_flag_key f);
/* A flag of the same pair that is set (waited for) and never waited for (set): an id mistaken for
 * another one. DV_NO_OP, or the instruction, its id in *id. */
int64_t dv_flag_stray(const struct dv_machine *m, unsigned sem, struct dv_flag_key f, unsigned *id);
/* The next work of a pipe after an instruction, and the last before it; DV_NO_OP. */
int64_t dv_work_after(const struct dv_machine *m, unsigned pipe, int64_t op);
int64_t dv_work_before(const struct dv_machine *m, unsigned pipe, int64_t op);

/* Where an instruction may continue beside the next one: itself and what follows when it does not
 * jump, 0 when the text does not say. */
int64_t dv_jump_target(const struct dv_machine *m, int64_t op);

/* "set_flag.mte2.v #1", "hwait_flag.mte1.m l0a, 0, #1": how the program writes it. Returns out. */
const char *dv_flag_insn(unsigned sem, struct dv_flag_key f, char *out, size_t size);
/* "full[1] (mte2 -> v, id 1)", "mte2 -> v, id 1" without a name, "mte1 -> m, hard l0a, id 1". */
void dv_flag_text(const struct dv_machine *m, struct dv_flag_key f, char *out, size_t size);
/* "'full[1]'", "id 1" without a name: where the pair is known. */
void dv_flag_word(const struct dv_machine *m, struct dv_flag_key f, char *out, size_t size);
/* The row of the line table of pc, or the place in the kernel's own file that expands to it; false
 * when that file has none (then it is the row, if there is one). */
bool dv_own_line(const struct dv_machine *m, uint64_t pc, struct dv_line *out);
/* "line 14", the line that invoked it for what a macro of another file made; "file.inc:14" when
 * none of them is in the kernel's file, "pc 0x38" without lines. */
void dv_line_text(const struct dv_machine *m, int64_t op, char *out, size_t size);

#endif

/* Any words through matching, legality, operands, text and back: a legal word prints, encodes to
 * itself, and an illegal one is refused with a reason. */
#include "isa/isa.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void check_legal(const struct dv_op *op, uint32_t word)
{
    char text[256], small[8];
    uint32_t again = ~word;
    struct dv_diag d;
    dv_diag_init(&d);
    int n = dv_isa_print(op, DV_NO_PC, text, sizeof(text));
    FUZZ_CHECK(n > 0 && strlen(text) == (size_t)(n < 255 ? n : 255));
    FUZZ_CHECK(dv_isa_print(op, 0x100, small, sizeof(small)) > 0 && strlen(small) < sizeof(small));
    if (dv_isa_encode(op, &again, &d) != DV_OK)
        return; /* a set bit that we cannot spell: the disassembler writes .word */
    struct dv_op back;
    FUZZ_CHECK(dv_isa_decode(again, DV_ON_ANY, &back, NULL, &d) == DV_OK);
    char second[256];
    dv_isa_print(&back, DV_NO_PC, second, sizeof(second));
    FUZZ_CHECK(!strcmp(text, second));
}

static void check(uint32_t word, unsigned kinds)
{
    struct dv_op op;
    struct dv_diag d;
    bool named = false;
    char text[256];
    dv_diag_init(&d);
    const struct dv_insn *row = dv_isa_match(word, kinds);
    enum dv_err err = dv_isa_decode(word, kinds, &op, &named, &d);
    FUZZ_CHECK(op.word == word);
    if (row) {
        FUZZ_CHECK((word & row->mask) == row->match && (row->on & kinds) != 0);
        FUZZ_CHECK(dv_isa_spell(row, word, text, sizeof(text)) > 0);
    }
    if (err == DV_OK)
        check_legal(&op, word);
    else
        FUZZ_CHECK(d.code == err && d.text[0] != 0 && named == (row != NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i + 4 <= size && i < 4096; i += 4) {
        uint32_t word;
        memcpy(&word, data + i, 4);
        check(word, DV_ON(DV_AIC));
        check(word, DV_ON(DV_AIV));
        check(word, DV_ON_ANY);
    }
    return 0;
}

/* Sizes of the local memories as the assembler knows them (isa.md 1); see sheet.h. */
#include "asm/sheet.h"

static const struct {
    uint8_t kind, space;
    uint64_t bytes;
} memories[] = {
    {DV_AIV, DV_SPACE_UB, 196608},  {DV_AIC, DV_SPACE_L1, 524288},  {DV_AIC, DV_SPACE_L0A, 65536},
    {DV_AIC, DV_SPACE_L0B, 65536},  {DV_AIC, DV_SPACE_L0C, 131072}, {DV_AIC, DV_SPACE_BT, 1024},
    {DV_AIC, DV_SPACE_FB, 7168},    {DV_C100, DV_SPACE_UB, 262144}, {DV_C100, DV_SPACE_L1, 1048576},
    {DV_C100, DV_SPACE_L0A, 65536}, {DV_C100, DV_SPACE_L0B, 65536}, {DV_C100, DV_SPACE_L0C, 262144},
};

uint64_t dv_memory_bytes(unsigned kinds, unsigned space)
{
    for (size_t i = 0; i < sizeof memories / sizeof *memories; i++)
        if (memories[i].space == space && (kinds & DV_ON(memories[i].kind)))
            return memories[i].bytes;
    return 0;
}

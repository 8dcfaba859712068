.word 0x85c4c6bc, 0
end
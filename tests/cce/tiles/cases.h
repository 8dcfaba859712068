// The rooms of cases; main.cpp runs them and asserts how many there are.
#ifndef CASES_H
#define CASES_H

void element_cases();
void matmul_cases();
void reduce_cases();
void transpose_cases();
void convert_cases();

#endif

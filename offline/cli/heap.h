/* SPDX-License-Identifier: MIT
 *
 * Where does the heap lie?
 */
#ifndef SIPWEAVE_CLI_HEAP_H
#define SIPWEAVE_CLI_HEAP_H

/* Before much of it is in use. Memory that is touched counts in steps of 2 MiB from then on. */
void heap_in_huge_pages(void);

#endif

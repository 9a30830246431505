/* SPDX-License-Identifier: MIT
 *
 * Where does the heap lie? In huge pages, where the kernel gives them to who asks: each message needs the memory of
 * another call, and with small pages a tenth of the time goes into finding where that is.
 */
#include "cli/heap.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    KIBIBYTE = 1024,
    HUGE_PAGE = 2048 * KIBIBYTE,
    HEAP = 48 * 1024 * KIBIBYTE, /* of addresses: a page is taken when it is needed. Beyond it they are small */
    USUAL = 128 * KIBIBYTE,      /* what glibc begins with */
};

/* Lets the heap grow once, by so many addresses; where it ended before. */
static uintptr_t grow(void)
{
    const uintptr_t end = (uintptr_t)sbrk(0);
    mallopt(M_TOP_PAD, HEAP);
    mallopt(M_MMAP_THRESHOLD, HEAP / 2);
    void *volatile more_than_it_has = malloc(HUGE_PAGE);
    free(more_than_it_has);
    mallopt(M_TOP_PAD, USUAL);
    mallopt(M_MMAP_THRESHOLD, USUAL);
    mallopt(M_TRIM_THRESHOLD, HEAP);
    return end;
}

void heap_in_huge_pages(void)
{
    const uintptr_t begin = (grow() + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    const uintptr_t end = (uintptr_t)sbrk(0) / HUGE_PAGE * HUGE_PAGE;
    if (begin < end)
        madvise((void *)begin, end - begin, MADV_HUGEPAGE);
}

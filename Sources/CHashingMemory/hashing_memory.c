#define _GNU_SOURCE
#include "hashing_memory.h"

#include <limits.h> /* says which C library this is */

#if defined(__linux__) && defined(__GLIBC__) && !__has_feature(address_sanitizer) && !__has_feature(memory_sanitizer) \
    && !__has_feature(thread_sanitizer)

#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The program's own mmap and munmap stand before the C library's (ELF symbol interposition, ld.so(8)), so that
 * libsodium's calls come here. Why that is safe: all state is the thread's own; on any other thread, and on this one
 * outside of a hash, the calls go to the system unchanged; within a hash the memory is lent for one mapping at a time,
 * of the very size of a hash and with just what was asked for (anonymous, private, readable and writable, anywhere),
 * and Argon2id writes each block before it reads it (RFC 9106 section 3.2), so that what lies there from the last hash
 * is never seen. */

enum {
    huge_page = 2 * 1024 * 1024, /* bytes; where a page is of another size the advice is just not taken */
    slack = 8 * 1024 /* bytes; Argon2 takes whole groups of four blocks of 1 KiB, and the capacity is whole pages */
};

static _Thread_local struct {
    size_t capacity; /* bytes to keep; 0 on threads that keep none */
    char *start;
    bool hashing;
    size_t lent; /* bytes; 0 while it is not */
} memory;

static void unmap(char *start, size_t bytes) {
    if (bytes > 0) (void)syscall(SYS_munmap, start, bytes);
}

/* Maps the memory at a huge page's boundary: one fault for 2 MiB in place of 512, where the system has them. */
static bool map_own(void) {
    size_t whole = memory.capacity + huge_page;
    char *start = mmap64(NULL, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) return false;
    size_t before = (huge_page - (uintptr_t)start % huge_page) % huge_page;
    unmap(start, before);
    unmap(start + before + memory.capacity, whole - before - memory.capacity);
    memory.start = start + before;
    /* Advice: without it hashing is slower, or in a core dump. */
    (void)madvise(memory.start, memory.capacity, MADV_HUGEPAGE);
    (void)madvise(memory.start, memory.capacity, MADV_DONTDUMP);
    return true;
}

static bool is_for_a_hash(void *address, size_t length, int protection, int flags) {
    return memory.hashing && memory.lent == 0 && address == NULL && memory.capacity > 0
        && protection == (PROT_READ | PROT_WRITE)
        && (flags & (MAP_PRIVATE | MAP_ANONYMOUS)) == (MAP_PRIVATE | MAP_ANONYMOUS) && !(flags & MAP_FIXED);
}

void *mmap(void *address, size_t length, int protection, int flags, int file, off_t offset) {
    if (is_for_a_hash(address, length, protection, flags)) {
        if (length > memory.capacity) {
            /* A thread never has both this and its own. */
            hashing_memory_give_back();
        } else if (memory.capacity - length < slack && (memory.start != NULL || map_own())) {
            memory.lent = length;
            return memory.start;
        }
    }
    return mmap64(address, length, protection, flags, file, offset);
}

int munmap(void *address, size_t length) {
    if (memory.lent > 0 && address == memory.start && length == memory.lent) {
        memory.lent = 0;
        return 0;
    }
    return (int)syscall(SYS_munmap, address, length);
}

void hashing_memory_keep(size_t bytes) {
    hashing_memory_give_back();
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    memory.capacity = (bytes + page - 1) / page * page;
}

void hashing_memory_begin(void) { memory.hashing = true; }

void hashing_memory_end(void) { memory.hashing = false; }

void hashing_memory_give_back(void) {
    if (memory.lent > 0 || memory.start == NULL) return;
    unmap(memory.start, memory.capacity);
    memory.start = NULL;
}

size_t hashing_memory_held(void) { return memory.start == NULL ? 0 : memory.capacity; }

#else

/* Elsewhere libsodium maps its memory itself. */
void hashing_memory_keep(size_t bytes) { (void)bytes; }
void hashing_memory_begin(void) {}
void hashing_memory_end(void) {}
void hashing_memory_give_back(void) {}
size_t hashing_memory_held(void) { return 0; }

#endif

/* For programs under valgrind: valgrind 3.19 changes the mask of sigsuspend(2) where it lies, and the one that
 * libdispatch waits with lies in memory that cannot be written. This waits with a copy. */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

int sigsuspend(const sigset_t *mask) {
    sigset_t copy = *mask;
    return (int)syscall(SYS_rt_sigsuspend, &copy, _NSIG / 8);
}

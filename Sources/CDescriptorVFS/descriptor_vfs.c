#define _GNU_SOURCE
#include "descriptor_vfs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A database, as SQLite knows it. */
typedef struct {
    sqlite3_file base; /* first, so that the one is the other */
    int descriptor;
} descriptor_file;

static int descriptor_of(sqlite3_file *file) { return ((descriptor_file *)file)->descriptor; }

static int close_file(sqlite3_file *file) {
    return close(descriptor_of(file)) == 0 ? SQLITE_OK : SQLITE_IOERR_CLOSE;
}

static int read_file(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    char *next = bytes;
    while (count > 0) {
        ssize_t got = pread(descriptor_of(file), next, (size_t)count, (off_t)offset);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return SQLITE_IOERR_READ;
        if (got == 0) {
            /* SQLite counts on zeros after a file's end. */
            memset(next, 0, (size_t)count);
            return SQLITE_IOERR_SHORT_READ;
        }
        next += got;
        offset += got;
        count -= (int)got;
    }
    return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *bytes) {
    struct stat status;
    if (fstat(descriptor_of(file), &status) != 0) return SQLITE_IOERR_FSTAT;
    *bytes = status.st_size;
    return SQLITE_OK;
}

static int refuse_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    (void)file, (void)bytes, (void)count, (void)offset;
    return SQLITE_READONLY;
}

static int refuse_truncation(sqlite3_file *file, sqlite3_int64 bytes) {
    (void)file, (void)bytes;
    return SQLITE_READONLY;
}

/* Nothing to bring to disk, and nobody to lock out. */
static int do_nothing(sqlite3_file *file, int how) {
    (void)file, (void)how;
    return SQLITE_OK;
}

static int has_no_writer(sqlite3_file *file, int *answer) {
    (void)file;
    *answer = 0;
    return SQLITE_OK;
}

static int know_no_control(sqlite3_file *file, int control, void *argument) {
    (void)file, (void)control, (void)argument;
    return SQLITE_NOTFOUND;
}

static int sector_size(sqlite3_file *file) {
    (void)file;
    return 4096;
}

static int traits(sqlite3_file *file) {
    (void)file;
    return SQLITE_IOCAP_IMMUTABLE;
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = refuse_write,
    .xTruncate = refuse_truncation,
    .xSync = do_nothing,
    .xFileSize = file_size,
    .xLock = do_nothing,
    .xUnlock = do_nothing,
    .xCheckReservedLock = has_no_writer,
    .xFileControl = know_no_control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = traits,
};

/* The system's own, for SQLite's temporary files and for whatever is no file. */
static sqlite3_vfs *usual;

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *given) {
    (void)vfs;
    file->pMethods = NULL;
    /* A temporary file has no name, and the system takes it away by itself. */
    if (name == NULL) return usual->xOpen(usual, name, file, flags, given);
    if (!(flags & SQLITE_OPEN_MAIN_DB)) return SQLITE_CANTOPEN;
    char *end = NULL;
    errno = 0;
    long number = strtol(name, &end, 10);
    if (errno != 0 || end == name || *end != '\0' || number < 0 || number > INT_MAX) return SQLITE_CANTOPEN;
    int descriptor = fcntl((int)number, F_DUPFD_CLOEXEC, 3);
    if (descriptor < 0) return SQLITE_CANTOPEN;
    ((descriptor_file *)file)->descriptor = descriptor;
    file->pMethods = &methods;
    if (given != NULL) *given = (flags & ~SQLITE_OPEN_READWRITE & ~SQLITE_OPEN_CREATE) | SQLITE_OPEN_READONLY;
    return SQLITE_OK;
}

static int refuse_removal(sqlite3_vfs *vfs, const char *name, int sync) {
    (void)vfs, (void)name, (void)sync;
    return SQLITE_IOERR_DELETE;
}

/* Nothing lies beside the file. */
static int find_nothing(sqlite3_vfs *vfs, const char *name, int how, int *answer) {
    (void)vfs, (void)name, (void)how;
    *answer = 0;
    return SQLITE_OK;
}

static int keep_name(sqlite3_vfs *vfs, const char *name, int capacity, char *whole) {
    (void)vfs;
    size_t count = strlen(name) + 1;
    if (count > (size_t)capacity) return SQLITE_CANTOPEN;
    memcpy(whole, name, count);
    return SQLITE_OK;
}

int descriptor_vfs_register(void) {
    static sqlite3_vfs descriptors;
    if (usual != NULL) return SQLITE_OK;
    sqlite3_vfs *found = sqlite3_vfs_find(NULL);
    if (found == NULL) return SQLITE_ERROR;
    usual = found;
    descriptors = *found;
    descriptors.pNext = NULL;
    descriptors.zName = "muster-descriptor";
    if (descriptors.szOsFile < (int)sizeof(descriptor_file)) descriptors.szOsFile = sizeof(descriptor_file);
    descriptors.xOpen = open_file;
    descriptors.xDelete = refuse_removal;
    descriptors.xAccess = find_nothing;
    descriptors.xFullPathname = keep_name;
    return sqlite3_vfs_register(&descriptors, 0);
}

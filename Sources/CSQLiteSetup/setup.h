#include <sqlite3.h>

/* Swift does not call functions with variable arguments. */
static inline int csqlite_keep_no_memory_statistics(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* Lets a file be named by a URI, which can say that nobody changes it (https://www.sqlite.org/uri.html). */
static inline int csqlite_take_uris(void) { return sqlite3_config(SQLITE_CONFIG_URI, 1); }

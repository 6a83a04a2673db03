#include <sqlite3.h>

/* Swift does not call functions with variable arguments. */
static inline int csqlite_keep_no_memory_statistics(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

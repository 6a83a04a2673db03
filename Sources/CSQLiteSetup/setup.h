#include <sqlite3.h>

/* Swift does not call functions with variable arguments. */
static inline int csqlite_keep_no_memory_statistics(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* Keeps in memory what a statement may have to take back, up to so many bytes of pages as they were before it; beyond them it goes
   into a file of its own (https://www.sqlite.org/tempfiles.html, section 2.4). */
static inline int csqlite_keep_statement_journals(int bytes) {
    return sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, bytes);
}

/* Lets a file be named by a URI, which can say that nobody changes it (https://www.sqlite.org/uri.html). */
static inline int csqlite_take_uris(void) { return sqlite3_config(SQLITE_CONFIG_URI, 1); }

/* Takes what stands in double quotes for a name, never for a text (https://www.sqlite.org/quirks.html, section 8). */
static inline int csqlite_refuse_quoted_texts(sqlite3 *connection) {
    int code = sqlite3_db_config(connection, SQLITE_DBCONFIG_DQS_DDL, 0, (void *)0);
    return code == SQLITE_OK ? sqlite3_db_config(connection, SQLITE_DBCONFIG_DQS_DML, 0, (void *)0) : code;
}

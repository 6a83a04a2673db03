#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#else
/* Where Debian puts it. */
#include <postgresql/libpq-fe.h>
#endif
#include <string.h>

/* Counts warnings, and keeps all notices from standard error, where libpq would write them. */
static inline void clibpq_note(void *count, const PGresult *result) {
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity && strcmp(severity, "WARNING") == 0) ++*(int *)count;
}

/* Has the warnings of a connection counted in `count`, which has to live as long as it does. */
static inline void clibpq_count_warnings(PGconn *connection, int *count) {
    PQsetNoticeReceiver(connection, clibpq_note, count);
}

/* A field of an error, whose codes are characters (https://www.postgresql.org/docs/15/libpq-exec.html). */
static inline const char *clibpq_sqlstate(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_SQLSTATE);
}

static inline const char *clibpq_constraint(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
}

static inline const char *clibpq_primary_message(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
}

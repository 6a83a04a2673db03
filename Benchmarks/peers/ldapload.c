/* Keeps an LDAP server on loopback busy over a number of connections for some seconds.
 * Usage: ldapload get|mail|group|part|list|all|bind|add|idle PORT CONNECTIONS SECONDS USERS RUN
 * get   looks up one user; mail does by its address, group looks for the members of one of 100 groups (size limit 50), part for
 *       a piece of a name (size limit 50); list reads the first page of 50; all reads everything in pages of 500 and counts
 *       entries; bind checks a user's password; add creates a user whose name begins with RUN; idle does nothing.
 * Environment: LDAPLOAD_NAME and LDAPLOAD_SECRET bind each connection first, LDAPLOAD_GROUPS is where groups are.
 * Prints: answers (of all: entries) per second, median and 99th percentile in milliseconds, 0.
 * Each connection is a thread that sends the next question when the answer to the last has come. */
#define LDAP_DEPRECATED 1
#include <ldap.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { maximum_connections = 16384 };

typedef struct {
    pthread_t thread;
    int number;
    unsigned seed;
    float *milliseconds;
    size_t count, room, entries;
} Connection;

static const char *operation, *run, *bind_name, *secret, *groups;
static int port, seconds, users;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void check(const char *what, int status) {
    if (status == LDAP_SUCCESS) return;
    fprintf(stderr, "ldapload: %s: %s\n", what, ldap_err2string(status));
    exit(1);
}

static int bind_as(LDAP *ldap, const char *name, const char *password) {
    struct berval secret = {strlen(password), (char *)password};
    return ldap_sasl_bind_s(ldap, name, LDAP_SASL_SIMPLE, &secret, NULL, NULL, NULL);
}

static LDAP *open_connection(void) {
    LDAP *ldap = NULL;
    char url[64];
    int version = LDAP_VERSION3;
    snprintf(url, sizeof url, "ldap://127.0.0.1:%d", port);
    check("initialize", ldap_initialize(&ldap, url));
    ldap_set_option(ldap, LDAP_OPT_PROTOCOL_VERSION, &version);
    int writes = strcmp(operation, "add") == 0;
    if (bind_name) {
        check("bind", bind_as(ldap, bind_name, secret));
        return ldap;
    }
    check("bind", writes ? bind_as(ldap, "cn=admin,dc=bench", "bench") : bind_as(ldap, NULL, ""));
    return ldap;
}

static void get(LDAP *ldap, int user) {
    char filter[32];
    LDAPMessage *result = NULL;
    snprintf(filter, sizeof filter, "(uid=user%06d)", user);
    check("look-up", ldap_search_ext_s(ldap, "dc=bench", LDAP_SCOPE_SUBTREE, filter, NULL, 0, NULL, NULL, NULL, 0, &result));
    if (ldap_count_entries(ldap, result) != 1) check("look-up", LDAP_NO_SUCH_OBJECT);
    ldap_msgfree(result);
}

/* A search of which as many entries as the limit allows, and one at least, have to come. */
static void find(LDAP *ldap, const char *filter, int limit) {
    LDAPMessage *result = NULL;
    int status = ldap_search_ext_s(ldap, "dc=bench", LDAP_SCOPE_SUBTREE, filter, NULL, 0, NULL, NULL, NULL, limit, &result);
    if (status != LDAP_SIZELIMIT_EXCEEDED) check(filter, status);
    if (ldap_count_entries(ldap, result) < 1) check(filter, LDAP_NO_SUCH_OBJECT);
    ldap_msgfree(result);
}

static void find_one(LDAP *ldap, int user) {
    char filter[128];
    if (strcmp(operation, "mail") == 0) {
        snprintf(filter, sizeof filter, "(mail=user%06d@bench.example)", user);
        find(ldap, filter, 0);
    } else if (strcmp(operation, "group") == 0) {
        snprintf(filter, sizeof filter, "(memberOf=cn=group%02d,%s)", user % 100, groups);
        find(ldap, filter, 50);
    } else {
        snprintf(filter, sizeof filter, "(&(objectClass=inetOrgPerson)(cn=*User %d*))", user);
        find(ldap, filter, 50);
    }
}

/* Everything, page by page, or as much of it as comes before the time is over. */
static size_t all_pages(LDAP *ldap, double end) {
    struct berval cookie = {0, NULL};
    size_t entries = 0;
    do {
        LDAPControl *page = NULL, **answers = NULL;
        LDAPMessage *result = NULL;
        check("page", ldap_create_page_control(ldap, 500, &cookie, 1, &page));
        LDAPControl *controls[] = {page, NULL};
        check("page", ldap_search_ext_s(ldap, "dc=bench", LDAP_SCOPE_SUBTREE, "(objectClass=inetOrgPerson)", NULL, 0, controls,
                                        NULL, NULL, 0, &result));
        ldap_control_free(page);
        if (cookie.bv_val) ber_memfree(cookie.bv_val);
        cookie.bv_val = NULL;
        entries += (size_t)ldap_count_entries(ldap, result);
        check("page", ldap_parse_result(ldap, result, NULL, NULL, NULL, NULL, &answers, 1));
        LDAPControl *answer = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, answers, NULL);
        ber_int_t estimate;
        check("page", answer ? ldap_parse_pageresponse_control(ldap, answer, &estimate, &cookie) : LDAP_CONTROL_NOT_FOUND);
        ldap_controls_free(answers);
    } while (cookie.bv_len > 0 && now() < end);
    if (cookie.bv_val) ber_memfree(cookie.bv_val);
    return entries;
}

static void list(LDAP *ldap) {
    LDAPControl *page = NULL;
    LDAPMessage *result = NULL;
    struct berval cookie = {0, NULL};
    check("page", ldap_create_page_control(ldap, 50, &cookie, 1, &page));
    LDAPControl *controls[] = {page, NULL};
    check("page", ldap_search_ext_s(ldap, "dc=bench", LDAP_SCOPE_SUBTREE, "(objectClass=inetOrgPerson)", NULL, 0, controls,
                                    NULL, NULL, 0, &result));
    if (ldap_count_entries(ldap, result) != 50) check("page", LDAP_NO_SUCH_OBJECT);
    ldap_msgfree(result);
    ldap_control_free(page);
}

static void bind_user(LDAP *ldap, int user) {
    char name[64], password[32];
    snprintf(name, sizeof name, "uid=user%06d,dc=bench", user);
    snprintf(password, sizeof password, "Passw0rd-%02d!x", user % 16);
    check("password", bind_as(ldap, name, password));
}

static void add(LDAP *ldap, const Connection *own) {
    char name[128], uid[96];
    snprintf(uid, sizeof uid, "%s-%d-%zu", run, own->number, own->count);
    snprintf(name, sizeof name, "uid=%s,dc=bench", uid);
    char *class[] = {"inetOrgPerson", NULL}, *text[] = {uid, NULL};
    LDAPMod parts[] = {{LDAP_MOD_ADD, "objectClass", {class}}, {LDAP_MOD_ADD, "uid", {text}},
                       {LDAP_MOD_ADD, "cn", {text}}, {LDAP_MOD_ADD, "sn", {text}}, {LDAP_MOD_ADD, "mail", {text}}};
    LDAPMod *entry[] = {&parts[0], &parts[1], &parts[2], &parts[3], &parts[4], NULL};
    check("add", ldap_add_ext_s(ldap, name, entry, NULL, NULL));
}

static void note(Connection *own, double duration) {
    if (own->count == own->room) {
        own->room = own->room ? own->room * 2 : 4096;
        own->milliseconds = realloc(own->milliseconds, own->room * sizeof(float));
        if (!own->milliseconds) abort();
    }
    own->milliseconds[own->count++] = (float)(duration * 1e3);
}

static void *work(void *argument) {
    Connection *own = argument;
    LDAP *ldap = open_connection();
    double end = now() + seconds;
    if (strcmp(operation, "idle") == 0) {
        note(own, 0);
        struct timespec rest = {seconds, 0};
        nanosleep(&rest, NULL);
        end = 0;
    }
    for (double start = now(); start < end; start = now()) {
        int user = (int)(rand_r(&own->seed) % (unsigned)users);
        if (strcmp(operation, "get") == 0) get(ldap, user);
        else if (strcmp(operation, "list") == 0) list(ldap);
        else if (strcmp(operation, "all") == 0) own->entries += all_pages(ldap, end);
        else if (strcmp(operation, "mail") == 0 || strcmp(operation, "group") == 0 || strcmp(operation, "part") == 0)
            find_one(ldap, user);
        else if (strcmp(operation, "bind") == 0) bind_user(ldap, user);
        else add(ldap, own);
        note(own, now() - start);
    }
    ldap_unbind_ext_s(ldap, NULL, NULL);
    return NULL;
}

static int ascending(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    static Connection all[maximum_connections];
    int connections = argc == 7 ? atoi(argv[3]) : 0;
    if (connections < 1 || connections > maximum_connections)
        return fprintf(stderr, "usage: ldapload get|mail|group|part|list|all|bind|add|idle PORT CONNECTIONS SECONDS USERS RUN\n"), 2;
    operation = argv[1];
    port = atoi(argv[2]);
    seconds = atoi(argv[4]);
    users = atoi(argv[5]);
    run = argv[6];
    bind_name = getenv("LDAPLOAD_NAME");
    secret = getenv("LDAPLOAD_SECRET");
    groups = getenv("LDAPLOAD_GROUPS");
    if (bind_name && !secret) return fprintf(stderr, "ldapload: LDAPLOAD_NAME needs LDAPLOAD_SECRET\n"), 2;
    if (!groups) groups = "ou=groups,dc=bench";
    double start = now();
    for (int i = 0; i < connections; i++) {
        all[i].number = i;
        all[i].seed = (unsigned)i * 7919u + (unsigned)time(NULL);
        pthread_create(&all[i].thread, NULL, work, &all[i]);
    }
    Connection sum = {0};
    for (int i = 0; i < connections; i++) {
        pthread_join(all[i].thread, NULL);
        for (size_t k = 0; k < all[i].count; k++) note(&sum, all[i].milliseconds[k] / 1e3);
        sum.entries += all[i].entries;
    }
    double elapsed = now() - start;
    if (sum.count == 0) return fprintf(stderr, "ldapload: no answer in time\n"), 1;
    qsort(sum.milliseconds, sum.count, sizeof(float), ascending);
    printf("measured %.1f %.3f %.3f 0\n", (double)(sum.entries ? sum.entries : sum.count) / elapsed, sum.milliseconds[sum.count / 2],
           sum.milliseconds[(size_t)((double)sum.count * 0.99)]);
    return 0;
}

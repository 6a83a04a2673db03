/* Keeps an LDAP server on loopback busy over a number of connections for some seconds.
 * Usage: ldapload get|list|bind|add PORT CONNECTIONS SECONDS USERS RUN
 * get   looks up one user; list reads the first page of 50; bind checks a user's password; add creates a user
 *       whose name begins with RUN.
 * Prints: answers per second, median and 99th percentile in milliseconds, 0.
 * Each connection is a thread that sends the next question when the answer to the last has come. */
#define LDAP_DEPRECATED 1
#include <ldap.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { maximum_connections = 256 };

typedef struct {
    pthread_t thread;
    int number;
    unsigned seed;
    float *milliseconds;
    size_t count, room;
} Connection;

static const char *operation, *run;
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
    for (double start = now(); start < end; start = now()) {
        int user = (int)(rand_r(&own->seed) % (unsigned)users);
        if (strcmp(operation, "get") == 0) get(ldap, user);
        else if (strcmp(operation, "list") == 0) list(ldap);
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
        return fprintf(stderr, "usage: ldapload get|list|bind|add PORT CONNECTIONS SECONDS USERS RUN\n"), 2;
    operation = argv[1];
    port = atoi(argv[2]);
    seconds = atoi(argv[4]);
    users = atoi(argv[5]);
    run = argv[6];
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
    }
    double elapsed = now() - start;
    if (sum.count == 0) return fprintf(stderr, "ldapload: no answer in time\n"), 1;
    qsort(sum.milliseconds, sum.count, sizeof(float), ascending);
    printf("measured %.1f %.3f %.3f 0\n", (double)sum.count / elapsed, sum.milliseconds[sum.count / 2],
           sum.milliseconds[(size_t)((double)sum.count * 0.99)]);
    return 0;
}

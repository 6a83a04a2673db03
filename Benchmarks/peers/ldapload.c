/* Asks an LDAP server on loopback for users or pages of users, over a number of connections, for some seconds.
 * Usage: ldapload get|list PORT CONNECTIONS SECONDS USERS   Prints: answers per second.
 * Each connection is a thread that sends the next question when the answer to the last has come. */
#define LDAP_DEPRECATED 1
#include <ldap.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *operation;
static int port, seconds, users;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void die(const char *what, int status) {
    fprintf(stderr, "ldapload: %s: %s\n", what, ldap_err2string(status));
    exit(1);
}

static LDAP *open_connection(void) {
    LDAP *ldap = NULL;
    char url[64];
    int version = LDAP_VERSION3, status;
    struct berval none = {0, NULL};
    snprintf(url, sizeof url, "ldap://127.0.0.1:%d", port);
    if ((status = ldap_initialize(&ldap, url)) != LDAP_SUCCESS) die("initialize", status);
    ldap_set_option(ldap, LDAP_OPT_PROTOCOL_VERSION, &version);
    status = ldap_sasl_bind_s(ldap, NULL, LDAP_SASL_SIMPLE, &none, NULL, NULL, NULL);
    if (status != LDAP_SUCCESS) die("bind", status);
    return ldap;
}

static void get(LDAP *ldap, unsigned *seed) {
    char filter[32];
    LDAPMessage *result = NULL;
    snprintf(filter, sizeof filter, "(uid=user%06d)", (int)(rand_r(seed) % users));
    int status = ldap_search_ext_s(ldap, "dc=bench", LDAP_SCOPE_SUBTREE, filter, NULL, 0, NULL, NULL, NULL, 0, &result);
    if (status != LDAP_SUCCESS || ldap_count_entries(ldap, result) != 1) die("look-up", status);
    ldap_msgfree(result);
}

static void list(LDAP *ldap) {
    LDAPControl *page = NULL;
    LDAPMessage *result = NULL;
    struct berval cookie = {0, NULL};
    int status = ldap_create_page_control(ldap, 50, &cookie, 1, &page);
    if (status != LDAP_SUCCESS) die("page control", status);
    LDAPControl *controls[] = {page, NULL};
    status = ldap_search_ext_s(ldap, "dc=bench", LDAP_SCOPE_SUBTREE, "(objectClass=inetOrgPerson)", NULL, 0, controls,
                               NULL, NULL, 0, &result);
    if (status != LDAP_SUCCESS || ldap_count_entries(ldap, result) != 50) die("page", status);
    ldap_msgfree(result);
    ldap_control_free(page);
}

static void *work(void *argument) {
    unsigned seed = (unsigned)(size_t)argument * 7919u + 17u;
    long count = 0;
    LDAP *ldap = open_connection();
    double end = now() + seconds;
    while (now() < end) {
        if (strcmp(operation, "get") == 0) get(ldap, &seed);
        else list(ldap);
        count++;
    }
    ldap_unbind_ext_s(ldap, NULL, NULL);
    return (void *)count;
}

int main(int argc, char **argv) {
    if (argc != 6) return fprintf(stderr, "usage: ldapload get|list PORT CONNECTIONS SECONDS USERS\n"), 2;
    operation = argv[1];
    port = atoi(argv[2]);
    int connections = atoi(argv[3]);
    seconds = atoi(argv[4]);
    users = atoi(argv[5]);
    pthread_t threads[256];
    if (connections < 1 || connections > 256) return 2;
    for (int i = 0; i < connections; i++) pthread_create(&threads[i], NULL, work, (void *)(size_t)i);
    long sum = 0;
    for (int i = 0; i < connections; i++) {
        void *count;
        pthread_join(threads[i], &count);
        sum += (long)count;
    }
    printf("%.0f\n", (double)sum / seconds);
    return 0;
}

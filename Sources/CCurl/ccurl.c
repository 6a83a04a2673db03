#define _GNU_SOURCE
#include "ccurl.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How old a connection may be that is used again, in seconds. Mail servers close idle ones after minutes. */
static const long kept_seconds = 20;

struct ccurl_session {
    CURL *easy;
    pthread_mutex_t mutex; /* of the two below, which ccurl_abort looks at from another thread */
    int socket; /* -1 if there is none */
    bool aborted;
    bool is_signed_in; /* on the present connection */
    bool is_reply_open; /* the last line that came goes on in another one */
    struct ccurl_outcome *outcome;
    const uint8_t *text;
    size_t length;
    size_t offset;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static void start(void) { (void)curl_global_init(CURL_GLOBAL_DEFAULT); }

static bool is_aborted(ccurl_session *session) {
    (void)pthread_mutex_lock(&session->mutex);
    bool aborted = session->aborted;
    (void)pthread_mutex_unlock(&session->mutex);
    return aborted;
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
    ccurl_session *session = context;
    (void)purpose;
    (void)pthread_mutex_lock(&session->mutex);
    int descriptor = CURL_SOCKET_BAD;
    if (!session->aborted) {
        descriptor = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
        session->socket = descriptor;
    }
    session->is_signed_in = false;
    (void)pthread_mutex_unlock(&session->mutex);
    return descriptor;
}

static int close_socket(void *context, curl_socket_t descriptor) {
    ccurl_session *session = context;
    (void)pthread_mutex_lock(&session->mutex);
    if (session->socket == descriptor) session->socket = -1;
    (void)pthread_mutex_unlock(&session->mutex);
    return close(descriptor);
}

static int look_up(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
    (void)a, (void)b, (void)c, (void)d;
    return is_aborted(context) ? 1 : 0;
}

/* The code at a line's beginning; 0 if there is none. */
static long code_of(const char *line, size_t length) {
    long code = 0;
    for (size_t index = 0; index < 3; index++) {
        if (index >= length || line[index] < '0' || line[index] > '9') return 0;
        code = code * 10 + (line[index] - '0');
    }
    return code;
}

/* Lines of replies. The first line of the last reply is kept, and that the password was taken (235, RFC 4954 section 6).
 * libcurl says QUIT before it returns from a failure: the answer to that (221, RFC 5321 section 4.2.3) is none to the message,
 * and libcurl's own CURLINFO_RESPONSE_CODE would be that one. */
static size_t take_line(char *line, size_t size, size_t count, void *context) {
    ccurl_session *session = context;
    size_t length = size * count;
    bool is_first = !session->is_reply_open;
    session->is_reply_open = length > 3 && line[3] == '-';
    if (!is_first || session->outcome == NULL) return length;
    long code = code_of(line, length);
    if (code == 221) return length;
    if (code == 235) session->is_signed_in = true;
    session->outcome->code = code;
    size_t kept = length < ccurl_reply_bytes ? length : ccurl_reply_bytes - 1;
    memcpy(session->outcome->reply, line, kept);
    session->outcome->reply[kept] = 0;
    return length;
}

/* What libcurl sends and says of itself; only which command of a message was the last is kept. */
static int look_at_command(CURL *easy, curl_infotype type, char *bytes, size_t length, void *context) {
    static const struct { const char *name; enum ccurl_command command; } commands[] = {
        {"MAIL ", ccurl_command_mail}, {"RCPT ", ccurl_command_rcpt}, {"DATA", ccurl_command_data}};
    ccurl_session *session = context;
    (void)easy;
    if (type != CURLINFO_HEADER_OUT || session->outcome == NULL) return 0;
    for (size_t index = 0; index < sizeof commands / sizeof commands[0]; index++) {
        size_t name = strlen(commands[index].name);
        if (length >= name && memcmp(bytes, commands[index].name, name) == 0)
            session->outcome->command = (int)commands[index].command;
    }
    return 0;
}

static size_t give_text(char *buffer, size_t size, size_t count, void *context) {
    ccurl_session *session = context;
    size_t left = session->length - session->offset;
    size_t given = left < size * count ? left : size * count;
    memcpy(buffer, session->text + session->offset, given);
    session->offset += given;
    return given;
}

/* Nothing is downloaded by SMTP; libcurl would write it to standard output. */
static size_t drop(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes, (void)context;
    return size * count;
}

/* libcurl is told to leave signals alone (CURLOPT_NOSIGNAL), and OpenSSL writes without MSG_NOSIGNAL. */
static void block_broken_pipes(void) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

ccurl_session *ccurl_open(void) {
    (void)pthread_once(&once, start);
    ccurl_session *session = calloc(1, sizeof *session);
    if (session == NULL) return NULL;
    session->socket = -1;
    (void)pthread_mutex_init(&session->mutex, NULL);
    return session;
}

static void forget_connection(ccurl_session *session) {
    if (session->easy != NULL) curl_easy_cleanup(session->easy);
    session->easy = NULL;
    session->is_signed_in = false;
}

static void set_connection(
    ccurl_session *session, const char *url, bool needs_tls, const char *authorities, struct ccurl_limits limits) {
    CURL *easy = session->easy;
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_USE_SSL, needs_tls ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_NONE);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (authorities[0] != 0) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, authorities);
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, limits.connect_milliseconds);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, limits.total_milliseconds);
    curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, (limits.total_milliseconds + 999) / 1000);
    curl_easy_setopt(easy, CURLOPT_MAXCONNECTS, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, kept_seconds);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, session);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, session);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, look_up);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, session);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_line);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, session);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop);
    curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, look_at_command);
    curl_easy_setopt(easy, CURLOPT_DEBUGDATA, session);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, session->outcome->detail);
}

static struct curl_slist *set_message(ccurl_session *session, const char *sender, const char *recipient) {
    char address[300];
    CURL *easy = session->easy;
    (void)snprintf(address, sizeof address, "<%s>", sender);
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, address);
    (void)snprintf(address, sizeof address, "<%s>", recipient);
    struct curl_slist *recipients = curl_slist_append(NULL, address);
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_text);
    curl_easy_setopt(easy, CURLOPT_READDATA, session);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)session->length);
    return recipients;
}

void ccurl_deliver(
    ccurl_session *session,
    const char *url,
    bool needs_tls,
    const char *authorities,
    const char *username,
    const char *password,
    const char *sender,
    const char *recipient,
    const uint8_t *text,
    size_t length,
    struct ccurl_limits limits,
    struct ccurl_outcome *outcome) {
    memset(outcome, 0, sizeof *outcome);
    block_broken_pipes();
    if (session->easy == NULL) session->easy = curl_easy_init();
    else curl_easy_reset(session->easy);
    outcome->error = CURLE_OUT_OF_MEMORY;
    if (session->easy == NULL) return;
    session->outcome = outcome;
    session->is_reply_open = false;
    session->text = text;
    session->length = length;
    session->offset = 0;
    set_connection(session, url, needs_tls, authorities, limits);
    if (username[0] != 0) {
        curl_easy_setopt(session->easy, CURLOPT_USERNAME, username);
        curl_easy_setopt(session->easy, CURLOPT_PASSWORD, password);
        /* By itself libcurl takes CRAM-MD5 first. The connection is one of TLS. */
        curl_easy_setopt(session->easy, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
    }
    struct curl_slist *recipients = NULL;
    if (recipient[0] != 0) recipients = set_message(session, sender, recipient);
    else curl_easy_setopt(session->easy, CURLOPT_CONNECT_ONLY, 1L);
    outcome->error = (int)curl_easy_perform(session->easy);
    long system_error = 0;
    if (curl_easy_getinfo(session->easy, CURLINFO_OS_ERRNO, &system_error) == CURLE_OK) outcome->system_error = (int)system_error;
    outcome->is_signed_in = session->is_signed_in;
    /* What the server says to a QUIT is no reply to the message. */
    session->outcome = NULL;
    /* A connection that was refused something may be kept all the same, and one that was only looked at is of no use. */
    if (outcome->error != 0 || recipient[0] == 0) forget_connection(session);
    else curl_easy_setopt(session->easy, CURLOPT_ERRORBUFFER, NULL);
    curl_slist_free_all(recipients);
    session->text = NULL;
}

void ccurl_abort(ccurl_session *session) {
    (void)pthread_mutex_lock(&session->mutex);
    session->aborted = true;
    if (session->socket >= 0) (void)shutdown(session->socket, SHUT_RDWR);
    (void)pthread_mutex_unlock(&session->mutex);
}

void ccurl_close(ccurl_session *session) {
    forget_connection(session);
    (void)pthread_mutex_destroy(&session->mutex);
    free(session);
}

bool ccurl_is_unknown_host(int error) { return error == CURLE_COULDNT_RESOLVE_HOST; }

bool ccurl_is_unreached(int error) { return error == CURLE_COULDNT_CONNECT || error == CURLE_INTERFACE_FAILED; }

bool ccurl_is_missing_tls(int error) { return error == CURLE_USE_SSL_FAILED; }

bool ccurl_is_untrusted(int error) { return error == CURLE_PEER_FAILED_VERIFICATION; }

bool ccurl_is_bad_authorities(int error) { return error == CURLE_SSL_CACERT_BADFILE; }

bool ccurl_is_tls_failure(int error) {
    return error == CURLE_SSL_CONNECT_ERROR || error == CURLE_SSL_CIPHER || error == CURLE_SSL_CERTPROBLEM;
}

bool ccurl_is_login_failure(int error) { return error == CURLE_LOGIN_DENIED; }

bool ccurl_is_timeout(int error) { return error == CURLE_OPERATION_TIMEDOUT; }

#ifndef MEMOIR_CPQ_SHIM_H
#define MEMOIR_CPQ_SHIM_H

#include <dlfcn.h>
#include <postgresql/libpq-fe.h>

// Macros of character literals, which Swift does not import.
static const int MEMOIR_DIAG_SEVERITY = PG_DIAG_SEVERITY_NONLOCALIZED;
static const int MEMOIR_DIAG_SQLSTATE = PG_DIAG_SQLSTATE;
static const int MEMOIR_DIAG_MESSAGE = PG_DIAG_MESSAGE_PRIMARY;
static const int MEMOIR_DIAG_DETAIL = PG_DIAG_MESSAGE_DETAIL;
static const int MEMOIR_DIAG_HINT = PG_DIAG_MESSAGE_HINT;
static const int MEMOIR_DIAG_POSITION = PG_DIAG_STATEMENT_POSITION;

/// Bytes that OpenSSL has read and decrypted and libpq has not taken yet; 0 without TLS. The socket is not readable on
/// their account, and libpq does not always take them all. libpq brings OpenSSL with it: its function is looked up, so
/// that nothing else has to be linked.
static inline int memoir_tls_pending(PGconn *connection) {
    static int (*pending)(const void *) = NULL;
    static int is_known = 0;
    if (!PQsslInUse(connection)) return 0;
    if (!is_known) {
        pending = (int (*)(const void *))dlsym((void *)0, "SSL_pending");
        is_known = 1;
    }
    void *session = PQsslStruct(connection, "OpenSSL");
    return pending == NULL || session == NULL ? 0 : pending(session);
}

#endif

#ifndef MEMOIR_CCURL_SHIM_H
#define MEMOIR_CCURL_SHIM_H

// libcurl's setters and getters are variadic, which Swift does not call: each kind of value gets a typed function here.
// The `void *` of a handle is an easy handle in `memoir_easy_*` and a multi handle in `memoir_multi_*`; the Swift owners
// of the two are distinct types.

#include <curl/curl.h>

static inline CURLcode memoir_easy_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode memoir_easy_set_size(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

/// libcurl copies the string, except that of CURLOPT_POSTFIELDS.
static inline CURLcode memoir_easy_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

/// Copies as many bytes as CURLOPT_POSTFIELDSIZE_LARGE, which is set first, says.
static inline CURLcode memoir_easy_copy_body(CURL *easy, const void *bytes, curl_off_t count) {
    CURLcode result = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, count);
    return result != CURLE_OK ? result : curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, bytes);
}

/// The list stays the caller's and outlives the transfer.
static inline CURLcode memoir_easy_set_headers(CURL *easy, struct curl_slist *list) {
    return curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
}

/// CURL_ERROR_SIZE bytes, which outlive the transfer.
static inline CURLcode memoir_easy_set_error_buffer(CURL *easy, char *buffer) {
    return curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, buffer);
}

/// The four callbacks of a transfer, all with the same context, which outlives the transfer and is what
/// `memoir_easy_context` gives back.
static inline CURLcode memoir_easy_set_callbacks(
    CURL *easy,
    curl_write_callback header,
    curl_write_callback body,
    curl_read_callback upload,
    curl_seek_callback seek,
    void *context
) {
    CURLcode result = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, header);
    if (result == CURLE_OK) result = curl_easy_setopt(easy, CURLOPT_HEADERDATA, context);
    if (result == CURLE_OK) result = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body);
    if (result == CURLE_OK) result = curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
    if (result == CURLE_OK) result = curl_easy_setopt(easy, CURLOPT_READFUNCTION, upload);
    if (result == CURLE_OK) result = curl_easy_setopt(easy, CURLOPT_READDATA, context);
    if (result == CURLE_OK) result = curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, seek);
    if (result == CURLE_OK) result = curl_easy_setopt(easy, CURLOPT_SEEKDATA, context);
    if (result == CURLE_OK) result = curl_easy_setopt(easy, CURLOPT_PRIVATE, context);
    return result;
}

static inline void *memoir_easy_context(CURL *easy) {
    char *context = NULL;
    return curl_easy_getinfo(easy, CURLINFO_PRIVATE, &context) == CURLE_OK ? context : NULL;
}

/// -1 where libcurl does not know.
static inline long memoir_easy_get_long(CURL *easy, CURLINFO info) {
    long value = -1;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : -1;
}

/// Nothing but http and https, whatever libcurl was built with.
static inline CURLcode memoir_easy_allow_http_only(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075500
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

/// Lets go of a resolver thread that still waits for an answer, instead of joining it: otherwise ending a transfer in
/// the middle of a slow name resolution blocks the caller until the resolver gives up. (Before 7.87 it always does.)
static inline CURLcode memoir_easy_never_join_resolver(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075700
    return curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#else
    (void)easy;
    return CURLE_OK;
#endif
}

static inline CURLMcode memoir_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode memoir_multi_set_callbacks(
    CURLM *multi,
    curl_socket_callback socket,
    curl_multi_timer_callback timer,
    void *context
) {
    CURLMcode result = curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socket);
    if (result == CURLM_OK) result = curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
    if (result == CURLM_OK) result = curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer);
    if (result == CURLM_OK) result = curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
    return result;
}

/// The next transfer that ended, with its result; NULL when there is none. Copies out of libcurl's message, which does
/// not survive the removal of the handle.
static inline CURL *memoir_multi_next_ended(CURLM *multi, CURLcode *result) {
    int remaining = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &remaining)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        *result = message->data.result;
        return message->easy_handle;
    }
    return NULL;
}

#endif

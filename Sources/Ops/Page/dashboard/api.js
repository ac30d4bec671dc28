// Calls to the worker that gave out this page.

const KEY = 'memoir.token';
// Where storage is off it lasts until the page is left.
let unstored = '';

/** The token of this tab. Never part of an address, and gone with the tab. */
export const token = {
    get value() {
        try { return sessionStorage.getItem(KEY) ?? unstored; } catch { return unstored; }
    },
    set value(text) {
        unstored = '';
        try {
            if (text) sessionStorage.setItem(KEY, text);
            else sessionStorage.removeItem(KEY);
        } catch {
            unstored = text;
        }
        document.dispatchEvent(new CustomEvent('memoir-token'));
    },
};

export class ApiError extends Error {
    /** @param status of the answer, 0 where there was none. */
    constructor(status, code, message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    /** Whether another token could help. */
    get isAboutToken() { return this.status === 401; }
}

export function headers(withToken = token.value) {
    return withToken ? { Authorization: `Bearer ${withToken}` } : {};
}

async function failure(response) {
    let error = {};
    try { error = (await response.json()).error ?? {}; } catch { /* Not ours: a proxy answered. */ }
    return new ApiError(response.status, error.code ?? 'failed', error.message ?? `the worker answered ${response.status}`);
}

/** Whole numbers that a double cannot hold stay as they are written, where the browser can do that. */
function exact(name, value, context) {
    const isRounded = Number.isInteger(value) && !Number.isSafeInteger(value);
    return isRounded && context && JSON.rawJSON ? JSON.rawJSON(context.source) : value;
}

async function call(path, options) {
    let response;
    let text;
    try {
        response = await fetch(path, { cache: 'no-store', redirect: 'error', ...options });
        if (response.ok) text = await response.text();
    } catch (error) {
        if (error.name === 'AbortError') throw error;
        throw new ApiError(0, 'unreachable', 'the worker does not answer: is it running?');
    }
    if (!response.ok) throw await failure(response);
    try {
        return { status: response.status, body: JSON.parse(text, exact) };
    } catch {
        throw new ApiError(response.status, 'not_ours', 'something else than the worker has answered');
    }
}

/** The JSON at `path`. */
export async function read(path, signal) {
    return (await call(path, { headers: headers(), signal })).body;
}

/** Sends `body` as JSON; answers `{status, body}`. */
export function post(path, body = {}, withToken = token.value) {
    return call(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers(withToken) },
        body: JSON.stringify(body),
    });
}

/** An open stream of server-sent events. */
export async function openEvents(signal) {
    const response = await fetch('/api/events', {
        headers: { Accept: 'text/event-stream', ...headers() }, signal, cache: 'no-store', redirect: 'error',
    });
    if (!response.ok) throw await failure(response);
    return response.body;
}
